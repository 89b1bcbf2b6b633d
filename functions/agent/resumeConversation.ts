/** The agent takes the conversation off hold. */
import { route } from '../../shared/edge/socket/route.ts';
import { message } from '../../shared/edge/trigger.ts';

export const on = message(
  route('resumeConversation', async ({ app, loop, identity, data, by }) => {
    await loop.applyToConversation(
      data.conversationId,
      { type: 'resume', at: app.now(), agentId: identity.id },
      { by },
    );
  }),
);
