/**
 * `DELETE /conversations/{id}?reason=…`: the customer left or the platform closes it. Safe to
 * repeat.
 */
import * as z from 'zod';
import { parseQuery, platform } from '../../shared/edge/http/platform.ts';
import { http } from '../../shared/edge/trigger.ts';

const Query = z.object({
  reason: z.enum(['CUSTOMER', 'INACTIVITY', 'NETWORK', 'AGENT', 'FORCE_CLOSED']).default('CUSTOMER'),
});

export const on = http(
  platform(async ({ app, loop, params, query }) => {
    const { reason } = parseQuery(Query, query);
    const { world } = await loop.applyToConversation(params['id'] ?? '', { type: 'end', at: app.now(), reason });
    return { statusCode: 200, body: { conversationId: world.conversation.id, state: world.conversation.state } };
  }),
);
