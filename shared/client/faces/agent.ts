/**
 * The typed face: an agent at their desk. Everything that is asked for is a promise, everything
 * that happens an async iterator.
 */
import { Conversation, type ConversationEvent } from './conversation.ts';
import { AgentManagerError, messageOf } from '../errors.ts';
import type { Ack, AgentEventName, AgentRequest, Frame, ManagerEventName, ManagerPayload } from '../session/frames.ts';
import { Lists, type PullRequest } from './lists.ts';
import { Offers, type Offer, type Reason } from './offers.ts';
import { settingsOf, type ConnectOptions, type Settings } from '../options.ts';
import { Session, type SessionState } from '../session/session.ts';
import { Stream } from './streams.ts';
import type { Snapshot } from '../session/topic.ts';

/**
 * Who the agent is, their state with its reason and since when (epoch milliseconds), and the state
 * of each MRD.
 */
export type Presence = ManagerPayload<'agentPresence_'>['agentPresence'];
/** What a supervisor orders of conversations; durations are seconds. */
export type SupervisorOrder =
  | { readonly command: 'TAKE_OVER' | 'CLOSE' }
  | { readonly command: 'ASSIGN'; readonly toAgentId: string }
  | {
      readonly command: 'QUEUE';
      readonly queue?: string;
      readonly priority?: number;
      readonly agentRequestTtl?: number;
    };
type MrdState = Presence['agentMrdStates'][number]['state'];

/**
 * Connects as the agent whom the token names, and resolves when the manager has said everything
 * that a desk must know. From then on the connection is kept up; `connectionStates` tells how that
 * goes.
 *
 * Rejects with an `AgentManagerError`: `auth.…` where the token is refused, or is not valid yet in
 * time; `client.unreachable` where no connection comes about in time for another reason;
 * `client.closed` where `signal` is aborted before.
 */
export function connect(options: ConnectOptions): Promise<Agent> {
  const { signal } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(givenUp());
    const { clock, connectTimeoutMs } = checked(options);
    let last: AgentManagerError | undefined;
    const agent = new Agent(options, {
      failed: (error) => void (last = error),
      ready: () => {
        settled();
        resolve(agent);
      },
      closed: (error) => {
        settled();
        reject(error ?? givenUp());
      },
    });
    const abort = () => agent.close();
    signal?.addEventListener('abort', abort);
    const inTime = clock.after(connectTimeoutMs, () => {
      reject(last?.handshake ? last : unreachable(last?.message));
      agent.close();
    });
    const settled = () => {
      inTime();
      signal?.removeEventListener('abort', abort);
    };
  });
}

interface Told {
  ready(): void;
  /** No connection came about this time. */
  failed(error: AgentManagerError): void;
  closed(error: AgentManagerError | undefined): void;
}

/**
 * An agent at their desk. Promises reject with an `AgentManagerError`; iterators end when the desk
 * is closed.
 */
export class Agent {
  /** The agent's pull lists. */
  readonly lists: Lists;
  /**
   * Resolves when this desk is over: with the reason, such as `session.replaced`, or with nothing
   * where `close` was called.
   */
  readonly closed: Promise<AgentManagerError | undefined>;
  readonly #session: Session;
  readonly #offers: Offers;
  readonly #open = new Map<string, Conversation>();
  readonly #awaited = new Map<string, ((conversation: Conversation | AgentManagerError) => void)[]>();
  readonly #listeners = new Map<ManagerEventName, Set<(data: never) => void>>();
  readonly #conversations = new Stream<Conversation>();
  readonly #presences = new Stream<Presence>({ latest: true });
  readonly #errors = new Stream<ManagerPayload<'errors'>>();
  readonly #states = new Stream<SessionState>({ latest: true });
  #presence: Presence | undefined;
  #told: Told;

