/** The agent puts the conversation on hold: the customer knows that they wait. */
import { app } from '../../shared/aws/app.ts';
import { onMessage } from '../../shared/aws/lambda.ts';
import { applyToConversation } from '../../shared/edge/loop/apply.ts';
import { route } from '../../shared/edge/socket/route.ts';

export const pauseConversation = route('pauseConversation', async ({ app, identity, data, by }) => {
  const { conversationId, duration } = data;
  await applyToConversation(
    app,
    conversationId,
    { type: 'pause', at: app.now(), agentId: identity.id, duration },
    { by },
  );
});

export const handler = onMessage(app, pauseConversation);
