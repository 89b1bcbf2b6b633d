/**
 * One run of a function, of which every call at a port stands still until somebody lets it go on,
 * fails it, or lets the process die; or goes on at once, where nothing is to come between.
 */
import type { Around, Call } from '../../shared/memory/call.ts';

/**
 * What becomes of a call: it is made; it fails unmade; it is made and its answer lost; a post is
 * made, or not, and nobody knows.
 */
export type Fate = 'made' | 'failed' | 'answer lost' | 'unsure, made' | 'unsure, not made';

interface Parked {
  readonly call: Call;
  meet(fate: Fate, error: Error): void;
}

/** What runs share. */
export interface Flow {
  /** Calls are made at once. */
  free: boolean;
  /** A run is about to make a call. */
  making(run: Run): void;
}

export class Run {
  readonly kind: string;
  readonly since: number;
  /** When what it was begun for is due, if that has a time. */
  readonly dueAt: number;
  /** Calls that stand still now; several where the function makes them beside each other. */
  readonly parked: Parked[] = [];
  /** How it ended: undefined while it goes on. */
  ended: 'well' | 'badly' | 'died' | undefined;
  /** The last that went on was a write: whatever follows from it is not done yet. */
  wrote = false;
  readonly #flow: Flow;
  readonly #onEnd: (run: Run) => void;

  constructor(flow: Flow, kind: string, times: { since: number; dueAt?: number }, onEnd: (run: Run) => void) {
    this.kind = kind;
    this.since = times.since;
    this.dueAt = times.dueAt ?? -Infinity;
    this.#flow = flow;
    this.#onEnd = onEnd;
  }

  readonly around: Around = (call, make) => {
    if (this.ended) return new Promise(() => {}); // a dead process asks nobody anything
    if (this.#flow.free) {
      this.#flow.making(this);
      return make();
    }
    return new Promise((resolve, reject) => {
      this.parked.push({
        call,
        meet: (fate, error) => {
          if (fate === 'failed') return reject(error);
          if (fate === 'unsure, not made') return resolve('unsure' as never);
          this.#flow.making(this);
          make().then((made) => {
            if (fate === 'answer lost') reject(error);
            else resolve(fate === 'unsure, made' ? ('unsure' as never) : made);
          }, reject);
        },
      });
    });
  };

  /** Begins; comes back at its first call. */
  begin(does: () => Promise<unknown>): void {
    does().then(
      (result) => this.#end(failed(result) ? 'badly' : 'well'),
      () => this.#end('badly'),
    );
  }

  step(index: number, fate: Fate = 'made', error = NOTHING_FAILS): void {
    const [parked] = this.parked.splice(index, 1);
    this.wrote = parked?.call.does === 'write';
    parked?.meet(fate, error);
  }

  die(): void {
    this.parked.length = 0;
    this.#end('died');
  }

  #end(how: 'well' | 'badly' | 'died'): void {
    if (this.ended) return;
    this.ended = how;
    this.#onEnd(this);
  }
}

const NOTHING_FAILS = new Error('nothing fails');

/** A consumer of a queue does not throw: it says which messages come again. */
function failed(result: unknown): boolean {
  if (typeof result !== 'object' || result === null || !('batchItemFailures' in result)) return false;
  return Array.isArray(result.batchItemFailures) && result.batchItemFailures.length > 0;
}

/** Everything that waits for nothing but promises has run. No turn of the event loop is needed. */
export function rest(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}
