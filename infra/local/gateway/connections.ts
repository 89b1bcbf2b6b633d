/**
 * The open sockets. Each ends once, for one reason, which `$disconnect` is told: the client left,
 * the backend deleted it, it was idle or old, or it sent what is refused. From that moment on it is
 * gone for whoever posts to it.
 */
import type { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import { watchFrames } from './frames.ts';
import type { Handshake } from './socket-events.ts';

export interface Connection {
  handshake: Handshake;
  lastActiveAt: number;
  /** Bytes that the client has not taken yet. */
  backlog(): number;
  send(text: string): void;
  /** Closes it with a code, and ends it. */
  close(code: number, reason: string): void;
  /** Cuts the wire. Silently: the gateway does not notice, as when a network disappears. */
  cut(silently: boolean): void;
}

export interface Limits {
  idleMs: number;
  lifeMs: number;
}

interface Listener {
  received(connection: Connection, text: string): void;
  ended(connection: Connection, code: number, reason: string): void;
}

export const maxMessageBytes = 128 * 1024;

/** How long a client may take to answer a close before its wire is cut. */
const closingMs = 2000;

/** What `$disconnect` is told when a client closes without giving a reason. */
const reasons: Record<number, string> = {
  1000: 'Connection Closed Normally',
  1001: 'Going away',
  1005: 'Client-side close frame status not set',
  1006: 'Connection closed abnormally',
};

export function openConnection(
  handshake: Handshake,
  ws: WebSocket,
  wire: Duplex,
  limits: Limits,
  listener: Listener,
): Connection {
  let open = true;
  let unreachable = false;
  const idle = setTimeout(() => connection.close(1001, 'Going away'), limits.idleMs);
  const life = setTimeout(() => connection.close(1001, 'Going away'), limits.lifeMs);

  function end(code: number, reason: string): void {
    if (!open) return;
    open = false;
    clearTimeout(idle);
    clearTimeout(life);
    listener.ended(connection, code, reason);
  }

  function active(): void {
    connection.lastActiveAt = Date.now();
    idle.refresh();
  }

  const connection: Connection = {
    handshake,
    lastActiveAt: handshake.connectedAt,
    backlog: () => ws.bufferedAmount,
    send(text) {
      active();
      if (!unreachable) ws.send(text);
    },
    close(code, reason) {
      if (!open) return;
      ws.close(code, code === 1000 ? '' : reason);
      const cut = setTimeout(() => ws.terminate(), closingMs);
      ws.once('close', () => clearTimeout(cut));
      end(code, reason);
    },
    cut(silently) {
      unreachable = silently;
      wire.destroy();
    },
  };

  watchFrames(wire, () => connection.close(1009, 'Frame too large'));
  ws.on('message', (data: RawData, binary: boolean) => {
    if (!open) return;
    active();
    if (binary || !Buffer.isBuffer(data)) connection.close(1003, 'Binary is not supported');
    else listener.received(connection, data.toString());
  });
  // ws closes by itself what breaks the protocol, a message over the limit (1009) included; what it
  // says is the code to report.
  ws.on('error', (error: Error & { code?: string }) => {
    if (error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') end(1009, 'Message too large');
    else if (error.code === 'WS_ERR_INVALID_UTF8') end(1007, 'Invalid UTF-8');
    else if (error.code?.startsWith('WS_ERR_')) end(1002, 'Protocol error');
  });
  ws.on('close', (code: number, reason: Buffer) => {
    if (!unreachable) end(code, reason.toString() || reasons[code] || '');
  });
  return connection;
}
