/** Posting to desks. The endpoint comes from the environment. 410 on a connection that has just opened is tried again: it may not be open yet. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ApiGatewayManagementApiClient,
  ApiGatewayManagementApiServiceException,
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import type { Log, Sockets } from '../edge/app.ts';

const YOUNG_MS = 5_000;
const PAUSE_MS = [50, 100, 200, 400, 800];

// One try by the SDK: a 429 would otherwise cost a second per slow desk, and with it everybody else's.
const client = new ApiGatewayManagementApiClient({ maxAttempts: 1 });

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
          if (status !== 410) log.warn('a post failed', { connectionId, status });
          return status === 410 || status === 400 ? 'gone' : 'sent';
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

/** The HTTP status of a call to the gateway; 503 where there was no answer at all. */
async function statusOf(call: Promise<unknown>): Promise<number> {
  try {
    await call;
    return 200;
  } catch (error) {
    if (error instanceof ApiGatewayManagementApiServiceException) return error.$metadata.httpStatusCode ?? 503;
    if (error instanceof Error && 'code' in error) return 503;
    throw error;
  }
}
