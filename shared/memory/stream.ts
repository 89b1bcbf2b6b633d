/**
 * The table's stream: what has changed, a batch at a time, to each reader by itself. A batch that
 * fails comes again; nothing overtakes it.
 */
import type { Clock } from './clock.ts';
import type { Changed } from './table.ts';

const AGAIN_MS = 1_000;

export interface Reading {
  /** How long changes are collected. */
  readonly windowMs: number;
  readonly wants: (change: Changed) => boolean;
  readonly take: (changes: readonly Changed[]) => Promise<void>;
}

export class Stream {
  readonly #clock: Clock;
  readonly #readers: ((changes: readonly Changed[]) => void)[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Everything that changes from now on. */
  read({ windowMs, wants, take }: Reading): void {
    let waiting: Changed[] = [];
    let busy = false;
    const go = async () => {
      const batch = waiting;
      waiting = [];
      try {
        await take(batch);
      } catch {
        waiting = [...batch, ...waiting];
        await this.#clock.sleep(AGAIN_MS);
      }
      busy = false;
      begin();
    };
    const begin = () => {
      if (busy || waiting.length === 0) return;
      busy = true;
      this.#clock.at(this.#clock.now() + windowMs, () => void go());
    };
    this.#readers.push((changes) => {
      waiting.push(...changes.filter(wants));
      begin();
    });
  }

  readonly onChange = (changes: readonly Changed[]): void => {
    for (const reader of this.#readers) reader(changes);
  };
}
