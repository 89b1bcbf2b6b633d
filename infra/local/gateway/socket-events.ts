/**
 * The events that API Gateway hands to Lambdas of a WebSocket API, field by field as captured from
 * real ones.
 */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { account, apiHost, partition, region } from '../aws.ts';
import { urlOf } from '../http/http.ts';
import type { SocketApi } from '../template/routes.ts';

export type AuthorizerContext = Record<string, string | number>;

/** What is known of a connection from its handshake on. */
export interface Handshake {
  connectionId: string;
  connectedAt: number;
  identity: { userAgent?: string; sourceIp: string };
  headers: Record<string, string>;
  multiValueHeaders: Record<string, string[]>;
  queryStringParameters?: Record<string, string>;
  multiValueQueryStringParameters?: Record<string, string[]>;
  authorizer?: AuthorizerContext;
}

/**
 * Ids look like those of API Gateway: fifteen characters and an `=`, which every URL must encode.
 */
export const newId = (): string => `${randomBytes(11).toString('base64url')}=`;
export const isId = (text: string): boolean => /^[\w-]{15}=$/.test(text);

/** Not passed on: they belong to the hop between the client and the gateway. */
const hopByHop = new Set([
  'connection',
  'upgrade',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'content-length',
]);

export function handshakeOf(request: IncomingMessage): Handshake {
  const sourceIp = request.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '127.0.0.1';
  const sent: [string, string][] = [];
  for (let i = 0; i < request.rawHeaders.length; i += 2) {
    const name = request.rawHeaders[i] ?? '';
    if (!hopByHop.has(name.toLowerCase())) sent.push([name, request.rawHeaders[i + 1] ?? '']);
  }
  sent.push([
    'X-Amzn-Trace-Id',
    `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${randomBytes(12).toString('hex')}`,
  ]);
  sent.push(
    ['X-Forwarded-For', sourceIp],
    ['X-Forwarded-Port', String(request.socket.localPort)],
    ['X-Forwarded-Proto', 'http'],
  );
  const query = [...urlOf(request).searchParams];
  return {
    connectionId: newId(),
    connectedAt: Date.now(),
    identity: { ...(request.headers['user-agent'] && { userAgent: request.headers['user-agent'] }), sourceIp },
    headers: Object.fromEntries(sent),
    multiValueHeaders: grouped(sent),
    ...(query.length > 0 && {
      queryStringParameters: Object.fromEntries(query),
      multiValueQueryStringParameters: grouped(query),
    }),
  };
}

export const authorizerEvent = (api: SocketApi, handshake: Handshake) => ({
  type: 'REQUEST',
  methodArn: `arn:${partition}:execute-api:${region}:${account}:${api.apiId}/${api.stage}/$connect`,
  ...asSent(handshake),
  stageVariables: {},
  requestContext: context(api, handshake, '$connect', 'CONNECT'),
});

export const connectEvent = (api: SocketApi, handshake: Handshake) => ({
  ...asSent(handshake),
  requestContext: context(api, handshake, '$connect', 'CONNECT'),
  isBase64Encoded: false,
});

export const messageEvent = (api: SocketApi, handshake: Handshake, routeKey: string, body: string) => ({
  requestContext: { ...context(api, handshake, routeKey, 'MESSAGE'), messageId: newId() },
  body,
  isBase64Encoded: false,
});

export function disconnectEvent(api: SocketApi, handshake: Handshake, code: number, reason: string) {
  const headers = { Host: apiHost(api.apiId), 'x-api-key': '', 'X-Forwarded-For': '', 'x-restapi': '' };
  return {
    headers,
    multiValueHeaders: grouped(Object.entries(headers)),
    requestContext: {
      ...context(api, handshake, '$disconnect', 'DISCONNECT'),
      disconnectStatusCode: code,
      disconnectReason: reason,
    },
    isBase64Encoded: false,
  };
}

const asSent = ({ headers, multiValueHeaders, queryStringParameters, multiValueQueryStringParameters }: Handshake) => ({
  headers,
  multiValueHeaders,
  ...(queryStringParameters && { queryStringParameters, multiValueQueryStringParameters }),
});

function context(api: SocketApi, handshake: Handshake, routeKey: string, eventType: string) {
  const requestId = newId();
  const now = Date.now();
  return {
    routeKey,
    ...(handshake.authorizer && { authorizer: handshake.authorizer }),
    eventType,
    extendedRequestId: requestId,
    requestTime: clfTime(now),
    messageDirection: 'IN',
    stage: api.stage,
    connectedAt: handshake.connectedAt,
    requestTimeEpoch: now,
    identity: handshake.identity,
    requestId,
    domainName: apiHost(api.apiId),
    connectionId: handshake.connectionId,
    apiId: api.apiId,
  };
}

/** `19/Feb/2024:07:11:42 +0000` */
export function clfTime(at: number): string {
  const [, day, month, year, time] = new Date(at).toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}

function grouped(pairs: [string, string][]): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(Object.groupBy(pairs, ([name]) => name)).map(([name, all]) => [
      name,
      (all ?? []).map(([, value]) => value),
    ]),
  );
}
