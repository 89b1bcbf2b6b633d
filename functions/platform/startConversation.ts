/**
 * `POST /conversations`: a customer has come. 201, or 200 where the channel session has its
 * conversation already.
 */
import { platform } from '../../shared/edge/http/platform.ts';
import { start } from '../../shared/edge/http/start.ts';
import { http } from '../../shared/edge/trigger.ts';
import { StartConversation } from '../../shared/protocol/platform.ts';

export const on = http(
  platform(
    async ({ app, loop, body }) => {
      const { conversationId, created } = await start(app, loop, body);
      return { statusCode: created ? 201 : 200, body: { conversationId } };
    },
    { body: StartConversation },
  ),
);
