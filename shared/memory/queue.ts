/**
 * A queue with one consumer, as SQS has them: a message may wait, one that fails comes again later
 * and in the end lies among the dead; of a group one after the other, and the same once in five
 * minutes.
 */
import { parseJson } from '../protocol/values.ts';
import type { Clock } from './clock.ts';

const AGAIN_MS = 60_000;
const MOST_TRIES = 5;
const ONCE_MS = 5 * 60_000;

export class Queue<T> {
  readonly dead: T[] = [];
  readonly #clock: Clock;
  readonly #groupOf: ((message: T) => string) | undefined;
  /** The last that happens in a group. */
  readonly #groups = new Map<string, Promise<void>>();
  readonly #sent = new Map<string, number>();
  #consumer: ((message: T) => Promise<void>) | undefined;

  /** With `groupOf` it is FIFO. */
  constructor(clock: Clock, groupOf?: (message: T) => string) {
    this.#clock = clock;
    this.#groupOf = groupOf;
  }

  /** Who is handed the messages from now on. */
  consume(consumer: (message: T) => Promise<void>): void {
    this.#consumer = consumer;
  }

  send(message: T, at = this.#clock.now()): void {
    const body = JSON.stringify(message);
    const copy = parseJson(body) as T;
    const group = this.#groupOf?.(message);
    if (group === undefined) return this.#clock.at(at, () => this.#hand(copy, 1));
    const now = this.#clock.now();
    const before = this.#sent.get(body);
    if (before !== undefined && now - before < ONCE_MS) return;
    this.#sent.set(body, now);
    this.#clock.at(now + ONCE_MS, () => this.#sent.delete(body));
    this.#clock.at(at, () => {
      const last = (this.#groups.get(group) ?? Promise.resolve()).then(() => this.#inTurn(copy));
      this.#groups.set(group, last);
      void last.then(() => this.#groups.get(group) === last && this.#groups.delete(group));
    });
  }

  async #inTurn(message: T): Promise<void> {
    for (let tries = 1; tries <= MOST_TRIES; tries++) {
      if (await this.#taken(message)) return;
      if (tries < MOST_TRIES) await this.#clock.sleep(AGAIN_MS);
    }
    this.dead.push(message);
  }

  #hand(message: T, tries: number): void {
    void this.#taken(message).then((taken) => {
      if (taken) return;
      if (tries === MOST_TRIES) this.dead.push(message);
      else this.#clock.at(this.#clock.now() + AGAIN_MS, () => this.#hand(message, tries + 1));
    });
  }

  async #taken(message: T): Promise<boolean> {
    try {
      await this.#consumer?.(message);
      return true;
    } catch {
      return false; // whoever consumes has logged it
    }
  }
}
