/** The agent accepts a task that is offered to them. Answered by `onTopicData`. */
import { route } from '../../shared/edge/socket/route.ts';
import { taskNamed } from '../../shared/protocol/agent-events.ts';
import { message } from '../../shared/edge/trigger.ts';

export const on = message(
  route('topicSubscription', async ({ app, loop, identity, data, by }) => {
    const { conversationId, taskId } = data;
    const event = {
      type: 'accept' as const,
      at: app.now(),
      ...(taskId === undefined ? { taskId } : taskNamed(taskId)),
      agentId: identity.id,
      connectionId: by.connectionId,
    };
    await loop.applyToConversation(conversationId, event, { by });
  }),
);
