/** Where a request stands in its line now, and how long it will probably wait. */
import { estimatedWaitSeconds, HAND_OUT_KEPT_MS, LAST_PLACE, MOST_HAND_OUTS } from '../domain/routing/estimate.ts';
import { poolOf, type Waiting } from '../domain/routing/routing.ts';
import type { Reader } from './app.ts';

export interface Standing {
  readonly placeInLine: number | null;
  readonly estimatedWaitSeconds: number | null;
}

export async function standingOf(app: Pick<Reader, 'store' | 'now'>, request: Waiting): Promise<Standing> {
  const at = app.now();
  const [line, taken] = await Promise.all([
    app.store.waiting(poolOf(request), { limit: LAST_PLACE }),
    app.store.handOuts(request.queueId, { after: at - HAND_OUT_KEPT_MS, limit: MOST_HAND_OUTS }),
  ]);
  const index = line.findIndex(({ taskId }) => taskId === request.taskId);
  const placeInLine = index < 0 ? null : index + 1;
  return { placeInLine, estimatedWaitSeconds: estimatedWaitSeconds(placeInLine, taken, at) };
}
