/**
 * `GET /conversations/{id}/events?after=seq&limit=n`: the event log as desks see it, in order, a
 * page at a time.
 */
import { Rejection } from '../../shared/domain/rejection.ts';
import { cimEvent, oldestWithin } from '../../shared/domain/shown/wire.ts';
import { metaFor } from '../../shared/edge/loop/history.ts';
import { parseQuery, reading } from '../../shared/edge/http/platform.ts';
import { LOOKING, mustBeReadable } from '../../shared/edge/socket/supervision.ts';
import { look } from '../../shared/edge/trigger.ts';
import { EventsQuery } from '../../shared/protocol/platform.ts';

/** Lambda takes at most 6 MB as an answer. */
const PAGE_BYTES = 1024 * 1024;

export const on = look(
  reading(async ({ app, identity, params, query }) => {
    const id = params['id'] ?? '';
    const { after, limit } = parseQuery(EventsQuery, query);
    const [conversation, meta, logged] = await Promise.all([
      app.store.conversation(id),
      app.store.meta(id),
      app.store.events(id, { after, limit }),
    ]);
    if (!conversation) throw new Rejection('conversation.unknown', `There is no conversation ${id}.`);
    mustBeReadable(identity, conversation);
    const all = meta && (await metaFor(app, id, meta, logged));
    const shown = logged.map((event) => ({ seq: event.seq, cimEvent: cimEvent(conversation, all, event) }));
    const events = oldestWithin(PAGE_BYTES, shown);
    const last = events.at(-1)?.seq;
    const nextAfter = last !== undefined && last < conversation.lastSeq ? last : null;
    return { statusCode: 200, body: { events, nextAfter } };
  }, LOOKING),
);
