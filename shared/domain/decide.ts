/**
 * Every change of a conversation goes through here: one switch from what was asked or what happened
 * to the rule that answers it.
 */
import { assist, cancelAssistance, type AssistanceRequest } from './handling/assistance.ts';
import { RoomInfo, type ChannelSession, type ConversationData, type Customer } from '../protocol/shapes/cim.ts';
import {
  accept,
  decline,
  type Declining,
  type Meant,
  offer,
  offerExpired,
  type Offering,
  offerReceived,
  receiptMissed,
} from './handling/offering.ts';
import {
  callOffCompany,
  enqueue,
  followQueue,
  goHome,
  pendingRequest,
  preferenceOver,
  requestExpired,
  type QueueNow,
} from './handling/queueing.ts';
import {
  closeWrapUp,
  CUSTOMER_LEFT,
  depart,
  dismiss,
  dismissSupervisors,
  leave,
  MOMENT_MS,
  NO_AGENT_LEFT,
  release,
  wrapUpExpired,
} from './handling/leaving.ts';
import { customerPresent, hasPrimary } from './conversation/participants.ts';
import { topicClosed } from './conversation/said.ts';
import {
  changed,
  isCall,
  notLive,
  showLater,
  type Conversation,
  type Decision,
  type Home,
  type LoggedEvent,
  type World,
} from './conversation/conversation.ts';
import { Draft } from './conversation/draft.ts';
import { estimated, type Estimate } from './routing/announced.ts';
import { holdExpired, parkedLeavers, pause, resume, resumeRequested } from './handling/hold.ts';
import { customerWrote, entrust, keepCustomer, listGone, silentTooLong } from './custody/entrusting.ts';
import { audited, carryOut, type Order } from './custody/orders.ts';
import { overflow } from './custody/overflow.ts';
import { addEvent, endSessions, namedSession, publish, type OutsideEvent } from './handling/message.ts';
import { moveOntoList, moveToQueue, type Move } from './handling/moving.ts';
import { silenceDue } from './silence/inactivity.ts';
import { stopSilence } from './silence/silence.ts';
import { closeRequest, join, moveToList } from './handling/pull-list.ts';
import { tellOutcome } from './asking/outcome.ts';
import { Rejection } from './rejection.ts';
import type { Preferred } from './choosing/preferred.ts';
import { slaReached, startSla, stopSla } from './handling/sla.ts';
import {
  bargeIn,
  endOthersWrapUp,
  joinSilently,
  whisper,
  type ForcedEnd,
  type Supervisor,
} from './handling/supervision.ts';
import { extendWrapUp } from './handling/wrap-up.ts';
import { PLATFORM_SECONDS, type Assignee } from './conversation/task.ts';

