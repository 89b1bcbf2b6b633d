/** The agent leaves a conversation: through wrap-up where the queue has one, else at once. */
import { applyToConversation } from '../../shared/edge/loop/apply.ts';
import { route } from '../../shared/edge/socket/route.ts';
import { message } from '../../shared/edge/trigger.ts';

export const on = message(
  route('topicUnsubscription_', async ({ app, identity, data, by }) => {
    await applyToConversation(app, data.conversationId, { type: 'leave', at: app.now(), agentId: identity.id }, { by });
  }),
);
