/** The agent says no to a task that is offered to them. Answered by `revokeTask`. */
import { taskNamed } from '../../shared/protocol/agent-events.ts';
import { route } from '../../shared/edge/socket/route.ts';
import { message } from '../../shared/edge/trigger.ts';

export const on = message(
  route('declineTask', async ({ app, loop, identity, data, by }) => {
    const { conversationId, taskId, reasonCode } = data;
    const what = { ...taskNamed(taskId), agentId: identity.id };
    const event = { type: 'decline' as const, at: app.now(), ...what, reasonCode };
    await loop.applyToConversation(conversationId, event, { by });
  }),
);