export type ConversationEvent =
  | {
      type: 'start';
      at: number;
      home: Home | null;
      priority: number;
      platformSeconds?: number | undefined;
      preferred?: Preferred | undefined;
    }
  | ({ type: 'offer'; at: number } & Offering)
  | { type: 'overflow'; at: number; taskId: string; home: Home; priority: number }
  | { type: 'queueChanged'; at: number; taskId: string; queue: QueueNow }
  | { type: 'preferenceOver'; at: number; taskId: string; preferred: Preferred }
  | {
      type: 'accept';
      at: number;
      taskId: string | undefined;
      medium?: string | undefined;
      agentId: string;
      connectionId: string;
    }
  | ({ type: 'decline'; at: number } & Declining)
  | { type: 'join'; at: number; agentId: string; connectionId: string }
  | { type: 'closeRequest'; at: number; agentId: string }
  | { type: 'moveToList'; at: number; agentId: string; home: Home; note?: string | null | undefined }
  | ({ type: 'moveToQueue'; at: number; by?: Assignee | undefined } & Move)
  | { type: 'moveOntoList'; at: number; home: Home; by?: Assignee | undefined }
  | { type: 'leave'; at: number; agentId: string }
  | { type: 'closeWrapUp'; at: number; agentId: string; wrapUp: OutsideEvent | null; about?: LoggedEvent | undefined }
  | ({ type: 'estimated'; at: number } & Estimate)
  | { type: 'extendWrapUp'; at: number; agentId: string; seconds?: number | undefined }
  | ({ type: 'endWrapUp'; at: number } & ForcedEnd)
  /** `about`: the event with the message that this one edits or deletes, if it was said. */
  | { type: 'publish'; at: number; agentId: string; event: OutsideEvent; about?: LoggedEvent | undefined }
  | { type: 'addEvent'; at: number; event: OutsideEvent; about?: LoggedEvent | undefined }
  | { type: 'end'; at: number; reason: string }
  | { type: 'agentReconnected'; at: number; agentId: string; connectionId: string }
  | { type: 'snapshotSeen'; at: number; agentId: string; connectionId: string; seq: number }
  | { type: 'snapshotDue'; at: number; agentId: string; connectionId: string; againAt: number }
  | ({ type: 'assist'; at: number } & AssistanceRequest)
  | { type: 'cancelAssistance'; at: number; agentId: string }
  | ({ type: 'order'; at: number } & Order)
  | ({ type: 'joinSilently'; at: number } & Supervisor)
  | ({ type: 'whisper'; at: number } & Supervisor)
  | ({ type: 'bargeIn'; at: number } & Supervisor)
  | { type: 'pause'; at: number; agentId: string; duration: number; release?: boolean | undefined }
  | { type: 'resume'; at: number; agentId: string }
  | { type: 'holdExpired'; at: number; since: number }
  | { type: 'silenceDue'; at: number; checkAt: number }
  | { type: 'slaReached'; at: number; startedAt: number; share: number }
  | { type: 'release'; at: number; agentId: string; taskId: string }
  | ({ type: 'offerReceived'; at: number } & Meant)
  | {
      type: 'receiptMissed';
      at: number;
      taskId: string;
      attempt?: number | undefined;
      agentId: string;
      connectionId: string;
    }
  | { type: 'offerExpired'; at: number; taskId: string; attempt?: number | undefined; agentId: string }
  | { type: 'entrustExpired'; at: number; since: number }
  | { type: 'listGone'; at: number; listId: string }
  | { type: 'requestExpired'; at: number; timerId: string }
  | { type: 'wrapUpExpired'; at: number; taskId: string };

/** What is loaded for an event, besides HEAD and whoever asks. */
interface Needs {
  /**
   * Everybody who takes part, or was offered a task. Messages are the hot path: they touch the
   * conversation only.
   */
  readonly involved: boolean;
  /**
   * Nothing that is said in a conversation is decided without META, for it goes with a channel
   * session.
   */
  readonly meta: boolean;
}

const HEAD: Needs = { involved: false, meta: false };
const META: Needs = { involved: false, meta: true };
const PEOPLE: Needs = { involved: true, meta: false };
const ALL: Needs = { involved: true, meta: true };

const NEEDS: Record<ConversationEvent['type'], Needs> = {
  start: HEAD,
  offer: ALL,
  overflow: PEOPLE,
  queueChanged: PEOPLE,
  preferenceOver: HEAD,
  accept: ALL,
  decline: PEOPLE,
  join: ALL,
  closeRequest: ALL,
  moveToList: PEOPLE,
  moveToQueue: PEOPLE,
  moveOntoList: PEOPLE,
  leave: PEOPLE,
  closeWrapUp: ALL,
  estimated: HEAD,
  extendWrapUp: PEOPLE,
  endWrapUp: PEOPLE,
  publish: META,
  addEvent: META,
  end: ALL,
  agentReconnected: HEAD,
  snapshotSeen: HEAD,
  snapshotDue: PEOPLE,
  assist: ALL,
  cancelAssistance: PEOPLE,
  order: ALL,
  joinSilently: PEOPLE,
  whisper: PEOPLE,
  bargeIn: PEOPLE,
  pause: PEOPLE,
  resume: ALL,
  holdExpired: ALL,
  silenceDue: ALL,
  slaReached: PEOPLE,
  release: PEOPLE,
  offerReceived: HEAD,
  receiptMissed: PEOPLE,
  offerExpired: PEOPLE,
  entrustExpired: ALL,
  listGone: HEAD,
  requestExpired: PEOPLE,
  wrapUpExpired: PEOPLE,
};

