/**
 * One run of a function, of which every call at a port stands still until somebody lets it go on,
 * fails it, or lets the process die.
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

export class Run {
  readonly kind: string;
  readonly since: number;
  /** Calls that stand still now; several where the function makes them beside each other. */
  readonly parked: Parked[] = [];
  /** How it ended: undefined while it goes on. */
  ended: 'well' | 'badly' | 'died' | undefined;
  result: unknown;
  /** The last that went on was a write: whatever follows from it is not done yet. */
  wrote = false;
  readonly onEnd: (run: Run) => void;

  constructor(kind: string, since: number, onEnd: (run: Run) => void = () => {}) {
    this.kind = kind;
    this.since = since;
    this.onEnd = onEnd;
  }

  readonly around: Around = (call, make) =>
    new Promise((resolve, reject) => {
      if (this.ended) return; // a dead process asks nobody anything
      this.parked.push({
        call,
        meet: (fate, error) => {
          if (fate === 'failed') reject(error);
          else if (fate === 'unsure, not made') resolve('unsure' as never);
          else
            make().then((made) => {
              if (fate === 'answer lost') reject(error);
              else resolve(fate === 'unsure, made' ? ('unsure' as never) : made);
            }, reject);
        },
      });
    });

  /** Begins; comes back at its first call. */
  begin(does: () => Promise<unknown>): void {
    does().then(
      (result) => this.#end(failed(result) ? 'badly' : 'well', result),
      (error: unknown) => this.#end('badly', error),
    );
  }

  step(index: number, fate: Fate, error: Error): void {
    const [parked] = this.parked.splice(index, 1);
    this.wrote = parked?.call.does === 'write';
    parked?.meet(fate, error);
  }

  die(): void {
    this.parked.length = 0;
    this.#end('died', undefined);
  }

  #end(how: 'well' | 'badly' | 'died', result: unknown): void {
    if (this.ended) return;
    this.ended = how;
    this.result = result;
    this.onEnd(this);
  }
}

/** A consumer of a queue does not throw: it says which messages come again. */
function failed(result: unknown): boolean {
  if (typeof result !== 'object' || result === null || !('batchItemFailures' in result)) return false;
  return Array.isArray(result.batchItemFailures) && result.batchItemFailures.length > 0;
}
