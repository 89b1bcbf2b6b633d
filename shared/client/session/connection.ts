/**
 * One socket's life: opened with the token, read frame by frame, kept alive by heartbeats after
 * silence, and over exactly once. A socket over which something is not answered for three looks in
 * a row is half-open: the network is gone, and nobody will ever say so. A page that is hidden is
 * woken once a minute at most, so it asks for a lease that such beats can keep.
 */
import { nothing, type Clock } from '../clock.ts';
import { ACK_IN_ECHO, RECEIPTS, SESSION_PREFIX, SUBPROTOCOL, TOKEN_PREFIX } from '../../protocol/frame.ts';
import { readFrame, type Frame } from './frames.ts';

/** Why a connection is over, in socket.io's words. */
export type Ending = 'transport close' | 'transport error' | 'ping timeout';

export interface ConnectionOptions {
  readonly url: string;
  readonly token: string;
  readonly sessionKey: string | undefined;
  readonly WebSocket: WebSocketConstructor;
  readonly heartbeatMs: number;
  /** How long opening may take, in milliseconds; being greeted may take three times as long. */
  readonly openTimeoutMs: number;
  readonly newId: () => string;
  readonly clock: Clock;
}

/** What is used of a WebSocket: the global one has it, and so has `ws`. */
export interface WebSocketLike {
  onopen: unknown;
  onmessage: unknown;
  onerror: unknown;
  onclose: unknown;
  readonly readyState: number;
  send(text: string): void;
  close(code?: number): void;
}

export type WebSocketConstructor = new (url: string, protocols: string[]) => WebSocketLike;

export interface ConnectionListener {
  opened(connection: Connection): void;
  received(connection: Connection, frame: Frame): void;
  /** What the manager's clock says, as of now. */
  clocked(managerNow: number): void;
  /**
   * `opened` says whether it ever was open; `code` is that of the socket's end, where it ended by
   * itself.
   */
  ended(
    connection: Connection,
    reason: Ending,
    how: { readonly opened: boolean; readonly code: number | undefined },
  ): void;
}

/** For how many looks an answer may be missing. */
const SILENT_LOOKS = 3;
/** How often it is looked at, at most: nothing is sent for that. */
const LOOK_MS = 5_000;
/** What a hidden page asks for: one beat a minute may get lost. */
const HIDDEN_LEASE_SECONDS = 150;
/** How many beats fit into a lease, so that one may come late and one may get lost. */
const BEATS_OF_A_LEASE = 3;
/** After these a page beats at once: its timers run at another pace from now on. */
const WAKES = ['visibilitychange', 'resume'];
const OPEN = 1;

/** How long an answer may take before the connection counts as lost. */
export function patienceMs({ heartbeatMs }: { heartbeatMs: number }): number {
  return SILENT_LOOKS * Math.min(heartbeatMs, LOOK_MS);
}

export class Connection {
  readonly #listener: ConnectionListener;
  readonly #socket: WebSocketLike;
  readonly #newId: () => string;
  readonly #beats = new Set<string>();
  readonly #clock: Clock;
  #inTime = nothing;
  #lookAway = nothing;
  /** After how long a silence it beats. */
  #heartbeatMs: number;
  #lookMs: number;
  #leased = false;
  /** Has anything been sent since the last answer? */
  #unanswered = false;
  #saidAt = 0;
  /** How many looks in a row found something unanswered. */
  #silent = 0;
  #opened = false;
  #over = false;

  constructor(options: ConnectionOptions, listener: ConnectionListener) {
    const { url, token, sessionKey, WebSocket, heartbeatMs, openTimeoutMs, newId, clock } = options;
    this.#listener = listener;
    this.#newId = newId;
    this.#clock = clock;
    this.#heartbeatMs = heartbeatMs;
    this.#lookMs = Math.min(heartbeatMs, LOOK_MS);
    const key = sessionKey === undefined ? [] : [SESSION_PREFIX + sessionKey];
    this.#socket = new WebSocket(url, [SUBPROTOCOL, TOKEN_PREFIX + token, ...key, RECEIPTS, ACK_IN_ECHO]);
    this.#inTime = clock.after(openTimeoutMs, () => this.drop('transport error'));
    this.#socket.onopen = () => {
      if (this.#over) return;
      this.#opened = true;
      // While it answers, it is alive: where many come at once, greetings take long, and coming
      // again would make them longer.
      this.#inTime();
      this.#inTime = clock.after(3 * openTimeoutMs, () => this.drop('transport error'));
      this.#lookAway = clock.every(this.#lookMs, () => this.#tick());
      for (const wake of WAKES) globalThis.document?.addEventListener(wake, this.#beat);
      listener.opened(this);
    };
    let failed = false;
    this.#socket.onerror = () => {
      failed = true;
    };
    this.#socket.onmessage = ({ data }: { data: unknown }) => this.#receive(data);
    this.#socket.onclose = ({ code }: { code: number }) =>
      this.#end(failed ? 'transport error' : 'transport close', code);
  }

