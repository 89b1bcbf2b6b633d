/** `GET /conversations/{id}`: state, customer, participants and open tasks. */
import { onHttp } from '../../shared/aws/lambda.ts';
import { reader } from '../../shared/aws/reader.ts';
import { tokens } from '../../shared/aws/tokens.ts';
import { Rejection } from '../../shared/domain/rejection.ts';
import { conversationView } from '../../shared/domain/shown/view.ts';
import { reading } from '../../shared/edge/http/platform.ts';

export const getConversation = reading(async ({ app, params }) => {
  const id = params['id'] ?? '';
  const [conversation, meta] = await Promise.all([app.store.conversation(id), app.store.meta(id)]);
  if (!conversation) throw new Rejection('conversation.unknown', `There is no conversation ${id}.`);
  return { statusCode: 200, body: conversationView(conversation, meta) };
});

export const handler = onHttp({ app: reader, tokens }, getConversation);
