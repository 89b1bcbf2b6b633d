/**
 * The small stack for stories: what `start()` of infra/local gives, in this process and with a
 * clock that jumps. It is reached by its URLs, which lead to no network: `dial` opens a wire to it,
 * `request` asks it. Or on a port, by the clock on the wall.
 */
import { request as ask } from 'node:http';
import type { Socket } from 'node:net';
import type { ClientOptions } from 'ws';
import { loadDemo } from '../../infra/local/people/demo.ts';
import { makeToken } from '../../infra/local/people/issuer.ts';
import type { LocalStack, StartOptions } from '../../infra/local/start.ts';
import { pipe } from '../../infra/small/pipe.ts';
import { openSmall, type Small } from '../../infra/small/stack.ts';
import { startSmall } from '../../infra/start/small.ts';
import { VirtualClock } from '../../shared/memory/clock.ts';
import { Passing } from './passing.ts';

/** Stories are told in the small world unless vitest.config.ts says that they need the engines. */
export const isSmall = process.env['WORLD'] === 'small';

/** Those of sockets and clocks that are not ours: in the small world, but on a port. */
export const isServed = process.env['WORLD'] === 'served';

/** Signing takes its time, and the clock here runs through a day. */
const TOKEN_KEPT_MS = 3_600_000;

interface Opened {
  readonly small: Small;
  readonly time: Passing;
}

/** By the host names of their URLs. */
const byHost = new Map<string, Opened>();
const byStack = new WeakMap<LocalStack, Opened>();
const rowsOf = new WeakMap<LocalStack, Small['world']['rows']>();

export async function smallStack({
  environment = {},
  demo = false,
  idleMs,
  lifeMs,
}: StartOptions): Promise<LocalStack> {
  const time = new Passing(new VirtualClock(Date.now()));
  const small = await openSmall({
    clock: time.clock,
    environment,
    busy: time.busy,
    ...(idleMs === undefined ? {} : { idleMs }),
    ...(lifeMs === undefined ? {} : { lifeMs }),
  });
  const host = `small-${byHost.size + 1}`;
  const opened = { small, time };
  byHost.set(host, opened);
  const httpUrl = `http://${host}`;
  const tokens = new Map<string, { token: Promise<string>; until: number }>();
  const given = {
    wsUrl: `ws://${host}/${small.stage}`,
    httpUrl,
    token(who: Parameters<typeof makeToken>[0], overrides?: Parameters<typeof makeToken>[1]) {
      const now = time.clock.now();
      const make = () => time.busy(makeToken(who, overrides, now));
      if (overrides) return make();
      const key = JSON.stringify(who);
      const known = tokens.get(key);
      if (known && known.until > now) return known.token;
      const token = make();
      tokens.set(key, { token, until: now + TOKEN_KEPT_MS });
      return token;
    },
    logs: () => small.logs(),
    invoke: (name: string, event: unknown) => time.during(small.invoke(name, event)),
    gateway: small.gateway,
    async stop() {
      small.stop();
    },
  };
  const stack = onlyWith(given);
  byStack.set(stack, opened);
  rowsOf.set(stack, small.world.rows);
  if (demo) await loadDemo(httpUrl, request);
  return stack;
}

/**
 * The same by the clock on the wall, and where a browser, or a network that does its worst, reaches
 * it.
 */
export async function servedStack({ environment = {}, demo = false, idleMs, lifeMs }: StartOptions) {
  const limits = { ...(idleMs === undefined ? {} : { idleMs }), ...(lifeMs === undefined ? {} : { lifeMs }) };
  const stack = await startSmall({ port: 0, host: '127.0.0.1', environment, demo, ...limits });
  const served = onlyWith({
    wsUrl: stack.wsUrl,
    httpUrl: stack.httpUrl,
    token: (...of: Parameters<typeof makeToken>) => makeToken(...of),
    logs: () => stack.logs(),
    invoke: (name: string, event: unknown) => stack.invoke(name, event),
    gateway: stack.gateway,
    stop: () => stack.stop(),
  });
  rowsOf.set(served, stack.world.rows);
  return served;
}

/** A stack that says what it has not. */
function onlyWith(given: Partial<LocalStack>): LocalStack {
  return new Proxy(given, {
    get(target, name) {
      if (Object.hasOwn(target, name)) return Reflect.get(target, name);
      if (name === 'then') return undefined;
      throw new Error(`There is no ${String(name)} in the small world: name the file in test/support/on-engines.ts.`);
    },
  }) as LocalStack;
}

/** The small world behind a stack that is reached by no port; undefined where there are engines. */
export function smallOf(stack: LocalStack): Opened | undefined {
  return byStack.get(stack);
}

/** What a small stack keeps, on a port or not; undefined where there are engines. */
export function rowsIn(stack: LocalStack): Small['world']['rows'] | undefined {
  return rowsOf.get(stack);
}

/** The same by one of its URLs. */
export function smallAt(url: string): Opened | undefined {
  return byHost.get(new URL(url).hostname);
}

/** A wire to it, as a socket would be. */
export function dial({ small, time }: Opened): Socket {
  const [here, there] = pipe(time.moved);
  small.server.emit('connection', there);
  return here as Socket; // as far as clients of HTTP look
}

/** What `ws` is given to open a socket to it. */
export function wireTo(opened: Opened): ClientOptions {
  return { createConnection: () => dial(opened), perMessageDeflate: false };
}

/** `fetch`, wherever the stack is. */
export async function request(url: string, init: RequestInit = {}): Promise<Response> {
  const opened = smallAt(url);
  if (!opened) return fetch(url, init);
  const { pathname, search, host } = new URL(url);
  const body = typeof init.body === 'string' || init.body instanceof Uint8Array ? init.body : undefined;
  // Node's client says it for itself only where a method is one that has a body.
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const headers = { host, ...length, ...Object.fromEntries(new Headers(init.headers)) };
  const answered = new Promise<Response>((resolve, reject) => {
    const createConnection = () => dial(opened);
    const outgoing = ask({ createConnection, method: init.method ?? 'GET', path: pathname + search, headers });
    outgoing.once('error', reject);
    outgoing.once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        const status = response.statusCode ?? 0;
        const answer = status === 204 ? null : Buffer.concat(chunks);
        const entries = Object.entries(response.headers).map(([name, value]): [string, string] => [
          name,
          String(value),
        ]);
        resolve(new Response(answer, { status, headers: entries }));
      });
    });
    outgoing.end(body);
  });
  return opened.time.during(answered);
}
