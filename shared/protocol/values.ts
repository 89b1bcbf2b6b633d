/**
 * The small values that payloads are built of: how long each may be, and what "missing" means.
 * Nothing here knows an event.
 */
import * as z from 'zod';
import { bytesInText } from './bytes.ts';
import { onWire } from './wire.ts';

/**
 * A text that may name a member of an object: not one of the dozen names that every object has
 * already, such as `constructor`.
 */
export const MemberName = z
  .string()
  .min(1)
  .refine((name) => !(name in Object.prototype), { error: 'Expected another name' });

/**
 * An opaque identifier: 1 to 256 characters, an emoji counting as two. That is 768 bytes at most,
 * so that it fits into a sort key (1,024 bytes) beside what stands before it there. Nothing may be
 * read out of it.
 */
export const Id = MemberName.refine((id) => id.length <= 256, { error: 'Expected at most 256 characters' }).meta({
  maxLength: 256,
});

/** A name, a reason, a title: at most 256 characters. */
export const ShortText = z.string().max(256);

/**
 * A note to a colleague or about a conversation: at most 4,000 characters, and 10,000 bytes as a
 * text in a frame, which may hold it twice.
 */
export const Note = z
  .string()
  .max(4_000)
  .refine((note) => bytesInText(note) <= 10_000, { error: 'Expected at most 10,000 bytes, as a text in a frame' });

/**
 * What somebody wrote: never more than 65,536 characters, and as a rule less, because its event has
 * `MAX_EVENT_BYTES`.
 */
export const Text = z.string().max(65_536);

/**
 * An instant as it leaves us: epoch milliseconds. Seconds are caught, because they would lie before
 * 1973.
 */
export const EpochMs = z.number().int().min(1e11).max(1e14);

/**
 * An instant as it may come in: epoch milliseconds, or ISO 8601 with an offset. The output is epoch
 * milliseconds.
 */
export const Instant = z
  .union([z.number().int().min(0).max(1e14), z.iso.datetime({ offset: true, error: 'Expected an instant' })])
  .transform((at) => (typeof at === 'number' ? at : Date.parse(at)))
  .apply(onWire({ becomes: z.number().int().min(0) }));

/** A list of things that nobody here looks into. */
export const Opaque = z.array(z.unknown()).max(1_000);

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * null is the same as missing: the members of an object that are null are left out. Anything else
 * is returned as it is.
 */
export function withoutNulls(value: unknown): unknown {
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null));
}

/** How deep a JSON value may be nested. The table keeps 32 levels, and some of them are ours. */
const MAX_LEVELS = 24;

const TO_TAME = /__proto__|constructor|\\u/;

/**
 * The JSON value of a text, or undefined where it is none (no JSON text stands for undefined) or
 * could not be kept: nested too deeply, or with a number beyond 1e126. Members called `__proto__`
 * and `constructor` are dropped, half a character becomes U+FFFD.
 */
export function parseJson(text: string): unknown {
  try {
    const value: unknown = TO_TAME.test(text) ? JSON.parse(text, tame) : JSON.parse(text);
    return keepable(value, MAX_LEVELS) ? value : undefined;
  } catch {
    return undefined;
  }
}

function tame(key: string, value: unknown): unknown {
  if (key === '__proto__' || key === 'constructor') return undefined;
  return typeof value === 'string' ? value.toWellFormed() : value;
}

function keepable(value: unknown, levels: number): boolean {
  if (typeof value === 'number') return value === 0 || (Math.abs(value) < 1e126 && Math.abs(value) >= 1e-130);
  if (typeof value !== 'object' || value === null) return true;
  if (levels === 0) return false;
  return Object.entries(value).every(([key, member]) => key.isWellFormed() && keepable(member, levels - 1));
}

/** The first fault of a refused payload as `path: what is wrong`, for the `msg` of an error. */
export function explain(error: z.ZodError): string {
  const [issue] = error.issues;
  if (!issue) return 'The payload is not valid';
  return `${issue.path.map(String).join('.') || 'data'}: ${issue.message}`;
}
