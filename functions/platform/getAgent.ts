/** `GET /agents/{id}`: presence and tasks of one agent. */
import { onHttp } from '../../shared/aws/lambda.ts';
import { reader } from '../../shared/aws/reader.ts';
import { tokens } from '../../shared/aws/tokens.ts';
import { Rejection } from '../../shared/domain/rejection.ts';
import { agentView } from '../../shared/domain/shown/view.ts';
import { LOOKING, mayLookAt } from '../../shared/edge/socket/supervision.ts';
import { reading } from '../../shared/edge/http/platform.ts';

export const getAgent = reading(async ({ app, identity, params }) => {
  const id = params['id'] ?? '';
  const agent = await app.store.agent(id);
  if (!agent) throw new Rejection('agent.unknown', `There is no agent ${id}.`);
  if (!mayLookAt(identity, agent))
    throw new Rejection('role.forbidden', 'You do not supervise the team of this agent.');
  return { statusCode: 200, body: agentView(agent) };
}, LOOKING);

export const handler = onHttp({ app: reader, tokens }, getAgent);
