/**
 * What every stored item has beside what it says: the number of its shape, so that versions of the
 * manager can follow each other.
 */
import * as z from 'zod';
import { isRecord } from '../protocol/values.ts';

/**
 * The number of the shapes that this code writes, in every item as `schema`; an item without it is
 * 0. When it grows, and what may run beside what, is in ARCHITECTURE.md, "Stored shapes".
 */
export const SCHEMA = 1;

/**
 * The shape of an item that is read, changed and written back: what a newer version has added to
 * it, at any depth, stays in it and is written with it.
 */
export function kept<S extends z.ZodType>(schema: S) {
  const whole = z.preprocess((item) => (isRecord(item) ? bare(item) : item), z.intersection(z.looseObject({}), schema));
  wholes.add(whole);
  return whole;
}

const wholes = new WeakSet<z.ZodType>();

/**
 * Whether such a schema makes of an item that it was made for no more than the item without what
 * the table adds (`bare`).
 */
export function isKept(schema: z.ZodType): boolean {
  return wholes.has(schema);
}

/** Without what the table adds to an item, and is no part of what the item says. */
export function bare(item: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { pk: _pk, sk: _sk, schema: _schema, expiresAt: _expiresAt, ...says } = item;
  return says;
}

/**
 * An item as its schema says. One that does not fit is a defect, and throws; so does one of a
 * version that is more than one ahead, and so may not run beside this one.
 */
export function read<S extends z.ZodType>(schema: S, item: unknown): z.output<S> {
  const number = isRecord(item) ? (item['schema'] ?? 0) : 0;
  if (typeof number !== 'number') throw new Error('the schema of an item is no number');
  if (number > SCHEMA + 1) throw new Error(`an item of schema ${number} is too new for schema ${SCHEMA}`);
  return schema.parse(item);
}

/** An item as it is written. */
export function numbered<I extends object>(item: I): I & { schema: number } {
  return { ...item, schema: SCHEMA };
}
