/** A conversation of thousands of rows expires, and is erased, in as many goes as it takes. */
import { randomUUID } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import type { Store } from '../../shared/edge/app.ts';
import { kept } from '../support/kept.ts';

const here = kept();
let retention: Store;
beforeAll(() => {
  retention = here.store;
});

const MANY = 2_050;

async function conversationOfMany(): Promise<string> {
  const id = randomUUID();
  const rows = Array.from({ length: MANY }, (_, n) => ({
    put: { pk: `CONVERSATION#${id}`, sk: `MESSAGE#${n}`, seq: n },
  }));
  for (let from = 0; from < rows.length; from += 100) await here.table.write(rows.slice(from, from + 100));
  return id;
}

async function rowsOf(id: string) {
  return (await here.rows()).filter(({ pk }) => pk === `CONVERSATION#${id}`);
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
