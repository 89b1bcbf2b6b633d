/**
 * The log of an agent in the table: written with the decision or not at all, read in order, a page
 * at a time, for a day.
 */
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Notice } from '../../shared/domain/shown/log.ts';
import type { Store } from '../../shared/edge/app.ts';
import { noticeWrite } from '../../shared/rows/agent-log.ts';
import { kept } from '../support/kept.ts';
import { agent } from '../support/world.ts';

const here = kept();
let store: Store;
beforeAll(() => {
  ({ store } = here);
});

/** As if a day had passed since this entry, and DynamoDB had not deleted it yet. */
async function over(id: string, seq: number): Promise<void> {
  const key = { pk: `AGENT#${id}`, sk: `NOTICE#${String(seq).padStart(12, '0')}` };
  const expiresAt = Math.floor(Date.now() / 1000) - 1;
  expect(await here.table.update(key, { set: { expiresAt } }, { exists: true })).toBe(true);
}

function notice(agentId: string, agentSeq: number): Notice {
  const data = { conversationId: 'c1', taskId: 't1:t1-m', reason: 'RONA' };
  return { type: 'emit', agentId, agentSeq, event: 'revokeTask', data, conversationId: 'c1' };
}

/** An agent with a log of so many entries, written a few at a time. */
async function withLog(length: number): Promise<string> {
  const id = randomUUID();
  const all = Array.from({ length }, (_, index) => notice(id, index + 1));
  for (let from = 0; from < length; from += 10)
    await store.save({ before: {}, after: {}, notices: all.slice(from, from + 10) });
  return id;
}

const numbers = async (id: string, after: number, limit: number) =>
  (await store.notices(id, { after, limit })).map(({ agentSeq }) => agentSeq);

const from = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe('The log of an agent', () => {
  it('is kept as it was said', async () => {
    const id = await withLog(2);
    const { event, data, conversationId } = notice(id, 1);
    const entries = [1, 2].map((agentSeq) => ({ agentSeq, event, data, conversationId }));
    expect(await store.notices(id, { after: 0, limit: 10 })).toEqual(entries);
  });

  it('is read after a number, in order, as many as are wanted', async () => {
    const id = await withLog(25);
    expect(await numbers(id, 0, 500)).toEqual(from(1, 25));
    expect(await numbers(id, 0, 7)).toEqual(from(1, 7));
    expect(await numbers(id, 7, 10)).toEqual(from(8, 17));
    expect(await numbers(id, 24, 10)).toEqual([25]);
    for (const after of [25, 26, 999_999_999_999, Number.MAX_SAFE_INTEGER])
      expect(await numbers(id, after, 10)).toEqual([]);
  });

  it('is nobody else’s', async () => {
    const [one, other] = [await withLog(2), await withLog(3)];
    expect(await numbers(one, 0, 10)).toEqual([1, 2]);
    expect(await numbers(other, 0, 10)).toEqual([1, 2, 3]);
    expect(await numbers(one.slice(0, -1), 0, 10)).toEqual([]);
  });

  it('no longer holds what is older than a day, whether or not it was deleted yet', async () => {
    const id = await withLog(12);
    for (const seq of from(1, 9)) await over(id, seq);
    expect(await numbers(id, 0, 2)).toEqual([10, 11]);
    expect(await numbers(id, 4, 10)).toEqual([10, 11, 12]);
  });

  it('holds who has set their state for as long as conversations, but tells desks of a day', async () => {
    const DAY_SECONDS = 86_400;
    const id = randomUUID();
    const state = { name: 'READY', reasonCode: null } as const;
    const data = { by: { id: 'sam', name: 'sam' }, command: 'STATE' as const, before: state, after: state, at: 1 };
    const order: Notice = { type: 'emit', agentId: id, agentSeq: 1, event: 'onSupervisorAction', data };
    const written = (auditDays?: number) => {
      const { put } = noticeWrite(order, 0, auditDays) as { put: Record<string, unknown> };
      return [Number(put['expiresAt']) / DAY_SECONDS, Number(put['toldUntil']) / DAY_SECONDS];
    };
    expect([written(400), written(7), written(0)]).toEqual([
      [400, 1],
      [7, 1],
      [36_500, 1],
    ]);
    await store.save({ before: {}, after: {}, notices: [order, notice(id, 2)], auditDays: 400 });
    expect(await numbers(id, 0, 10)).toEqual([1, 2]);
    const key = { pk: `AGENT#${id}`, sk: `NOTICE#${'1'.padStart(12, '0')}` };
    await here.table.update(key, { set: { toldUntil: Math.floor(Date.now() / 1000) - 1 } }, { exists: true });
    await over(id, 2);
    expect(await numbers(id, 0, 10)).toEqual([]);
    expect((await store.notices(id, { after: 0, limit: 10, whole: true })).map(({ data }) => data)).toEqual([data]);
  });

  it('is not written where the decision is not', async () => {
    const person = { ...agent(randomUUID()), version: 0 };
    await store.save({ before: {}, after: { agents: { [person.id]: person } } });
    const late = { before: {}, after: { agents: { [person.id]: person } }, notices: [notice(person.id, 1)] };
    await expect(store.save(late)).rejects.toThrow('quicker');
    expect(await numbers(person.id, 0, 10)).toEqual([]);
  });
});
