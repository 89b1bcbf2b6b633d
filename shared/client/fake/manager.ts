/**
 * A manager for the tests of a desk: no server, no network, no clock of its own. It answers what a
 * desk asks for as the real one does, and everything else happens when the script says so.
 */
import type { NUMBERED_EVENTS } from '../../protocol/manager-events.ts';
import type {
  AgentEventName,
  AgentManagerError,
  CimEvent,
  ClientCode,
  ConnectOptions,
  ManagerEventName,
  ManagerPayload,
  Offer,
  PullList,
  Role,
} from '../client.ts';
import { machineClock } from '../clock.ts';
import { newId } from '../options.ts';
import { BY_ITSELF, conversationIn, membersOf, readRequest, type Received } from './inbound.ts';
import { Network, type Line } from './network.ts';
import {
  CHANNEL_TYPES,
  channelSession,
  customerOf,
  participantOf,
  presenceOf,
  pullRequest,
  roomOf,
  snapshotOf,
  taskIdOf,
  taskRequest,
  type Colleague,
  type Presence,
  type Talk,
} from './shapes.ts';

type MrdState = Presence['agentMrdStates'][number]['state'];

/** A code with which the manager refuses. */
export type RefusalCode = Exclude<AgentManagerError['code'], ClientCode>;

export interface FakeOptions {
  /** Who works at the desk. Default: Amy Lind, `amy`, with the role `agent`. */
  readonly agent?: { readonly id: string; readonly firstName?: string; readonly lastName?: string; readonly roles?: readonly string[] }; // prettier-ignore
  /** What the fake and the client of the desk go by. Default: the machine's. */
  readonly clock?: ConnectOptions['clock'];
}

/** A customer who comes. Whatever is not said is made up. */
export interface FakeCustomer {
  readonly conversationId?: string;
  readonly firstName?: string;
  /** The name of the channel type. Default `WEB`. */
  readonly channel?: string;
  /** How long a wrap-up lasts when the agent leaves. Default 0: there is none. */
  readonly wrapUpSeconds?: number;
}

/** How a conversation is offered. */
export interface FakeOffer extends FakeCustomer {
  /** Default `INBOUND`. */
  readonly direction?: Offer['direction'];
  /** The name of the queue. Default `support`. */
  readonly queue?: string;
  readonly note?: string;
  readonly requestedBy?: string;
  /** When it would be revoked: it is by `revoke` alone. Default 30. */
  readonly acceptSeconds?: number;
  /** true: it does not ring, and the desk takes it by itself. */
  readonly autoAccept?: boolean;
}

/** Something that happens in a conversation. */
export type ToldEvent = Pick<CimEvent, 'name' | 'type'> & { readonly data?: object };

/** A fake manager with one agent, whose desk connects with `options`. */
export function createFakeManager(options: FakeOptions = {}): FakeManager {
  return new FakeManager(options);
}

/** What is kept in the agent's log, so that a desk that was away hears of it. */
const NUMBERED: Readonly<Record<(typeof NUMBERED_EVENTS)[number], true>> = {
  agentAssistanceRequestPlaced: true,
  agentAssignedForAssistance: true,
  consulTransferRequestSuccess: true,
  onAssistanceOutcome: true,
  topicUnsubscription: true,
  revokeTask: true,
  onSupervisorAction: true,
};

class Refusal extends Error {
  readonly code: RefusalCode;
  constructor(code: RefusalCode, msg = 'The fake manager refuses this.') {
    super(msg);
    Object.setPrototypeOf(this, Refusal.prototype); // which a class of ES5 loses where it extends Error
    this.code = code;
  }
}

/**
 * What is asked of it is answered. Methods are what the script says; where nobody is connected they
 * count, and the next greeting tells.
 */
