/** How a client is set up. All durations are milliseconds and have defaults that suit a desk. */
import { machineClock, type Clock } from './clock.ts';
import type { WebSocketConstructor } from './session/connection.ts';
import { handshakeUrlsOf } from './session/handshake-urls.ts';

/** Where to connect, as whom, and how patiently. */
export interface ConnectOptions {
  /**
   * The WebSocket URL of the manager, such as
   * `wss://….execute-api.eu-central-1.amazonaws.com/prod`.
   */
  readonly url: string;
  /**
   * An OIDC access token, or a function that gets one. The function is called again for every
   * connection, once more where the manager refuses what it gave, and whenever the manager asks for
   * a newer one, so it may renew the token.
   */
  readonly token: string | (() => string | Promise<string>);
  /**
   * `GET /handshake` of the HTTP API, asked for the reason when a socket does not open. Default:
   * `/handshake` on the host of `url`, and where that is not the manager and the host is called
   * `socket.…` or `ws.…`, on the `api.…` beside it (`wss://ws-test.example.com`,
   * `https://api-test.example.com`). The domain must be one's own: no `execute-api` host of AWS.
   */
  readonly handshakeUrl?: string;
  /**
   * How long a request waits for its acknowledgement, time without a connection included. Default
   * 30,000.
   */
  readonly requestTimeoutMs?: number;
  /** How long `connect` tries before it rejects with `client.unreachable`. Default 60,000. */
  readonly connectTimeoutMs?: number;
  /**
   * How long one connection may take to open before another one is tried; the greeting may take
   * three times as long. Default 20,000.
   */
  readonly openTimeoutMs?: number;
  /**
   * After how long a silence the client shows that it lives, and sooner where the manager's lease
   * is shorter than three times that. What is not answered for 15 seconds (or three times this, if
   * that is less) is sent again, and the connection counts as lost. Default 25,000.
   */
  readonly heartbeatMs?: number;
  /**
   * A lost connection is opened again after a random time up to `baseMs`, doubled with each failure
   * up to `maxMs`. Default 1,000 and 30,000.
   */
  readonly backoff?: { readonly baseMs?: number; readonly maxMs?: number };
  /**
   * When a connection is replaced by a new one before the gateway ends it: at random between.
   * Default 100 and 115 minutes.
   */
  readonly renewAfterMs?: { readonly min: number; readonly max: number };
  /**
   * How long to wait for events that were only overtaken on the way before they are asked for.
   * Default 250.
   */
  readonly gapMs?: number;
  /** Aborted, `connect` gives up with `client.closed`. Once it has resolved, `close` does that. */
  readonly signal?: AbortSignal;
  /** The WebSocket to use. Default: the global one, of browsers and of Node 22 and newer. */
  readonly WebSocket?: WebSocketConstructor;
  /** The `fetch` to use, of which little is read. Default: the global one. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Pick<Response, 'ok' | 'status' | 'json'>>;
  /** What the client goes by, for tests of desks. Default: the machine's. */
  readonly clock?: Clock;
  /** A number from 0 up to 1, for what happens at random times. Default `Math.random`. */
  readonly random?: () => number;
}

export type Settings = Required<Omit<ConnectOptions, 'handshakeUrl' | 'signal'>> & {
  readonly handshakeUrls: readonly string[];
  readonly backoff: { readonly baseMs: number; readonly maxMs: number };
};

export function settingsOf({ handshakeUrl, ...options }: ConnectOptions): Settings {
  return {
    handshakeUrls: handshakeUrl === undefined ? handshakeUrlsOf(options.url) : [handshakeUrl],
    requestTimeoutMs: 30_000,
    connectTimeoutMs: 60_000,
    openTimeoutMs: 20_000,
    heartbeatMs: 25_000,
    renewAfterMs: { min: 100 * 60_000, max: 115 * 60_000 },
    gapMs: 250,
    WebSocket: globalThis.WebSocket,
    fetch: (url, init) => globalThis.fetch(url, init),
    clock: machineClock,
    random: Math.random,
    ...options,
    backoff: { baseMs: 1_000, maxMs: 30_000, ...options.backoff },
  };
}

/**
 * After how long a connection is replaced: many that were opened at once are not replaced at once.
 */
export function renewalMs({ renewAfterMs: { min, max }, random }: Settings): number {
  return min + random() * (max - min);
}

/** Full jitter: of many clients that were cut off at once, no two come back at the same moment. */
export function backoffMs({ backoff: { baseMs, maxMs }, random }: Settings, failures: number): number {
  return random() * Math.min(maxMs, baseMs * 2 ** failures);
}

/** 128 random bits as a text. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
