/**
 * The agent has finished their wrap-up, with or without a wrap-up message. Too late or twice
 * changes nothing.
 */
import { DuplicateMessage } from '../../shared/edge/app.ts';
import { route } from '../../shared/edge/socket/route.ts';
import { message } from '../../shared/edge/trigger.ts';

export const on = message(
  route('closeWrapup', async ({ app, loop, identity, data, by }) => {
    const close = { type: 'closeWrapUp' as const, at: app.now(), agentId: identity.id };
    try {
      await loop.applyToConversation(data.conversationId, { ...close, wrapUp: data.cimEvent }, { by });
    } catch (error) {
      if (!(error instanceof DuplicateMessage)) throw error;
      await loop.applyToConversation(data.conversationId, { ...close, wrapUp: null }, { by }); // it was published before
    }
  }),
);
