/**
 * `GET /agents?after=id&limit=n`: presence and tasks of everybody who has ever connected, by id, a
 * page at a time.
 */
import { agentView } from '../../shared/domain/shown/view.ts';
import { LOOKING, mayLookAt } from '../../shared/edge/socket/supervision.ts';
import { parseQuery, reading } from '../../shared/edge/http/platform.ts';
import { look } from '../../shared/edge/trigger.ts';
import { AgentsQuery } from '../../shared/protocol/platform.ts';

export const on = look(
  reading(async ({ app, identity, query }) => {
    const { after, limit } = parseQuery(AgentsQuery, query);
    const ids = await app.store.agentIds(after, limit);
    const byId = new Map((await app.store.agents(ids)).map((agent) => [agent.id, agent]));
    const agents = ids.flatMap((id) => byId.get(id) ?? []);
    const shown = agents.filter((agent) => mayLookAt(identity, agent)).map(agentView);
    return { statusCode: 200, body: { agents: shown, nextAfter: ids.length === limit ? ids.at(-1) : null } };
  }, LOOKING),
);
