/**
 * A row as it is kept: its JSON, and what each schema makes of it, made once and frozen, so that no
 * reader can change what others read.
 */
import type * as z from 'zod';
import { isRecord } from '../protocol/values.ts';
import { numbered, read } from '../rows/stored.ts';
import type { Key, Test, Values } from '../rows/table.ts';
import { checkItem } from './limits.ts';

export class Row {
  /** In bytes, for what DynamoDB would count. */
  readonly size: number;
  readonly item: Key & Values;
  readonly #read = new Map<z.ZodType, unknown>();

  constructor(item: Key & Values) {
    const json = JSON.stringify(numbered(item));
    this.size = checkItem(json);
    this.item = frozen(JSON.parse(json) as Key & Values);
  }

  as<S extends z.ZodType>(schema: S): z.output<S> {
    if (!this.#read.has(schema)) this.#read.set(schema, frozen(read(schema, this.item)));
    return this.#read.get(schema) as z.output<S>;
  }

  with(set: Values): Row {
    return new Row({ ...this.item, ...set });
  }
}

/** Whether a test holds of the row that is there, if any. */
export function holds(test: Test, row: Row | undefined): boolean {
  if ('exists' in test) return test.exists === (row !== undefined);
  if ('any' in test) return test.any.some((one) => holds(one, row));
  if (!row) return false;
  const { item } = row;
  if ('has' in test) return item[test.has] !== undefined;
  if ('equal' in test)
    return Object.entries(test.equal).every(([name, value]) => JSON.stringify(item[name]) === JSON.stringify(value));
  return Object.entries(test.below).every(([name, value]) => typeof item[name] === 'number' && item[name] < value);
}

function frozen<T>(value: T): T {
  if (Array.isArray(value)) value.forEach(frozen);
  else if (isRecord(value)) Object.values(value).forEach(frozen);
  return Object.freeze(value);
}
