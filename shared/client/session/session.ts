/**
 * A desk's session over as many connections as it takes: opened again when one is lost, renewed
 * before the gateway ends it, never after a refusal that the user must act on. A newer connection
 * proves that it continues the session, so the manager takes it for the same desk.
 */
import { AgentManagerError, messageOf } from '../errors.ts';
import { nothing } from '../clock.ts';
import { Connection, patienceMs, type Ending } from './connection.ts';
import type { Ack, AgentEventName, AgentRequest, Frame, ManagerPayload } from './frames.ts';
import { refusalOf } from './handshake.ts';
import { Inbox } from './inbox.ts';
import { backoffMs, newId, renewalMs, settingsOf, type ConnectOptions, type Settings } from '../options.ts';
import { Replays } from './replays.ts';
import { Requests } from './requests.ts';

/**
 * `connected`: greeted, and what is asked is sent. `connecting`: what is asked waits. `closed`: for
 * good.
 */
export type SessionState = 'connecting' | 'connected' | 'closed';

export interface SessionListener {
  /** What the manager said, in order. */
  said?(frame: Frame): void;
  /** `connected`: the greeting is complete, and what is asked is sent. */
  state?(state: SessionState): void;
  /** A connection is open and about to be greeted. Not of renewals, which nobody notices. */
  opened?(): void;
  /** A connection that was opened is lost, and another one will be tried. */
  lost?(reason: Ending): void;
  /** A connection could not be opened. Unless it was refused for good it will be tried again. */
  failed?(error: AgentManagerError): void;
  /** A connection is tried again, for the how manieth time since the last one that worked. */
  retrying?(attempt: number): void;
  /** It is over: `error` says why, where it was not the desk itself. */
  closed?(error: AgentManagerError | undefined): void;
}

/** How a connection came to its end. */
interface Ended {
  readonly reason: Ending;
  readonly opened: boolean;
  readonly code: number | undefined;
  readonly token: string;
}

export class Session {
  readonly settings: Settings;
  readonly #listener: SessionListener;
  readonly #requests: Requests;
  readonly #replays: Replays;
  readonly #inbox: Inbox;
  /** How long an answer may take before something is wrong. */
  readonly #patienceMs: number;
  #state: SessionState = 'connecting';
  /** The connection that speaks for the session. */
  #current: Connection | null = null;
  /** The one that is being opened or greeted; beside `#current` it renews it. */
  #next: Connection | null = null;
  #key: string | undefined;
  #failures = 0;
  #presenceVersion = 0;
  /** By how much the manager's clock is ahead of this one. */
  #aheadMs = 0;
  #loggedOut = false;
  /** The token that the manager was given last. */
  #given: string | undefined;
  /** A refused token was asked for again already, since the last connection that worked. */
  #askedAgain = false;
  #askAgain = nothing;
  #callOff = nothing;
  #trust = nothing;
  /** A lost connection is replaced as one that is renewed: the desk hears only what is new. */
  readonly #quietly: boolean;

