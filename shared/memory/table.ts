/**
 * The table in memory: partitions whose rows are in the order of their sort keys, and writes that
 * are all done or none.
 */
import type * as z from 'zod';
import { Conflict } from '../edge/app.ts';
import {
  distinct,
  type Addition,
  type Key,
  type Range,
  type Table,
  type Test,
  type Values,
  type Write,
} from '../rows/table.ts';
import { plainly, type Around, type Call } from './call.ts';
import { checkKey, checkPlace, checkRange, checkTransaction } from './limits.ts';
import type { Meter } from './meter.ts';
import { placeOf } from './order.ts';
import { holds, Row } from './row.ts';

const PAGE_BYTES = 1024 * 1024;
const BATCH = 100;

/** A row that was written, or (null) deleted. What it says is read where somebody asks. */
export class Changed implements Key {
  readonly pk: string;
  readonly sk: string;
  readonly #row: Row | null;

  constructor({ pk, sk }: Key, row: Row | null) {
    this.pk = pk;
    this.sk = sk;
    this.#row = row;
  }

  get deleted(): boolean {
    return this.#row === null;
  }

  get item(): (Key & Values) | null {
    return this.#row?.item ?? null;
  }

  /** As a schema says it; null: deleted. */
  as<S extends z.ZodType>(schema: S): z.output<S> | null {
    return this.#row ? this.#row.as(schema) : null;
  }
}

interface Partition {
  readonly rows: Map<string, Row>;
  readonly order: string[];
}

export class Rows {
  readonly #partitions = new Map<string, Partition>();
  /** Which rows may expire in which minute, since the epoch. */
  readonly #expiring = new Map<number, Key[]>();
  readonly #onChange: (changes: readonly Changed[]) => void;
  readonly #meter: Meter | undefined;
  readonly #trusted: boolean;

  constructor(onChange: (changes: readonly Changed[]) => void = () => {}, meter?: Meter, trusted = false) {
    this.#onChange = onChange;
    this.#meter = meter;
    this.#trusted = trusted;
  }

  get(key: Key): Row | undefined {
    checkKey(key);
    const row = this.#partitions.get(key.pk)?.rows.get(key.sk);
    this.#meter?.('read', [{ pk: key.pk, bytes: row?.size ?? 0 }]);
    return row;
  }

  getMany(keys: readonly Key[]): Row[] {
    return keys.flatMap((key) => this.get(key) ?? []);
  }

  /**
   * A page: at most a megabyte, and at most as many rows as are asked for; `next` is where it goes
   * on.
   */
  page(range: Range, start?: string): { rows: Row[]; next: string | undefined } {
    checkRange(range);
    const { order, rows } = this.#partitions.get(range.pk) ?? { order: [], rows: new Map<string, Row>() };
    const [from, to] = bounds(range, order);
    const found: Row[] = [];
    const step = range.newestFirst ? -1 : 1;
    let at = range.newestFirst ? to - 1 : from;
    if (start !== undefined) {
      const place = placeOf(start, order);
      at = range.newestFirst ? place - 1 : place + (order[place] === start ? 1 : 0);
    }
    let bytes = 0;
    let last: string | undefined;
    for (; at >= from && at < to; at += step) {
      if (bytes >= PAGE_BYTES || (range.limit && found.length >= range.limit)) break;
      const sk = order[at] ?? '';
      const row = rows.get(sk);
      if (!row) continue;
      found.push(row);
      bytes += row.size;
      last = sk;
    }
    this.#meter?.('read', [{ pk: range.pk, bytes }]);
    return { rows: found, next: at >= from && at < to ? last : undefined };
  }

