/** A post that a test holds back: what happens to a desk that has not been told something yet. */
import { onTestFinished } from 'vitest';
import type { Faults } from '../../infra/local/gateway/faults.ts';
import type { ManagerEventName } from '../../shared/protocol/manager-events.ts';

export interface HeldPost {
  /** The post is there and waits. */
  readonly reached: Promise<void>;
  release(): void;
}

const PATIENCE_MS = 15_000;

/**
 * Holds back the next post of this event, or the one that is `nth` in line, to whichever desk it
 * goes.
 */
export function holdPost(gateway: Faults, event: ManagerEventName, nth = 1): HeldPost {
  let release = () => {};
  let left = nth;
  const released = new Promise<void>((resolve) => (release = resolve));
  const reached = new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`no ${event} was posted within ${PATIENCE_MS} ms`)), PATIENCE_MS);
    const stop = gateway.interceptPosts(async ({ body }) => {
      if (!body.startsWith(`{"event":"${event}"`) || --left > 0) return undefined;
      stop();
      clearTimeout(late);
      resolve();
      await released;
      return undefined;
    });
    // A test that fails must not hold back the posts of the next one.
    onTestFinished(() => {
      stop();
      clearTimeout(late);
      release();
    });
  });
  reached.catch(() => {}); // whoever waits for it is told
  return { reached, release: () => release() };
}
