/**
 * Telling many desks the same or alike. Those that have gone are skipped, and known to be gone from
 * then on.
 */
import type { App, Desk } from '../app.ts';
import type { Loop } from '../loop/run.ts';

/** So many desks are told at once; the connections of a Lambda to one host are not endless. */
const AT_ONCE = 50;

/** Each desk gets its frames one after the other. */
export async function tellDesks<D extends Desk>(
  app: App,
  loop: Loop,
  desks: readonly D[],
  framesFor: (desk: D) => readonly string[],
): Promise<void> {
  const left = desks.values();
  const worker = async () => {
    for (const desk of left) await tell(app, loop, desk, framesFor(desk));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

async function tell(app: App, loop: Loop, { agentId, connectionId }: Desk, frames: readonly string[]): Promise<void> {
  for (const frame of frames)
    if ((await app.sockets.post(connectionId, frame)) === 'gone')
      return loop.later({ kind: 'lose', agentId, connectionId });
}
