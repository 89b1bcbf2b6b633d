/** The agent leaves a conversation: through wrap-up where the queue has one, else at once. */
import { app } from '../../shared/aws/app.ts';
import { onMessage } from '../../shared/aws/lambda.ts';
import { applyToConversation } from '../../shared/edge/loop/apply.ts';
import { route } from '../../shared/edge/socket/route.ts';

export const topicUnsubscription_ = route('topicUnsubscription_', async ({ app, identity, data, by }) => {
  await applyToConversation(app, data.conversationId, { type: 'leave', at: app.now(), agentId: identity.id }, { by });
});

export const handler = onMessage(app, topicUnsubscription_);
