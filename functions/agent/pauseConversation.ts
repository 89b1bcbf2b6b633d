/** The agent puts the conversation on hold, or parks it: the customer knows that they wait. */
import { route } from '../../shared/edge/socket/route.ts';
import { message } from '../../shared/edge/trigger.ts';

export const on = message(
  route('pauseConversation', async ({ app, loop, identity, data, by }) => {
    const { conversationId, duration, release } = data;
    await loop.applyToConversation(
      conversationId,
      { type: 'pause', at: app.now(), agentId: identity.id, duration, release },
      { by },
    );
  }),
);
