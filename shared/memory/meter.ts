/**
 * What DynamoDB would count of each call: read units of 4 KB (consistent), write units of 1 KB
 * (twice in a transaction), by partition.
 */

export interface Use {
  readonly pk: string;
  readonly bytes: number;
}

export type Meter = (how: 'read' | 'write' | 'transact', uses: readonly Use[]) => void;

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
      const units = how === 'read' ? Math.max(1, Math.ceil(bytes / 4096)) : Math.max(1, Math.ceil(bytes / 1024));
      for (const one of [counted, this.total]) {
        if (how === 'read') one.readUnits += units;
        else one.writeUnits += how === 'transact' ? 2 * units : units;
      }
    }
  };
}
