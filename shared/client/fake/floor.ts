/**
 * What a fake manager knows (who the agent is, which conversations there are, what has been said),
 * and how it tells their desk. Nothing happens here by itself.
 */
import type { NUMBERED_EVENTS, WRAP_UP_ENDS } from '../../protocol/manager-events.ts';
import type { ManagerEventName, ManagerPayload, PullList, Role } from '../client.ts';
import { newId } from '../options.ts';
import { membersOf, type Received } from './inbound.ts';
import type { Line } from './network.ts';
import { Refusal, type FakeOffer, type RefusalCode, type ToldEvent } from './script.ts';
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
type WrapUpEnd = (typeof WRAP_UP_ENDS)[number];

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

/** Of a conversation that is not here, every method throws a `Refusal`. */
export class Floor {
  readonly now: () => number;
  readonly talks = new Map<string, Talk>();
  readonly lists = new Map<string, PullList>();
  readonly watched = new Set<string>();
  /** What the agent was told by number. */
  readonly log: { agentSeq: number; event: ManagerEventName; data: unknown; conversationId: string }[] = [];
  /** The agent's, once it is greeted. */
  desk: Line | undefined;
  readonly #agent: Colleague & { readonly roles: readonly string[] };
  readonly #sessionKey = newId();
  #presence: Presence;
  #version = 0;
  #signedIn = false;
  #wantsMrd = false;

  constructor(agent: Colleague & { readonly roles: readonly string[] }, now: () => number) {
    this.#agent = agent;
    this.now = now;
    this.#presence = presenceOf(agent, agent.roles, now());
  }

  talk(id: string): Talk {
    const talk = this.talks.get(id);
    if (!talk) throw new Refusal('conversation.unknown', `There is no conversation "${id}".`);
    return talk;
  }

