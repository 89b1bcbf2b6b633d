/**
 * What enters a conversation's log from outside: which agent may say what, what the platform may
 * add, and what is kept of it. The sender is always the authenticated one, the time always the
 * server's; what META holds is not stored again.
 */
import { bytesInText } from '../../protocol/bytes.ts';
import * as z from 'zod';
import { ChannelSession, ConversationData, Customer } from '../../protocol/shapes/cim.ts';
import { MAX_EVENT_BYTES } from '../../protocol/frame.ts';
import { isMessageEvent, type CimEvent } from '../../protocol/message.ts';
import { explain, isRecord, ShortText } from '../../protocol/values.ts';
import { topicUnsubscription } from '../conversation/said.ts';
import {
  isCall,
  mustFit,
  openSessions,
  type Conversation,
  type LoggedEvent,
  type Role,
  type StoredEvent,
} from '../conversation/conversation.ts';
import { authorOf, mustAmend, typeOf } from '../conversation/amending.ts';
import type { Draft } from '../conversation/draft.ts';
import { answered } from '../conversation/unanswered.ts';
import { customerSpeaks, resume } from './hold.ts';
import { Rejection } from '../rejection.ts';
import { agentSpoke, customerSpoke } from '../silence/silence.ts';
import { restartSla, startSla, stopSla } from './sla.ts';
import { noteWrapUp } from './wrap-up.ts';

export type OutsideEvent = CimEvent;

/**
 * What an agent may do with one kind of event: say it, have it dropped without a word, or be
 * refused.
 */
type Permission = 'yes' | 'drop' | 'no';

type Kind = 'message' | 'wrapUp' | 'whisper' | 'signal' | 'control' | 'hand';

/** Who may say what (protocol, "Roles"): one row per kind of event, one column per role. */
const MAY: Record<Kind, Record<Role, Permission>> = {
  message: { PRIMARY: 'yes', ASSISTANT: 'no', SILENT_MONITOR: 'no', WRAP_UP: 'no' },
  wrapUp: { PRIMARY: 'yes', ASSISTANT: 'no', SILENT_MONITOR: 'no', WRAP_UP: 'yes' },
  whisper: { PRIMARY: 'yes', ASSISTANT: 'yes', SILENT_MONITOR: 'yes', WRAP_UP: 'no' },
  signal: { PRIMARY: 'yes', ASSISTANT: 'drop', SILENT_MONITOR: 'drop', WRAP_UP: 'drop' },
  control: { PRIMARY: 'yes', ASSISTANT: 'no', SILENT_MONITOR: 'no', WRAP_UP: 'no' },
  hand: { PRIMARY: 'yes', ASSISTANT: 'no', SILENT_MONITOR: 'no', WRAP_UP: 'no' },
};

/**
 * What agents may publish at all. Everything else is the manager's, the platform's or the
 * customer's to say.
 */
const KINDS: Record<string, Kind> = {
  AGENT_MESSAGE: 'message',
  WHISPER_MESSAGE: 'whisper',
  TYPING_INDICATOR: 'signal',
  MESSAGE_DELIVERY_NOTIFICATION: 'signal',
  RESET_AGENT_SLA: 'control',
  HAND_RAISED: 'hand',
  HAND_DOWN: 'hand',
};

/** What only the manager itself writes into a log: it says what the manager has decided. */
const OURS = new Set([
  'TASK_STATE_CHANGED',
  'TASK_ENQUEUED',
  'AGENT_RESERVED',
  'AGENT_SUBSCRIBED',
  'AGENT_UNSUBSCRIBED',
  'PARTICIPANT_ROLE_CHANGED',
  'NO_AGENT_AVAILABLE',
  'REVOKE_RESOURCE',
  'TOPIC_STATE_CHANGE_EVENT',
  'CONVERSATION_PAUSED',
  'CONVERSATION_RESUMED',
  'AGENT_SLA_STARTED',
  'AGENT_SLA_STOPPED',
  'AGENT_SLA_EXPIRED',
  'REMOVE_ALL_AGENTS',
  'SUPERVISOR_ACTION',
  'AGENT_MRD_INTERRUPTED',
  'AGENT_MESSAGE',
  'WHISPER_MESSAGE',
]);