  /** @internal Use `connect`. */
  constructor(options: ConnectOptions, told: Told) {
    this.#told = told;
    let close: (error: AgentManagerError | undefined) => void = () => {};
    this.closed = new Promise((resolve) => (close = resolve));
    this.#offers = new Offers({
      accept: ({ conversationId, taskId }) => this.#accept(conversationId, taskId),
      decline: async ({ conversationId, taskId }, reason) => {
        await this.request('declineTask', { conversationId, taskId, reasonCode: reason ?? null });
      },
    });
    this.#session = new Session(options, {
      said: (frame) => this.#said(frame),
      opened: () => this.#offers.begin(),
      failed: (error) => this.#told.failed(error),
      state: (state) => {
        this.#states.push(state);
        this.#maybeReady();
      },
      closed: (error) => {
        this.#end();
        close(error);
        this.#told.closed(error);
      },
    });
    this.lists = new Lists(this.#session, (id) => this.#conversation(id));
    this.#session.open();
  }

  /**
   * The agent's own id, as the token names it. Throws before there was a presence, which no desk
   * that is connected is without.
   */
  get id(): string {
    return this.presence.agent.id;
  }

  /** The agent's state and that of each MRD, as it was told last. Throws before there was one. */
  get presence(): Presence {
    if (!this.#presence) throw new Error('There is no presence before the desk is connected.');
    return this.#presence;
  }

  /**
   * What the manager's clock says, in epoch milliseconds. All instants are the manager's
   * (`Offer.expiresAt`, `wrapUpEndsAt`, what events say): count down to them from this, as a desk's
   * own clock may be wrong.
   */
  now(): number {
    return this.#session.managerNow();
  }

  /** `connecting` while the connection is lost: what is asked for then waits. */
  get state(): SessionState {
    return this.#session.state;
  }

  /**
   * Those that ring, then those to come. A reader gets every one, also one that was revoked before
   * they came to read it.
   */
  offers(): AsyncGenerator<Offer, void, undefined> {
    return this.#offers.read();
  }

  /** The offers that ring now. */
  get ringing(): readonly Offer[] {
    return this.#offers.ringing;
  }

  /** The conversations that the agent is in now. */
  get openConversations(): readonly Conversation[] {
    return [...this.#open.values()];
  }

  /** The conversations that the agent is in, then those that they come into. */
  conversations(): AsyncGenerator<Conversation, void, undefined> {
    return this.#conversations.read(() => this.#open.values());
  }

  /** The presence, now and after each change. A slow reader gets the newest only. */
  presences(): AsyncGenerator<Presence, void, undefined> {
    return this.#presences.read(() => [this.presence]);
  }

  /** Refusals of what nobody waits for here. */
  errors(): AsyncGenerator<ManagerPayload<'errors'>, void, undefined> {
    return this.#errors.read();
  }

  /**
   * `connecting` and `connected`, now and after each change. A slow reader gets the newest only.
   */
  connectionStates(): AsyncGenerator<SessionState, void, undefined> {
    return this.#states.read(() => [this.state]);
  }

  /**
   * What is on the agent's pull lists, now and after each change. A slow reader gets the newest
   * only.
   */
  pullRequests(): AsyncGenerator<readonly PullRequest[], void, undefined> {
    return this.lists.read();
  }

  /** Hears every event of this name, as it is on the wire. Returns the way to stop. */
  on<E extends ManagerEventName>(event: E, listener: (data: ManagerPayload<E>) => void): () => void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  /**
   * Changes the agent's state. After `LOGOUT` the manager closes the connection, and this desk is
   * over.
   */
  async setState(name: 'READY' | 'NOT_READY' | 'LOGOUT', reason?: Reason): Promise<void> {
    await this.request('changeAgentState', { action: 'agentState', state: { name, reasonCode: reason ?? null } });
  }

  /**
   * Changes the state of one MRD: `READY`, `NOT_READY`, or `BUSY` where it is controlled from
   * outside.
   */
  async setMrdState(mrdId: string, state: MrdState): Promise<void> {
    await this.request('changeAgentState', { action: 'agentMRDState', mrdId, state });
  }

  /**
   * A newer token of the same person, where the manager asks for one (`tokenExpiring`) and `token`
   * is no function. Resolves when it is accepted; rejects with `auth.…` or `agent.mismatch`.
   */
  async refreshToken(token: string): Promise<void> {
    await this.request('refreshToken', { token });
  }

  /**
   * Reads along in a conversation, as a supervisor. Resolves when it is here; rejects where the
   * agent is none, or not of that team.
   */
  async monitor(conversationId: string): Promise<Conversation> {
    await this.request('JoinAsSilentMonitor', { conversationId });
    return this.#conversation(conversationId);
  }

  /** Ends the wrap-up of an agent, as a supervisor of theirs. */
  async endWrapUp(conversationId: string, agentId: string): Promise<void> {
    await this.request('endWrapup', { conversationId, ofAgentId: agentId });
  }

  /**
   * Acts on conversations (at most 20), as a supervisor. The acknowledgement has `results`, for
   * each conversation its `status`, with `code` and `msg` of a refusal.
   */
  supervise(conversationIds: readonly string[], order: SupervisorOrder): Promise<Ack> {
    return this.request('superviseConversations', { ...order, conversationIds: [...conversationIds] });
  }

  /** Sets the state of an agent, as a supervisor of theirs. */
  async setStateOf(ofAgentId: string, name: 'READY' | 'NOT_READY' | 'LOGOUT', reason?: Reason): Promise<void> {
    await this.request('setStateOfAgent', { ofAgentId, state: { name, reasonCode: reason ?? null } });
  }

  /**
   * Any event of the protocol. Resolves with its acknowledgement; rejects with the code of the
   * refusal, `client.timeout` or `client.closed`.
   */
  request<E extends AgentEventName>(event: E, data: AgentRequest<E>): Promise<Ack> {
    return this.#session.ask(event, data);
  }

  /**
   * Closes the desk. The agent is not logged out by it; their customers wait for the grace period.
   */
  close(): void {
    this.#session.close();
  }

  #said(frame: Frame): void {
    this.#take(frame);
    for (const listener of this.#listeners.get(frame.event) ?? []) listener(frame.data as never);
  }

  #take(frame: Frame): void {
    switch (frame.event) {
      case 'agentPresence_':
        this.#presence = frame.data.agentPresence;
        this.#presences.push(this.#presence);
        return this.#maybeReady();
      case 'taskRequest':
        if (frame.data.taskState.name === 'RESERVED') return this.#offers.rings(frame.data);
        return void this.#accept(frame.data.conversationId, frame.data.taskId).catch(() => {}); // its refusal comes as `errors`
      case 'revokeTask':
        return this.#offers.revoked(frame.data.conversationId, frame.data.reason, frame.data.taskId);
      case 'onSessionReady':
        return this.#offers.greeted(frame.data.offers);
      case 'onTopicData':
        return this.#shown(frame.data);
      case 'onCimEvent': {
        const event: ConversationEvent = JSON.parse(frame.data.cimEvent);
        return this.#open.get(frame.data.conversationId)?.happened({ ...event, seq: frame.seq });
      }
      case 'wrapupTimerStarted':
        return this.#open.get(frame.data.conversationId)?.wrapUpStarted(frame.data);
      case 'topicUnsubscription':
        return this.#left(frame.data);
      case 'errors':
        return this.#session.answers(frame.data) ? undefined : this.#errors.push(frame.data);
      default:
        return this.lists.received(frame);
    }
  }

  #shown(snapshot: Snapshot): void {
    const { conversationId } = snapshot;
    this.#offers.accepted(conversationId);
    const known = this.#open.get(conversationId);
    if (known) return known.shown(snapshot);
    const conversation = new Conversation(this.#session, snapshot);
    this.#open.set(conversationId, conversation);
    this.#conversations.push(conversation);
    this.#settle(conversationId, conversation);
  }

  #left({ conversationId, reason }: ManagerPayload<'topicUnsubscription'>): void {
    this.#open.get(conversationId)?.finish(reason);
    this.#open.delete(conversationId);
    const about = { task: 'topicSubscription', conversationId };
    this.#settle(conversationId, new AgentManagerError('conversation.notParticipant', reason, about));
  }

  async #accept(conversationId: string, taskId: string): Promise<Conversation> {
    await this.request('topicSubscription', { conversationId, taskId });
    return this.#conversation(conversationId);
  }

  /** The conversation, once its snapshot is here. */
  #conversation(id: string): Promise<Conversation> {
    const known = this.#open.get(id);
    if (known) return Promise.resolve(known);
    return new Promise((resolve, reject) => {
      const about = { task: 'onTopicData', conversationId: id };
      const { clock, requestTimeoutMs } = this.#session.settings;
      const inTime = clock.after(requestTimeoutMs, () =>
        this.#settle(id, new AgentManagerError('client.timeout', 'The conversation did not come.', about)),
      );
      const settle = (outcome: Conversation | AgentManagerError) => {
        inTime();
        if (outcome instanceof Conversation) resolve(outcome);
        else reject(outcome);
      };
      this.#awaited.set(id, [...(this.#awaited.get(id) ?? []), settle]);
    });
  }

  #settle(id: string, outcome: Conversation | AgentManagerError): void {
    const awaited = this.#awaited.get(id) ?? [];
    this.#awaited.delete(id);
    for (const settle of awaited) settle(outcome);
  }

  #maybeReady(): void {
    if (this.state === 'connected' && this.#presence) this.#told.ready();
  }

  #end(): void {
    this.#offers.end();
    this.lists.end();
    for (const stream of [this.#conversations, this.#presences, this.#errors, this.#states]) stream.end();
    for (const conversation of this.#open.values()) conversation.finish('DESK CLOSED');
    const gone = new AgentManagerError('client.closed', 'The desk was closed.', { task: 'connect' });
    for (const id of this.#awaited.keys()) this.#settle(id, gone);
  }
}

/** Throws where what is asked for can never be. */
function checked(options: ConnectOptions): Settings {
  try {
    return settingsOf(options);
  } catch (cause) {
    throw new AgentManagerError('client.unreachable', messageOf(cause), { task: 'connect' });
  }
}

function givenUp(): AgentManagerError {
  return new AgentManagerError('client.closed', 'Connecting was given up.', { task: 'connect' });
}

/** `why`: the last hindrance. */
function unreachable(why?: string): AgentManagerError {
  const msg = ['No connection came about in time.', why].filter(Boolean).join(' ');
  return new AgentManagerError('client.unreachable', msg, { task: 'connect' });
}