  constructor(options: ConnectOptions, listener: SessionListener, { quietly = false }: { quietly?: boolean } = {}) {
    this.settings = settingsOf(options);
    this.#listener = listener;
    this.#quietly = quietly;
    const { gapMs, requestTimeoutMs, clock } = this.settings;
    this.#patienceMs = patienceMs(this.settings);
    const sending = { newId, resendMs: this.#patienceMs, clock };
    this.#requests = new Requests((text) => this.#current?.send(text), { ...sending, patienceMs: requestTimeoutMs });
    this.#replays = new Replays(sending);
    this.#inbox = new Inbox({
      say: (frame) => this.#say(frame),
      topicPage: (conversationId, gap) => this.#replays.topicPage(conversationId, gap),
      agentPage: (gap) => this.#replays.agentPage(gap),
      snapshot: (conversationId) => this.#replays.snapshot(conversationId),
      gapMs,
      clock,
    });
  }

  /** What the manager's clock says, in epoch milliseconds: deadlines go by it. */
  managerNow(): number {
    return this.settings.clock.now() + this.#aheadMs;
  }

  get state(): SessionState {
    return this.#state;
  }

  open(): void {
    void this.#connect();
  }

  /** Resolves with the acknowledgement; rejects with an `AgentManagerError`. */
  ask<E extends AgentEventName>(event: E, data: AgentRequest<E>): Promise<Ack> {
    return this.emit(event, data, this.settings.requestTimeoutMs);
  }

  /**
   * As `ask`, of anything that a desk may say under any of its names. Infinity waits until there
   * was a connection.
   */
  emit(action: string, data: unknown, timeoutMs: number): Promise<Ack> {
    return this.#requests.ask(action, data, timeoutMs);
  }

  /** Is this the refusal of something that was asked here? Then whoever asked hears of it. */
  answers(error: ManagerPayload<'errors'>): boolean {
    return this.#requests.answers(error);
  }

  /** Ends it for good. What was not acknowledged is rejected. */
  close(error?: AgentManagerError): void {
    if (this.#state === 'closed') return;
    this.#callOff();
    this.#askAgain();
    this.#trust();
    for (const connection of [this.#current, this.#next]) connection?.close();
    this.#current = this.#next = null;
    this.#inbox.close();
    this.#replays.close();
    this.#requests.close();
    this.#become('closed');
    this.#listener.closed?.(error);
  }

  async #connect(): Promise<void> {
    let token: string;
    try {
      token = await this.#token();
    } catch (cause) {
      return this.#failed(unreachable(`There is no token: ${messageOf(cause)}`));
    }
    return this.#connectWith(token);
  }

  async #connectWith(token: string): Promise<void> {
    if (this.#state === 'closed') return;
    if (typeof this.settings.WebSocket !== 'function') {
      const error = unreachable('There is no WebSocket here: give one in `WebSocket`.');
      this.#listener.failed?.(error);
      return this.close(error);
    }
    this.#given = token;
    try {
      this.#next = new Connection(
        { ...this.settings, token, sessionKey: this.#key, newId },
        {
          opened: () => {
            this.#inbox.begin(this.#quietly || this.#current !== null);
            if (!this.#current) this.#listener.opened?.();
          },
          clocked: (managerNow) => (this.#aheadMs = managerNow - this.settings.clock.now()),
          received: (connection, frame) => this.#received(connection, frame),
          ended: (connection, reason, how) => void this.#ended(connection, { reason, ...how, token }),
        },
      );
    } catch (cause) {
      await this.#explain(token, messageOf(cause)); // not even a text that could be a token
    }
  }

  #token(): Promise<string> {
    const { token, openTimeoutMs, clock } = this.settings;
    if (typeof token === 'string') return Promise.resolve(token);
    return new Promise((resolve, reject) => {
      const inTime = clock.after(openTimeoutMs, () => reject(new Error('it takes too long')));
      Promise.resolve(token()).then(resolve, reject).finally(inTime);
    });
  }

  /**
   * The manager asks for a newer token. Where there is a function that gets one it is asked, again
   * and again until what it gets lasts longer, or the session is over.
   */
  async #renewToken(expiresAt: number): Promise<void> {
    if (typeof this.settings.token === 'string') return;
    this.#askAgain();
    if (await this.#newerToken(expiresAt)) return;
    if (this.#state !== 'connected') return; // the next connection brings its own
    this.#askAgain = this.settings.clock.after(ASK_AGAIN_MS, () => void this.#renewToken(expiresAt));
  }

  async #newerToken(expiresAt: number): Promise<boolean> {
    try {
      const token = await this.#token();
      if (token === this.#given) return false;
      const ack = await this.ask('refreshToken', { token });
      this.#given = token;
      return Number(ack['expiresAt']) > expiresAt;
    } catch {
      return false;
    }
  }

  #received(connection: Connection, frame: Frame): void {
    if (connection === this.#current) this.#requests.heard();
    switch (frame.event) {
      case 'ack':
        return this.#acknowledged(connection, frame.data);
      case 'errors':
        if (this.#replays.answers(frame.data) || isOfConnection(frame.data.code)) return;
        if (this.#requests.asksAgain(frame.data)) return;
        return this.#say(frame);
      case 'onTopicReplay':
      case 'onAgentReplay':
        return this.#replays.page(connection, frame);
      case 'onSessionReady':
        if (connection === this.#next) return this.#greeted(connection, frame.data);
        return connection === this.#current ? this.#inbox.ready(frame.data) : undefined;
      case 'tokenExpiring':
        if (connection === this.#current) void this.#renewToken(frame.data.expiresAt);
        return this.#say(frame);
      case 'socketSessionRemoved':
        this.#say(frame);
        return this.close(new AgentManagerError('session.replaced', 'The agent has connected elsewhere.', ABOUT));
      default:
        if (frame.event === 'taskRequest') connection.confirm(frame.data);
        if (frame.event === 'onTopicData') this.#replays.shown(frame.data.conversationId);
        if (frame.event === 'agentPresence_' && this.#isOld(frame.data)) return;
        if (frame.event === 'agentPresence_') this.#loggedOut = frame.data.agentPresence.state.name === 'LOGOUT';
        this.#inbox.received(frame, connection === this.#next && (this.#quietly || this.#current !== null));
        if (frame.ackOf !== undefined)
          this.#acknowledged(connection, { id: frame.ackOf, status: 'ok', seq: frame.seq });
    }
  }

  /** Two posts may overtake each other: a desk never goes back to an older presence. */
  #isOld({ version = Infinity }: ManagerPayload<'agentPresence_'>): boolean {
    if (version < this.#presenceVersion) return true;
    if (version !== Infinity) this.#presenceVersion = version;
    return false;
  }

  /**
   * A desk that fails to show something must not keep the rest from being heard: its error surfaces
   * by itself.
   */
  #say(frame: Frame): void {
    try {
      this.#listener.said?.(frame);
    } catch (error) {
      setTimeout(() => {
        throw error;
      });
    }
  }

  #greeted(connection: Connection, ready: ManagerPayload<'onSessionReady'>): void {
    const former = this.#current;
    this.#current = connection;
    this.#next = null;
    this.#key = ready.sessionKey;
    this.#failures = 0;
    this.#askedAgain = false;
    connection.greeted();
    former?.close();
    this.#askAgain();
    this.#trust();
    this.#after(renewalMs(this.settings), () => this.#connect());
    this.#replays.ready(connection);
    this.#inbox.ready(ready);
    this.#requests.ready();
    this.#become('connected');
  }

  #acknowledged(connection: Connection, ack: ManagerPayload<'ack'>): void {
    if (this.#replays.acknowledged(connection, ack)) return;
    if (this.#requests.acknowledged(ack) !== 'session' || connection !== this.#current || this.#next) return;
    // Somebody else speaks for the agent now. If it is another desk, this one will be told;
    // otherwise it was a connection of our own, lost on the way.
    this.#trust();
    this.#trust = this.settings.clock.after(this.#patienceMs, () => connection.drop('transport close'));
  }

  async #ended(connection: Connection, how: Ended): Promise<void> {
    const { reason, opened, code, token } = how;
    if (connection === this.#current) {
      this.#current = null;
      this.#next?.close();
      this.#next = null;
      this.#requests.lost(code);
      this.#replays.pause();
      if (this.#loggedOut) return this.close(new AgentManagerError('client.closed', 'The agent logged out.', ABOUT));
      this.#become('connecting');
      this.#listener.lost?.(reason);
      return this.#retry();
    }
    if (connection !== this.#next) return;
    this.#next = null;
    if (opened && !this.#current) this.#listener.lost?.(reason);
    if (opened) return this.#retry();
    return this.#explain(token, 'websocket error');
  }

  async #explain(token: string, otherwise: string): Promise<void> {
    const refusal = await refusalOf(this.settings, token, this.managerNow());
    const other = refusal && !refusal.retry ? await this.#otherToken(token) : undefined;
    if (other === undefined) return this.#failed(refusal ?? unreachable(otherwise));
    return this.#connectWith(other);
  }

  /** A token was refused: whoever gives them may have a newer one by now. Once. */
  async #otherToken(refused: string): Promise<string | undefined> {
    if (this.#askedAgain || typeof this.settings.token === 'string') return undefined;
    this.#askedAgain = true;
    const token = await this.#token().catch(() => refused);
    return token === refused ? undefined : token;
  }

  #failed(error: AgentManagerError): void {
    if (this.#state === 'closed') return;
    if (!this.#current) this.#listener.failed?.(error);
    // While there is a connection, whatever refused its renewal may be over before it ends.
    if (!error.handshake || error.retry || this.#current) this.#retry();
    else this.close(error);
  }

  #retry(): void {
    if (this.#state === 'closed') return;
    const ms = backoffMs(this.settings, this.#failures);
    this.#failures += 1;
    this.#after(ms, () => {
      if (!this.#current) this.#listener.retrying?.(this.#failures);
      return this.#connect();
    });
  }

  #after(ms: number, then: () => Promise<void>): void {
    this.#callOff();
    this.#callOff = this.settings.clock.after(ms, () => void then());
  }

  #become(state: SessionState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#listener.state?.(state);
  }
}

/** How often a token is asked for that is to last longer. */
const ASK_AGAIN_MS = 10_000;

const ABOUT = { task: 'connect' };

function unreachable(msg: string): AgentManagerError {
  return new AgentManagerError('client.unreachable', msg, ABOUT);
}

/**
 * These refuse the connection: what was asked waits for the next one, and nobody needs to hear of
 * it.
 */
function isOfConnection(code: string): boolean {
  return code === 'session.replaced' || code === 'session.notConnected';
}
