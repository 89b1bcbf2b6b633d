/**
 * Posting to desks through API Gateway's management API. The endpoint comes from the environment.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import * as z from 'zod';
import type { Log, Sockets } from '../edge/app.ts';
import { ANSWERS_MS, NO_ANSWER, socketsOver, type Gateway } from '../edge/posting.ts';

// One try by the SDK: a 429 would otherwise cost a second per slow desk, and with it everybody
// else's. Nor may a call that is never answered keep the request that it is a part of.
const client = new ApiGatewayManagementApiClient({
  maxAttempts: 1,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: ANSWERS_MS, throwOnRequestTimeout: true },
});

export function sockets(log: Log): Sockets {
  const gateway: Gateway = {
    post: (ConnectionId, Data) => statusOf(client.send(new PostToConnectionCommand({ ConnectionId, Data }))),
    get: (ConnectionId) => statusOf(client.send(new GetConnectionCommand({ ConnectionId }))),
    delete: (ConnectionId) => statusOf(client.send(new DeleteConnectionCommand({ ConnectionId }))),
  };
  return socketsOver(gateway, { log, now: () => Date.now(), random: () => Math.random(), sleep });
}

/** An error that came with an answer, whatever the answer was made of. */
const Answered = z.object({ $metadata: z.object({ httpStatusCode: z.number() }) });

/**
 * The HTTP status of a call to the gateway; 503 where the line broke, 408 where no answer came in
 * time: that is not tried again, for it may have arrived.
 */
async function statusOf(call: Promise<unknown>): Promise<number> {
  try {
    await call;
    return 200;
  } catch (error) {
    const answered = Answered.safeParse(error);
    if (answered.success) return answered.data.$metadata.httpStatusCode;
    if (!(error instanceof Error)) throw error;
    if ('code' in error && error.code !== 'ETIMEDOUT') return 503;
    if (error.name === 'TimeoutError') return NO_ANSWER;
    throw error;
  }
}
