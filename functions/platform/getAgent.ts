/** `GET /agents/{id}`: presence and tasks of one agent. */
import { Rejection } from '../../shared/domain/rejection.ts';
import { agentView } from '../../shared/domain/shown/view.ts';
import { LOOKING, mayLookAt } from '../../shared/edge/socket/supervision.ts';
import { reading } from '../../shared/edge/http/platform.ts';
import { look } from '../../shared/edge/trigger.ts';

export const on = look(
  reading(async ({ app, identity, params }) => {
    const id = params['id'] ?? '';
    const agent = await app.store.agent(id);
    if (!agent) throw new Rejection('agent.unknown', `There is no agent ${id}.`);
    if (!mayLookAt(identity, agent))
      throw new Rejection('role.forbidden', 'You do not supervise the team of this agent.');
    return { statusCode: 200, body: agentView(agent) };
  }, LOOKING),
);
