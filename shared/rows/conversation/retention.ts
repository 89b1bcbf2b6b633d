/**
 * How long the rows of a conversation stay: all of its partition, and those elsewhere that lead to
 * it, which META names.
 */
import * as z from 'zod';
import type { Store } from '../../edge/app.ts';
import { logKeys } from '../agent-log.ts';
import { Cold, customerKey, startedKey } from './conversations.ts';
import { lastAgentKeys } from './last-agents.ts';
import { key } from './log-end.ts';
import type { Key, Table } from '../table.ts';

/** So many calls at once; and so many rows in one go, as a function has little time. */
const AT_ONCE = 25;
const MOST = 2_000;

const Row = z.object({ pk: z.string(), sk: z.string(), expiresAt: z.number().optional() });

type Retention = Pick<Store, 'expire' | 'erase' | 'eraseNotices' | 'conversationsOf' | 'forgetCustomer'>;

export function retention(table: Table): Retention {
  return {
    /**
     * Rows that expire already are passed over, so that whoever is called again goes on where it
     * stopped.
     */
    async expire(conversationId, at) {
      const expiresAt = Math.ceil(at / 1000);
      const lasting = await partition(table, conversationId, ({ expiresAt: on }) => !on);
      const left = [...(await elsewhere(table, conversationId)), ...lasting];
      await each(left, (row) => table.update(row, { set: { expiresAt } }, { exists: true }));
      return left.length < MOST;
    },
    /** META is deleted last but for HEAD: it says what else there is. */
    async erase(conversationId) {
      const outside = await elsewhere(table, conversationId);
      const left = await partition(table, conversationId, ({ sk }) => sk !== 'META' && sk !== 'HEAD');
      await each(left, (row) => table.remove(row));
      const events = left.filter(({ sk }) => sk.startsWith('EVENT#')).length;
      const complete = left.length < MOST;
      if (complete)
        await each([...outside, key(conversationId, 'META'), key(conversationId, 'HEAD')], (row) => table.remove(row));
      return { events, others: left.length - events, complete };
    },
    async eraseNotices(agentId, conversationId) {
      const found = await logKeys(table, agentId, conversationId);
      await each(found, (row) => table.remove(row));
      return found.length;
    },
    async conversationsOf(customerId) {
      const { pk } = customerKey(customerId, '');
      return (await table.query(Row, { pk })).map(({ sk }) => sk);
    },
    async forgetCustomer(customerId, conversationId) {
      await table.remove(customerKey(customerId, conversationId));
    },
  };
}

/** Rows that are not in the conversation's partition and exist as long as it does. */
async function elsewhere(table: Table, conversationId: string): Promise<Key[]> {
  const described = await table.get(Cold, key(conversationId, 'META'));
  if (!described) return [];
  const { startedBy, sessions, customerIds } = described;
  const ended = { pk: key(conversationId, '').pk, sk: { prefix: 'SESSION#' } };
  const left = (await table.query(Row, ended)).map(({ sk }) => sk.slice('SESSION#'.length));
  const came = [...new Set([startedBy, ...Object.keys(sessions), ...left])].filter((id) => id !== '');
  return [
    ...came.map((id) => startedKey(id)),
    ...customerIds.map((customerId) => customerKey(customerId, conversationId)),
    ...(await lastAgentKeys(table, conversationId, customerIds)),
  ];
}

async function partition(
  table: Table,
  conversationId: string,
  wanted: (row: z.output<typeof Row>) => boolean,
): Promise<Key[]> {
  const found: Key[] = [];
  for await (const page of table.pages(Row, { pk: key(conversationId, 'HEAD').pk })) {
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
