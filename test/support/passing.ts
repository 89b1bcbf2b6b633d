/**
 * Time in the small world: it stands still while anything moves, and jumps to what is due next as
 * soon as somebody waits for what does not come by itself.
 */
import type { VirtualClock } from '../../shared/memory/clock.ts';

/**
 * How often nothing must have moved before all is at rest: streams hand on what they have in
 * several turns.
 */
const QUIET_TURNS = 3;

interface Waiter {
  readonly done: () => boolean;
  readonly until: number;
  readonly end: (done: boolean) => void;
}

export class Passing {
  readonly clock: VirtualClock;
  #busy = 0;
  #moves = 0;
  #going = false;
  readonly #waiters = new Set<Waiter>();

  constructor(clock: VirtualClock) {
    this.clock = clock;
  }

  /** Something has been handed on: not at rest yet. */
  readonly moved = (): void => {
    this.#moves += 1;
  };

  /** Work outside of this thread's promises, such as cryptography. */
  readonly busy = async <T>(work: Promise<T>): Promise<T> => {
    this.#busy += 1;
    try {
      return await work;
    } finally {
      this.#busy -= 1;
      this.#moves += 1;
    }
  };

  /** True as soon as it is so; false where it is not so after that long. */
  until(done: () => boolean, ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      this.#waiters.add({ done, until: this.clock.now() + ms, end: resolve });
      if (!this.#going) void this.#go();
    });
  }

  async passes(ms: number): Promise<void> {
    await this.until(() => false, ms);
  }

  /** Lets time pass for as long as this is not settled. */
  async during<T>(work: Promise<T>): Promise<T> {
    let settled = false;
    const settle = () => {
      settled = true;
      this.moved();
    };
    work.then(settle, settle);
    await this.until(() => settled, Infinity);
    return work;
  }

  async #go(): Promise<void> {
    this.#going = true;
    for (;;) {
      await this.#rest();
      const over = [...this.#waiters].filter(({ done }) => done());
      if (over.length > 0) {
        this.clock.tick(); // who does one thing after the other does them at different instants
        this.#end(over, true);
        await this.#rest(); // whoever waited goes on, before anything else happens
        await this.clock.runUntil(this.clock.now()); // then what is due, however busy they are
        continue;
      }
      if (this.#waiters.size === 0) break;
      const soonest = Math.min(...[...this.#waiters].map(({ until }) => until));
      const next = this.clock.next();
      if (next !== null && next <= soonest) await this.clock.jump();
      else {
        if (Number.isFinite(soonest)) await this.clock.runUntil(soonest);
        this.#end([...this.#waiters].filter(({ until }) => until === soonest), false); // prettier-ignore
      }
    }
    this.#going = false;
  }

  #end(waiters: readonly Waiter[], done: boolean): void {
    for (const waiter of waiters) {
      this.#waiters.delete(waiter);
      waiter.end(done);
    }
  }

  async #rest(): Promise<void> {
    for (let quiet = 0, before = -1; quiet < QUIET_TURNS;) {
      await new Promise((resolve) => setImmediate(resolve));
      const now = this.#moves;
      quiet = now === before && this.#busy === 0 ? quiet + 1 : 0;
      before = now;
    }
  }
}
