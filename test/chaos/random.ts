/** Chance that can be had again: the same seed makes the same decisions. */

export interface Chance {
  /** From 0 up to 1. */
  (): number;
  /** Is it so, with this probability? */
  maybe(probability: number): boolean;
  /** A whole number between. */
  between(min: number, max: number): number;
  oneOf<T>(values: readonly T[]): T;
}

/** Of each `stream` its own, so that one does not depend on when the other decides. */
export function chance(seed: number, stream: string): Chance {
  let state = Array.from(stream).reduce(
    (hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 0x01000193),
    seed ^ 0x811c9dc5,
  );
  const next = () => {
    state = (state + 0x6d2b79f5) | 0; // mulberry32
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const between = (min: number, max: number) => min + Math.floor(next() * (max - min + 1));
  return Object.assign(next, {
    maybe: (probability: number) => next() < probability,
    between,
    oneOf: <T>(values: readonly T[]): T => values[between(0, values.length - 1)] as T,
  });
}
