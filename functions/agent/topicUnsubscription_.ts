/** The agent leaves a conversation: through wrap-up where the queue has one, else at once. */
import { route } from '../../shared/edge/socket/route.ts';
import { message } from '../../shared/edge/trigger.ts';

export const on = message(
  route('topicUnsubscription_', async ({ app, loop, identity, data, by }) => {
    await loop.applyToConversation(data.conversationId, { type: 'leave', at: app.now(), agentId: identity.id }, { by });
  }),
);
