/**
 * What keeps the rows in the tests of a file: DynamoDB behind the front, as in a stack, or with
 * `KEPT=memory` the maps of the small world. Both are held to the same tests (vitest.config.ts).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, expect } from 'vitest';
import type { App } from '../../shared/edge/app.ts';
import { Rows, tableOn } from '../../shared/memory/table.ts';
import { portsOn } from '../../shared/rows/ports.ts';
import type { Key, Table, Values } from '../../shared/rows/table.ts';
import { tableOf } from './engines.ts';
import { engines } from './ports.ts';
import { items } from './table.ts';

/** How the table was called: one row or several read, one row written, or several together. */
type Call = 'read' | 'write' | 'transact';

export interface Kept extends Pick<App, 'store' | 'config' | 'connections' | 'requests'> {
  readonly table: Table;
  /** Every row. */
  rows(): Promise<Record<string, unknown>[]>;
  /** Writes a row past all rules. */
  put(row: Key & Values): Promise<void>;
  calls(): Call[];
}

/** For the tests of a file. */
export function kept(): Kept {
  let made: Kept | undefined;
  const here = process.env['KEPT'] === 'memory' ? inMemory : inDynamoDb();
  beforeAll(async () => {
    made = await here();
  });
  const one = () => {
    if (!made) throw new Error('nothing is kept yet');
    return made;
  };
  return {
    get store() {
      return one().store;
    },
    get config() {
      return one().config;
    },
    get connections() {
      return one().connections;
    },
    get requests() {
      return one().requests;
    },
    get table() {
      return one().table;
    },
    rows: () => one().rows(),
    put: (row) => one().put(row),
    calls: () => one().calls(),
  };
}

async function inMemory(): Promise<Kept> {
  const calls: Call[] = [];
  const rows = new Rows(undefined, (how) => calls.push(how));
  const table = tableOn(rows);
  return {
    ...portsOn(table, () => Date.now()),
    table,
    rows: async () => rows.all(),
    put: async (row) => rows.write([{ put: row }]),
    calls: () => [...calls],
  };
}

const HOW: Record<string, Call> = {
  PutItem: 'write',
  DeleteItem: 'write',
  UpdateItem: 'write',
  TransactWriteItems: 'transact',
};

function inDynamoDb(): () => Promise<Kept> {
  const running = engines();
  return async () => {
    const { rows } = await import('../../shared/aws/ports/reader.ts');
    const { table } = await import('../../shared/aws/table.ts');
    const TableName = running.stack.resources.tableName;
    return {
      ...rows,
      table,
      rows: () => items(running.stack),
      put: async (Item) => void (await tableOf(running.stack).send(new PutCommand({ TableName, Item }))),
      calls: () => running.dynamodb.calls.map(({ operation }) => HOW[operation] ?? 'read'),
    };
  };
}

/**
 * Rows by their keys, once nothing moves any more; without answers, connections and receipts, which
 * a refusal may rightly touch.
 */
async function settled(here: Kept): Promise<Record<string, unknown>> {
  const stored = async () => {
    const rows = (await here.rows()).map((row) => [`${String(row['pk'])} / ${String(row['sk'])}`, row] as const);
    return Object.fromEntries(rows.filter(([key]) => !/^CONNECTION#| \/ (REQUEST|RECEIPT)#/.test(key)));
  };
  for (let before = await stored(); ;) {
    await sleep(process.env['KEPT'] === 'memory' ? 0 : 100);
    const after = await stored();
    if (isDeepStrictEqual(before, after)) return after;
    before = after;
  }
}

/** Nothing was stored by what happens here, and nothing was lost. */
export async function withoutTrace<T>(here: Kept, happens: () => Promise<T>): Promise<T> {
  const before = await settled(here);
  const result = await happens();
  expect(await settled(here)).toEqual(before);
  return result;
}
