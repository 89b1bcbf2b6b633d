/** The agent takes the conversation off hold. */
import { applyToConversation } from '../../shared/edge/loop/apply.ts';
import { route } from '../../shared/edge/socket/route.ts';
import { message } from '../../shared/edge/trigger.ts';

export const on = message(
  route('resumeConversation', async ({ app, identity, data, by }) => {
    await applyToConversation(
      app,
      data.conversationId,
      { type: 'resume', at: app.now(), agentId: identity.id },
      { by },
    );
  }),
);
