/** Telling many desks the same or alike. Those that have gone are skipped, and known to be gone from then on. */
import type { App } from '../app.ts';
import { lose } from './session.ts';

/** So many desks are told at once; the connections of a Lambda to one host are not endless. */
const AT_ONCE = 50;

interface Told {
  readonly agentId: string;
  readonly connectionId: string;
}

/** Each desk gets its frames one after the other. */
export async function tellDesks<D extends Told>(
  app: App,
  desks: readonly D[],
  framesFor: (desk: D) => readonly string[],
): Promise<void> {
  const left = desks.values();
  const worker = async () => {
    for (const desk of left) await tell(app, desk, framesFor(desk));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

async function tell(app: App, { agentId, connectionId }: Told, frames: readonly string[]): Promise<void> {
  for (const frame of frames) if ((await app.sockets.post(connectionId, frame)) === 'gone') return gone();

  async function gone() {
    try {
      await lose(app, agentId, connectionId);
    } catch (error) {
      app.log.warn('a lost desk could not be noted; its session is checked later', { agentId, error });
    }
  }
}
