/**
 * The other face: for desks that were written against socket.io's client. `io(origin, {path,
 * auth})` gives a socket that such a desk can use as it is; what is said goes over the same session
 * as of the typed one, so nothing is lost or doubled by a reconnect either.
 */
import { Emitter, type Listener } from '../emitter.ts';
import type { AgentManagerError } from '../errors.ts';
import { connectErrorOf, emitted, OldDesk, tokenOf, type Acknowledge, type Credentials, type Emitted } from './old-desk.ts'; // prettier-ignore
import { newId, type ConnectOptions } from '../options.ts';
import { Session } from '../session/session.ts';

type Auth = Credentials | ((give: (auth: Credentials) => void) => void);

/** What a desk gives to `io`: what it gave to socket.io, and whatever `connect` takes. */
export interface SocketOptions extends Partial<Omit<ConnectOptions, 'url' | 'token'>> {
  /**
   * The path of the manager on its host. An ending of `/socket.io`, which desks add, is not part of
   * it. Default: the path of the URL.
   */
  readonly path?: string;
  /**
   * Where the OIDC access token is: `token`, or where that is missing the `token` of the login
   * object `agent`, which may be a JSON text. Either is a text, or a function that gets one or
   * promises it, and is asked again as `token` of `connect` is.
   */
  readonly auth?: Auth;
  /** Not sent: nothing of an agent belongs in a URL. */
  readonly query?: unknown;
  /** false: does not connect before `connect()` is called. */
  readonly autoConnect?: boolean;
  /**
   * true: for desks of 2024 and later, which know three more reasons of `topicUnsubscription`, by
   * how the wrap-up ended. Older ones would show them as faults.
   */
  readonly wrapUpReasons?: boolean;
  /** As `backoff.baseMs`. */
  readonly reconnectionDelay?: number;
  /** As `backoff.maxMs`. */
  readonly reconnectionDelayMax?: number;
  /** As `openTimeoutMs`. */
  readonly timeout?: number;
  /** Whatever else a desk sets for socket.io has no meaning here. */
  readonly [other: string]: unknown;
}

/** A socket to the manager. It connects at once. */
export function io(url: string, options: SocketOptions = {}): Socket {
  const socket = new Socket(url, options);
  if (options.autoConnect !== false) socket.connect();
  return socket;
}

const RESERVED: ReadonlySet<string> = new Set(['connect', 'connect_error', 'disconnect', 'disconnecting']);

/**
 * What socket.io's `Socket` is to a desk. Events of its own: `connect`, `disconnect` (reason),
 * `connect_error` (an `Error` with `data.content.msg`, a text for the user; where the handshake was
 * refused, as `GET /handshake` says it, and nothing is tried again). All others are the manager's.
 */
export class Socket extends Emitter {
  /** Told of reconnects: `reconnect_attempt`, `reconnect`, `reconnect_error`, `error`. */
  readonly io = new Manager();
  /** As given; may be changed before `connect()`. */
  auth: Auth;
  /** Is there a connection now? */
  connected = false;
  /** Names the connection; another one after each reconnect. Undefined while there is none. */
  id: string | undefined;
  readonly #url: string;
  readonly #options: SocketOptions;
  #session: Session | null = null;
  #attempts = 0;
  /** What was emitted while there was no session to emit it over. */
  #waiting: Emitted[] = [];
  readonly #desk: OldDesk;

  constructor(url: string, options: SocketOptions) {
    super();
    this.#url = urlOf(url, options.path);
    this.#options = options;
    this.#desk = new OldDesk((event, ...args) => this.call(event, ...args), options);
    this.auth = options.auth ?? {};
  }

  /** The contrary of `connected`. */
  get disconnected(): boolean {
    return !this.connected;
  }

  /** Is it connected, or trying to be? */
  get active(): boolean {
    return this.#session !== null;
  }

  /** Connects, unless it is at it; after `disconnect` or a refusal, anew. */
  connect(): this {
    if (this.#session) return this;
    const session = new Session(
      connectOptions(this.#url, this.#options, () => credentialsOf(this.auth).then(tokenOf)),
      {
        said: (frame) => this.#desk.said(frame),
        opened: () => this.#opened(),
        lost: (reason) => this.#lost(reason),
        failed: (error) => this.#failed(error),
        retrying: (attempt) => {
          this.#attempts = attempt;
          this.io.tell('reconnect_attempt', attempt);
        },
        closed: (error) => {
          this.#session = null;
          if (this.connected) this.#lost(error ? 'io server disconnect' : 'io client disconnect');
        },
      },
    );
    this.#session = session;
    for (const asked of this.#waiting.splice(0)) void this.#desk.ask(session, asked);
    session.open();
    return this;
  }

  /** As `connect`. */
  open(): this {
    return this.connect();
  }

  /**
   * Closes the connection for good: `disconnect` is told with `io client disconnect`, and what was
   * not acknowledged is refused.
   */
  disconnect(): this {
    this.#session?.close();
    return this;
  }

  /** As `disconnect`. */
  close(): this {
    return this.disconnect();
  }

  /**
   * Asks for something. Without a connection it waits for one. What is in `data` now is sent,
   * whatever becomes of it later; a function as the last argument gets the acknowledgement.
   */
  emit(event: string, ...args: unknown[]): this {
    if (RESERVED.has(event)) throw new Error(`"${event}" is a reserved event name`);
    const asked = emitted(event, args);
    if (this.#session) void this.#desk.ask(this.#session, asked);
    else this.#waiting.push({ ...asked, data: JSON.parse(JSON.stringify(asked.data)) });
    return this;
  }

  #opened(): void {
    this.connected = true;
    this.id = newId();
    if (this.#attempts > 0) this.io.tell('reconnect', this.#attempts);
    this.#attempts = 0;
    this.call('connect');
  }

  #lost(reason: string): void {
    this.connected = false;
    this.id = undefined;
    this.call('disconnect', reason);
  }

  #failed(error: AgentManagerError): void {
    const told = connectErrorOf(error);
    if (this.#attempts > 0) this.io.tell('reconnect_error', told);
    this.io.tell('error', told);
    if (error.handshake && !error.retry) this.#session = null; // a desk that asks sees that nothing will be tried again
    this.call('connect_error', told);
  }
}

/** What socket.io's `Manager` is to a desk that listens for reconnects. */
class Manager extends Emitter {
  /** @internal */
  tell(event: string, ...args: unknown[]): void {
    this.call(event, ...args);
  }
}

export type { Acknowledge, Listener };

/** `https://host` and `/stage/socket.io` are `wss://host/stage`. */
function urlOf(url: string, path: string | undefined): string {
  const { protocol, host, pathname } = new URL(url, globalThis.location?.href);
  const scheme = protocol === 'https:' || protocol === 'wss:' ? 'wss:' : 'ws:';
  const stage = (path ?? pathname).replace(/\/*(\/socket\.io)?\/*$/, '');
  return `${scheme}//${host}${stage}`;
}

function connectOptions(url: string, options: SocketOptions, token: () => Promise<string>): ConnectOptions {
  const { reconnectionDelay: baseMs, reconnectionDelayMax: maxMs, timeout: openTimeoutMs, ...own } = options;
  const backoff = { ...(baseMs === undefined ? {} : { baseMs }), ...(maxMs === undefined ? {} : { maxMs }) };
  return { backoff, ...(openTimeoutMs === undefined ? {} : { openTimeoutMs }), ...own, url, token };
}

async function credentialsOf(auth: Auth): Promise<Credentials> {
  return typeof auth === 'function' ? new Promise(auth) : auth;
}
