/**
 * `POST /conversations/{id}/queue`: a conversation that no agent has is offered to those of a
 * queue. Also for supervisors.
 */
import { sendToQueue } from '../../shared/edge/http/queue.ts';
import { platform } from '../../shared/edge/http/platform.ts';
import { LOOKING } from '../../shared/edge/socket/supervision.ts';
import { http } from '../../shared/edge/trigger.ts';
import { QueueConversation } from '../../shared/protocol/platform.ts';

export const on = http(
  platform(
    async ({ app, loop, identity, params: { id = '' }, body }) => {
      await sendToQueue(app, loop, id, body, identity);
      return { statusCode: 202, body: { conversationId: id } };
    },
    { body: QueueConversation, ...LOOKING },
  ),
);