/**
 * `agents`: those whom the event names. `sessionId`: a channel session that may have ended and left
 * META.
 */
export function needs(
  event: ConversationEvent,
): Needs & { readonly agents: readonly string[]; readonly sessionId?: string | undefined } {
  const usual = NEEDS[event.type];
  if (event.type === 'addEvent') {
    const { name } = event.event;
    const involved = name === 'CHANNEL_SESSION_ENDED' || name === 'CHANNEL_SESSION_EXPIRED';
    return {
      ...usual,
      involved,
      agents: [],
      sessionId: namedSession(event.event),
    };
  }
  const asked = usual.involved && 'agentId' in event ? [event.agentId] : [];
  if (event.type === 'order') {
    const { by, command } = event;
    return { ...usual, agents: [by.id, ...(command.name === 'ASSIGN' ? [command.toAgentId] : [])] };
  }
  if (event.type === 'assist' && event.target.mode === 'agent')
    return { ...usual, agents: [...asked, event.target.targetId] };
  return { ...usual, meta: event.type === 'closeWrapUp' ? event.wrapUp !== null : usual.meta, agents: asked };
}

/** A conversation that is about to start, with the customer's first channel session open. */
export function newConversation(
  id: string,
  at: number,
  session: ChannelSession,
  customer: Customer,
  conversationData: ConversationData,
): World {
  const roomInfo: RoomInfo = roomOf(session) ?? { id, mode: 'CONTACT_CENTER' };
  const conversation: Conversation = {
    id,
    state: 'CREATED',
    roomInfo,
    createdAt: at,
    answered: false,
    sessions: { [session.id]: 1 },
    calls: isCall(session) ? [session.id] : [],
    participants: {},
    tasks: {},
    home: null,
    path: [],
    hold: null,
    sla: null,
    silence: null,
    unanswered: {},
    entrusted: null,
    handsRaised: [],
    endedAt: null,
    lastSeq: 0,
    version: 0,
  };
  const placed = { ...session, conversationId: id, roomInfo };
  const meta = {
    sessions: { [session.id]: placed },
    latestSessionId: session.id,
    customer,
    customerIds: [...new Set([customer._id, session.customer._id])],
    version: 0,
    startedBy: session.id,
    conversationData,
  };
  return { conversation, agents: {}, meta };
}

function roomOf(session: ChannelSession): RoomInfo | undefined {
  const room = RoomInfo.safeParse(session['roomInfo']);
  return room.success ? room.data : undefined;
}

/**
 * Throws a `Rejection` where a request is refused. A fact that no longer applies gives back the
 * very same world.
 */
export function decide(world: World, event: ConversationEvent): Decision {
  const draft = new Draft(world, event.at);
  step(draft, event);
  if (changed(world, draft)) conclude(draft);
  return changed(world, draft) ? draft.decided() : { world, events: [], effects: draft.effects };
}

