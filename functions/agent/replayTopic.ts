/**
 * The desk asks for events of a conversation that it does not hold: older ones, or those that fill
 * a gap.
 */
import { replay } from '../../shared/edge/socket/replay.ts';
import { route } from '../../shared/edge/socket/route.ts';
import { message } from '../../shared/edge/trigger.ts';

export const on = message(
  route('replayTopic', async ({ app, data, by }) => {
    await replay(app, data, by);
  }),
);
