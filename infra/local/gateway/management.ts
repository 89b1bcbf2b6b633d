/**
 * The `@connections` API: what the backend may do to a socket, answered so that the SDK throws the
 * exceptions that it throws there.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Connection } from './connections.ts';
import { maxFrameBytes } from './frames.ts';
import { BodyTooLarge, readBody } from '../http/http.ts';
import { isId } from './socket-events.ts';

/**
 * A client that lets this much pile up is too slow: its sender is told, as API Gateway does when
 * the socket's buffer is full.
 */
const maxBacklogBytes = 1024 * 1024;

/**
 * A post is one frame. AWS names 128 KB for a payload and 32 KB for a frame, and adds to the
 * latter, in its quotas for WebSocket APIs, that a larger message must be split and that this holds
 * for `@connections`, too. It meters by 32 KB. So the stricter of the two holds here.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
 */
const maxPostBytes = maxFrameBytes;

const errors: Record<number, { type: string; message: string }> = {
  400: { type: 'BadRequestException', message: 'Invalid connectionId' },
  403: { type: 'ForbiddenException', message: 'Forbidden' },
  410: { type: 'GoneException', message: 'Gone' },
  413: { type: 'PayloadTooLargeException', message: 'Message too long' },
  429: { type: 'LimitExceededException', message: 'Too Many Requests' },
  500: { type: 'InternalServerErrorException', message: 'Internal server error' },
};

export interface Post {
  connectionId: string;
  body: string;
}

/**
 * May answer a post in the gateway's place with a status, or hold it back; `undefined` lets it
 * pass.
 */
export type InterceptPost = (post: Post) => Promise<number | undefined> | number | undefined;

/** What the backend may do to a socket, answered with the statuses of the API. */
export interface Management {
  post(connectionId: string, body: string): Promise<number>;
  get(connectionId: string): Promise<number>;
  delete(connectionId: string): Promise<number>;
}

export function managementOf(
  find: (connectionId: string) => Connection | undefined,
  intercept: InterceptPost,
): Management {
  const status = (connectionId: string) => (!isId(connectionId) ? 400 : find(connectionId) ? 200 : 410);
  return {
    async post(connectionId, body) {
      if (!isId(connectionId)) return 400;
      if (Buffer.byteLength(body) > maxPostBytes) return 413;
      const answered = await intercept({ connectionId, body });
      if (answered) return answered;
      // Looked up last: a connection may end while a test holds the post back.
      const connection = find(connectionId);
      if (!connection) return 410;
      if (connection.backlog() > maxBacklogBytes) return 429;
      connection.send(body);
      return 200;
    },
    get: async (connectionId) => status(connectionId),
    async delete(connectionId) {
      find(connectionId)?.close(1000, 'Connection Closed Normally');
      return status(connectionId) === 400 ? 400 : 204;
    },
  };
}

export async function manage(
  request: IncomingMessage,
  response: ServerResponse,
  connectionId: string,
  find: (connectionId: string) => Connection | undefined,
  management: Management,
  refused: (caller: string, method: string, connectionId: string) => boolean,
): Promise<void> {
  const refuse = (status: number): void => {
    const { type, message } = errors[status] ?? { type: 'Error', message: `Answered ${status} for a test` };
    response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': type });
    response.end(JSON.stringify({ message }));
  };
  const [, caller] = /^AWS4-HMAC-SHA256 Credential=(.*?)\/\d{8}\//.exec(request.headers.authorization ?? '') ?? [];
  if (caller === undefined || refused(caller, request.method ?? '', connectionId)) return refuse(403);
  if (!isId(connectionId)) return refuse(400);
  if (request.method === 'POST') {
    let body: string;
    try {
      body = (await readBody(request, maxPostBytes)).toString();
    } catch (error) {
      return refuse(error instanceof BodyTooLarge ? 413 : 400);
    }
    const status = await management.post(connectionId, body);
    if (status !== 200) return refuse(status);
    response.writeHead(200).end();
    return;
  }
  const connection = find(connectionId);
  if (!connection) return refuse(410);
  if (request.method === 'DELETE') {
    connection.close(1000, 'Connection Closed Normally');
    response.writeHead(204).end();
  } else if (request.method === 'GET') {
    const { connectedAt, identity } = connection.handshake;
    const instants = { connectedAt: iso(connectedAt), lastActiveAt: iso(connection.lastActiveAt) };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ ...instants, identity }));
  } else {
    refuse(403);
  }
}

const iso = (at: number): string => new Date(at).toISOString();
