/**
 * What DynamoDB refuses in a key, none of our questions sends: nothing empty, too long, inverted or
 * unused, whatever the ids are.
 */
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { lineOf, lineStart, poolOfMrd, poolOfQueue } from '../../shared/domain/routing/lines.ts';
import type { Table } from '../../shared/rows/table.ts';
import { engines } from '../support/ports.ts';

const here = engines();
let ports: typeof import('../../shared/aws/ports/reader.ts').reader;
let table: Table;
beforeAll(async () => {
  ({ reader: ports } = await import('../../shared/aws/ports/reader.ts'));
  ({ table } = await import('../../shared/aws/table.ts'));
});

/** The first and the last that can be, and the longest: three bytes a character. */
const ids = ['\u0000', 'a', '\uffff', '😀', '\u{10ffff}'.repeat(128), '中'.repeat(256)];

async function everyQuestion(id: string): Promise<void> {
  const { store, config } = ports;
  const all = async (pages: AsyncIterable<unknown>) => {
    for await (const _ of pages);
  };
  await Promise.all([
    store.routable(id, 'line', { limit: 1, after: `${'9'.repeat(14)}#${id}` }),
    store.openLines([lineOf(id, {}, [{ id, mrdId: id, steps: [] }])], Date.now()),
    ...[poolOfQueue(id), poolOfMrd(id)].flatMap((pool) => [
      store.waiting(pool, { limit: 1 }),
      store.waiting(pool, { limit: 1, after: `98#98#${'9'.repeat(14)}#${id}` }),
      store.lines(pool, { limit: 1, after: lineStart(id) }),
    ]),
    all(store.subscribers(id)),
    store.listed(id),
    store.members(id),
    store.watchers(),
    store.receipts(id),
    store.agentIds(id, 1),
    store.agentIds(null, 1),
    ...[0, 1, 999_999_999_999, Number.MAX_SAFE_INTEGER].flatMap((after) => [
      store.events(id, { after, limit: 1 }),
      store.events(id, { before: after, limit: 1, newest: true }),
      store.notices(id, { after, limit: 1 }),
    ]),
    config.list('queues'),
    config.get('queues', id),
    store.conversation(id),
    store.startedBy(id),
    store.lastAgent(id),
    store.agents([id, randomUUID()]),
    store.metas([id, id]),
  ]);
}

type Item = Record<string, { S?: string }>;

describe('A question', () => {
  it.each(ids)('has operands that DynamoDB takes, whatever it is about: %#', async (id) => {
    const since = here.dynamodb.calls.length;
    await everyQuestion(id);
    const calls = here.dynamodb.calls.slice(since);
    expect(calls.filter(({ operation }) => operation === 'Query').length).toBeGreaterThan(15);
    for (const { operation, input } of calls) {
      if (operation !== 'Query') continue;
      const condition = String(input['KeyConditionExpression']);
      const values = Object.entries((input['ExpressionAttributeValues'] ?? {}) as Item);
      const bytes = Object.fromEntries(values.map(([name, { S = '' }]) => [name, Buffer.from(S)]));
      for (const [name, operand] of Object.entries(bytes)) {
        expect({ condition, name, used: condition.includes(name) }).toMatchObject({ used: true });
        expect({ condition, name, length: operand.length }).not.toMatchObject({ length: 0 });
        expect(operand.length).toBeLessThanOrEqual(name === ':pk' ? 2_048 : 1_024);
      }
      const { ':from': from, ':to': to } = bytes;
      if (from && to) expect(Buffer.compare(from, to)).toBeLessThanOrEqual(0);
    }
  });

  it('that names an item twice asks for it once', async () => {
    const item = { pk: `TEST#${randomUUID()}`, sk: 'ITEM' };
    await table.write([{ put: item }]);
    const found = await ports.store.agents(['nobody', 'nobody']);
    expect(found).toEqual([]);
    const Item = z.object({ pk: z.string(), sk: z.string() });
    expect(await table.getMany(Item, [item, { ...item }, { ...item, sk: 'OTHER' }])).toEqual([item]);
  });
});
