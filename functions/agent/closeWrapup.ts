/**
 * The agent has finished their wrap-up, with or without a wrap-up message. Too late or twice
 * changes nothing. A message that may not be published is refused alone: the wrap-up is over.
 */
import { Rejection } from '../../shared/domain/rejection.ts';
import { DuplicateMessage } from '../../shared/edge/app.ts';
import { route } from '../../shared/edge/socket/route.ts';
import { message } from '../../shared/edge/trigger.ts';

/** What is wrong with the message, whoever says it and whatever it is said with. */
const OF_THE_MESSAGE: ReadonlySet<string> = new Set([
  'message.forbidden',
  'message.invalid',
  'channelSession.unknown',
  'channelSession.closed',
]);

export const on = message(
  route('closeWrapup', async ({ app, loop, identity, data, by }) => {
    const close = { type: 'closeWrapUp' as const, at: app.now(), agentId: identity.id, wrapUp: null };
    try {
      await loop.applyToConversation(data.conversationId, { ...close, wrapUp: data.cimEvent }, { by });
    } catch (error) {
      if (error instanceof DuplicateMessage)
        return void (await loop.applyToConversation(data.conversationId, close, { by })); // it was published before
      if (!(error instanceof Rejection) || !OF_THE_MESSAGE.has(error.code)) throw error;
      const refused = { ...by, request: undefined }; // the answer is that of the message
      await loop.applyToConversation(data.conversationId, close, { by: refused });
      throw error;
    }
  }),
);
