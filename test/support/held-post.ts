/** A post that a test holds back: what happens to a desk that has not been told something yet. */
import { onTestFinished } from 'vitest';
import type { ManagerEventName } from '../../shared/protocol/manager-events.ts';
import type { Centre } from './contact-centre.ts';

export interface HeldPost {
  /** Waits until the post is there. */
  reached(): Promise<void>;
  release(): void;
}

/**
 * Holds back the next post of this event, or the one that is `nth` in line, to whichever desk it
 * goes.
 */
export function holdPost(centre: Centre, event: ManagerEventName, nth = 1): HeldPost {
  let release = () => {};
  let left = nth;
  const released = new Promise<void>((resolve) => (release = resolve));
  const stop = centre.stack.gateway.interceptPosts(async ({ body }) => {
    if (!body.startsWith(`{"event":"${event}"`) || --left > 0) return undefined;
    stop();
    await released;
    return undefined;
  });
  // A test that fails must not hold back the posts of the next one.
  onTestFinished(() => {
    stop();
    release();
  });
  return {
    reached: () => centre.poll(() => left, { message: `no ${event} was posted` }).toBe(0),
    release: () => release(),
  };
}
