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

/** What the table adds to an item, and is no part of what the item says. */
const OWN = new Set(['pk', 'sk', 'schema', 'expiresAt']);

/**
 * The shape of an item that is read, changed and written back: what a newer version has added to
 * it, at any depth, stays in it and is written with it.
 */
export function kept<S extends z.ZodType>(schema: S) {
  return z.preprocess(
    (item) => (isRecord(item) ? Object.fromEntries(Object.entries(item).filter(([name]) => !OWN.has(name))) : item),
    z.intersection(z.looseObject({}), schema),
  );
}

const Numbered = z.looseObject({ schema: z.number().default(0) });

/**
 * An item as its schema says. One that does not fit is a defect, and throws; so does one of a
 * version that is more than one ahead, and so may not run beside this one.
 */
export function read<S extends z.ZodType>(schema: S, item: unknown): z.output<S> {
  const { schema: number } = Numbered.parse(item);
  if (number > SCHEMA + 1) throw new Error(`an item of schema ${number} is too new for schema ${SCHEMA}`);
  return schema.parse(item);
}

/** An item as it is written. */
export function numbered<I extends object>(item: I): I & { schema: number } {
  return { ...item, schema: SCHEMA };
}
