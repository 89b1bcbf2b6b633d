/**
 * How close the busiest keys come to what DynamoDB takes of one key in a second: 3,000 read units
 * and 1,000 write units. Of each kind of key the hottest is remembered.
 */
import { unitsOf, type Meter } from '../../shared/memory/meter.ts';

const READS = 3_000;
const WRITES = 1_000;

export interface HotKey {
  readonly key: string;
  /** What was asked of it in its busiest second. */
  readonly readUnits: number;
  readonly writeUnits: number;
  /** Of its limit. */
  readonly share: number;
}

interface Units {
  read: number;
  write: number;
}

export class HotKeys {
  readUnits = 0;
  writeUnits = 0;
  readonly #now: () => number;
  readonly #hottest = new Map<string, HotKey>();
  #second = -1;
  /** What was asked of each key in this second. */
  #window = new Map<string, Units>();

  constructor(now: () => number) {
    this.#now = now;
  }

  readonly meter: Meter = (how, uses) => {
    const second = Math.floor(this.#now() / 1_000);
    if (second !== this.#second) this.#turn(second);
    for (const { pk, bytes } of uses) {
      const units = this.#window.get(pk) ?? { read: 0, write: 0 };
      this.#window.set(pk, units);
      const { readUnits, writeUnits } = unitsOf(how, bytes);
      units.read += readUnits;
      units.write += writeUnits;
      this.readUnits += readUnits;
      this.writeUnits += writeUnits;
    }
  };

  /** What was counted so far was no part of the day. */
  clear(): void {
    this.#window.clear();
    this.#hottest.clear();
    this.readUnits = 0;
    this.writeUnits = 0;
  }

  /** The hottest of each kind, hottest first. */
  hottest(): HotKey[] {
    this.#turn(-1);
    return [...this.#hottest.values()].toSorted((a, b) => b.share - a.share || (a.key < b.key ? -1 : 1));
  }

  #turn(second: number): void {
    for (const [key, { read, write }] of this.#window) {
      const share = Math.max(read / READS, write / WRITES);
      const kind = key.split('#', 1)[0] ?? key;
      if (share > (this.#hottest.get(kind)?.share ?? 0))
        this.#hottest.set(kind, { key, readUnits: read, writeUnits: write, share });
    }
    this.#window = new Map();
    this.#second = second;
  }
}
