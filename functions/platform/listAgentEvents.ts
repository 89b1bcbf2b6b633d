/**
 * `GET /agents/{id}/events?after=agentSeq&limit=n`: what is kept of an agent's log, in order, a
 * page at a time.
 */
import { parseQuery, reading } from '../../shared/edge/http/platform.ts';
import { agentLookedAt, LOOKING } from '../../shared/edge/socket/supervision.ts';
import { look } from '../../shared/edge/trigger.ts';
import { EventsQuery } from '../../shared/protocol/platform.ts';

export const on = look(
  reading(async ({ app, identity, params, query }) => {
    const id = params['id'] ?? '';
    const { after, limit } = parseQuery(EventsQuery, query);
    const agent = await agentLookedAt(app, identity, id);
    const events = await app.store.notices(id, { after, limit, whole: true });
    const last = events.at(-1)?.agentSeq;
    return {
      statusCode: 200,
      body: { events, nextAfter: last !== undefined && last < agent.lastAgentSeq ? last : null },
    };
  }, LOOKING),
);
