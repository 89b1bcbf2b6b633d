/** Chance that can be had again: the same seed makes the same decisions. */
import { randomFrom } from '../../desk/customer/random.ts';

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
  const mixed = Array.from(stream).reduce(
    (hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 0x01000193),
    seed ^ 0x811c9dc5,
  );
  const random = randomFrom(mixed);
  return Object.assign(() => random.next(), {
    maybe: (probability: number) => random.next() < probability,
    between: (min: number, max: number) => random.between(min, max),
    oneOf: <T>(values: readonly T[]) => random.pick(values),
  });
}
