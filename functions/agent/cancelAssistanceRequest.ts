/** The agent takes back their request for a colleague, as long as nobody has accepted it. */
import { app } from '../../shared/aws/app.ts';
import { onMessage } from '../../shared/aws/lambda.ts';
import { applyToConversation } from '../../shared/edge/loop/apply.ts';
import { route } from '../../shared/edge/socket/route.ts';

export const cancelAssistanceRequest = route('cancelAssistanceRequest', async ({ app, identity, data, by }) => {
  await applyToConversation(
    app,
    data.conversationId,
    { type: 'cancelAssistance', at: app.now(), agentId: identity.id },
    { by },
  );
});

export const handler = onMessage(app, cancelAssistanceRequest);
