/**
 * The key schema of each table and index, learnt from the engine when a table is first called and
 * forgotten when it changes.
 */
import { recordOf, type Call, type Input } from '../call.ts';
import type { Ask } from '../rule.ts';
import { recordsOf, textOf } from './values.ts';

export interface Keys {
  readonly hash: string;
  readonly range: string | undefined;
}

export interface Schema {
  readonly table: Keys;
  readonly indexes: Readonly<Record<string, Keys>>;
}

export interface Schemas {
  /** What is known already. */
  of(table: string): Schema | undefined;
  /** Learns what is not known; a promise only where there is something to learn. */
  learn(tables: readonly string[], ask: Ask): Promise<void> | undefined;
  /** Forgets a table that this call makes, changes or deletes. */
  watch(call: Call): void;
}

const changes = new Set(['CreateTable', 'UpdateTable', 'DeleteTable']);

export function openSchemas(): Schemas {
  const known = new Map<string, Schema>();
  return {
    of: (table) => known.get(table),
    learn(tables, ask) {
      const unknown = tables.filter((table) => !known.has(table));
      if (unknown.length === 0) return undefined;
      const learnt = unknown.map(async (TableName) => {
        // A table that there is not is refused by the engine.
        const answer = await ask('DescribeTable', { TableName }).catch(() => undefined);
        const schema = answer && schemaOf(recordOf(answer['Table']) ?? {});
        if (schema) known.set(TableName, schema);
      });
      return Promise.all(learnt).then(() => undefined);
    },
    watch({ service, operation, input }) {
      if (service === 'dynamodb' && changes.has(operation)) known.delete(String(input['TableName']));
    },
  };
}

function schemaOf(table: Input): Schema | undefined {
  const keys = keysOf(table);
  if (!keys) return undefined;
  const indexes = [...recordsOf(table['GlobalSecondaryIndexes']), ...recordsOf(table['LocalSecondaryIndexes'])];
  const named = indexes.flatMap((index) => {
    const own = keysOf(index);
    return own ? [[String(index['IndexName']), own] as const] : [];
  });
  return { table: keys, indexes: Object.fromEntries(named) };
}

function keysOf(described: Input): Keys | undefined {
  const schema = recordsOf(described['KeySchema']);
  const named = (type: string) => textOf(schema.find(({ KeyType }) => KeyType === type)?.['AttributeName']);
  const hash = named('HASH');
  return hash === undefined ? undefined : { hash, range: named('RANGE') };
}