function step(draft: Draft, event: ConversationEvent): void {
  switch (event.type) {
    case 'start': {
      const [session] = Object.values(draft.meta?.sessions ?? {});
      draft.log({ name: 'CHANNEL_SESSION_STARTED', channelSessionId: session?.id, data: {} });
      draft.change({ home: event.home });
      if (!event.home) entrust(draft, event.platformSeconds ?? PLATFORM_SECONDS);
      if (event.home && !event.home.list) {
        const { rules, mrdId } = event.home;
        const { priority, preferred } = event;
        enqueue(draft, { rules, mrdId, priority, preferred, direction: 'INBOUND', mode: 'QUEUE' });
      }
      return;
    }
    case 'offer':
      return offer(draft, event);
    case 'overflow':
      return overflow(draft, event);
    case 'queueChanged':
      return followQueue(draft, event);
    case 'preferenceOver':
      return preferenceOver(draft, event);
    case 'accept':
      return accept(draft, event);
    case 'decline':
      return decline(draft, event);
    case 'join':
      return join(draft, event);
    case 'closeRequest':
      return closeRequest(draft, event);
    case 'moveToList':
      return moveToList(draft, event);
    case 'moveOntoList':
      return audited(draft, event.by, 'QUEUE', () => moveOntoList(draft, event));
    case 'moveToQueue':
      return audited(draft, event.by, 'QUEUE', () => moveToQueue(draft, event));
    case 'leave':
      return leave(draft, event);
    case 'closeWrapUp':
      mustWrapUp(draft, event);
      if (event.wrapUp) publish(draft, { ...event, event: event.wrapUp });
      return closeWrapUp(draft, event);
    case 'estimated':
      return estimated(draft, event);
    case 'extendWrapUp':
      return extendWrapUp(draft, event);
    case 'endWrapUp':
      return endOthersWrapUp(draft, event);
    case 'publish':
      return publish(draft, event);
    case 'addEvent':
      addEvent(draft, event.event, event.about);
      return event.event.name === 'CUSTOMER_MESSAGE' ? customerWrote(draft) : undefined;
    case 'end':
      return endSessions(draft, event.reason);
    case 'agentReconnected':
      return reconnected(draft, event);
    case 'snapshotSeen':
      return snapshotSeen(draft, event);
    case 'snapshotDue':
      return snapshotDue(draft, event);
    case 'assist':
      return assist(draft, event);
    case 'cancelAssistance':
      return cancelAssistance(draft, event);
    case 'order':
      return carryOut(draft, event);
    case 'joinSilently':
      return joinSilently(draft, event);
    case 'whisper':
      return whisper(draft, event);
    case 'bargeIn':
      return bargeIn(draft, event);
    case 'pause':
      return pause(draft, event);
    case 'resume':
      return resumeRequested(draft, event);
    case 'holdExpired':
      return holdExpired(draft, event);
    case 'silenceDue':
      return silenceDue(draft, event);
    case 'slaReached':
      return slaReached(draft, event);
    case 'release':
      return release(draft, event);
    case 'offerReceived':
      return offerReceived(draft, event);
    case 'receiptMissed':
      return receiptMissed(draft, event);
    case 'offerExpired':
      return offerExpired(draft, event);
    case 'entrustExpired':
      return silentTooLong(draft, event) ? endSessions(draft, 'INACTIVITY') : undefined;
    case 'listGone':
      return listGone(draft, event);
    case 'requestExpired':
      return requestExpired(draft, event);
    case 'wrapUpExpired':
      return wrapUpExpired(draft, event);
    default:
      return event satisfies never;
  }
}

/** Who closes it twice, or too late, has what they want; but what they wrote would be lost. */
function mustWrapUp({ conversation }: Draft, { agentId, wrapUp }: { agentId: string; wrapUp: unknown }): void {
  const role = conversation.participants[agentId]?.role;
  if (role === 'WRAP_UP' || (role === undefined && wrapUp === null)) return;
  if (role) throw new Rejection('state.invalid', 'You are not in wrap-up of this conversation.');
  throw new Rejection('conversation.notParticipant', 'Your wrap-up is over: what you wrote was not kept.');
}

/** A new connection speaks for the agent: it has to see the snapshot before anything else. */
function reconnected(draft: Draft, { agentId, connectionId }: { agentId: string; connectionId: string }): void {
  const participant = draft.conversation.participants[agentId];
  if (participant) draft.setParticipant(agentId, { ...participant, connectionId, ...notLive(draft.at) });
}

/**
 * Live, if the desk has been sent everything up to the newest event and the connection is still the
 * agent's.
 */
function snapshotSeen(draft: Draft, event: { agentId: string; connectionId: string; seq: number }): void {
  const participant = draft.conversation.participants[event.agentId];
  const current = participant?.connectionId === event.connectionId && !participant.live;
  if (!current || draft.conversation.lastSeq !== event.seq) return;
  const { showing: _, ...seen } = participant;
  draft.setParticipant(event.agentId, { ...seen, live: true });
}

