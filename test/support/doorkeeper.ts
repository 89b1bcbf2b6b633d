/**
 * Somebody between a desk and the gateway who ends connections over certain frames, as firewalls
 * and proxies do.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';

export interface Doorkeeper {
  readonly url: string;
  /** The frames over which a connection was ended. */
  readonly refused: string[];
  stop(): Promise<void>;
}

/** `objects` to a frame: with a code the connection is closed with it, with `cut` it breaks. */
export async function doorkeeper(
  target: string,
  objects: (frame: string) => number | 'cut' | undefined,
): Promise<Doorkeeper> {
  const refused: string[] = [];
  const sockets = new Set<WebSocket>();
  const server = createServer();
  const upgrades = new WebSocketServer({ noServer: true, handleProtocols: (offered) => [...offered][0] ?? false });
  server.on('upgrade', (request: IncomingMessage, wire: Duplex, head: Buffer) => {
    const protocols = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((item) => item.trim());
    const upstream = new WebSocket(target, protocols);
    upstream.on('error', () => wire.destroy());
    upstream.once('open', () => upgrades.handleUpgrade(request, wire, head, (desk) => relay(desk, upstream)));
  });

  function relay(desk: WebSocket, upstream: WebSocket): void {
    sockets.add(desk);
    upstream.on('message', (bytes: Buffer) => desk.send(bytes.toString()));
    upstream.on('close', () => desk.close());
    desk.on('close', () => {
      sockets.delete(desk);
      upstream.terminate();
    });
    desk.on('message', (bytes: Buffer) => {
      const frame = bytes.toString();
      const how = objects(frame);
      if (how === undefined) return upstream.send(frame);
      refused.push(frame);
      if (how === 'cut') desk.terminate();
      else desk.close(how);
    });
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `ws://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/`,
    refused,
    async stop() {
      for (const socket of sockets) socket.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
