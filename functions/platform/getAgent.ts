/** `GET /agents/{id}`: presence and tasks of one agent. */
import { onHttp } from '../../shared/aws/lambda.ts';
import { reader } from '../../shared/aws/reader.ts';
import { tokens } from '../../shared/aws/tokens.ts';
import { Rejection } from '../../shared/domain/rejection.ts';
import { agentView } from '../../shared/domain/view.ts';
import { reading } from '../../shared/edge/platform.ts';

export const getAgent = reading(async ({ app, params }) => {
  const id = params['id'] ?? '';
  const agent = await app.store.agent(id);
  if (!agent) throw new Rejection('agent.unknown', `There is no agent ${id}.`);
  return { statusCode: 200, body: agentView(agent) };
});

export const handler = onHttp({ app: reader, tokens }, getAgent);
