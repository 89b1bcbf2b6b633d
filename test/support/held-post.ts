/** A post that a test holds back: what happens to a desk that has not been told something yet. */
import type { Faults } from '../../infra/local/faults.ts';
import type { ManagerEventName } from '../../shared/protocol/manager-events.ts';

export interface HeldPost {
  /** The post is there and waits. */
  readonly reached: Promise<void>;
  release(): void;
}

/** Holds back the next post of this event, or the one that is `nth` in line, to whichever desk it goes. */
export function holdPost(gateway: Faults, event: ManagerEventName, nth = 1): HeldPost {
  let release = () => {};
  let left = nth;
  const released = new Promise<void>((resolve) => (release = resolve));
  const reached = new Promise<void>((resolve) => {
    const stop = gateway.interceptPosts(async ({ body }) => {
      if (!body.startsWith(`{"event":"${event}"`) || --left > 0) return undefined;
      stop();
      resolve();
      await released;
      return undefined;
    });
  });
  return { reached, release: () => release() };
}