/**
 * The snapshot has not arrived in time: it is shown again. Not over a connection that was lost or
 * has been followed by another one, for the next greeting shows it; and not before the greeting of
 * this one, which comes first.
 */
function snapshotDue(
  draft: Draft,
  { agentId, connectionId, againAt }: { agentId: string; connectionId: string; againAt: number },
): void {
  const participant = draft.conversation.participants[agentId];
  const { session } = draft.agent(agentId);
  const { showing } = participant ?? {};
  if (!showing || participant?.live || showing.againAt !== againAt || draft.at < againAt) return;
  if (participant?.connectionId !== connectionId || session?.connectionId !== connectionId || session.lost) return;
  draft.setParticipant(agentId, { ...participant, ...showLater(showing, draft.at) });
  if (session.greeted) draft.effects.push({ type: 'snapshot', agentId, conversationId: draft.conversation.id });
}

/**
 * What follows from any change: who may stay, what state the conversation is in now, and whether it
 * is over.
 */
function conclude(draft: Draft): void {
  const here = customerPresent(draft.conversation);
  const had = hasPrimary(draft.before.conversation);
  if (Object.keys(draft.before.conversation.sessions).length > 0 && !here) {
    dismiss(draft);
    dismissSupervisors(draft, CUSTOMER_LEFT);
  }
  if (!had && hasPrimary(draft.conversation)) startSla(draft); // the first agent has come to a customer who waits
  if (draft.conversation.calls.length > 0) stopSla(draft);
  if (!hasPrimary(draft.conversation)) {
    stopSla(draft);
    const helped = callOffCompany(draft) || justAdvised(draft);
    if (draft.conversation.hold) resume(draft, null);
    for (const [agentId, { role, supervisor }] of Object.entries(draft.conversation.participants)) {
      if (role !== 'WRAP_UP' && !supervisor) depart(draft, agentId, NO_AGENT_LEFT);
    }
    if (helped) goHome(draft); // whoever was on the way was to help them
  }
  stopSilence(draft);
  parkedLeavers(draft);
  keepCustomer(draft);
  // Who watches follows the customer to the next agent, for as long as one is looked for.
  if (!hasPrimary(draft.conversation) && !pendingRequest(draft.conversation)) dismissSupervisors(draft, NO_AGENT_LEFT);
  lowerHandsOfLeavers(draft);
  tellOutcome(draft);
  const state = stateOf(draft.conversation);
  if (state === draft.conversation.state) return;
  draft.change({ state });
  if (state === 'CLOSED') close(draft);
}

/** Has a colleague come for advice of whom the agent who left may not have known? */
function justAdvised({ at, conversation }: Draft): boolean {
  return Object.values(conversation.tasks).some(
    (task) =>
      task.phase === 'ACTIVE' &&
      conversation.participants[task.assignedTo.id]?.role === 'ASSISTANT' &&
      at - task.answeredAt < MOMENT_MS,
  );
}

/** Who no longer talks with the customer needs no help with it. */
function lowerHandsOfLeavers(draft: Draft): void {
  const { handsRaised, participants } = draft.conversation;
  const talking = Object.values(participants).filter(({ role }) => role === 'PRIMARY');
  const left = handsRaised.filter((name) => talking.some(({ username }) => username === name));
  if (left.length < handsRaised.length) draft.change({ handsRaised: left });
}

function stateOf(conversation: Conversation): Conversation['state'] {
  if (!customerPresent(conversation)) return Object.keys(conversation.participants).length > 0 ? 'WRAP_UP' : 'CLOSED';
  if (hasPrimary(conversation)) return conversation.hold ? 'ON_HOLD' : 'ACTIVE';
  return conversation.answered ? 'INACTIVE' : 'CREATED';
}

function close(draft: Draft): void {
  draft.change({ endedAt: draft.at });
  draft.log({ name: 'TOPIC_STATE_CHANGE_EVENT', data: { state: 'CLOSED' } });
  for (const agentId of Object.keys(draft.before.conversation.participants)) {
    draft.effects.push(topicClosed(draft.conversation, agentId));
  }
}
