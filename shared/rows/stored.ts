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
  const whole = z.unknown().transform((item, { issues }): z.output<S> => {
    const said = isRecord(item) ? bare(item) : item;
    const { data, error } = schema.safeParse(said);
    for (const { path, message } of error?.issues ?? [])
      issues.push({ code: 'custom', path: [...path], message, input: said });
    return withUnknown(said, data) as z.output<S>;
  });
  wholes.add(whole);
  return whole;
}

/** What is known of it, and with it what is not. */
function withUnknown(said: unknown, known: unknown): unknown {
  if (Array.isArray(said) && Array.isArray(known)) {
    const all = known.map((member, index) => withUnknown(said[index], member));
    return all.every((member, index) => member === known[index]) ? known : all;
  }
  if (!isRecord(said) || !isRecord(known)) return known;
  let all = known;
  for (const [name, member] of Object.entries(said)) {
    const whole = name in known ? withUnknown(member, known[name]) : member;
    if (whole !== known[name])
      all = all === known ? { ...known, [name]: whole } : Object.assign(all, { [name]: whole });
  }
  return all;
}

const wholes = new WeakSet<z.ZodType>();

/**
 * Whether such a schema makes of an item that it was made for no more than the item without what
 * the table adds (`bare`).
 */
export function isKept(schema: z.ZodType): boolean {
  return wholes.has(schema);
}

export function bare(item: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(item).filter(([name]) => !OWN.has(name)));
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
