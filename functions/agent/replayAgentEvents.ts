/** The desk asks for events of its agent's log that it did not get. */
import { app } from '../../shared/aws/app.ts';
import { onMessage } from '../../shared/aws/lambda.ts';
import { replayAgentEvents as replay } from '../../shared/edge/socket/agent-replay.ts';
import { route } from '../../shared/edge/socket/route.ts';

export const replayAgentEvents = route('replayAgentEvents', async ({ app, data, by }) => {
  await replay(app, data, by);
});

export const handler = onMessage(app, replayAgentEvents);
