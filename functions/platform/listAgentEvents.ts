/**
 * `GET /agents/{id}/events?after=agentSeq&limit=n`: what is kept of an agent's log, in order, a
 * page at a time.
 */
import { Rejection } from '../../shared/domain/rejection.ts';
import { parseQuery, reading } from '../../shared/edge/http/platform.ts';
import { LOOKING, mayLookAt } from '../../shared/edge/socket/supervision.ts';
import { look } from '../../shared/edge/trigger.ts';
import { EventsQuery } from '../../shared/protocol/platform.ts';

export const on = look(
  reading(async ({ app, identity, params, query }) => {
    const id = params['id'] ?? '';
    const { after, limit } = parseQuery(EventsQuery, query);
    const agent = await app.store.agent(id);
    if (!agent) throw new Rejection('agent.unknown', `There is no agent ${id}.`);
    if (!mayLookAt(identity, agent))
      throw new Rejection('role.forbidden', 'You do not supervise the team of this agent.');
    const events = await app.store.notices(id, { after, limit, whole: true });
    const last = events.at(-1)?.agentSeq;
    return {
      statusCode: 200,
      body: { events, nextAfter: last !== undefined && last < agent.lastAgentSeq ? last : null },
    };
  }, LOOKING),
);
