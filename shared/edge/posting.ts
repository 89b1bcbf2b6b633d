/**
 * What an answer of the gateway means for whoever posts to a desk, and which is tried again. 410 on
 * a connection that has just opened: it may not be open yet.
 */
import type { App, Sockets } from './app.ts';

const YOUNG_MS = 5_000;
const PAUSE_MS = [50, 100, 200, 400, 800];

/** How long the gateway may take to answer. */
export const ANSWERS_MS = 2_000;

/** No answer came in time. Not tried again, for the post may have arrived. */
export const NO_ANSWER = 408;

/** The gateway's HTTP statuses. */
export interface Gateway {
  post(connectionId: string, frame: string): Promise<number>;
  get(connectionId: string): Promise<number>;
  delete(connectionId: string): Promise<number>;
}

export function socketsOver(
  gateway: Gateway,
  { log, now, sleep, random }: Pick<App, 'log' | 'now' | 'sleep' | 'random'>,
): Sockets {
  return {
    async post(connectionId, frame, connectedAt) {
      for (let tries = 0; ; tries++) {
        const status = await gateway.post(connectionId, frame);
        if (status === 200) return 'sent';
        const pause = PAUSE_MS[tries];
        const young = connectedAt !== undefined && now() - connectedAt < YOUNG_MS;
        const again = pause !== undefined && (status === 410 ? young : status === 429 || status >= 500);
        if (!again) {
          if (status === 410 || status === 400) return 'gone';
          // What the gateway refuses for good (413) is an error of ours.
          const refused = status < 500 && status !== 429 && status !== NO_ANSWER;
          log[refused ? 'error' : 'warn']('a post failed', { connectionId, status });
          return 'unsure';
        }
        await sleep(pause * (0.5 + random()));
      }
    },
    async alive(connectionId) {
      const status = await gateway.get(connectionId);
      return status !== 410 && status !== 400;
    },
    async close(connectionId) {
      await gateway.delete(connectionId);
    },
  };
}
