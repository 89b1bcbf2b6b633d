/**
 * A desk connects: from now on this connection is the agent's session. What it must be told follows
 * through the session queue.
 */
import * as z from 'zod';
import { Conflict } from '../../shared/edge/app.ts';
import { Rejection } from '../../shared/domain/rejection.ts';
import { chosenSubprotocol, offeredKey, promisesReceipts, takesEchoAsAck } from '../../shared/edge/http/handshake.ts';
import { fromContext } from '../../shared/edge/identity.ts';
import { failure } from '../../shared/edge/http/platform.ts';
import { connect } from '../../shared/edge/socket/session.ts';
import { trigger } from '../../shared/edge/trigger.ts';

const Event = z.looseObject({
  headers: z.record(z.string(), z.string()).default({}),
  requestContext: z.looseObject({ connectionId: z.string(), authorizer: z.looseObject({}) }),
});

export const on = trigger(['app', 'greetings'], async ({ app, greetings }, input) => {
  const { headers, requestContext } = Event.parse(input);
  try {
    const subprotocol = chosenSubprotocol(headers);
    const { authorizer, connectionId } = requestContext;
    const offered = {
      offeredKey: offeredKey(headers),
      receipts: promisesReceipts(headers),
      ackInEcho: takesEchoAsAck(headers),
    };
    await greetings.enqueue(await connect(app, fromContext(authorizer), connectionId, offered));
    return { statusCode: 200, ...(subprotocol ? { headers: { 'Sec-WebSocket-Protocol': subprotocol } } : {}) };
  } catch (error) {
    if (error instanceof Rejection || error instanceof Conflict) return failure(app, error);
    throw error;
  }
});