/** May an agent in this role publish this event? */
export function permission(role: Role, event: Pick<OutsideEvent, 'name' | 'data'>): Permission {
  const kind = kindOf(event);
  return kind === undefined ? 'no' : MAY[kind][role];
}

function kindOf({ name, data }: Pick<OutsideEvent, 'name' | 'data'>): Kind | undefined {
  return name === 'AGENT_MESSAGE' && typeOf(data) === 'WRAPUP' ? 'wrapUp' : KINDS[name];
}

/**
 * An agent says something. Refused: not in the conversation, a role that may not, a customer who
 * cannot hear it.
 */
export function publish(
  draft: Draft,
  { agentId, event, about }: { agentId: string; event: OutsideEvent; about?: LoggedEvent | undefined },
): void {
  const { conversation } = draft;
  const participant = conversation.participants[agentId];
  if (!participant) {
    const emits = [topicUnsubscription(conversation, agentId, 'CONVERSATION CLOSED')]; // a stale tab: it closes
    throw new Rejection('conversation.notParticipant', 'You are not in this conversation.', emits);
  }
  const may = permission(participant.role, event);
  if (may === 'drop') return;
  if (may === 'no') throw new Rejection('message.forbidden', `${participant.role} may not publish ${event.name}.`);
  const kind = kindOf(event);
  if (kind === 'whisper' && Object.keys(conversation.participants).length < 2) {
    throw new Rejection('message.forbidden', 'There is no other agent to whisper to.');
  }
  mustAmend(event, about, agentId);
  const sender = { id: agentId, type: 'AGENT', senderName: participant.username, additionalDetail: null };
  const channelSessionId = kind === 'message' ? openSession(draft, event) : sessionOf(draft, event);
  const resumes = participant.role === 'PRIMARY' && (kind === 'message' || kind === 'wrapUp');
  if (resumes && conversation.hold) resume(draft, agentId);
  const kept = stored(event);
  const said = kind === 'hand' ? { agentId, userName: participant.username } : kept.data;
  const { header } = kept.data;
  const data = isRecord(header) ? { ...said, header: { ...header, sender, timestamp: draft.at } } : said;
  draft.log({ ...kept, data, eventEmitter: sender, ...(channelSessionId ? { channelSessionId } : {}) });
  if (kind === 'message') {
    stopSla(draft);
    agentSpoke(draft);
    answered(draft);
  }
  if (kind === 'wrapUp') noteWrapUp(draft, agentId);
  if (event.name === 'RESET_AGENT_SLA') restartSla(draft);
  if (event.name === 'HAND_RAISED' || event.name === 'HAND_DOWN') raiseHand(draft, participant.username, event.name);
}

function raiseHand(draft: Draft, name: string, what: 'HAND_RAISED' | 'HAND_DOWN'): void {
  const others = draft.conversation.handsRaised.filter((raised) => raised !== name);
  draft.change({ handsRaised: what === 'HAND_RAISED' ? [...others, name] : others });
}

/**
 * The session that a message to the customer goes through: the one it names, or else the latest.
 */
function openSession(draft: Draft, event: OutsideEvent): string {
  const open = openSessions(draft.conversation);
  const named = sessionIdOf(event) ?? open.at(-1);
  if (named !== undefined && open.includes(named)) return named;
  throw new Rejection('channelSession.closed', 'The customer has no such open channel session.');
}

/**
 * The session that an event goes with which needs none that is open: the one it names; a message,
 * else the latest.
 */
function sessionOf({ conversation, meta }: Draft, event: OutsideEvent): string | undefined {
  const named = sessionIdOf(event);
  return named ?? (isMessageEvent(event) ? (openSessions(conversation).at(-1) ?? meta?.latestSessionId) : undefined);
}