  write(writes: readonly Write[]): void {
    const made = writes.map((write) => ('put' in write ? new Row(write.put, this.#trusted) : null));
    const keys = writes.map((write) => ('put' in write ? write.put : write.delete));
    for (const write of writes) {
      if ('put' in write) checkPlace(write.put);
      else checkKey(write.delete);
    }
    if (writes.length > 1)
      checkTransaction(
        keys,
        made.reduce((sum, row) => sum + (row?.size ?? 0), 0),
      );
    const failed = writes.filter(
      ({ where }, index) => where && !holds(where.test, this.#at(keys[index] ?? { pk: '', sk: '' })),
    );
    if (failed.length > 0) {
      const meaning = failed.find(({ where }) => where?.otherwise)?.where?.otherwise;
      throw meaning ? meaning() : new Conflict('others were quicker');
    }
    this.#apply(
      keys.map(({ pk, sk }, index) => ({ pk, sk, row: made[index] ?? null })),
      writes.length > 1 ? 'transact' : 'write',
    );
  }

  remove(key: Key): boolean {
    checkKey(key);
    const there = this.#at(key) !== undefined;
    this.#apply([{ ...key, row: null }], 'write');
    return there;
  }

  /** The row as it is then; null if the test failed. */
  update(key: Key, { set, add }: Addition, test: Test): Row | null {
    checkKey(key);
    const row = this.#at(key);
    if (!holds(test, row)) return null;
    const sums = Object.entries(add).map(([name, more]) => [name, Number(row?.item[name] ?? 0) + more]);
    const change: Values = { ...set, ...Object.fromEntries(sums) };
    const now = row ? row.with(change) : new Row({ ...key, ...change }, this.#trusted);
    this.#apply([{ ...key, row: now }], 'write');
    return now;
  }

  /** Rows of a partition that nobody will ask for again are thrown away; no change is told. */
  forget(pk: string): void {
    this.#partitions.delete(pk);
  }

  /** Every row, for whoever looks at the whole. */
  all(): (Key & Values)[] {
    return [...this.#partitions.values()].flatMap(({ rows }) => [...rows.values()].map(({ item }) => item));
  }

  /** Deletes what has expired, as DynamoDB does by itself some time later. */
  expire(at: number): void {
    const over: Key[] = [];
    for (const [minute, keys] of this.#expiring) {
      if (minute * 60_000 > at) continue;
      const left = keys.filter((key) => {
        const expiresAt = this.#at(key)?.expiresAt;
        if (expiresAt === undefined || minuteOf(expiresAt) !== minute) return false;
        if (expiresAt * 1000 > at) return true;
        over.push(key);
        return false;
      });
      if (left.length > 0) this.#expiring.set(minute, left);
      else this.#expiring.delete(minute);
    }
    const changes = distinct(over).map(({ pk, sk }) => ({ pk, sk, row: null }));
    if (changes.length > 0) this.#apply(changes, 'expire');
  }

  /** The same rows in a table of its own, at no more than the price of its keys. */
  copyInto(other: Rows): void {
    for (const [pk, { rows, order }] of this.#partitions)
      other.#partitions.set(pk, { rows: new Map(rows), order: [...order] });
    for (const [minute, keys] of this.#expiring) other.#expiring.set(minute, [...keys]);
  }

  #at({ pk, sk }: Key): Row | undefined {
    return this.#partitions.get(pk)?.rows.get(sk);
  }

  #apply(changes: readonly { pk: string; sk: string; row: Row | null }[], how: 'write' | 'transact' | 'expire'): void {
    const before = changes.map(({ pk, sk, row }) => this.#set(pk, sk, row));
    if (how !== 'expire')
      this.#meter?.(
        how,
        changes.map(({ pk, row }, index) => ({ pk, bytes: Math.max(row?.size ?? 0, before[index]?.size ?? 0) })),
      );
    const seen = changes.filter(({ row }, index) => row ?? before[index]);
    if (seen.length > 0) this.#onChange(seen.map((change) => new Changed(change, change.row)));
  }

  /** The row that was there. */
  #set(pk: string, sk: string, row: Row | null): Row | undefined {
    let partition = this.#partitions.get(pk);
    const before = partition?.rows.get(sk);
    if (row) {
      if (!partition) this.#partitions.set(pk, (partition = { rows: new Map(), order: [] }));
      partition.rows.set(sk, row);
      if (!before) partition.order.splice(placeOf(sk, partition.order), 0, sk);
      if (row.expiresAt !== undefined) this.#expires({ pk, sk }, row.expiresAt);
    } else if (partition && before) {
      partition.rows.delete(sk);
      partition.order.splice(placeOf(sk, partition.order), 1);
      if (partition.order.length === 0) this.#partitions.delete(pk);
    }
    return before;
  }

  #expires(key: Key, expiresAt: number): void {
    const minute = minuteOf(expiresAt);
    const keys = this.#expiring.get(minute);
    if (keys) keys.push(key);
    else this.#expiring.set(minute, [key]);
  }
}

function minuteOf(expiresAt: number): number {
  return Math.floor(expiresAt / 60);
}

/** From where to where a range goes in a partition's order. */
function bounds({ sk }: Range, order: readonly string[]): [from: number, to: number] {
  if (!sk) return [0, order.length];
  if ('after' in sk) {
    const place = placeOf(sk.after, order);
    return [order[place] === sk.after ? place + 1 : place, order.length];
  }
  if ('from' in sk) {
    const end = placeOf(sk.to, order);
    return [placeOf(sk.from, order), order[end] === sk.to ? end + 1 : end];
  }
  const from = placeOf(sk.prefix, order);
  let to = from;
  while (order[to]?.startsWith(sk.prefix)) to += 1;
  return [from, to];
}

function named({ pk, sk }: Key): string {
  return `${pk} / ${sk}`;
}

/** The rows as the port that everything is written on, with something around each call. */
export function tableOn(rows: Rows, around: Around = plainly): Table {
  const calling = <T>(does: string, about: string, run: () => T): Promise<T> => {
    const call: Call = { port: 'table', does, about };
    return around(call, async () => run());
  };
  async function* pages<S extends z.ZodType>(schema: S, range: Range): AsyncGenerator<z.output<S>[]> {
    let start: string | undefined;
    do {
      const page = await calling('query', range.pk, () => rows.page(range, start));
      if (page.rows.length > 0) yield page.rows.map((row) => row.as(schema));
      start = page.next;
    } while (start !== undefined);
  }
  return {
    async get(schema, key) {
      const row = await calling('get', named(key), () => rows.get(key));
      return row ? row.as(schema) : null;
    },
    async getMany(schema, keys) {
      const each = distinct(keys);
      const found = [];
      for (let from = 0; from < each.length; from += BATCH) {
        const batch = each.slice(from, from + BATCH);
        found.push(...(await calling('getMany', batch[0]?.pk ?? '', () => rows.getMany(batch))));
      }
      return found.map((row) => row.as(schema));
    },
    pages,
    async query(schema, range) {
      const items = [];
      for await (const page of pages(schema, range)) {
        items.push(...page);
        if (range.limit && items.length >= range.limit) return items.slice(0, range.limit);
      }
      return items;
    },
    async write(writes) {
      const [first] = writes;
      if (!first) return;
      await calling('write', named('put' in first ? first.put : first.delete), () => rows.write(writes));
    },
    remove: (key) => calling('remove', named(key), () => rows.remove(key)),
    update: (key, { set }, where) =>
      calling('update', named(key), () => rows.update(key, { set, add: {} }, where) !== null),
    async add(schema, key, change, where) {
      const row = await calling('update', named(key), () => rows.update(key, change, where));
      return row && row.as(schema);
    },
  };
}
