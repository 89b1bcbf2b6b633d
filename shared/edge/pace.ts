/**
 * How fast a connection may send: each frame fills its bucket by one, and it empties at the rate.
 * Frames are counted in the connection's row, for all functions together; each instance keeps the
 * buckets of the connections that it hears, and judges a frame by what it has learned till then.
 */
import type { App, Pace, Settings, Verdict } from './app.ts';

interface Bucket {
  /** How full it was at `at` (epoch ms). */
  level: number;
  at: number;
  /** Frames that came to this instance, and to others; null: not known yet. */
  mine: number;
  others: number | null;
  hasLease: boolean;
  /** When it was closed last. Closing may fail. */
  closedAt: number;
}

/** Of so many connections an instance keeps buckets: those that it heard last. */
const MOST_BUCKETS = 1_000;
const CLOSED_AGAIN_MS = 1_000;

export class Buckets implements Pace {
  readonly #buckets = new Map<string, Bucket>();

  arrived(id: string, at: number, { framesPerSecond, framesOverSeconds }: Settings): Verdict {
    const bucket = this.#bucket(id, at);
    const emptied = ((at - bucket.at) * framesPerSecond) / 1000;
    bucket.level = Math.max(0, bucket.level - Math.max(0, emptied)) + 1;
    bucket.at = at;
    bucket.mine += 1;
    const most = framesPerSecond * framesOverSeconds;
    if (bucket.level <= most) return 'taken';
    if (bucket.level <= 2 * most) return 'refused';
    if (at - bucket.closedAt < CLOSED_AGAIN_MS) return 'silent';
    bucket.closedAt = at;
    return 'closed';
  }

  counted(id: string, frames: number | null, hasLease: boolean): void {
    const bucket = this.#buckets.get(id);
    if (!bucket) return;
    bucket.hasLease = hasLease;
    if (frames === null) return;
    const others = Math.max(0, frames - bucket.mine, bucket.others ?? 0);
    if (bucket.others !== null) bucket.level += others - bucket.others;
    bucket.others = others;
  }

  hasLease(id: string): boolean {
    return this.#buckets.get(id)?.hasLease ?? true;
  }

  #bucket(id: string, at: number): Bucket {
    const bucket = this.#buckets.get(id) ?? {
      level: 0,
      at,
      mine: 0,
      others: null,
      hasLease: true,
      closedAt: -Infinity,
    };
    this.#buckets.delete(id);
    this.#buckets.set(id, bucket);
    if (this.#buckets.size > MOST_BUCKETS) this.#forgetOldest();
    return bucket;
  }

  #forgetOldest(): void {
    const [oldest] = this.#buckets.keys();
    if (oldest !== undefined) this.#buckets.delete(oldest);
  }
}

/**
 * One write for each frame: it counts it, and renews the lease if there is one. Whether there is,
 * the instance remembers.
 */
export async function heard({ connections, pace }: App, id: string, at: number): Promise<void> {
  if (!pace.hasLease(id)) {
    const found = await connections.count(id);
    if (!found?.hasLease) return pace.counted(id, found?.frames ?? null, false);
  }
  const frames = await connections.seen(id, at);
  pace.counted(id, frames, frames !== null);
}
