/** The agent takes back their request for a colleague, as long as nobody has accepted it. */
import { route } from '../../shared/edge/socket/route.ts';
import { message } from '../../shared/edge/trigger.ts';

export const on = message(
  route('cancelAssistanceRequest', async ({ app, loop, identity, data, by }) => {
    await loop.applyToConversation(
      data.conversationId,
      { type: 'cancelAssistance', at: app.now(), agentId: identity.id },
      { by },
    );
  }),
);
