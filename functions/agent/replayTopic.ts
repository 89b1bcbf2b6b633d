/** The desk asks for events of a conversation that it does not hold: older ones, or those that fill a gap. */
import { app } from '../../shared/aws/app.ts';
import { onMessage } from '../../shared/aws/lambda.ts';
import { replay } from '../../shared/edge/socket/replay.ts';
import { route } from '../../shared/edge/socket/route.ts';

export const replayTopic = route('replayTopic', async ({ app, data, by }) => {
  await replay(app, data, by);
});

export const handler = onMessage(app, replayTopic);