/** The platform adds what the customer, a bot or a channel did. */
export function addEvent(draft: Draft, event: OutsideEvent, about?: LoggedEvent): void {
  const { conversation } = draft;
  if (conversation.state === 'CLOSED') throw new Rejection('conversation.closed', 'The conversation is closed.');
  if (OURS.has(event.name))
    throw new Rejection('message.forbidden', `${event.name} is written by the agent manager only.`);
  const { header } = event.data;
  const sender = isRecord(header) && isRecord(header['sender']) ? header['sender']['type'] : undefined;
  if (event.name === 'CUSTOMER_MESSAGE' && sender === 'AGENT')
    throw new Rejection('message.forbidden', 'Agents speak for themselves: a customer has another type of sender.');
  mustAmend(event, about, null);
  switch (event.name) {
    case 'CHANNEL_SESSION_STARTED':
      return startSession(draft, parsed(ChannelSession, event.data));
    case 'CHANNEL_SESSION_ENDED':
    case 'CHANNEL_SESSION_EXPIRED': {
      const sessionId = typeof event.data['id'] === 'string' ? event.data['id'] : '';
      mustNotHaveEnded(draft, sessionId);
      if (!openSessions(conversation).includes(sessionId))
        throw new Rejection('channelSession.unknown', `There is no open channel session ${sessionId}.`);
      return endSession(
        draft,
        sessionId,
        event.name === 'CHANNEL_SESSION_EXPIRED' ? 'INACTIVITY' : reasonOf(event.data),
      );
    }
    case 'CONVERSATION_DATA_CHANGED':
      draft.meta = meta(draft, { conversationData: parsed(ConversationData, event.data) });
      break;
    case 'ASSOCIATED_CUSTOMER_CHANGED':
      draft.meta = meta(draft, { customer: parsed(Customer, event.data) });
      break;
    default:
  }
  const channelSessionId = event.name === 'CUSTOMER_MESSAGE' ? customerSession(draft, event) : sessionOf(draft, event);
  if (event.name === 'CUSTOMER_MESSAGE') customerSpeaks(draft);
  draft.log({ ...stored(event), ...(channelSessionId ? { channelSessionId } : {}) });
  if (event.name === 'CUSTOMER_MESSAGE') {
    startSla(draft);
    customerSpoke(draft);
  }
}

/**
 * A customer may write through a session that nobody announced: then the announcement comes first,
 * as desks need it.
 */
function customerSession(draft: Draft, event: OutsideEvent): string {
  const open = openSessions(draft.conversation);
  const id = sessionIdOf(event) ?? open.at(-1);
  if (id !== undefined && open.includes(id)) return id;
  const known = id !== undefined && draft.meta?.sessions[id] !== undefined;
  if (known || open.length === 0) throw new Rejection('channelSession.closed', 'This channel session has ended.');
  // A reference alone announces nothing.
  if (!event.channelSession || Object.keys(event.channelSession).every((name) => name === 'id'))
    throw new Rejection('channelSession.unknown', `There is no channel session ${id}.`);
  const session = parsed(ChannelSession, event.channelSession);
  startSession(draft, session);
  return session.id;
}

export function startSession(draft: Draft, session: ChannelSession): void {
  const open = openSessions(draft.conversation);
  if (open.includes(session.id)) return;
  mustNotHaveEnded(draft, session.id);
  if (open.length === 0) {
    throw new Rejection('conversation.closed', 'The customer has left this conversation.');
  }
  const { id: conversationId, roomInfo } = draft.conversation;
  const sessions = { ...draft.meta?.sessions, [session.id]: { ...session, conversationId, roomInfo } };
  draft.change({
    sessions: { ...draft.conversation.sessions, [session.id]: draft.conversation.lastSeq + 1 },
    calls: isCall(session) ? [...draft.conversation.calls, session.id] : draft.conversation.calls,
  });
  draft.meta = meta(draft, { sessions, latestSessionId: session.id });
  draft.log({ name: 'CHANNEL_SESSION_STARTED', channelSessionId: session.id, data: {} });
}

function mustNotHaveEnded({ conversation, meta }: Draft, sessionId: string): void {
  if (meta?.sessions[sessionId] && conversation.sessions[sessionId] === undefined)
    throw new Rejection('channelSession.closed', 'This channel session has ended.');
}

/** All that are open: the customer has gone. */
export function endSessions(draft: Draft, reasonCode: string): void {
  for (const sessionId of openSessions(draft.conversation)) endSession(draft, sessionId, reasonCode);
}

