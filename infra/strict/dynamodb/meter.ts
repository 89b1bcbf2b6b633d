/**
 * What calls to DynamoDB cost: when each ran, and the read and write units that AWS would bill, per
 * partition key.
 */
import type { Call, Input } from '../call.ts';
import type { Front } from '../front.ts';
import type { Schemas } from './schemas.ts';
import { isMetered, isWrite, sharesOf, statementsOf, unitsOf, type Units } from './units.ts';

export interface MeteredCall {
  readonly operation: string;
  readonly caller: string;
  /** Milliseconds, `performance.now()`. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly units: Units;
}

export interface Partition extends Units {
  /** The value of the partition key. */
  readonly key: string;
}

export interface Meter {
  readonly calls: readonly MeteredCall[];
  /**
   * The partitions that cost most, the hottest first; a write unit weighs as three read units, as
   * in the limits of a partition.
   */
  hottest(most: number): Partition[];
  reset(): void;
  stop(): void;
}

/**
 * What a write weighs beside a read: a partition takes 3,000 read units or 1,000 write units a
 * second.
 */
const writeWeight = 3;

/** Asked for what it consumes, whatever its caller asked. */
export const counted = ({ input }: Call): Input =>
  input['ReturnConsumedCapacity'] === undefined || input['ReturnConsumedCapacity'] === 'NONE'
    ? { ...input, ReturnConsumedCapacity: 'TOTAL' }
    : input;

export function openMeter(front: Front, schemas: Schemas): Meter {
  const calls: MeteredCall[] = [];
  const partitions = new Map<string, { read: number; write: number }>();

  const stop = front.intercept((call, pass) => {
    if (!isMetered(call)) return undefined;
    const startedAt = performance.now();
    const kind = isWrite(call) ? 'write' : 'read';
    return pass(counted(call)).then(async (answer) => {
      const { operation, caller } = call;
      const units = { read: 0, write: 0, [kind]: unitsOf(answer) };
      calls.push({ operation, caller, startedAt, endedAt: performance.now(), units });
      for (const [key, share] of sharesOf(call, await statementsOf(call, schemas), answer)) {
        const partition = partitions.get(key) ?? { read: 0, write: 0 };
        partition[kind] += share;
        partitions.set(key, partition);
      }
      return answer;
    });
  });

  return {
    calls,
    hottest: (most) =>
      [...partitions]
        .map(([key, { read, write }]) => ({ key, read, write }))
        .toSorted((a, b) => b.read + writeWeight * b.write - (a.read + writeWeight * a.write))
        .slice(0, most),
    reset() {
      calls.length = 0;
      partitions.clear();
    },
    stop,
  };
}
