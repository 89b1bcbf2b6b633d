/** The agent takes the conversation off hold. */
import { app } from '../../shared/aws/app.ts';
import { onMessage } from '../../shared/aws/lambda.ts';
import { applyToConversation } from '../../shared/edge/loop/apply.ts';
import { route } from '../../shared/edge/socket/route.ts';

export const resumeConversation = route('resumeConversation', async ({ app, identity, data, by }) => {
  await applyToConversation(app, data.conversationId, { type: 'resume', at: app.now(), agentId: identity.id }, { by });
});

export const handler = onMessage(app, resumeConversation);
