/**
 * A table as the rows need it, whoever keeps it: DynamoDB (shared/aws) or a map (shared/memory).
 * Reads are consistent, writes name what they rely on.
 */
import type * as z from 'zod';

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** Two keys are the same where their names are. */
export const nameOf = ({ pk, sk }: Key): string => `${pk.length} ${pk} ${sk}`;

/** Each key once. */
export function distinct(keys: readonly Key[]): Key[] {
  return [...new Map(keys.map((key) => [nameOf(key), key])).values()];
}

export type Values = Readonly<Record<string, unknown>>;

/** What must be so of the item that is there now. One that is not there has no attributes. */
export type Test =
  | { readonly exists: boolean }
  | { readonly has: string }
  | { readonly equal: Values }
  | { readonly below: Readonly<Record<string, number>> }
  | { readonly any: readonly Test[] };

export interface Condition {
  readonly test: Test;
  /** What a failure of this condition means. Default: a `Conflict`. */
  readonly otherwise?: () => Error;
}

/** One write of a change. Several are written all or not at all. */
export type Write =
  { readonly put: Key & Values; readonly where?: Condition } | { readonly delete: Key; readonly where?: Condition };

export interface Range {
  readonly pk: string;
  /**
   * Sort keys that begin with `prefix`, or from `from` to `to` (both included), or behind `after`.
   * Missing: the whole partition. None may be empty.
   */
  readonly sk?:
    { readonly prefix: string } | { readonly from: string; readonly to: string } | { readonly after: string };
  readonly limit?: number;
  readonly newestFirst?: boolean;
}

/** A change that depends on what is there, and so on no reading of it. */
export interface Addition {
  readonly set: Values;
  readonly add: Readonly<Record<string, number>>;
}

export interface Table {
  /** An item, or null. */
  get<S extends z.ZodType>(schema: S, key: Key): Promise<z.output<S> | null>;
  /** Those of the items that exist, each once however often it is asked for, in no order. */
  getMany<S extends z.ZodType>(schema: S, keys: readonly Key[]): Promise<z.output<S>[]>;
  /**
   * Items of one partition, in the order of the UTF-8 bytes of their sort keys, a page of at most 1
   * MB at a time.
   */
  pages<S extends z.ZodType>(schema: S, range: Range): AsyncIterable<z.output<S>[]>;
  /** The whole range, or its first page where a limit is given. */
  query<S extends z.ZodType>(schema: S, range: Range): Promise<z.output<S>[]>;
  /**
   * Writes all or nothing; a condition that does not hold, or a lost race, throws what the
   * condition says, else a `Conflict`.
   */
  write(writes: readonly Write[]): Promise<void>;
  /** Deletes an item. False if there was none. */
  remove(key: Key): Promise<boolean>;
  /**
   * Changes some attributes of an item, or makes it where there is none. False if the test failed.
   */
  update(key: Key, change: { set: Values }, where: Test): Promise<boolean>;
  /**
   * Changes some attributes of an item and adds to others (nothing is 0). The item as it is then;
   * null if the test failed.
   */
  add<S extends z.ZodType>(schema: S, key: Key, change: Addition, where: Test): Promise<z.output<S> | null>;
}

/** The item does not exist yet. */
export function absent(otherwise?: () => Error): Condition {
  return { test: { exists: false }, ...(otherwise ? { otherwise } : {}) };
}

/** The item is still the one that was read; version 0 is an item that did not exist. */
export function unchanged(version: number): Condition {
  return version === 0 ? absent() : { test: { equal: { version } } };
}

/**
 * Seconds since the epoch, for the attribute `expiresAt` by which DynamoDB deletes an item some
 * time later.
 */
export function expiry(at: number, afterSeconds: number): number {
  return Math.ceil(at / 1000) + afterSeconds;
}
