/** The agent wants more time for their wrap-up, or to wrap up at all where that is their choice. */
import { route } from '../../shared/edge/socket/route.ts';
import { message } from '../../shared/edge/trigger.ts';

export const on = message(
  route('extendWrapup', async ({ app, loop, identity, data, by }) => {
    const { conversationId, seconds } = data;
    const extend = { type: 'extendWrapUp' as const, at: app.now(), agentId: identity.id, seconds };
    await loop.applyToConversation(conversationId, extend, { by });
  }),
);
