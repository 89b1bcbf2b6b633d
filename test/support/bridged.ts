/**
 * Bridges before the stack of a centre, in this process or in one of their own, and desks behind
 * them that were written for socket.io and have its own client.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect as dial, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect } from 'vitest';
import { openBridge, type Bridge, type BridgeOptions } from '../../bridge/server.ts';
import { listen } from '../../infra/local/http/http.ts';
import type { Centre, Person } from './contact-centre.ts';
import { connectTo, type RealSocket } from './socket-io-clients.ts';
import { socketDesk, type SocketDesk } from './socket-desk.ts';
import { talking } from './socket-talks.ts';

export interface Where {
  readonly origin: string;
  readonly path?: string;
  readonly version?: 2 | 4;
  readonly transports?: readonly string[];
  readonly token?: string;
}

export type BridgedDesk = SocketDesk & { readonly socket: RealSocket };

/** A bridge as a process. */
export interface Running {
  readonly origin: string;
  readonly port: number;
  readonly process: ChildProcess;
  /** What it has printed so far. */
  said(): string;
}

/** All of it ends with the test, and no listener of a desk may have thrown. */
export function bridgesOf(centre: Centre) {
  const ends: (() => unknown)[] = [];
  const desks: BridgedDesk[] = [];

  afterEach(async () => {
    const faults = desks.flatMap(({ faults: wrong }) => wrong);
    for (const { socket } of desks.splice(0)) socket.disconnect();
    for (const end of ends.splice(0).toReversed()) await end();
    expect(faults).toEqual([]);
  });

  return {
    /** In this process, at a port. */
    async open(options: Partial<BridgeOptions> = {}): Promise<Bridge & { origin: string }> {
      const manager = { url: centre.stack.wsUrl, backoff: { baseMs: 50, maxMs: 200 }, gapMs: 50 };
      const bridge = openBridge({ manager, ...options });
      const { port } = await listen(bridge.server, 0, '127.0.0.1');
      ends.push(() => bridge.stop());
      return { ...bridge, origin: `http://127.0.0.1:${port}` };
    },

    async start(flags: readonly string[] = []): Promise<Running> {
      const main = join(import.meta.dirname, '..', '..', 'bridge', 'main.ts');
      const args = [main, '--manager', centre.stack.wsUrl, '--port', '0', ...flags];
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
      ends.push(async () => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        child.kill('SIGKILL');
        await once(child, 'exit');
      });
      let said = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (said += bytes));
      const port = await centre.eventually(() => Number(/ready bridge=http:\/\/[^:]+:(\d+)/.exec(said)?.[1] ?? 0) || undefined); // prettier-ignore
      return { origin: `http://127.0.0.1:${port}`, port, process: child, said: () => said };
    },

    /**
     * A load balancer that hands each connection to the next bridge that takes it, whatever came
     * from whom before.
     */
    async balance(ports: readonly number[]): Promise<string> {
      let turn = 0;
      const open = new Set<Socket>();
      const server: Server = createServer((desk) => {
        const attempt = (left: number) => {
          const bridge = dial(ports[turn++ % ports.length] ?? 0, '127.0.0.1');
          for (const end of [desk, bridge]) open.add(end);
          bridge.once('connect', () => {
            bridge.pipe(desk);
            desk.pipe(bridge);
          });
          bridge.on('error', () => (bridge.connecting && left > 1 ? attempt(left - 1) : desk.destroy()));
          desk.on('error', () => bridge.destroy());
          desk.once('close', () => bridge.destroy());
          bridge.once('close', (failed) => failed || desk.destroy());
        };
        attempt(ports.length);
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      ends.push(() => {
        for (const socket of open) socket.destroy();
        server.close();
      });
      const address = server.address();
      return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
    },

    /** A desk as agents have had it for years, unchanged. */
    async desk(person: Person, { origin, path = '/agent-manager', ...how }: Where): Promise<BridgedDesk> {
      const token = how.token ?? (await person.token());
      let real: RealSocket | undefined;
      const io = (url: string, options: { path: string }) => {
        real = connectTo(url, { ...how, path: options.path, token });
        if (how.version === 2) real.refused((error) => desk.log.push(`error: ${error.message}`));
        return real;
      };
      const desk: SocketDesk = socketDesk(io, { origin, path, token }, { agentId: person.id });
      if (!real) throw new Error('The desk has not connected.');
      const bridged = Object.assign(desk, { socket: real });
      desks.push(bridged);
      return bridged;
    },

    /** A desk with a customer, whom it has accepted as desks do. */
    talking(where: Where, settings?: Record<string, unknown>) {
      return talking(centre, (person) => this.desk(person, where), settings);
    },
  };
}