  /** The greeting is complete: opening has taken as long as it took. */
  greeted(): void {
    this.#inTime();
  }

  send(text: string): void {
    if (this.#say(text)) this.#unanswered = true;
  }

  /** Says that an offer has arrived, which nobody answers. */
  confirm({ conversationId, taskId }: { conversationId: string; taskId: string }): void {
    this.#say(JSON.stringify({ action: 'offerReceived', data: { conversationId, taskId } }));
  }

  #say(text: string): boolean {
    if (this.#over || this.#socket.readyState !== OPEN) return false;
    this.#saidAt = this.#clock.elapsed();
    this.#socket.send(text);
    return true;
  }

  /** Closes it and forgets it: nothing more is heard of it. */
  close(): void {
    if (this.#over) return;
    this.#stop();
    this.#socket.close(1000);
  }

  /** It is of no use any more: its end is told at once, whatever the socket still waits for. */
  drop(reason: Ending): void {
    if (this.#over) return;
    this.#end(reason);
    this.#socket.close();
  }

  /**
   * However late it comes: what counts is what was sent before it, and not answered. The first beat
   * begins the lease, whatever else is said.
   */
  #tick(): void {
    if (this.#silent >= SILENT_LOOKS) return this.drop('ping timeout');
    const silentMs = this.#clock.elapsed() - this.#saidAt + this.#lookMs / 2;
    if (!this.#leased || silentMs >= (this.#unanswered ? this.#lookMs : this.#heartbeatMs)) this.#beat();
    if (this.#unanswered) this.#silent += 1;
  }

  /**
   * A manager whose lease is shorter than this client expects is shown more often that the desk
   * lives.
   */
  #granted(leaseSeconds: number): void {
    this.#leased = true;
    this.#heartbeatMs = Math.min(this.#heartbeatMs, (leaseSeconds * 1000) / BEATS_OF_A_LEASE);
    if (this.#lookMs <= this.#heartbeatMs) return;
    this.#lookMs = this.#heartbeatMs;
    this.#lookAway();
    this.#lookAway = this.#clock.every(this.#lookMs, () => this.#tick());
  }

  readonly #beat = (): void => {
    const id = this.#newId();
    this.#beats.add(id);
    const data = globalThis.document?.visibilityState === 'hidden' ? { leaseSeconds: HIDDEN_LEASE_SECONDS } : {};
    this.send(JSON.stringify({ action: 'heartbeat', data, id }));
  };

  #receive(data: unknown): void {
    if (this.#over) return;
    const frame = readFrame(data);
    if (frame?.event === 'ack') {
      this.#silent = 0; // only an answer shows that what is sent arrives
      this.#unanswered = false;
    }
    const now = nowIn(frame?.data);
    if (now !== undefined) this.#listener.clocked(now);
    if (!frame || this.#isBeat(frame)) return;
    this.#listener.received(this, frame);
  }

  /**
   * The answer to a heartbeat, which says that the connection lives, or that the manager has given
   * it up.
   */
  #isBeat(frame: Frame): boolean {
    if (frame.event !== 'ack' && frame.event !== 'errors') return false;
    const { id } = frame.data;
    if (id === undefined || !this.#beats.has(id)) return false;
    if (frame.event === 'ack') {
      this.#beats.delete(id);
      if (frame.data.status === 'ok') this.#granted(Number(frame.data['leaseSeconds'] ?? Infinity));
      else if (frame.data.code === 'session.notConnected') this.drop('transport close');
    }
    return true;
  }

  #end(reason: Ending, code?: number): void {
    if (this.#over) return;
    this.#stop();
    this.#listener.ended(this, reason, { opened: this.#opened, code });
  }

  #stop(): void {
    this.#over = true;
    this.#inTime();
    this.#lookAway();
    for (const wake of WAKES) globalThis.document?.removeEventListener(wake, this.#beat);
  }
}

/** What carries a deadline, and every answer to a heartbeat, says what time it is. */
function nowIn(data: unknown): number | undefined {
  const now = typeof data === 'object' && data !== null && 'now' in data ? data.now : undefined;
  return typeof now === 'number' ? now : undefined;
}
