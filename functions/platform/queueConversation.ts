/** `POST /conversations/{id}/queue`: a conversation that no agent has is offered to those of a queue. Also for supervisors. */
import { app } from '../../shared/aws/app.ts';
import { onHttp } from '../../shared/aws/lambda.ts';
import { tokens } from '../../shared/aws/tokens.ts';
import { sendToQueue } from '../../shared/edge/follow/lists.ts';
import { platform } from '../../shared/edge/http/platform.ts';
import { LOOKING } from '../../shared/edge/socket/supervision.ts';
import { QueueConversation } from '../../shared/protocol/platform.ts';

export const queueConversation = platform(
  async ({ app, params: { id = '' }, body }) => {
    await sendToQueue(app, id, body);
    return { statusCode: 202, body: { conversationId: id } };
  },
  { body: QueueConversation, ...LOOKING },
);

export const handler = onHttp({ app, tokens }, queueConversation);
