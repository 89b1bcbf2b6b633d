/**
 * The stand-in for API Gateway's WebSocket API. A handshake is answered by the authorizer, then by
 * `$connect`, and only then is the socket open. After that every frame is an invocation of its own,
 * none waiting for another: there is no order to rely on.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import * as z from 'zod';
import { bucketOf, CONNECTIONS, connectRate, requestRate } from '../../strict/services/gateway-rules.ts';
import { authorize } from './authorize.ts';
import { maxMessageBytes, openConnection, type Connection, type Limits } from './connections.ts';
import { faultsOf, type Faults } from './faults.ts';
import { urlOf } from '../http/http.ts';
import type { Lambdas, Outcome } from '../lambdas/lambdas.ts';
import { arnOf } from '../template/names.ts';
import type { Asked } from '../../strict/iam/check.ts';
import type { Refusal } from '../../strict/rule.ts';
import { manage, managementOf, type Management } from './management.ts';
import type { SocketApi } from '../template/routes.ts';
import { connectEvent, disconnectEvent, handshakeOf, messageEvent, newId, type Handshake } from './socket-events.ts';

export interface Gateway {
  faults: Faults;
  upgrade(request: IncomingMessage, wire: Duplex, head: Buffer): void;
  /** Answers a request to `@connections`; false where it is none. */
  handles(request: IncomingMessage, response: ServerResponse): boolean;
  /** The same for who needs no HTTP to get here. */
  management: Management;
  stop(): void;
}

/** What a Lambda behind a WebSocket route must return. */
const Returned = z.looseObject({
  statusCode: z.number(),
  headers: z.record(z.string(), z.unknown()).nullish(),
  body: z.unknown().optional(),
});

/**
 * `mayManage` says whether a function may do to a connection what it wants; without it, whoever has
 * signed may.
 */