  /** A customer comes: nobody has them yet, and they wait on the list if there is one. */
  comes(
    { conversationId = newId(), firstName = 'Jo', channel = 'WEB', ...offer }: FakeOffer,
    listId: string | undefined,
  ): Talk {
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
      since: this.now(),
      events: [],
      phase: 'WAITS',
      reason: '',
      noted: false,
      wrapUpEndsAt: 0,
      ringsUntil: 0,
      participants: [],
    };
    talk.participants = [customerOf(talk)];
    this.talks.set(conversationId, talk);
    this.happens(conversationId, { name: 'CHANNEL_SESSION_STARTED', type: 'NOTIFICATION', data: talk.session });
    return talk;
  }

  /** The offer rings no more. Who let it ring out takes no others, as queues have it by default. */
  revoke(conversationId: string, reason = 'RONA'): void {
    this.talk(conversationId).phase = 'GONE';
    this.say('revokeTask', { conversationId, taskId: taskIdOf(this.talk(conversationId)), reason });
    if (reason !== 'RONA') return;
    this.#wantsMrd = false;
    this.changed();
  }

  /** Anything else that happens in a conversation. */
  happens(conversationId: string, { name, type, data = {} }: ToldEvent): void {
    const talk = this.talk(conversationId);
    const { session, events } = talk;
    const { header, ...rest } = membersOf(data);
    const said = header ? { ...rest, header: { ...membersOf(header), customer: session.customer, channelSession: session } } : data; // prettier-ignore
    const about = { conversationId, roomInfo: roomOf(talk), channelSession: session };
    const event = { id: newId(), name, type, timestamp: this.now(), ...about, data: { ...said } };
    const seq = events.push(event);
    if (talk.phase !== 'OPEN' && talk.phase !== 'WRAP_UP') return;
    const told = { conversationId, roomInfo: roomOf(talk), cimEvent: JSON.stringify(event) };
    this.desk?.say({ event: 'onCimEvent', data: told, conversationId, seq });
  }

  /** The agent is out of the conversation; if they were wrapping up, that is over. */
  ends(conversationId: string, reason = 'CONVERSATION CLOSED', detail?: WrapUpEnd): void {
    const talk = this.talk(conversationId);
    talk.phase = 'GONE';
    this.dismiss(conversationId, reason, detail);
    if (talk.participants.every(({ type }) => type !== 'CUSTOMER'))
      this.say('topicClosed', { conversationId, task: 'topicClosed', statusCode: 200 });
    this.changed();
  }

  /** Says that the agent is out of it. */
  dismiss(conversationId: string, reason: string, detail?: WrapUpEnd): void {
    const about = { task: 'topicUnsubscription' as const, statusCode: 200, ...(detail && { detail }) };
    this.say('topicUnsubscription', { conversationId, reason, ...about });
  }

  /** Says anything that a manager may say, as it is. */
  say<E extends ManagerEventName>(event: E, data: ManagerPayload<E>): void {
    const id = membersOf(data)['conversationId'];
    const isOfList = event === 'onPullModeSubscribedListRequest';
    const about = typeof id === 'string' && !isOfList ? { conversationId: id } : {};
    const numbered = event in NUMBERED ? { agentSeq: this.log.length + 1 } : {};
    const frame = { event, data, ...about, ...numbered };
    if (event in NUMBERED) this.log.push({ agentSeq: 0, conversationId: '', ...about, ...numbered, event, data });
    this.desk?.say(frame);
  }

  accept(talk: Talk) {
    const afterwards = () => this.show(talk);
    if (talk.phase === 'OPEN' || talk.phase === 'WRAP_UP') return { afterwards };
    if (talk.phase === 'GONE') throw this.gone(talk);
    talk.phase = 'RINGS'; // it hears of its own coming in the snapshot
    this.joins(talk, this.#agent, 'PRIMARY');
    talk.phase = 'OPEN';
    this.changed();
    return {
      afterwards: () => {
        this.show(talk);
        this.tellList(talk);
      },
    };
  }

  /** The refusal of an offer that is over; its card goes. */
  gone({ id }: Talk): Refusal {
    this.revoke(id, 'GONE');
    return new Refusal('task.gone', 'This offer is over.');
  }

  joins(talk: Talk, agent: Colleague, role: Exclude<Role, 'CUSTOMER'>): void {
    const agentParticipant = participantOf(talk, agent, role);
    talk.participants = [...talk.participants, agentParticipant];
    this.happens(talk.id, { name: 'AGENT_SUBSCRIBED', type: 'NOTIFICATION', data: { agentParticipant, reason: 'JOINED' } }); // prettier-ignore
  }

  show(talk: Talk): void {
    const own = participantOf(talk, this.#agent, talk.phase === 'WRAP_UP' ? 'WRAP_UP' : 'PRIMARY');
    this.say('onTopicData', snapshotOf(talk, own, this.now()));
  }

  publish(talk: Talk, cimEvent: Received<'publishCimEvent'>['data']['cimEvent']): number {
    const { name, type, data }: ToldEvent = typeof cimEvent === 'string' ? JSON.parse(cimEvent) : cimEvent;
    const { id } = this.#agent;
    const isWrapUp = name === 'AGENT_MESSAGE' && membersOf(membersOf(data)['body'])['type'] === 'WRAPUP';
    if (talk.phase === 'WRAP_UP' && type === 'MESSAGE' && !isWrapUp)
      throw new Refusal('message.forbidden', `WRAP_UP may not publish ${name}.`);
    if (isWrapUp) talk.noted = true;
    const sender = { id, type: 'AGENT', senderName: id };
    this.happens(talk.id, {
      name,
      type,
      data: { ...data, header: { ...membersOf(membersOf(data)['header']), sender } },
    });
    return talk.events.length;
  }

  /** Through wrap-up where there is one. */
  leaves(talk: Talk, reason: string): void {
    if (talk.phase === 'WRAP_UP') return this.endsWrapUp(talk, 'UNSUBSCRIBED');
    if (talk.wrapUpSeconds === 0) return this.ends(talk.id, reason);
    const goodbye = reason === 'CHAT TRANSFERRED' ? reason : 'UNSUBSCRIBED';
    Object.assign(talk, {
      phase: 'WRAP_UP',
      reason: goodbye,
      noted: false,
      wrapUpEndsAt: this.now() + talk.wrapUpSeconds * 1000,
    });
    const conversationParticipant = participantOf(talk, this.#agent, 'WRAP_UP');
    talk.participants = talk.participants.map((one) => (one.id === conversationParticipant.id ? conversationParticipant : one)); // prettier-ignore
    this.happens(talk.id, { name: 'PARTICIPANT_ROLE_CHANGED', type: 'NOTIFICATION', data: { conversationParticipant, metadata: {} } }); // prettier-ignore
    this.tellWrapUp(talk);
  }

  endsWrapUp(talk: Talk, reason: string): void {
    const how = talk.noted ? 'Wrap Up applied' : 'choosing leave without Wrap Up';
    this.ends(talk.id, reason, reason === 'UNSUBSCRIBED' ? how : undefined);
  }

  tellWrapUp(talk: Talk): void {
    const durationMs = Math.max(0, talk.wrapUpEndsAt - this.now());
    const duration = Math.round(durationMs / 1000);
    const about = { conversationId: talk.id, roomInfo: roomOf(talk), task: 'wrapupTimerStarted' as const };
    this.say('wrapupTimerStarted', { ...about, duration, durationMs, expiresAt: talk.wrapUpEndsAt, now: this.now() });
  }

  changeState(data: Received<'changeAgentState'>['data']) {
    if (data.action === 'agentMRDState') {
      const refuse = (code: RefusalCode) => new Refusal(code, 'This cannot be.', () => this.tellPresence([], false));
      if (this.#presence.agentMrdStates.every(({ mrd }) => mrd.id !== data.mrdId)) throw refuse('mrd.unknown');
      if (data.state !== 'NOT_READY' && data.state !== 'READY') throw refuse('state.invalid');
      if (data.state === 'READY' && this.#presence.state.name !== 'READY') throw refuse('state.invalid');
      this.#wantsMrd = data.state === 'READY';
      this.changed(true);
      return {};
    }
    const { name, reasonCode } = data.state;
    const reason = typeof reasonCode === 'string' ? { id: reasonCode } : reasonCode;
    const shown = reason?.id ? { id: reason.id, name: reason.name ?? reason.id } : null;
    const changes = this.#presence.state.name !== name || this.#presence.state.reasonCode?.id !== shown?.id;
    const stateChangeTime = changes ? this.now() : this.#presence.stateChangeTime;
    this.#presence = { ...this.#presence, state: { name, reasonCode: shown }, stateChangeTime };
    this.#wantsMrd = name === 'READY';
    this.changed(true, changes);
    return name === 'LOGOUT' ? { afterwards: () => this.desk?.end(1000) } : {};
  }

  /** Tells a presence where something is different, or it was asked for. */
  changed(asked = false, agentStateChanged = false): void {
    const [mrd] = this.#presence.agentMrdStates;
    if (!mrd) return;
    const busy = [...this.talks.values()].some(({ phase }) => phase === 'OPEN' || phase === 'WRAP_UP');
    const wasBusy = mrd.state === 'ACTIVE' || mrd.state === 'PENDING_NOT_READY';
    const ready: MrdState = busy ? 'ACTIVE' : 'READY';
    const notReady: MrdState = busy && wasBusy ? 'PENDING_NOT_READY' : 'NOT_READY';
    const state: MrdState = this.#presence.state.name === 'LOGOUT' ? 'LOGOUT' : this.#wantsMrd ? ready : notReady;
    const differs = state !== mrd.state;
    const since = differs ? { state, previousState: mrd.state, stateChangeTime: this.now() } : {};
    this.#presence = { ...this.#presence, agentMrdStates: [{ ...mrd, ...since }] };
    if (asked || differs) this.tellPresence(differs ? [mrd.mrd.id] : [], agentStateChanged);
  }

  tellPresence(mrdStateChanges: string[], agentStateChanged: boolean): void {
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

  /** Another desk of the agent takes over, unless it goes on with the session. */
  greet(line: Line): void {
    const former = this.desk;
    const continued = line.key === this.#sessionKey;
    if (former && !continued) {
      former.say({ event: 'socketSessionRemoved', data: { agentId: this.#agent.id } });
      former.end(1000);
    }
    this.desk = line;
    const signsIn = !this.#signedIn || this.#presence.state.name === 'LOGOUT';
    if (signsIn) this.#presence = presenceOf(this.#agent, this.#agent.roles, this.now());
    const mrds = this.#presence.agentMrdStates.map(({ mrd }) => mrd.id);
    this.tellPresence(signsIn ? mrds : [], signsIn);
    this.#signedIn = true;
    this.say('onChannelTypes', CHANNEL_TYPES);
    this.tellLists();
    const talks = [...this.talks.values()];
    const open = talks.filter(({ phase }) => phase === 'OPEN' || phase === 'WRAP_UP');
    const ringing = talks.filter(({ phase }) => phase === 'RINGS');
    for (const talk of open) this.show(talk);
    for (const talk of open) if (talk.phase === 'WRAP_UP') this.tellWrapUp(talk);
    for (const talk of ringing) this.say('taskRequest', taskRequest(talk, this.now()));
    this.say('onSessionReady', {
      sessionKey: this.#sessionKey,
      continued,
      conversations: open.map(({ id }) => id),
      offers: ringing.map(({ id }) => id),
      lastAgentSeq: this.log.length,
      now: this.now(),
    });
  }

  leavesList(conversationId: string): void {
    this.talk(conversationId).phase = 'GONE';
    this.tellList(this.talk(conversationId));
  }

  tellList(talk: Talk): void {
    const { listId, phase } = talk;
    if (listId === undefined || !this.watched.has(listId)) return;
    const type = `PULL_MODE_LIST_REQUEST_${phase === 'WAITS' ? 'RECEIVED' : 'STATE_CHANGED'}` as const;
    const pullModeEvent = JSON.stringify(pullRequest(talk, listId));
    this.say('onPullModeSubscribedListRequest', { pullModeEvent, type, conversationId: listId });
  }

  tellLists(): void {
    this.say('onPullModeSubscribedList', this.watchedLists());
    this.say(
      'pullModeSubscribedListRequests',
      [...this.watched].flatMap((id) => this.requestsOn(id)),
    );
  }

  watchedLists(): PullList[] {
    return [...this.watched].flatMap((id) => this.lists.get(id) ?? []);
  }

  requestsOn(listId: string) {
    const talks = [...this.talks.values()].filter((talk) => talk.listId === listId && talk.phase !== 'GONE');
    return talks.map((talk) => pullRequest(talk, listId));
  }
}