export class FakeManager {
  /** For `connect`, or for `io` (`io(options.url, {...options, auth: {token: options.token}})`). */
  readonly options: ConnectOptions & { readonly token: string };
  /** What the desk has asked for so far, in order; without what the client says by itself. */
  readonly received: Received[] = [];
  readonly #network: Network;
  readonly #now: () => number;
  readonly #agent: Colleague & { readonly roles: readonly string[] };
  readonly #sessionKey = newId();
  readonly #talks = new Map<string, Talk>();
  readonly #lists = new Map<string, PullList>();
  readonly #watched = new Set<string>();
  readonly #log: { agentSeq: number; event: ManagerEventName; data: unknown; conversationId: string }[] = [];
  readonly #refusals: { readonly event: AgentEventName; readonly refusal: Refusal }[] = [];
  readonly #waiting: { readonly event: AgentEventName; resolve(request: Received): void }[] = [];
  #unclaimed: Received[] = [];
  #unwelcome: Refusal | undefined;
  #desk: Line | undefined;
  #presence: Presence;
  #version = 1;
  #wantsMrd = false;

  /** @internal Use `createFakeManager`. */
  constructor({ agent, clock = machineClock }: FakeOptions) {
    this.#agent = { id: 'amy', firstName: 'Amy', lastName: 'Lind', roles: ['agent'], ...agent };
    this.#now = () => clock.now();
    this.#presence = presenceOf(this.#agent, this.#agent.roles, clock.now());
    this.#network = new Network({
      admits: () => this.#unwelcome === undefined,
      opened: (line) => this.#greet(line),
      heard: (line, text) => this.#heard(line, readRequest(text)),
      closed: (line) => void (this.#desk = this.#desk === line ? undefined : this.#desk),
    });
    this.options = {
      url: 'wss://manager.test/fake',
      token: 'fake-token',
      WebSocket: this.#network.WebSocket,
      fetch: () => this.#handshake(),
      backoff: { baseMs: 50, maxMs: 200 },
      clock,
    };
  }

  /** How many sockets desks have opened so far: one, for a desk that was not dropped. */
  get connections(): number {
    return this.#network.opened;
  }

  /** Is there a desk, greeted? */
  get connected(): boolean {
    return this.#desk !== undefined;
  }

  /** Offers a conversation. Returns its id, by which everything else names it. */
  offer(offer: FakeOffer = {}): string {
    const talk = this.#comes(offer, undefined);
    talk.ringsUntil = this.#now() + talk.acceptSeconds * 1000;
    talk.phase = 'RINGS';
    this.say('taskRequest', taskRequest(talk, this.#now()));
    return talk.id;
  }

  /** The offer rings no more. */
  revoke(conversationId: string, reason = 'RONA'): void {
    this.#talk(conversationId).phase = 'GONE';
    this.say('revokeTask', { conversationId, taskId: taskIdOf(this.#talk(conversationId)), reason });
  }

  /** The customer says something: a text, or a body of any type. */
  customerSays(conversationId: string, content: string | Readonly<Record<string, unknown>>): void {
    const body = typeof content === 'string' ? { type: 'PLAIN', markdownText: content } : content;
    const { session } = this.#talk(conversationId);
    const sender = { id: 'web', type: 'CONNECTOR', senderName: session.channel.channelType.name };
    this.happens(conversationId, { name: 'CUSTOMER_MESSAGE', type: 'MESSAGE', data: { id: newId(), header: { sender }, body } }); // prettier-ignore
  }

  /** The customer goes, and the agent is out of the conversation, or wraps it up. */
  customerLeaves(conversationId: string): void {
    const talk = this.#talk(conversationId);
    if (talk.phase === 'RINGS') return this.revoke(conversationId, 'CUSTOMER LEFT');
    this.happens(conversationId, { name: 'CHANNEL_SESSION_ENDED', type: 'NOTIFICATION', data: talk.session });
    talk.participants = talk.participants.filter(({ type }) => type !== 'CUSTOMER');
    this.#leaves(talk, 'CUSTOMER LEFT');
  }

  /** Another agent comes into the conversation. */
  colleagueJoins(
    conversationId: string,
    colleague: Partial<Colleague> & { readonly role?: Exclude<Role, 'CUSTOMER'> } = {},
  ): void {
    // prettier-ignore
    const { role = 'PRIMARY', ...named } = colleague;
    this.#joins(this.#talk(conversationId), { id: 'bob', firstName: 'Bob', lastName: 'Berg', ...named }, role);
  }

  /** Anything else that happens in a conversation. */
  happens(conversationId: string, { name, type, data = {} }: ToldEvent): void {
    const talk = this.#talk(conversationId);
    const { session, events } = talk;
    const { header, ...rest } = membersOf(data);
    const said = header ? { ...rest, header: { ...membersOf(header), customer: session.customer, channelSession: session } } : data; // prettier-ignore
    const about = { conversationId, roomInfo: roomOf(talk), channelSession: session };
    const event = { id: newId(), name, type, timestamp: this.#now(), ...about, data: { ...said } };
    const seq = events.push(event);
    if (talk.phase !== 'OPEN' && talk.phase !== 'WRAP_UP') return;
    const told = { conversationId, roomInfo: roomOf(talk), cimEvent: JSON.stringify(event) };
    this.#desk?.say({ event: 'onCimEvent', data: told, conversationId, seq });
  }

  /** The agent is out of the conversation; if they were wrapping up, that is over. */
  ends(conversationId: string, reason = 'CONVERSATION CLOSED'): void {
    this.#talk(conversationId).phase = 'GONE';
    this.say('topicUnsubscription', { conversationId, reason, task: 'topicUnsubscription', statusCode: 200 });
    this.#changed();
  }

  /** There is a pull list, which the agent sees at once unless `watched` is false. */
  addList({
    id,
    name = id,
    watched = true,
  }: {
    readonly id: string;
    readonly name?: string;
    readonly watched?: boolean;
  }): void {
    // prettier-ignore
    this.#lists.set(id, { id, name, description: '' });
    if (!watched) return;
    this.#watched.add(id);
    this.say('onPullModeSubscribedList', this.#watchedLists());
    this.say('addPullModeSubscribedListRequests', this.#requestsOn(id));
  }

  /** A customer waits on a list, until somebody picks them. Returns the id of the conversation. */
  waits(listId: string, customer: FakeCustomer = {}): string {
    const talk = this.#comes(customer, listId);
    this.#tellList(talk);
    return talk.id;
  }

  /** Somebody else has picked a customer who waits on a list, or they have gone. */
  leavesList(conversationId: string): void {
    this.#talk(conversationId).phase = 'GONE';
    this.#tellList(this.#talk(conversationId));
  }

  /** Says anything that a manager may say, as it is. */
  say<E extends ManagerEventName>(event: E, data: ManagerPayload<E>): void {
    const id = membersOf(data)['conversationId'];
    const isOfList = event === 'onPullModeSubscribedListRequest';
    const about = typeof id === 'string' && !isOfList ? { conversationId: id } : {};
    const numbered = event in NUMBERED ? { agentSeq: this.#log.length + 1 } : {};
    const frame = { event, data, ...about, ...numbered };
    if (event in NUMBERED) this.#log.push({ agentSeq: 0, conversationId: '', ...about, ...numbered, event, data });
    this.#desk?.say(frame);
  }

  /** Refuses the next request of this name. */
  refuseNext(event: AgentEventName, code: RefusalCode, msg?: string): void {
    this.#refusals.push({ event, refusal: new Refusal(code, msg) });
  }

  /**
   * Refuses every connection from now on, as for a token that is over; `undefined` admits them
   * again.
   */
  refuseConnections(code: RefusalCode | undefined, msg?: string): void {
    this.#unwelcome = code && new Refusal(code, msg);
  }

  /** The network is gone, until `restore`. */
  drop(): void {
    this.#network.up = false;
    this.#network.cut();
  }

  /** The network is back: the client comes again by itself, after 50 to 200 milliseconds. */
  restore(): void {
    this.#network.up = true;
  }

  /**
   * The next request of this name that was not waited for yet: it was made already, or is to come.
   */
  next<E extends AgentEventName>(event: E): Promise<Extract<Received, { event: E }>> {
    return new Promise((resolve) => {
      const isIt = (request: Received): request is Extract<Received, { event: E }> => request.event === event;
      const made = this.#unclaimed.find(isIt);
      if (!made) return this.#waiting.push({ event, resolve: (request) => isIt(request) && resolve(request) });
      this.#unclaimed = this.#unclaimed.filter((one) => one !== made);
      return resolve(made);
    });
  }

  #talk(id: string): Talk {
    const talk = this.#talks.get(id);
    if (!talk) throw new Refusal('conversation.unknown', `There is no conversation "${id}".`);
    return talk;
  }

  #comes(
    { conversationId = newId(), firstName = 'Jo', channel = 'WEB', ...offer }: FakeOffer,
    listId: string | undefined,
  ): Talk {
    // prettier-ignore
    const { queue = 'support', direction = 'INBOUND', note = null, requestedBy = null } = offer;
    const talk: Talk = {
      id: conversationId,
      session: channelSession(conversationId, { id: `customer-${conversationId}`, firstName }, channel),
      direction,
      queue: listId === undefined ? { id: queue, name: queue } : null,
      note,
      requestedBy,
      autoAccept: offer.autoAccept ?? false,
      acceptSeconds: offer.acceptSeconds ?? 30,
      wrapUpSeconds: offer.wrapUpSeconds ?? 0,
      listId,
      since: this.#now(),
      events: [],
      phase: 'WAITS',
      reason: '',
      wrapUpEndsAt: 0,
      ringsUntil: 0,
      participants: [],
    };
    talk.participants = [customerOf(talk)];
    this.#talks.set(conversationId, talk);
    this.happens(conversationId, { name: 'CHANNEL_SESSION_STARTED', type: 'NOTIFICATION', data: talk.session });
    return talk;
  }

  #handshake(): ReturnType<NonNullable<ConnectOptions['fetch']>> {
    if (!this.#network.up) return Promise.reject(new Error('The network is gone.'));
    const { code, message: msg } = this.#unwelcome ?? {};
    const content = { key: code ? 'AUTH' : 'OK', msg: msg ?? 'A socket with this token opens.', ...(code && { code }) };
    const answer = { message: code ? 'login-failed' : 'ok', data: { content } };
    return Promise.resolve({ ok: !code, status: code ? 401 : 200, json: () => Promise.resolve(answer) });
  }

  /** Another desk of the agent takes over, unless it goes on with the session. */
  #greet(line: Line): void {
    const former = this.#desk;
    const continued = line.key === this.#sessionKey;
    if (former && !continued) {
      former.say({ event: 'socketSessionRemoved', data: { agentId: this.#agent.id } });
      former.end(1000);
    }
    this.#desk = line;
    if (this.#presence.state.name === 'LOGOUT')
      this.#presence = presenceOf(this.#agent, this.#agent.roles, this.#now());
    this.#tellPresence([], false);
    this.say('onChannelTypes', CHANNEL_TYPES);
    this.say('onPullModeSubscribedList', this.#watchedLists());
    this.say(
      'pullModeSubscribedListRequests',
      [...this.#watched].flatMap((id) => this.#requestsOn(id)),
    );
    const talks = [...this.#talks.values()];
    const open = talks.filter(({ phase }) => phase === 'OPEN' || phase === 'WRAP_UP');
    const ringing = talks.filter(({ phase }) => phase === 'RINGS');
    for (const talk of open) this.#show(talk);
    for (const talk of open) if (talk.phase === 'WRAP_UP') this.#tellWrapUp(talk);
    for (const talk of ringing) this.say('taskRequest', taskRequest(talk, this.#now()));
    this.say('onSessionReady', {
      sessionKey: this.#sessionKey,
      continued,
      conversations: open.map(({ id }) => id),
      offers: ringing.map(({ id }) => id),
      lastAgentSeq: this.#log.length,
      now: this.#now(),
    });
  }

  #heard(line: Line, request: Received): void {
    if (line !== this.#desk) return; // another desk speaks for the agent
    const { event, id } = request;
    if (!BY_ITSELF.has(event)) this.#receive(request);
    try {
      const refused = this.#refusals.findIndex((one) => one.event === event);
      if (refused >= 0) throw this.#refusals.splice(refused, 1)[0]?.refusal;
      const { afterwards, ...answer } = this.#answer(request);
      if (id) line.say({ event: 'ack', data: { id, status: 'ok', ...answer } });
      afterwards?.();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { code, message: msg } = error;
      line.say({ event: 'errors', data: { task: event, code, msg, ...(id && { id }) } });
      if (id) line.say({ event: 'ack', data: { id, status: 'error', code, msg } });
    }
  }

  #receive(request: Received): void {
    this.received.push(request);
    const [waiting] = this.#waiting.filter(({ event }) => event === request.event);
    if (!waiting) return void this.#unclaimed.push(request);
    this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
    waiting.resolve(request);
  }

  /**
   * What the acknowledgement carries, and what follows `afterwards`. Of what is not here the script
   * says what comes of it.
   */
  #answer(request: Received): Readonly<Record<string, unknown>> & { readonly afterwards?: () => void } {
    const { event, data } = request;
    switch (event) {
      case 'heartbeat':
        return { leaseSeconds: 75, now: this.#now() };
      case 'refreshToken':
        return { expiresAt: this.#now() + 3_600_000 };
      case 'changeAgentState':
        return this.#changeState(data);
      case 'topicSubscription':
        return this.#accept(this.#talk(conversationIn(data)));
      case 'declineTask': {
        const talk = this.#talk(conversationIn(data));
        if (talk.phase !== 'RINGS') throw new Refusal('task.gone');
        this.revoke(talk.id, 'DECLINED');
        return {};
      }
      case 'publishCimEvent':
        return { seq: this.#publish(this.#own(data), data.cimEvent) };
      case 'topicUnsubscription_':
        this.#leaves(this.#own(data), 'UNSUBSCRIBED');
        return {};
      case 'extendWrapup': {
        const talk = this.#own(data);
        talk.wrapUpEndsAt += (data.seconds ?? talk.wrapUpSeconds) * 1000;
        this.#tellWrapUp(talk);
        return {};
      }
      case 'closeWrapup': {
        const talk = this.#own(data);
        if (talk.phase !== 'WRAP_UP') throw new Refusal('state.invalid', 'There is no wrap-up.');
        if (data.cimEvent) this.#publish(talk, data.cimEvent);
        this.ends(talk.id, talk.reason);
        return {};
      }
      case 'directTransferRequest':
      case 'directConferenceRequest':
      case 'consultRequest':
      case 'consultTransferRequest':
      case 'consultConferenceRequest': {
        const talk = this.#own(data);
        const requestAction = event === 'consultRequest' ? 'consult' : /Transfer/.test(event) ? 'transfer' : 'conference'; // prettier-ignore
        this.say('agentAssistanceRequestPlaced', { requestAction, mode: data.mode, conversationId: talk.id });
        if (requestAction === 'transfer') this.#leaves(talk, 'CHAT TRANSFERRED');
        return {};
      }
      case 'subscribePullModeList':
        if (!this.#lists.has(data.listId)) throw new Refusal('list.unknown');
        this.#watched.add(data.listId);
        this.say('onPullModeSubscribedList', this.#watchedLists());
        this.say('addPullModeSubscribedListRequests', this.#requestsOn(data.listId));
        return {};
      case 'unsubscribePullModeList':
        this.#watched.delete(data.listId);
        this.say('onPullModeSubscribedList', this.#watchedLists());
        this.say('removePullModeSubscribedListRequests', data.listId);
        return {};
      case 'joinPullModeRequest': {
        const talk = this.#talk(conversationIn(data));
        if (talk.phase === 'GONE') throw new Refusal('pull.alreadyClaimed');
        return this.#accept(talk);
      }
      case 'deletePullModeRequest':
        this.leavesList(conversationIn(data));
        return {};
      case 'replayTopic': {
        const { conversationId, afterSeq, beforeSeq = Infinity } = data;
        const numbered = this.#talk(conversationId).events.map((one, index) => ({ seq: index + 1, cimEvent: JSON.stringify(one) })); // prettier-ignore
        const events = numbered.filter(({ seq }) => seq > afterSeq && seq < beforeSeq);
        this.say('onTopicReplay', { conversationId, events, afterSeq, nextAfterSeq: null });
        return {};
      }
      case 'replayAgentEvents': {
        const events = this.#log.filter(({ agentSeq }) => agentSeq > data.afterSeq) as ManagerPayload<'onAgentReplay'>['events']; // prettier-ignore
        const { afterSeq } = data;
        this.say('onAgentReplay', { events, afterSeq, nextAfterSeq: null, firstAvailableSeq: afterSeq + 1 });
        return {};
      }
      default:
        return {};
    }
  }

  /** The conversation, where the agent is in it. */
  #own(data: unknown): Talk {
    const talk = this.#talk(conversationIn(data));
    if (talk.phase === 'OPEN' || talk.phase === 'WRAP_UP') return talk;
    throw new Refusal('conversation.notParticipant', 'The agent is not in this conversation.');
  }

  #changeState(data: Received<'changeAgentState'>['data']) {
    if (data.action === 'agentMRDState') {
      this.#wantsMrd = data.state === 'READY';
      this.#changed(true);
      return {};
    }
    const { name, reasonCode } = data.state;
    const reason = typeof reasonCode === 'string' ? { id: reasonCode } : reasonCode;
    const shown = reason?.id ? { id: reason.id, name: reason.name ?? reason.id } : null;
    const changes = this.#presence.state.name !== name || this.#presence.state.reasonCode?.id !== shown?.id;
    const stateChangeTime = changes ? this.#now() : this.#presence.stateChangeTime;
    this.#presence = { ...this.#presence, state: { name, reasonCode: shown }, stateChangeTime };
    this.#wantsMrd = name === 'READY';
    this.#changed(true, changes);
    return name === 'LOGOUT' ? { afterwards: () => this.#desk?.end(1000) } : {};
  }

  /** Tells a presence where something is different, or it was asked for. */
  #changed(asked = false, agentStateChanged = false): void {
    const [mrd] = this.#presence.agentMrdStates;
    if (!mrd) return;
    const busy = [...this.#talks.values()].some(({ phase }) => phase === 'OPEN' || phase === 'WRAP_UP');
    const free: MrdState = this.#presence.state.name === 'LOGOUT' ? 'LOGOUT' : this.#wantsMrd ? 'READY' : 'NOT_READY';
    const taken: MrdState = free === 'READY' ? 'ACTIVE' : 'PENDING_NOT_READY';
    const state = busy && free !== 'LOGOUT' ? taken : free;
    const differs = state !== mrd.state;
    const since = differs ? { state, previousState: mrd.state, stateChangeTime: this.#now() } : {};
    this.#presence = { ...this.#presence, agentMrdStates: [{ ...mrd, ...since }] };
    if (asked || differs) this.#tellPresence(differs ? [mrd.mrd.id] : [], agentStateChanged);
  }

  #tellPresence(mrdStateChanges: string[], agentStateChanged: boolean): void {
    const changes = agentStateChanged || mrdStateChanges.length > 0;
    if (changes) this.#version += 1;
    this.say('agentPresence_', {
      agentPresence: this.#presence,
      action: changes ? 'AGENT_STATE_CHANGED' : 'AGENT_STATE_UNCHANGED',
      agentStateChanged,
      mrdStateChanges,
      version: this.#version,
    });
  }

  #accept(talk: Talk) {
    const afterwards = () => this.#show(talk);
    if (talk.phase === 'OPEN' || talk.phase === 'WRAP_UP') return { afterwards };
    if (talk.phase === 'GONE') {
      this.revoke(talk.id, 'GONE');
      throw new Refusal('task.gone', 'This offer is over.');
    }
    talk.phase = 'RINGS'; // it hears of its own coming in the snapshot
    this.#joins(talk, this.#agent, 'PRIMARY');
    talk.phase = 'OPEN';
    this.#changed();
    return {
      afterwards: () => {
        this.#show(talk);
        this.#tellList(talk);
      },
    };
  }

  #joins(talk: Talk, agent: Colleague, role: Exclude<Role, 'CUSTOMER'>): void {
    const agentParticipant = participantOf(talk, agent, role);
    talk.participants = [...talk.participants, agentParticipant];
    this.happens(talk.id, { name: 'AGENT_SUBSCRIBED', type: 'NOTIFICATION', data: { agentParticipant, reason: 'JOINED' } }); // prettier-ignore
  }

  #show(talk: Talk): void {
    const own = participantOf(talk, this.#agent, talk.phase === 'WRAP_UP' ? 'WRAP_UP' : 'PRIMARY');
    this.say('onTopicData', snapshotOf(talk, own, this.#now()));
  }

  #publish(talk: Talk, cimEvent: Received<'publishCimEvent'>['data']['cimEvent']): number {
    const { name, type, data }: ToldEvent = typeof cimEvent === 'string' ? JSON.parse(cimEvent) : cimEvent;
    const { id } = this.#agent;
    const sender = { id, type: 'AGENT', senderName: id };
    this.happens(talk.id, {
      name,
      type,
      data: { ...data, header: { ...membersOf(membersOf(data)['header']), sender } },
    });
    return talk.events.length;
  }

  #leaves(talk: Talk, reason: string): void {
    if (talk.wrapUpSeconds === 0 || talk.phase === 'WRAP_UP') return this.ends(talk.id, reason);
    Object.assign(talk, { phase: 'WRAP_UP', reason, wrapUpEndsAt: this.#now() + talk.wrapUpSeconds * 1000 });
    const conversationParticipant = participantOf(talk, this.#agent, 'WRAP_UP');
    talk.participants = talk.participants.map((one) => (one.id === conversationParticipant.id ? conversationParticipant : one)); // prettier-ignore
    this.happens(talk.id, { name: 'PARTICIPANT_ROLE_CHANGED', type: 'NOTIFICATION', data: { conversationParticipant, metadata: {} } }); // prettier-ignore
    this.#tellWrapUp(talk);
  }

  #tellWrapUp(talk: Talk): void {
    const durationMs = Math.max(0, talk.wrapUpEndsAt - this.#now());
    const duration = Math.round(durationMs / 1000);
    const about = { conversationId: talk.id, roomInfo: roomOf(talk), task: 'wrapupTimerStarted' as const };
    this.say('wrapupTimerStarted', { ...about, duration, durationMs, expiresAt: talk.wrapUpEndsAt, now: this.#now() });
  }

  #tellList(talk: Talk): void {
    const { listId, phase } = talk;
    if (listId === undefined || !this.#watched.has(listId)) return;
    const type = `PULL_MODE_LIST_REQUEST_${phase === 'WAITS' ? 'RECEIVED' : 'STATE_CHANGED'}` as const;
    const pullModeEvent = JSON.stringify(pullRequest(talk, listId));
    this.say('onPullModeSubscribedListRequest', { pullModeEvent, type, conversationId: listId });
  }

  #watchedLists(): PullList[] {
    return [...this.#watched].flatMap((id) => this.#lists.get(id) ?? []);
  }

  #requestsOn(listId: string) {
    const talks = [...this.#talks.values()].filter((talk) => talk.listId === listId && talk.phase !== 'GONE');
    return talks.map((talk) => pullRequest(talk, listId));
  }
}
