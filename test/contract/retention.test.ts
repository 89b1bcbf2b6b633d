/** A conversation of thousands of rows expires, and is erased, in as many goes as it takes. */
import { randomUUID } from 'node:crypto';
import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, expect, it } from 'vitest';
import type { Store } from '../../shared/edge/app.ts';
import { tableOf } from '../support/engines.ts';
import { engines } from '../support/ports.ts';
import { items } from '../support/table.ts';

const here = engines();
let retention: Store;
beforeAll(async () => {
  retention = (await import('../../shared/aws/ports/reader.ts')).rows.store;
});

const MANY = 2_050;

async function conversationOfMany(): Promise<string> {
  const id = randomUUID();
  const name = here.stack.resources.tableName;
  const rows = Array.from({ length: MANY }, (_, n) => ({ pk: `CONVERSATION#${id}`, sk: `MESSAGE#${n}`, seq: n }));
  for (let from = 0; from < rows.length; from += 25) {
    const puts = rows.slice(from, from + 25).map((Item) => ({ PutRequest: { Item } }));
    await tableOf(here.stack).send(new BatchWriteCommand({ RequestItems: { [name]: puts } }));
  }
  return id;
}

async function rowsOf(id: string) {
  return (await items(here.stack)).filter(({ pk }) => pk === `CONVERSATION#${id}`);
}

it('thousands of rows expire on the same day, in two goes', async () => {
  const id = await conversationOfMany();
  expect(await retention.expire(id, 86_400_000)).toBe(false);
  expect(await retention.expire(id, 86_400_000)).toBe(true);
  expect(new Set((await rowsOf(id)).map(({ expiresAt }) => expiresAt))).toEqual(new Set([86_400]));
});

it('thousands of rows are erased in two goes', async () => {
  const id = await conversationOfMany();
  expect(await retention.erase(id)).toMatchObject({ events: 0, others: 2_000, complete: false });
  expect(await retention.erase(id)).toMatchObject({ events: 0, others: 50, complete: true });
  expect(await rowsOf(id)).toEqual([]);
});
