/** The table through the SDK: to see that nothing was stored, and that nothing was lost. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { DynamoDBClient, ScanCommand, type AttributeValue, type ScanCommandInput } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { expect } from 'vitest';
import { clientOptions } from '../../infra/local/aws.ts';
import type { LocalStack } from '../../infra/local/start.ts';
import { itemOf, oncePerStack, putRows } from './engines.ts';
import { rowsIn, smallOf } from './small-stack.ts';

export const clientOf = oncePerStack((stack) => new DynamoDBClient(clientOptions(stack.endpoints.dynamodb)));

/** Every item of the table. */
export async function items(stack: LocalStack): Promise<Record<string, unknown>[]> {
  const rows = rowsIn(stack);
  if (rows) return rows.all();
  const client = clientOf(stack);
  const found: Record<string, AttributeValue>[] = [];
  let from: ScanCommandInput['ExclusiveStartKey'];
  do {
    const scan = new ScanCommand({
      TableName: stack.resources.tableName,
      ConsistentRead: true,
      ExclusiveStartKey: from,
    });
    const { Items = [], LastEvaluatedKey } = await client.send(scan);
    found.push(...Items);
    from = LastEvaluatedKey;
  } while (from);
  return found.map((item) => unmarshall(item, { wrapNumbers: Number }));
}

/**
 * Every item by its key. Three kinds are left out, because a refused frame may rightly touch them,
 * or a timer does at any time: the answers to frames with an id, connections, which note when they
 * were last heard, and receipts of routing decisions.
 */
export async function stored(stack: LocalStack): Promise<Record<string, unknown>> {
  const rows = (await items(stack)).map((item) => [`${String(item['pk'])} / ${String(item['sk'])}`, item] as const);
  return Object.fromEntries(rows.filter(([key]) => !/^CONNECTION#| \/ (REQUEST|RECEIPT)#/.test(key)));
}

/**
 * For how many looks in a row nothing must have moved: streams and queues hand on after a while.
 */
const STILL_LOOKS = 8;
const LOOK_MS = 100;

/** How each stack was when it was last looked at, and still. */
const still = new WeakMap<LocalStack, Record<string, unknown>>();

/**
 * The same, once nothing moves any more: what has been set going before has come to rest. Where
 * nothing has moved since the last time one look is enough.
 */
async function settled(stack: LocalStack): Promise<Record<string, unknown>> {
  let before = await stored(stack);
  for (let looks = isDeepStrictEqual(before, still.get(stack)) ? STILL_LOOKS - 1 : 0; looks < STILL_LOOKS;) {
    await (smallOf(stack)?.time.passes(LOOK_MS) ?? sleep(LOOK_MS));
    const after = await stored(stack);
    looks = isDeepStrictEqual(before, after) ? looks + 1 : 0;
    before = after;
  }
  still.set(stack, before);
  return before;
}

/** Nothing was stored by what happens here, and nothing was lost. */
export async function withoutTrace<T>(stack: LocalStack, happens: () => Promise<T>): Promise<T> {
  const before = await settled(stack);
  const result = await happens();
  expect(await stored(stack)).toEqual(before);
  return result;
}

/**
 * Changes an event of the log as no manager of today would: as an older one may have written it.
 */
// oxlint-disable-next-line typescript/no-explicit-any -- a test reads deep into whatever event it changes
export async function rewriteEvent(stack: LocalStack, id: string, seq: number, change: (event: any) => void) {
  const sk = `EVENT#${String(seq).padStart(12, '0')}`;
  const item = await itemOf(stack, `CONVERSATION#${id}`, sk);
  const put = structuredClone(item);
  change(put['event']);
  await putRows(stack, [{ ...put, pk: `CONVERSATION#${id}`, sk }]);
}
