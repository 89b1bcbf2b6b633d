/** Posting to desks. The endpoint comes from the environment. 410 on a connection that has just opened is tried again: it may not be open yet. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import * as z from 'zod';
import type { Log, Sockets } from '../edge/app.ts';

const YOUNG_MS = 5_000;
const PAUSE_MS = [50, 100, 200, 400, 800];
const NO_ANSWER = 408;

// One try by the SDK: a 429 would otherwise cost a second per slow desk, and with it everybody else's. Nor may a call that is never
// answered keep the request that it is a part of.
const client = new ApiGatewayManagementApiClient({
  maxAttempts: 1,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
});

export function sockets(log: Log): Sockets {
  return {
    async post(connectionId, frame, connectedAt) {
      for (let tries = 0; ; tries++) {
        const status = await statusOf(
          client.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: frame })),
        );
        if (status === 200) return 'sent';
        const pause = PAUSE_MS[tries];
        const young = connectedAt !== undefined && Date.now() - connectedAt < YOUNG_MS;
        const again = pause !== undefined && (status === 410 ? young : status === 429 || status >= 500);
        if (!again) {
          if (status === 410 || status === 400) return 'gone';
          // What the gateway refuses for good (413) is an error of ours.
          const refused = status < 500 && status !== 429 && status !== NO_ANSWER;
          log[refused ? 'error' : 'warn']('a post failed', { connectionId, status });
          return 'unsure';
        }
        await sleep(pause * (0.5 + Math.random()));
      }
    },
    async alive(connectionId) {
      const status = await statusOf(client.send(new GetConnectionCommand({ ConnectionId: connectionId })));
      return status !== 410 && status !== 400;
    },
    async close(connectionId) {
      await statusOf(client.send(new DeleteConnectionCommand({ ConnectionId: connectionId })));
    },
  };
}

/** An error that came with an answer, whatever the answer was made of. */
const Answered = z.object({ $metadata: z.object({ httpStatusCode: z.number() }) });

/** The HTTP status of a call to the gateway; 503 where the line broke, 408 where no answer came in time: that is not tried again, for it may have arrived. */
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
