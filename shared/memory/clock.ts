/**
 * Time, as far as the small world has it: what is due when. The virtual clock jumps to the next
 * instant at which something is; the real one waits for it.
 */
import { setTimeout as wait } from 'node:timers/promises';

export interface Clock {
  now(): number;
  /**
   * Has something happen at an instant, or as soon as can be; of the same instant in the order in
   * which it was asked for.
   */
  at(instant: number, happens: () => unknown): void;
  sleep(ms: number): Promise<void>;
}

interface Due {
  readonly instant: number;
  readonly turn: number;
  readonly happens: () => unknown;
}

export class VirtualClock implements Clock {
  #now: number;
  #turn = 0;
  /** A heap: the next is first. */
  readonly #due: Due[] = [];

  constructor(now = Date.UTC(2030, 0, 1, 8)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  at(instant: number, happens: () => unknown): void {
    this.#push({ instant: Math.ceil(instant), turn: this.#turn++, happens }); // whole milliseconds, as everywhere
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.at(this.#now + ms, resolve));
  }

  /** A millisecond goes by. What is due by then happens with the next jump. */
  tick(): void {
    this.#now += 1;
  }

  /** When something is due next; null: never. */
  next(): number | null {
    return this.#due[0]?.instant ?? null;
  }

  /**
   * Goes to the next instant, has happen what is due first, and waits until all that this set going
   * has come to rest. False: nothing is due.
   */
  async jump(): Promise<boolean> {
    await rest();
    return this.#step();
  }

  /** Everything until then happens, and then it is then. */
  async runUntil(instant: number): Promise<void> {
    await rest();
    for (let next = this.next(); next !== null && next <= instant; next = this.next()) await this.#step();
    this.#now = Math.max(this.#now, instant);
  }

  async #step(): Promise<boolean> {
    const due = this.#pop();
    if (!due) return false;
    this.#now = Math.max(this.#now, due.instant);
    due.happens();
    await rest();
    return true;
  }

  /**
   * As `runUntil`, for those who have much to do: what is due at one instant begins together, as it
   * does in a world of many machines.
   */
  async rushUntil(instant: number): Promise<void> {
    await rest();
    for (let next = this.next(); next !== null && next <= instant; next = this.next()) {
      this.#now = Math.max(this.#now, next);
      for (; next !== null && next <= this.#now; next = this.next()) this.#pop()?.happens();
      await settled();
    }
    this.#now = Math.max(this.#now, instant);
  }

  #push(due: Due): void {
    const heap = this.#due;
    let at = heap.push(due) - 1;
    while (at > 0) {
      const above = (at - 1) >>> 1;
      const other = heap[above];
      if (!other || !sooner(due, other)) break;
      heap[at] = other;
      at = above;
    }
    heap[at] = due;
  }

  #pop(): Due | undefined {
    const heap = this.#due;
    const first = heap[0];
    const last = heap.pop();
    if (!first || !last || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let next = 2 * at + 1;
      let least = heap[next];
      const right = heap[next + 1];
      if (least && right && sooner(right, least)) {
        least = right;
        next += 1;
      }
      if (!least || !sooner(least, last)) break;
      heap[at] = least;
      at = next;
    }
    heap[at] = last;
    return first;
  }
}

function sooner(one: Due, other: Due): boolean {
  return one.instant < other.instant || (one.instant === other.instant && one.turn < other.turn);
}

/** Everything that waits for nothing but promises has run. No turn of the event loop is needed. */
export function settled(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}

/** The same, and the event loop has turned: what has come from outside has been heard. */
export function rest(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The clock on the wall. `stop` forgets what is due. */
export class RealClock implements Clock {
  readonly #timers = new Set<NodeJS.Timeout>();

  now(): number {
    return Date.now();
  }

  at(instant: number, happens: () => unknown): void {
    const left = instant - this.now();
    const again = left > LONGEST_MS; // Node's timers know no more than 24 days
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        if (again) this.at(instant, happens);
        else happens();
      },
      Math.min(LONGEST_MS, Math.max(0, left)),
    );
    this.#timers.add(timer);
  }

  async sleep(ms: number): Promise<void> {
    await wait(ms);
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}

const LONGEST_MS = 2 ** 31 - 1;
