/** The agent puts the conversation on hold: the customer knows that they wait. */
import { applyToConversation } from '../../shared/edge/loop/apply.ts';
import { route } from '../../shared/edge/socket/route.ts';
import { message } from '../../shared/edge/trigger.ts';

export const on = message(
  route('pauseConversation', async ({ app, identity, data, by }) => {
    const { conversationId, duration } = data;
    await applyToConversation(
      app,
      conversationId,
      { type: 'pause', at: app.now(), agentId: identity.id, duration },
      { by },
    );
  }),
);
