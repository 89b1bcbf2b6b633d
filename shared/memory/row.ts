/**
 * A row as it is kept: its JSON, and as soon as somebody asks, what it says and what each schema
 * makes of that, made once and frozen, so that no reader can change what others read.
 */
import type * as z from 'zod';
import { bare, isKept, numbered, read } from '../rows/stored.ts';
import type { Key, Test, Values } from '../rows/table.ts';
import { checkItem } from './limits.ts';

export class Row {
  /** In bytes, for what DynamoDB would count. */
  readonly size: number;
  /** Epoch seconds. */
  readonly expiresAt: number | undefined;
  readonly #trusted: boolean;
  #json: string;
  #item: (Key & Values) | undefined;
  #read: Map<z.ZodType, unknown> | undefined;

  /**
   * `trusted`: what is read, changed and written back is not held against its schema again each
   * time, as its rows were all written by this very code.
   */
  constructor(item: Key & Values, trusted = false) {
    this.#trusted = trusted;
    this.#json = JSON.stringify(numbered(item));
    this.size = checkItem(this.#json);
    const { expiresAt } = item;
    this.expiresAt = typeof expiresAt === 'number' ? expiresAt : undefined;
  }

  get item(): Key & Values {
    if (!this.#item) {
      this.#item = this.#safe(JSON.parse(this.#json) as Key & Values);
      this.#json = '';
    }
    return this.#item;
  }

  as<S extends z.ZodType>(schema: S): z.output<S> {
    this.#read ??= new Map();
    if (!this.#read.has(schema)) this.#read.set(schema, this.#safe(this.#made(schema)));
    return this.#read.get(schema) as z.output<S>;
  }

  with(set: Values): Row {
    return new Row({ ...this.item, ...set }, this.#trusted);
  }

  /** Frozen objects are copied at a sixth of the speed. */
  #safe<T>(value: T): T {
    return this.#trusted ? value : frozen(value);
  }

  #made(schema: z.ZodType): unknown {
    return this.#trusted && isKept(schema) ? bare(this.item) : read(schema, this.item);
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
    return Object.entries(test.equal).every(
      ([name, value]) => item[name] === value || JSON.stringify(item[name]) === JSON.stringify(value),
    );
  return Object.entries(test.below).every(([name, value]) => typeof item[name] === 'number' && item[name] < value);
}

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const member of Object.values(value)) frozen(member);
  return Object.freeze(value);
}
