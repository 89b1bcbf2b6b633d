/** The agent says no to a task that is offered to them. Answered by `revokeTask`. */
import { route } from '../../shared/edge/socket/route.ts';
import { message } from '../../shared/edge/trigger.ts';

export const on = message(
  route('declineTask', async ({ app, loop, identity, data, by }) => {
    const { conversationId, taskId, reasonCode } = data;
    const event = { type: 'decline' as const, at: app.now(), agentId: identity.id, taskId, reasonCode };
    await loop.applyToConversation(conversationId, event, { by });
  }),
);
