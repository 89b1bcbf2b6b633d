/**
 * What DynamoDB would count of each call: read units of 4 KB (consistent), write units of 1 KB
 * (twice in a transaction), by partition.
 */

export interface Use {
  readonly pk: string;
  readonly bytes: number;
}

type How = 'read' | 'write' | 'transact';
export type Meter = (how: How, uses: readonly Use[]) => void;

/** The units of one item. */
export function unitsOf(how: How, bytes: number): { readUnits: number; writeUnits: number } {
  const units = Math.max(1, Math.ceil(bytes / (how === 'read' ? 4096 : 1024)));
  return how === 'read'
    ? { readUnits: units, writeUnits: 0 }
    : { readUnits: 0, writeUnits: how === 'transact' ? 2 * units : units };
}

export interface Counted {
  calls: number;
  readUnits: number;
  writeUnits: number;
}

/** Counts all calls together, and the units of each partition. */
export class Book {
  readonly total: Counted = { calls: 0, readUnits: 0, writeUnits: 0 };
  readonly partitions = new Map<string, Counted>();

  readonly meter: Meter = (how, uses) => {
    this.total.calls += 1;
    for (const { pk, bytes } of uses) {
      const counted = this.partitions.get(pk) ?? { calls: 0, readUnits: 0, writeUnits: 0 };
      this.partitions.set(pk, counted);
      counted.calls += 1;
      const { readUnits, writeUnits } = unitsOf(how, bytes);
      for (const one of [counted, this.total]) {
        one.readUnits += readUnits;
        one.writeUnits += writeUnits;
      }
    }
  };
}
