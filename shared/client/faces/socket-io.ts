/**
 * The other face: for desks that were written against socket.io's client. `io(origin, {path,
 * auth})` gives a socket that such a desk can use as it is; what is said goes over the same session
 * as of the typed one, so nothing is lost or doubled by a reconnect either.
 */
import { Emitter, type Listener } from '../emitter.ts';
import { AgentManagerError } from '../errors.ts';
import type { Ack, Frame, ManagerEventName } from '../session/frames.ts';
import { newId, type ConnectOptions } from '../options.ts';
import { Session } from '../session/session.ts';

type Auth = Record<string, unknown> | ((give: (auth: Record<string, unknown>) => void) => void);

/** What a desk gives to `io`: what it gave to socket.io, and whatever `connect` takes. */
export interface SocketOptions extends Partial<Omit<ConnectOptions, 'url' | 'token'>> {
  /**
   * The path of the manager on its host. An ending of `/socket.io`, which desks add, is not part of
   * it. Default: the path of the URL.
   */
  readonly path?: string;
  /**
   * `{token}`, an OIDC access token or a function that gets one; where it is missing, the token of
   * the login object `agent`.
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

/**
 * The acknowledgement of what was emitted: `{status: 'ok', …}` or `{status: 'error', code, msg}`.
 */
export type Acknowledge = (answer: Ack | { status: 'error'; code: string; msg: string }) => void;

/** A socket to the manager. It connects at once. */
export function io(url: string, options: SocketOptions = {}): Socket {
  const socket = new Socket(url, options);
  if (options.autoConnect !== false) socket.connect();
  return socket;
}

/** Names under which desks listen for what has another name on the wire. */
const ALSO: Partial<Record<ManagerEventName, string>> = {
  agentPresence_: 'agentPresence',
  topicUnsubscription: 'topicUnsubscription_',
  wrapupTimerStarted: 'WRAP_UP_TIMER_STARTED',
  agentAssignedForAssistance: 'agentAssignedForAgentTransfer',
};

const RESERVED: ReadonlySet<string> = new Set(['connect', 'connect_error', 'disconnect', 'disconnecting']);

/**
 * What socket.io's `Socket` is to a desk. Events of its own: `connect`, `disconnect` (reason),
 * `connect_error` (an `Error`; where the handshake was refused, with `message` and `data.content`,
 * and nothing is tried again). All others are the manager's.
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
  #waiting: [event: string, data: unknown, acknowledge: Acknowledge | undefined][] = [];
  /** The conversations that the desk holds. It breaks on being told that another one is over. */
  readonly #held = new Set<string>();

  constructor(url: string, options: SocketOptions) {
    super();
    this.#url = urlOf(url, options.path);
    this.#options = options;
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
      connectOptions(this.#url, this.#options, () => tokenOf(this.auth)),
      {
        said: (frame) => this.#said(frame),
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
    for (const [event, data, acknowledge] of this.#waiting.splice(0)) this.#send(session, event, data, acknowledge);
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
    const last = args.at(-1);
    const acknowledge = typeof last === 'function' ? (last as Acknowledge) : undefined;
    const data = acknowledge && args.length === 1 ? {} : (args[0] ?? {});
    if (this.#session) this.#send(this.#session, event, data, acknowledge);
    else this.#waiting.push([event, JSON.parse(JSON.stringify(data)), acknowledge]);
    return this;
  }

  #send(session: Session, event: string, data: unknown, acknowledge: Acknowledge = () => {}): void {
    session.emit(event, data, Infinity).then(
      (ack) => acknowledge(ack),
      (error: unknown) => {
        acknowledge(refusalOf(error));
        if (error instanceof AgentManagerError && isOwn(error.code)) this.call('errors', errorsOf(error));
      },
    );
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
    const { message = error.message, data } = error.handshake ?? {};
    const told = Object.assign(new Error(message), data === undefined ? {} : { data });
    if (this.#attempts > 0) this.io.tell('reconnect_error', told);
    this.io.tell('error', told);
    if (error.handshake && !error.retry) this.#session = null; // a desk that asks sees that nothing will be tried again
    this.call('connect_error', told);
  }

  #said(frame: Frame): void {
    const { event, conversationId = '' } = frame;
    if (event === 'topicUnsubscription' && !this.#held.delete(conversationId)) return;
    if (event === 'wrapupTimerStarted' && !this.#held.has(conversationId)) return;
    if (event === 'topicUnsubscription' && this.#options.wrapUpReasons)
      return this.#tell(event, { ...frame.data, reason: frame.data.detail ?? frame.data.reason });
    if (event !== 'onTopicData') return this.#tell(event, frame.data);
    this.#held.add(frame.data.conversationId);
    // Desks change what they are given, and answer it.
    this.#tell(event, JSON.parse(JSON.stringify(frame.data)), () => {});
  }

  #tell(event: ManagerEventName, ...args: unknown[]): void {
    this.call(event, ...args);
    const also = ALSO[event];
    if (also) this.call(also, ...args);
  }
}

/** What socket.io's `Manager` is to a desk that listens for reconnects. */
class Manager extends Emitter {
  /** @internal */
  tell(event: string, ...args: unknown[]): void {
    this.call(event, ...args);
  }
}

export type { Listener };

/**
 * Does the client itself refuse this, so that no `errors` comes from the manager? Desks that ask
 * for no acknowledgement listen for that only.
 */
function isOwn(code: string): boolean {
  return code === 'frame.tooLarge' || code === 'client.connectionLost';
}

function errorsOf({ task, code, message: msg, conversationId }: AgentManagerError) {
  return { task, code, msg, ...(conversationId === undefined ? {} : { conversationId }) };
}

function refusalOf(error: unknown): { status: 'error'; code: string; msg: string } {
  const msg = error instanceof Error ? error.message : String(error);
  return { status: 'error', code: error instanceof AgentManagerError ? error.code : 'internal', msg };
}

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

/** Where desks have put the token. None at all is for the manager to refuse. */
async function tokenOf(auth: Auth): Promise<string> {
  const given = typeof auth === 'function' ? await new Promise<Record<string, unknown>>(auth) : auth;
  const { token, agent } = given;
  if (typeof token === 'function') return String(await token());
  if (typeof token === 'string') return token;
  const login: unknown = typeof agent === 'string' ? JSON.parse(agent) : agent;
  return typeof login === 'object' && login !== null && 'token' in login ? String(login.token) : '';
}
