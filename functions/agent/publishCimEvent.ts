/**
 * The agent says something in a conversation. The echo to the sender is the acknowledgement that
 * desks know.
 */
import { publishMessage } from '../../shared/edge/socket/publish.ts';
import { route } from '../../shared/edge/socket/route.ts';
import { message } from '../../shared/edge/trigger.ts';

export const on = message(
  route('publishCimEvent', async ({ app, loop, identity, data, by }) => {
    const event = { type: 'publish' as const, at: app.now(), agentId: identity.id, event: data.cimEvent };
    return publishMessage(app, loop, data.conversationId, event, by);
  }),
);