/** When the last session ends, the customer has gone, and `decide` concludes what that means. */
export function endSession(draft: Draft, sessionId: string, reasonCode: string): void {
  const { [sessionId]: _, ...sessions } = draft.conversation.sessions;
  draft.change({ sessions, calls: draft.conversation.calls.filter((id) => id !== sessionId) });
  draft.log({
    name: 'CHANNEL_SESSION_ENDED',
    channelSessionId: sessionId,
    data: { state: { name: 'ENDED', reasonCode } },
  });
}

/**
 * What the log keeps: without the channel session and the customer, which META holds. Refused where
 * a frame might not hold it beside those.
 */
function stored(event: OutsideEvent): Partial<StoredEvent> & Pick<StoredEvent, 'name' | 'type' | 'data'> {
  const kept = withoutConversation(event);
  if (bytesInText(kept) > MAX_EVENT_BYTES)
    throw new Rejection('message.tooLarge', `${event.name} is larger than 16 KB, as a text in a frame.`);
  return kept;
}

function withoutConversation(event: OutsideEvent) {
  const { channelSession: _, conversationId: __, roomInfo: ___, timestamp: ____, ...kept } = event;
  if (!isRecord(event.data['header'])) return kept;
  const { customer: _____, channelSession: ______, ...header } = event.data['header'];
  return { ...kept, data: { ...event.data, header } };
}

export function sessionIdOf(event: OutsideEvent): string | undefined {
  const header = isRecord(event.data['header']) ? event.data['header'] : {};
  const within = isRecord(header['channelSession']) ? header['channelSession']['id'] : undefined;
  const id = event.channelSession?.id ?? within ?? header['channelSessionId'];
  return typeof id === 'string' && id !== '' ? id : undefined;
}

/** The session that is begun, ended, or spoken through: it may have ended long ago. */
export function namedSession(event: OutsideEvent): string | undefined {
  if (event.name === 'CUSTOMER_MESSAGE') return sessionIdOf(event);
  const { id } = event.data;
  return event.name.startsWith('CHANNEL_SESSION_') && typeof id === 'string' ? id : undefined;
}

/** The place in the log that an announcement has already, where its channel session is open. */
export function announcedAt({ sessions }: Conversation, { name, data }: OutsideEvent): number | undefined {
  return name === 'CHANNEL_SESSION_STARTED' ? sessions[String(data['id'])] : undefined;
}

/** The id by which a message is known to be a repetition: `data.id`. */
export function messageId({ data }: Pick<OutsideEvent, 'data'>): string | undefined {
  const { id } = data;
  return typeof id === 'string' && typeOf(data) !== undefined ? id : undefined;
}

/** By what a message is known when it comes again, and the frame of an agent that it came in. */
export const messageMark = (id: string): string => `message ${id}`;
export const frameMark = (agentId: string, frame: string): string => `frame ${frame} of ${agentId}`;

export function marksOf({ event, frame }: LoggedEvent): string[] {
  const id = messageId(event);
  if (id === undefined) return [];
  const author = authorOf({ event });
  const byFrame = frame !== undefined && author !== undefined ? [frameMark(author, frame)] : [];
  return [messageMark(id), ...byFrame];
}

function reasonOf(data: Record<string, unknown>): string {
  const { state } = data;
  return ShortText.catch('CUSTOMER').parse(isRecord(state) ? state['reasonCode'] : undefined);
}

/**
 * META with a change, as far as it fits into a snapshot and beside events. Sessions that have ended
 * leave it, but for the latest.
 */
function meta(draft: Draft, change: Partial<NonNullable<Draft['meta']>>): NonNullable<Draft['meta']> {
  if (!draft.meta) throw new Error(`decision on ${draft.conversation.id} changes META, which was not loaded`);
  const changed = { ...draft.meta, ...change };
  const sessions = Object.values(changed.sessions).map(({ customer }) => customer._id);
  const customerIds = [...new Set([...changed.customerIds, changed.customer._id, ...sessions])];
  const here = ([id]: [string, unknown]) => id in draft.conversation.sessions || id === changed.latestSessionId;
  const next = { ...changed, customerIds, sessions: Object.fromEntries(Object.entries(changed.sessions).filter(here)) };
  mustFit(draft.conversation, next);
  return next;
}

function parsed<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (!result.success) throw new Rejection('message.invalid', explain(result.error));
  return result.data;
}
