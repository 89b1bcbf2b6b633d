/**
 * A network that does its worst, between a client and the gateway: handshakes that are refused,
 * answered 429 or never; connections that are cut, closed, or half-open in one direction or both;
 * frames that are late, doubled, reordered, held up or lost. What it does when, the seed decides.
 */
import { createServer, STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { chance, type Chance } from './random.ts';

export interface ChaosProxy {
  readonly url: string;
  readonly handshakeUrl: string;
  /** How often it did what. */
  readonly done: Record<string, number>;
  /** Before this, it is a network like any other. */
  unleash(): void;
  /**
   * From now on nothing more happens to frames and new connections. What is broken stays broken.
   */
  settle(): void;
  stop(): Promise<void>;
}

const ENDS = ['cut', 'closed', 'half-open', 'deaf', 'mute'] as const;

export async function startChaos(
  target: { readonly wsUrl: string; readonly httpUrl: string },
  seed: number,
  name: string,
): Promise<ChaosProxy> {
  const done: Record<string, number> = {};
  const wires = new Set<Duplex>();
  const sockets = new Set<WebSocket>();
  const timers = new Set<NodeJS.Timeout>();
  const server = createServer((request, response) => void answer(request, response));
  const upgrades = new WebSocketServer({ noServer: true, handleProtocols: (offered) => [...offered][0] ?? false });
  const asked = chance(seed, `${name} handshakes`);
  let wild = false;
  let connections = 0;

  const count = (what: string) => {
    done[what] = (done[what] ?? 0) + 1;
  };
  const later = (ms: number, then: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      then();
    }, ms);
    timers.add(timer);
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (wild && asked.maybe(0.3)) return void response.writeHead(asked.oneOf([429, 503])).end();
    const headers = { authorization: request.headers.authorization ?? '' };
    const answered = await fetch(`${target.httpUrl}${request.url}`, { headers }).catch(() => null);
    if (!answered) return void response.destroy();
    response.writeHead(answered.status, { 'content-type': 'application/json' }).end(await answered.text());
  }

  server.on('upgrade', (request: IncomingMessage, wire: Duplex, head: Buffer) => {
    wires.add(wire);
    wire.on('error', () => {}).on('close', () => wires.delete(wire));
    connections += 1;
    const fate = chance(seed, `${name} connection ${connections}`);
    if (wild && fate.maybe(0.25)) return spoil(wire, fate);
    connect(request, wire, head, fate);
  });

  /** The handshake comes to nothing. */
  function spoil(wire: Duplex, fate: Chance): void {
    const how = fate.oneOf(['429', '503', 'destroyed', 'stalled'] as const);
    count(`handshake ${how}`);
    if (how === 'destroyed') return void wire.destroy();
    if (how === 'stalled') return later(fate.between(200, 2_000), () => wire.destroy());
    wire.end(`HTTP/1.1 ${how} ${STATUS_CODES[how]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  }

  function connect(request: IncomingMessage, wire: Duplex, head: Buffer, fate: Chance): void {
    const protocols = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((item) => item.trim());
    const upstream = new WebSocket(target.wsUrl, protocols);
    sockets.add(upstream);
    upstream.on('error', () => wire.destroy()).on('close', () => sockets.delete(upstream));
    wire.once('close', () => upstream.terminate());
    upstream.once('open', () => {
      if (wire.destroyed) return upstream.terminate();
      upgrades.handleUpgrade(request, wire, head, (client) => relay(client, upstream, fate));
    });
  }

  function relay(client: WebSocket, upstream: WebSocket, fate: Chance): void {
    sockets.add(client);
    client
      .on('error', () => {})
      .on('close', () => {
        sockets.delete(client);
        upstream.terminate();
      });
    upstream.on('close', (code: number) => client.close(code === 1006 || code === 1005 ? 1001 : code));
    const [down, up] = [direction(upstream, client, fate), direction(client, upstream, fate)];
    if (!wild || fate.maybe(0.3)) return; // some live as long as they are wanted
    later(fate.maybe(0.25) ? fate.between(20, 800) : fate.between(1_000, 10_000), () => {
      if (client.readyState !== WebSocket.OPEN) return;
      const end = fate.oneOf(ENDS);
      count(end);
      if (end === 'cut') client.terminate();
      if (end === 'closed') client.close(1001);
      if (end === 'half-open' || end === 'deaf') down.stop();
      if (end === 'half-open' || end === 'mute') up.stop();
    });
  }

  /** Frames of one direction: each has its own delay where order is not kept. */
  function direction(from: WebSocket, to: WebSocket, fate: Chance): { stop(): void } {
    let [stopped, lastAt, heldUntil] = [false, 0, 0];
    const send = (text: string, at: number) =>
      later(Math.max(0, at - Date.now()), () => {
        if (!stopped && to.readyState === WebSocket.OPEN) to.send(text);
      });
    from.on('message', (bytes: Buffer) => {
      const text = bytes.toString();
      const now = Date.now();
      if (!wild) return send(text, now);
      if (fate.maybe(0.005)) return count('lost'); // a function or a post that failed
      if (fate.maybe(0.01)) {
        count('stall');
        heldUntil = now + fate.between(100, 800);
      }
      const at = Math.max(heldUntil, now + fate.between(0, 15));
      if (fate.maybe(0.1)) {
        count('reordered');
        send(text, at + fate.between(0, 120));
      } else {
        lastAt = Math.max(lastAt, at);
        send(text, lastAt);
      }
      if (!fate.maybe(0.05)) return;
      count('doubled');
      send(text, at + fate.between(0, 200));
    });
    return {
      stop() {
        stopped = true;
      },
    };
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const authority = `127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  return {
    url: `ws://${authority}/`,
    handshakeUrl: `http://${authority}/handshake`,
    done,
    unleash() {
      wild = true;
      // Those that are open have no fate yet.
      for (const client of upgrades.clients) client.terminate();
    },
    settle() {
      wild = false;
    },
    async stop() {
      for (const timer of timers) clearTimeout(timer);
      for (const socket of sockets) socket.terminate();
      for (const wire of wires) wire.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
