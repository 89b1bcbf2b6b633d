/** The agent accepts a task that is offered to them. Answered by `onTopicData`. */
import { app } from '../../shared/aws/app.ts';
import { onMessage } from '../../shared/aws/lambda.ts';
import { applyToConversation } from '../../shared/edge/loop/apply.ts';
import { route } from '../../shared/edge/socket/route.ts';

export const topicSubscription = route('topicSubscription', async ({ app, identity, data, by }) => {
  const { conversationId, taskId } = data;
  const event = { type: 'accept' as const, at: app.now(), taskId, agentId: identity.id, connectionId: by.connectionId };
  await applyToConversation(app, conversationId, event, { by });
});

export const handler = onMessage(app, topicSubscription);
