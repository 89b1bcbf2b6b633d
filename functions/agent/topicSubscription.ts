/** The agent accepts a task that is offered to them. Answered by `onTopicData`. */
import { applyToConversation } from '../../shared/edge/loop/apply.ts';
import { route } from '../../shared/edge/socket/route.ts';
import { message } from '../../shared/edge/trigger.ts';

export const on = message(
  route('topicSubscription', async ({ app, identity, data, by }) => {
    const { conversationId, taskId } = data;
    const event = {
      type: 'accept' as const,
      at: app.now(),
      taskId,
      agentId: identity.id,
      connectionId: by.connectionId,
    };
    await applyToConversation(app, conversationId, event, { by });
  }),
);
