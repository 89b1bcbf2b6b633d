/**
 * A socket.io server before a manager: any client from 2.x to 4.x, over polling or WebSocket, under
 * any path that ends with `/socket.io`. It keeps nothing that is not in the manager but tokens that
 * it has got for desks, so it may end at any moment, and any other bridge goes on for its desks.
 */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { Server as SocketServer } from 'socket.io';
import { machineClock } from '../shared/client/clock.ts';
import { Desk, type DeskOptions } from './desk.ts';
import { loginDoor, urlOf } from './login.ts';
import { Metrics } from './metrics.ts';
import { refreshing } from './refreshing.ts';
import { broughtAlong } from './tokens.ts';

export interface BridgeOptions extends Partial<Omit<DeskOptions, 'metrics'>> {
  readonly manager: DeskOptions['manager'];
  /** Origins of the pages that may connect; `*` for all. */
  readonly origins?: '*' | readonly string[];
  /** The manager's HTTP API, where it signs desks in; by it they get newer tokens, too. */
  readonly loginUrl?: string;
}

export interface Bridge {
  /** Takes connections, but listens nowhere yet. */
  readonly server: Server;
  readonly metrics: Metrics;
  /**
   * Takes no more desks, lets those that are here have their answers and sends them elsewhere, one
   * by one; ends after so many milliseconds at the latest.
   */
  drain(ms: number): Promise<void>;
  stop(): void;
}

/**
 * How often a desk is asked whether it lives, and how long it may take to say so, in milliseconds.
 */
const PING_EVERY_MS = 10_000;
const PING_WITHIN_MS = 20_000;
/** A part of the time to drain is for spreading the desks, the rest for the last answers. */
const SPREAD_SHARE = 0.5;

export function openBridge(options: BridgeOptions): Bridge {
  const metrics = new Metrics();
  const desks = new Set<Desk>();
  let draining = false;
  const deskOptions: DeskOptions = {
    tokens: options.loginUrl === undefined ? broughtAlong : refreshing({ loginUrl: options.loginUrl, metrics }),
    wrapUpReasons: false,
    patienceMs: 10_000,
    queuedBytes: 1024 * 1024,
    pendingRequests: 200,
    ...options,
    metrics,
  };
  const { origins = '*', loginUrl } = options;
  const login = loginUrl === undefined ? () => false : loginDoor({ loginUrl, origins });
  const server = createServer((request, response) => {
    if (login(request, response)) return;
    const answer = (status: number, text: string, type = 'application/json') =>
      void response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(text);
    const { pathname } = urlOf(request);
    if (pathname === '/metrics') return answer(200, metrics.text(), 'text/plain; version=0.0.4');
    if (pathname !== '/health') return answer(404, '{"status":"notFound"}');
    return draining ? answer(503, '{"status":"draining"}') : answer(200, '{"status":"ok"}');
  });
  const io = new SocketServer(server, {
    path: '/socket.io',
    allowEIO3: true,
    serveClient: false,
    cors: { origin: origins === '*' ? '*' : [...origins] },
    pingInterval: PING_EVERY_MS,
    pingTimeout: PING_WITHIN_MS,
    allowRequest: (_request, answer) => answer(draining ? 'draining' : null, !draining),
  });
  for (const event of ['request', 'upgrade']) server.prependListener(event, withoutBasePath);

  io.use((socket, next) => {
    const desk = new Desk(socket, deskOptions);
    socket.data.desk = desk;
    desks.add(desk);
    socket.conn.once('close', () => desks.delete(desk));
    desk.open().then(() => next(), next);
  });
  io.on('connection', ({ data }) => {
    const { desk }: { desk?: unknown } = data;
    if (desk instanceof Desk) desk.joined();
  });

  const stop = () => {
    draining = true;
    metrics.stop();
    for (const desk of desks) desk.cut('draining');
    void io.close();
    server.closeAllConnections();
  };
  return {
    server,
    metrics,
    stop,
    async drain(ms) {
      draining = true;
      const { clock = machineClock, random = Math.random } = options.manager;
      const over = new Promise<void>((resolve) => clock.after(ms, resolve));
      const leaves = async (desk: Desk) => {
        await new Promise<void>((resolve) => clock.after(random() * ms * SPREAD_SHARE, resolve));
        await desk.idle();
        desk.cut('draining');
      };
      await Promise.race([over, Promise.all([...desks].map(leaves))]);
      stop();
    },
  };
}

/** Desks are told a path by whoever set them up; what counts is how it ends. */
function withoutBasePath(request: IncomingMessage): void {
  request.url = request.url?.replace(/^[^?]*(?=\/socket\.io(\/|\?|$))/, '');
}
