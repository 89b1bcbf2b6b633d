/** The database as a test sees it: what it costs, and what can be done to it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Front } from '../front.ts';
import { strikeBySeed, type Chances, type Chaos } from './faults.ts';
import { limitKeys, type KeyLimiter, type KeyLimits } from './limits.ts';
import { openMeter, type Meter } from './meter.ts';
import type { Schemas } from './schemas.ts';
import { isMetered } from './units.ts';

export interface Database {
  /** Counts from now on. */
  meter(): Meter;
  faults: {
    /** Strikes by chance; without a chance none. */
    bySeed(chances: Chances): Chaos;
    /** Throttles what exceeds what AWS takes per partition key. */
    limitKeys(limits?: KeyLimits): KeyLimiter;
    /**
     * Every call that reads or writes items is held for so long before it runs. Returns the way to
     * end it.
     */
    hold(ms: number): () => void;
  };
}

export function databaseOf(front: Front, schemas: Schemas): Database {
  return {
    meter: () => openMeter(front, schemas),
    faults: {
      bySeed: (chances) => strikeBySeed(front, chances),
      limitKeys: (limits) => limitKeys(front, schemas, limits),
      hold: (ms) => front.intercept((call, pass) => (isMetered(call) ? sleep(ms).then(() => pass()) : undefined)),
    },
  };
}
