/** `POST /agents/{id}/logout`: a supervisor of the agent's team, or the platform, logs the agent out. */
import { app } from '../../shared/aws/app.ts';
import { onHttp } from '../../shared/aws/lambda.ts';
import { tokens } from '../../shared/aws/tokens.ts';
import { platform } from '../../shared/edge/http/platform.ts';
import { forceLogout, LOOKING } from '../../shared/edge/socket/supervision.ts';

export const logoutAgent = platform(
  async ({ app, identity, params }) => ({
    statusCode: 200,
    body: await forceLogout(app, identity, params['id'] ?? ''),
  }),
  LOOKING,
);

export const handler = onHttp({ app, tokens }, logoutAgent);
