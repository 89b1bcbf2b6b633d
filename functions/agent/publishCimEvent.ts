/** The agent says something in a conversation. The echo to the sender is the acknowledgement that desks know. */
import { app } from '../../shared/aws/app.ts';
import { onMessage } from '../../shared/aws/lambda.ts';
import { publishMessage } from '../../shared/edge/socket/publish.ts';
import { route } from '../../shared/edge/socket/route.ts';

export const publishCimEvent = route('publishCimEvent', async ({ app, identity, data, by }) => {
  const event = { type: 'publish' as const, at: app.now(), agentId: identity.id, event: data.cimEvent };
  return publishMessage(app, data.conversationId, event, by);
});

export const handler = onMessage(app, publishCimEvent);
