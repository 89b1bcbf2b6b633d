/**
 * Who comes with the traffic, and all that they will do. The same seed brings the same customers;
 * when they come is the rate's business.
 */
import type { Arrival } from './customer.ts';
import type { Random } from './random.ts';
import { NAMES, OPENINGS, SAMPLES, SENTENCES } from './samples.ts';

export interface TrafficSettings {
  /** Customers in a minute. */
  readonly rate: number;
  readonly seed: number;
  /** The ids of queues, and the names of channels. */
  readonly queues: readonly string[];
  readonly channels: readonly string[];
}

/** What somebody says, so long after what they said before: a text, or one of the samples. */
type Words = { readonly afterMs: number } & ({ readonly text: string } | { readonly sample: string });

export interface Life {
  readonly arrival: Arrival;
  readonly words: readonly Words[];
  /** How long they stay after the last word. */
  readonly staysMs: number;
}

export function lifeFrom(random: Random, { queues, channels }: Pick<TrafficSettings, 'queues' | 'channels'>): Life {
  const arrival = { name: random.pick(NAMES), channel: random.pick(channels), to: { queue: random.pick(queues) } };
  const first: Words = { afterMs: 0, text: random.pick(OPENINGS) };
  const more = Array.from({ length: random.between(1, 6) }, (): Words => {
    const afterMs = random.between(2_000, 12_000);
    if (random.next() < 0.15) return { afterMs, sample: random.pick(Object.keys(SAMPLES)) };
    return { afterMs, text: random.pick(SENTENCES) };
  });
  return { arrival, words: [first, ...more], staysMs: random.between(5_000, 30_000) };
}
