/**
 * `POST /conversations/{id}/events`: what the customer, a bot or the channel did. 202 with its
 * `seq`; the same message again: the same answer.
 */
import { platform } from '../../shared/edge/http/platform.ts';
import { publishMessage } from '../../shared/edge/socket/publish.ts';
import { http } from '../../shared/edge/trigger.ts';
import { PlatformEvent } from '../../shared/protocol/platform.ts';

export const on = http(
  platform(
    async ({ app, loop, params, body }) => {
      const seq = await publishMessage(app, loop, params['id'] ?? '', { type: 'addEvent', at: app.now(), event: body });
      return { statusCode: 202, body: seq };
    },
    { body: PlatformEvent },
  ),
);
