/**
 * One desk at the bridge: its socket, and the session of the client that speaks for it. When either
 * is over for good, so is the other.
 */
import type { Socket } from 'socket.io';
import { nothing } from '../shared/client/clock.ts';
import { connectErrorOf, emitted, OldDesk, tokenIn, type Credentials } from '../shared/client/faces/old-desk.ts';
import type { ConnectOptions } from '../shared/client/options.ts';
import { Session } from '../shared/client/session/session.ts';
import type { Cut, Metrics } from './metrics.ts';
import { credentialsOf, type TokenSource } from './tokens.ts';

export interface DeskOptions {
  /** Where the manager is, and how it is reached. */
  readonly manager: Omit<ConnectOptions, 'token'>;
  readonly tokens: TokenSource;
  readonly wrapUpReasons: boolean;
  /** How long the manager may be away before the desk is told so. */
  readonly patienceMs: number;
  /** How much may wait for a desk that reads slowly. */
  readonly queuedBytes: number;
  /** How many requests of a desk may wait for their answer. */
  readonly pendingRequests: number;
  readonly metrics: Metrics;
}

export class Desk {
  readonly #socket: Socket;
  readonly #options: DeskOptions;
  readonly #session: Session;
  readonly #desk: OldDesk;
  #credentials: Credentials;
  /** What was said before the desk had joined. */
  #early: (() => void)[] | null = [];
  #pending = 0;
  #queuedBytes = 0;
  #over = false;
  #inTime = nothing;
  #whenIdle = () => {};
  #join: (error?: Error) => void = () => {};

  constructor(socket: Socket, options: DeskOptions) {
    const { manager, tokens, wrapUpReasons, metrics } = options;
    this.#socket = socket;
    this.#options = options;
    this.#credentials = credentialsOf(socket);
    this.#desk = new OldDesk((event, ...args) => this.#tell(event, args), { wrapUpReasons });
    this.#session = new Session(
      { ...manager, token: () => tokens(this.#credentials) },
      {
        said: (frame) => this.#desk.said(frame),
        opened: () => {
          this.#inTime();
          this.#join();
        },
        lost: () => this.#mustBeBack(),
        closed: (error) => {
          this.#stop();
          if (!error) return;
          if (error.handshake) metrics.refusals.handshake += 1;
          this.#join(connectErrorOf(error)); // of one that has joined, nobody listens to that any more
          if (!this.#joined) return;
          if (error.handshake)
            this.cut('refused'); // it hears why when it connects anew
          else this.#socket.disconnect(true);
        },
      },
      { quietly: true },
    );
    this.#measureQueue();
    socket.conn.once('close', () => this.#close());
    socket.once('disconnect', () => this.#close());
  }

  /**
   * Connects to the manager. Resolves when a connection is open; rejects where it is refused, with
   * what `connect_error` is to tell.
   */
  open(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#join = (error) => (error ? reject(error) : resolve());
      this.#options.metrics.upstreams += 1;
      this.#mustBeBack();
      this.#session.open();
    });
  }

  /** The desk has joined: from now on it hears and is heard. */
  joined(): void {
    const early = this.#early ?? [];
    this.#early = null;
    this.#options.metrics.desks += 1;
    for (const say of early) say();
    this.#socket.onAny((event: string, ...args: unknown[]) => void this.#ask(event, args));
  }

  /**
   * Ends the desk's connection so that it connects anew, here or elsewhere. Its agent is not logged
   * out by it.
   */
  cut(reason: Cut): void {
    if (this.#socket.conn.readyState !== 'open') return;
    this.#options.metrics.cuts[reason] += 1;
    this.#socket.conn.close(reason === 'slow');
    this.#close();
  }

  /** Resolves when nothing that the desk has asked waits for an answer. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      this.#whenIdle = () => {
        if (this.#pending === 0 || this.#over) resolve();
      };
      this.#whenIdle();
    });
  }

  get #joined(): boolean {
    return this.#early === null;
  }

  #tell(event: string, args: readonly unknown[]): void {
    const say = () => {
      if (this.#over) return;
      this.#options.metrics.messages.to_desk += 1;
      this.#socket.emit(event, ...args);
    };
    if (this.#early) this.#early.push(say);
    else say();
  }

  async #ask(event: string, args: readonly unknown[]): Promise<void> {
    const { metrics, pendingRequests } = this.#options;
    const { clock } = this.#session.settings;
    const { acknowledge, data } = emitted(event, args);
    metrics.messages.to_manager += 1;
    if (this.#pending >= pendingRequests) {
      metrics.refusals.too_many += 1;
      const refusal = { code: 'frame.tooMany', msg: `More than ${pendingRequests} requests wait for their answer.` };
      this.#tell('errors', [{ task: event, ...refusal }]);
      return acknowledge({ status: 'error', ...refusal });
    }
    this.#pending += 1;
    const began = clock.elapsed();
    await this.#desk.ask(this.#session, {
      event,
      data,
      acknowledge: (answer) => {
        metrics.answered(clock.elapsed() - began);
        if (answer.status === 'error') metrics.refusals.request += 1;
        else if (event === 'refreshToken') this.#credentials = { ...this.#credentials, ...newer(data) };
        if (!this.#over) acknowledge(answer);
      },
    });
    this.#pending -= 1;
    this.#whenIdle();
  }

  /** The manager is away: a desk that is told nothing for long would take that for silence. */
  #mustBeBack(): void {
    this.#inTime();
    const { clock } = this.#session.settings;
    this.#inTime = clock.after(this.#options.patienceMs, () => this.cut('unreachable'));
  }

  /** A desk that does not read is cut off: what it has missed, the next snapshot says. */
  #measureQueue(): void {
    const bytesOf = ({ data }: { data?: unknown }) => (typeof data === 'string' ? data.length : 0);
    const { conn } = this.#socket;
    conn.on('packetCreate', (packet) => {
      this.#queuedBytes += bytesOf(packet);
      if (this.#queuedBytes > this.#options.queuedBytes) queueMicrotask(() => this.cut('slow'));
    });
    conn.on('flush', (packets: { data?: unknown }[]) => {
      for (const packet of packets) this.#queuedBytes -= bytesOf(packet);
    });
  }

  #close(): void {
    this.#stop();
    this.#session.close();
    this.#join(new Error('The desk has left.'));
  }

  #stop(): void {
    if (this.#over) return;
    this.#over = true;
    this.#inTime();
    this.#options.metrics.upstreams -= 1;
    if (this.#joined) this.#options.metrics.desks -= 1;
    this.#whenIdle();
  }
}

/** The token that a desk has brought later counts for its next connections, too. */
function newer(data: unknown): Credentials {
  const token = tokenIn(data);
  return token === undefined ? {} : { token };
}
