/**
 * `POST /agents/{id}/logout`: a supervisor of the agent's team, or the platform, logs the agent
 * out.
 */
import { platform } from '../../shared/edge/http/platform.ts';
import { forceLogout, LOOKING } from '../../shared/edge/socket/supervision.ts';
import { LogoutAgent } from '../../shared/protocol/platform.ts';
import { http } from '../../shared/edge/trigger.ts';

export const on = http(
  platform(
    async ({ app, loop, identity, params, body }) => ({
      statusCode: 200,
      body: await forceLogout(app, loop, identity, params['id'] ?? '', body),
    }),
    { ...LOOKING, body: LogoutAgent, mayBeEmpty: true },
  ),
);
