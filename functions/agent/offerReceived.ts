/**
 * An offer has arrived at the desk of the agent, who may now take their time. Answered by nothing:
 * what has become of it is told by other means.
 */
import { Rejection } from '../../shared/domain/rejection.ts';
import { taskNamed } from '../../shared/protocol/agent-events.ts';
import { route } from '../../shared/edge/socket/route.ts';
import { message } from '../../shared/edge/trigger.ts';

export const on = message(
  route(
    'offerReceived',
    async ({ app, loop, identity, data: { conversationId, taskId } }) => {
      try {
        const event = {
          type: 'offerReceived' as const,
          at: app.now(),
          ...taskNamed(taskId),
          agentId: identity.id,
        };
        await loop.applyToConversation(conversationId, event);
      } catch (error) {
        if (!(error instanceof Rejection)) throw error;
      }
    },
    { kept: false }, // twice is as once
  ),
);
