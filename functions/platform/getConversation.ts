/** `GET /conversations/{id}`: state, customer, participants and open tasks. */
import { Rejection } from '../../shared/domain/rejection.ts';
import { conversationView } from '../../shared/domain/shown/view.ts';
import { reading } from '../../shared/edge/http/platform.ts';
import { LOOKING, mustBeReadable } from '../../shared/edge/socket/supervision.ts';
import { look } from '../../shared/edge/trigger.ts';

export const on = look(
  reading(async ({ app, identity, params }) => {
    const id = params['id'] ?? '';
    const [conversation, meta] = await Promise.all([app.store.conversation(id), app.store.meta(id)]);
    if (!conversation) throw new Rejection('conversation.unknown', `There is no conversation ${id}.`);
    mustBeReadable(identity, conversation);
    return { statusCode: 200, body: conversationView(conversation, meta) };
  }, LOOKING),
);
