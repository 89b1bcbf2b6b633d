/** `DELETE /conversations/{id}?reason=…`: the customer left or the platform closes it. Safe to repeat. */
import * as z from 'zod';
import { app } from '../../shared/aws/app.ts';
import { onHttp } from '../../shared/aws/lambda.ts';
import { tokens } from '../../shared/aws/tokens.ts';
import { applyToConversation } from '../../shared/edge/loop/apply.ts';
import { parseQuery, platform } from '../../shared/edge/http/platform.ts';

const Query = z.object({
  reason: z.enum(['CUSTOMER', 'INACTIVITY', 'NETWORK', 'AGENT', 'FORCE_CLOSED']).default('CUSTOMER'),
});

export const endConversation = platform(async ({ app, params, query }) => {
  const { reason } = parseQuery(Query, query);
  const { world } = await applyToConversation(app, params['id'] ?? '', { type: 'end', at: app.now(), reason });
  return { statusCode: 200, body: { conversationId: world.conversation.id, state: world.conversation.state } };
});

export const handler = onHttp({ app, tokens }, endConversation);
