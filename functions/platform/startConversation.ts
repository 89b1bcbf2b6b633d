/** `POST /conversations`: a customer has come. 201, or 200 where the channel session has its conversation already. */
import { app } from '../../shared/aws/app.ts';
import { onHttp } from '../../shared/aws/lambda.ts';
import { tokens } from '../../shared/aws/tokens.ts';
import { platform } from '../../shared/edge/http/platform.ts';
import { start } from '../../shared/edge/http/start.ts';
import { StartConversation } from '../../shared/protocol/platform.ts';

export const startConversation = platform(
  async ({ app, body }) => {
    const { conversationId, created } = await start(app, body);
    return { statusCode: created ? 201 : 200, body: { conversationId } };
  },
  { body: StartConversation },
);

export const handler = onHttp({ app, tokens }, startConversation);
