/** `GET /agents/{id}`: presence and tasks of one agent. */
import { agentView } from '../../shared/domain/shown/view.ts';
import { agentLookedAt, LOOKING } from '../../shared/edge/socket/supervision.ts';
import { reading } from '../../shared/edge/http/platform.ts';
import { look } from '../../shared/edge/trigger.ts';

export const on = look(
  reading(async ({ app, identity, params }) => {
    const agent = await agentLookedAt(app, identity, params['id'] ?? '');
    return { statusCode: 200, body: agentView(agent) };
  }, LOOKING),
);
