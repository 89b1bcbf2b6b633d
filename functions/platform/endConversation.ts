/**
 * `DELETE /conversations/{id}?reason=…`: the customer left or the platform closes it. Safe to
 * repeat.
 */
import { parseQuery, platform } from '../../shared/edge/http/platform.ts';
import { http } from '../../shared/edge/trigger.ts';
import { EndQuery } from '../../shared/protocol/platform.ts';

export const on = http(
  platform(async ({ app, loop, params, query }) => {
    const { reason } = parseQuery(EndQuery, query);
    const { world } = await loop.applyToConversation(params['id'] ?? '', { type: 'end', at: app.now(), reason });
    return { statusCode: 200, body: { conversationId: world.conversation.id, state: world.conversation.state } };
  }),
);
