/** The desk asks for events of its agent's log that it did not get. */
import { replayAgentEvents as replay } from '../../shared/edge/socket/agent-replay.ts';
import { route } from '../../shared/edge/socket/route.ts';
import { message } from '../../shared/edge/trigger.ts';

export const on = message(
  route('replayAgentEvents', async ({ app, data, by }) => {
    await replay(app, data, by);
  }),
);
