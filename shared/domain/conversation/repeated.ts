/**
 * Which messages a conversation may hold already. A message leaves marks (its id, the frame that it
 * came in) in a filter of bits: what is not in it was never said, so the log is looked through for
 * a repetition only, and for one new message in a hundred.
 */
import * as z from 'zod';
import { digest } from '../routing/digest.ts';

/**
 * Two filters follow each other: when the newer is full it becomes the older, so that what is
 * stored has a bound. What is known for certain are the newest `MARKS` marks.
 */
export const Said = z.object({ marks: z.number().int(), newer: z.string(), older: z.string() });
export type Said = z.output<typeof Said>;

export const MARKS = 192;

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const LENGTH = 320;
const BITS_EACH = 6;
/** Of so many places a mark is in each: a full filter takes 8 others in 1,000 for known. */
const PLACES = 7;

/** Nothing was said. */
export const NOTHING: Said = { marks: 0, newer: '', older: '' };

/** Whatever is asked for may have been said: nobody has kept marks. */
export const ANYTHING: Said = { ...NOTHING, older: '_'.repeat(LENGTH) };

export function mayHold({ newer, older }: Said, mark: string): boolean {
  const places = placesOf(mark);
  return [newer, older].some((filter) => places.every((place) => isSet(filter, place)));
}

export function marked(said: Said, marks: readonly string[]): Said {
  return marks.reduce((before, mark) => {
    const { marks: count, newer, older } = before.marks < MARKS ? before : { ...NOTHING, older: before.newer };
    return { marks: count + 1, newer: placesOf(mark).reduce(set, newer), older };
  }, said);
}

function placesOf(mark: string): number[] {
  const bits = LENGTH * BITS_EACH;
  const [from, step] = [digest(mark, 1) % bits, digest(mark, 2) % bits];
  return Array.from({ length: PLACES }, (_, n) => (from + n * step) % bits);
}

const valueAt = (filter: string, index: number) => Math.max(0, LETTERS.indexOf(filter[index] ?? 'A'));
const bitOf = (place: number) => 1 << (place % BITS_EACH);
const indexOf = (place: number) => Math.floor(place / BITS_EACH);

function isSet(filter: string, place: number): boolean {
  return (valueAt(filter, indexOf(place)) & bitOf(place)) !== 0;
}

function set(filter: string, place: number): string {
  const whole = filter.padEnd(LENGTH, 'A');
  const index = indexOf(place);
  const letter = LETTERS[valueAt(whole, index) | bitOf(place)] ?? 'A';
  return whole.slice(0, index) + letter + whole.slice(index + 1);
}