export function openGateway(
  api: SocketApi,
  lambdas: Lambdas,
  limits: Limits,
  mayManage?: (call: Asked) => Refusal | null,
): Gateway {
  const connections = new Map<string, Connection>();
  const state = faultsOf(connections);
  const { faults } = state;
  const subprotocols = new WeakMap<IncomingMessage, string>();
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: maxMessageBytes,
    perMessageDeflate: false,
    clientTracking: false,
    // API Gateway echoes no subprotocol by itself: only what `$connect` returned.
    handleProtocols: (_offered, request) => subprotocols.get(request) ?? false,
  });
  const opening = bucketOf(CONNECTIONS);
  const asking = bucketOf(api.throttle);
  const wires = new Set<Duplex>();
  const management = managementOf(
    (id) => connections.get(id),
    (post) => state.intercept(post),
  );
  const managing = new RegExp(`^/${api.stage}/@connections/([^/]+)$`);

  async function connect(request: IncomingMessage, wire: Duplex, head: Buffer): Promise<void> {
    if (urlOf(request).pathname.replace(/\/$/, '') !== `/${api.stage}`) return refuse(wire, 403);
    if (connectRate.refuse(opening, 'Connect') || requestRate.refuse(asking, 'Invoke')) return refuse(wire, 429);
    const handshake = handshakeOf(request);
    const verdict = await authorize(lambdas, api, handshake);
    if (verdict && !verdict.allowed) return refuse(wire, verdict.status);
    if (verdict) handshake.authorizer = verdict.context;
    const route = api.routes.get('$connect');
    if (route) {
      const outcome = await lambdas.invoke(route.fn, connectEvent(api, handshake));
      const returned = parseReturned(outcome);
      if (!returned) return refuse(wire, 502);
      if (returned.statusCode < 200 || returned.statusCode > 299) return refuse(wire, returned.statusCode);
      const echoed = Object.entries(returned.headers ?? {}).find(
        ([name]) => name.toLowerCase() === 'sec-websocket-protocol',
      );
      if (typeof echoed?.[1] === 'string') subprotocols.set(request, echoed[1]);
    }
    // The client may have left while it waited; the backend has heard of it, so it hears of that
    // too.
    if (!wire.readable || !wire.writable) return ended(handshake, 1006, 'Connection closed abnormally');
    server.handleUpgrade(request, wire, head, (ws) => {
      const connection = openConnection(handshake, ws, wire, limits, {
        received: (from, text) => void dispatch(from, text),
        ended(which, code, reason) {
          connections.delete(handshake.connectionId);
          if (!state.isMuted(which)) ended(handshake, code, reason);
        },
      });
      connections.set(handshake.connectionId, connection);
    });
  }

  /** Whether this caller's role does not reach so far; the log then says which grant it lacks. */
  function refused(caller: string, method: string, connectionId: string): boolean {
    const resource = arnOf('execute-api', `${api.apiId}/${api.stage}/${method}/@connections/${connectionId}`);
    const refusal = mayManage?.({
      service: 'execute-api',
      operation: 'ManageConnections',
      caller,
      input: { resource },
    });
    if (refusal) lambdas.log(`${refusal.code}: ${refusal.message}`);
    return Boolean(refusal);
  }

  function ended(handshake: Handshake, code: number, reason: string): void {
    const route = api.routes.get('$disconnect');
    if (route) void lambdas.invoke(route.fn, disconnectEvent(api, handshake, code, reason));
  }

  async function dispatch(connection: Connection, text: string): Promise<void> {
    const key = routeKey(api.selection, text);
    const chosen = key !== undefined && !key.startsWith('$') && api.routes.has(key) ? key : '$default';
    const route = api.routes.get(chosen);
    const event = messageEvent(api, connection.handshake, chosen, text);
    const fail = (message: string) => reply(connection, errorFrame(message, event.requestContext));
    const tooMany = requestRate.refuse(asking, 'Invoke');
    if (tooMany) return fail(tooMany.message);
    if (!route) return fail('Forbidden');
    const returned = parseReturned(await lambdas.invoke(route.fn, event));
    if (!returned) return fail('Internal server error');
    if (route.responds && typeof returned.body === 'string') reply(connection, returned.body);
  }

  /** What the gateway itself says goes only to a client that is still there. */
  function reply(connection: Connection, text: string): void {
    if (connections.get(connection.handshake.connectionId) === connection) connection.send(text);
  }

  function parseReturned(outcome: Outcome) {
    if (!outcome.ok) return undefined;
    const returned = Returned.safeParse(outcome.result);
    if (!returned.success) lambdas.log(`Not what API Gateway takes from a Lambda: ${JSON.stringify(outcome.result)}`);
    return returned.data;
  }

  return {
    faults,
    management,
    upgrade(request, wire, head) {
      wires.add(wire);
      wire.on('error', () => {});
      wire.on('close', () => wires.delete(wire));
      connect(request, wire, head).catch((error: unknown) => {
        lambdas.log(`The gateway failed: ${error instanceof Error ? error.stack : String(error)}`);
        refuse(wire, 500);
      });
    },
    handles(request, response) {
      const [, encoded] = managing.exec(urlOf(request).pathname) ?? [];
      if (encoded === undefined) return false;
      const connectionId = encoded.replace(/%3D$/i, '=');
      manage(request, response, connectionId, (id) => connections.get(id), management, refused).catch(() =>
        response.destroy(),
      );
      return true;
    },
    stop() {
      for (const connection of connections.values()) faults.muteDisconnect(connection.handshake.connectionId);
      for (const connection of connections.values()) connection.close(1012, 'Service restart');
      setImmediate(() => {
        for (const wire of wires) wire.destroy();
      });
    },
  };
}

/**
 * The value that selects the route, as a text; `undefined` where there is none, which selects
 * `$default`.
 */
function routeKey(selection: string[], text: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  for (const key of selection) value = z.looseObject({}).safeParse(value).data?.[key];
  if (Array.isArray(value)) return `[${value.map(String).join(', ')}]`;
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** To the letter, spaces included, as captured from the service. */
const errorFrame = (
  message: string,
  { connectionId, requestId }: { connectionId: string; requestId: string },
): string => `{"message": "${message}", "connectionId":"${connectionId}", "requestId":"${requestId}"}`;

function refuse(wire: Duplex, status: number): void {
  const body = JSON.stringify({ message: STATUS_CODES[status] ?? 'Error' });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `x-amzn-RequestId: ${newId()}`,
  ];
  wire.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
