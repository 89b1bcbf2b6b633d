/**
 * How long the rows of a conversation stay: all of its partition, and those elsewhere that lead to it, which META names.
 */
import * as z from 'zod';
import type { Erased } from '../edge/app.ts';
import { logKeys } from './agent-log.ts';
import { customerKey, key, meta, startedKey } from './conversations.ts';
import { pages, query, remove, update, type Key } from './table.ts';

/** So many calls at once; and so many rows in one go, as a function has little time. */
const AT_ONCE = 25;
const MOST = 2_000;

const Row = z.object({ pk: z.string(), sk: z.string(), expiresAt: z.number().optional() });

/** Rows that expire already are passed over, so that whoever is called again goes on where it stopped. */
export async function expire(conversationId: string, at: number): Promise<boolean> {
  const expiresAt = Math.ceil(at / 1000);
  const still = { expression: 'attribute_exists(pk)' };
  const left = [...(await elsewhere(conversationId)), ...(await partition(conversationId, ({ expiresAt: on }) => !on))];
  await each(left, (row) => update(row, { set: { expiresAt } }, still));
  return left.length < MOST;
}

/** META is deleted last but for HEAD: it says what else there is. */
export async function erase(conversationId: string): Promise<Erased & { complete: boolean }> {
  const outside = await elsewhere(conversationId);
  const left = await partition(conversationId, ({ sk }) => sk !== 'META' && sk !== 'HEAD');
  await each(left, remove);
  const events = left.filter(({ sk }) => sk.startsWith('EVENT#')).length;
  const complete = left.length < MOST;
  if (complete) await each([...outside, key(conversationId, 'META'), key(conversationId, 'HEAD')], remove);
  return { events, others: left.length - events, complete };
}

export async function eraseNotices(agentId: string, conversationId: string): Promise<number> {
  const found = await logKeys(agentId, conversationId);
  await each(found, remove);
  return found.length;
}

export async function conversationsOf(customerId: string): Promise<string[]> {
  const { pk } = customerKey(customerId, '');
  return (await query(z.object({ sk: z.string() }), { pk })).map(({ sk }) => sk);
}

export async function forgetCustomer(customerId: string, conversationId: string): Promise<void> {
  await remove(customerKey(customerId, conversationId));
}

/** Rows that are not in the conversation's partition and exist as long as it does. */
async function elsewhere(conversationId: string): Promise<Key[]> {
  const described = await meta(conversationId);
  if (!described) return [];
  const { startedBy, customerIds } = described;
  return [
    ...(startedBy === '' ? [] : [startedKey(startedBy)]),
    ...customerIds.map((customerId) => customerKey(customerId, conversationId)),
  ];
}

async function partition(conversationId: string, wanted: (row: z.output<typeof Row>) => boolean): Promise<Key[]> {
  const found: Key[] = [];
  for await (const page of pages(Row, { pk: key(conversationId, 'HEAD').pk })) {
    found.push(...page.filter(wanted).map(({ pk, sk }) => ({ pk, sk })));
    if (found.length >= MOST) return found.slice(0, MOST);
  }
  return found;
}

async function each(rows: readonly Key[], act: (row: Key) => Promise<unknown>): Promise<void> {
  const left = rows.values();
  const worker = async () => {
    for (const row of left) await act(row);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
