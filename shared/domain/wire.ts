/** How a conversation looks on a desk: one event (`onCimEvent`) or the whole of it (`onTopicData`). Puts back what META holds. */
import { isMessageName } from '../protocol/message.ts';
import { MOMENTARY } from '../protocol/momentary.ts';
import { type ChannelSession } from '../protocol/cim.ts';
import { byteLength, SNAPSHOT_BYTES } from '../protocol/frame.ts';
import { isRecord } from '../protocol/values.ts';
import {
  currentSession,
  openSessions,
  type Conversation,
  type LoggedEvent,
  type Meta,
  type StoredEvent,
} from './conversation.ts';
import { conversationParticipant } from './draft.ts';
import { holdTimerDetails } from './hold.ts';
import { slaDetails } from './sla.ts';
import { wireTaskId } from './task.ts';

/** Activities other than messages make a desk report a malfunction: they stay in the log and on the topic. */
export function shownLive({ event }: LoggedEvent): boolean {
  return event.type !== 'ACTIVITY' || isMessageName(event.name);
}

function shownInSnapshot(logged: LoggedEvent): boolean {
  return shownLive(logged) && !MOMENTARY.has(logged.event.name);
}

/** Does showing this event take what META holds? */
export function needsMeta({ event }: LoggedEvent): boolean {
  return event.channelSessionId !== undefined || isMessageName(event.name);
}

/**
 * The event as a desk reads it. What names a channel session carries it whole, in the envelope and in the header where there is one: desks
 * show no message without. `meta` may be missing only where `needsMeta` says no.
 */
export function cimEvent(conversation: Conversation, meta: Meta | null, logged: LoggedEvent): Record<string, unknown> {
  const { channelSessionId: _, ...event } = logged.event;
  const channelSession = meta && sessionOf(conversation, meta, logged.event);
  return {
    ...event,
    conversationId: conversation.id,
    roomInfo: conversation.roomInfo,
    data: dataOf(logged.event, channelSession, meta),
    ...(channelSession ? { channelSession } : {}),
  };
}

/** The session that the event names. A message always has one: the current, where the log knows no other. */
function sessionOf(conversation: Conversation, meta: Meta, { channelSessionId, name }: StoredEvent) {
  const named = channelSessionId === undefined ? undefined : meta.sessions[channelSessionId];
  return named ?? (isMessageName(name) ? currentSession(conversation, meta) : undefined);
}

function dataOf(event: StoredEvent, channelSession: ChannelSession | null | undefined, meta: Meta | null) {
  const { name } = event;
  if (name === 'CHANNEL_SESSION_STARTED' || name === 'CHANNEL_SESSION_ENDED')
    return { ...channelSession, ...event.data };
  const data = name === 'THIRD_PARTY_ACTIVITY' ? stringAttributes(event.data) : event.data;
  const { header } = data;
  if (!isRecord(header) || !meta) return data;
  const customer = isMessageName(name) ? { customer: meta.customer } : {};
  return { ...data, header: { ...header, ...customer, ...(channelSession ? { channelSession } : {}) } };
}

/** `onCimEvent`, with the frame's `seq`. `cimEvent` is a JSON string, or desks call it a malfunction. */
export function onCimEvent(conversation: Conversation, meta: Meta | null, logged: LoggedEvent) {
  const { id: conversationId, roomInfo } = conversation;
  const data = { cimEvent: JSON.stringify(cimEvent(conversation, meta, logged)), conversationId, roomInfo };
  return { event: 'onCimEvent' as const, data, conversationId, seq: logged.seq };
}

/**
 * `onTopicData` for one participant: the newest of `events` (in order, up to `lastSeq`) that fit into 100 KB. `truncated` says that older ones
 * exist; `replayTopic` gets them.
 */
export function onTopicData(conversation: Conversation, meta: Meta, agentId: string, events: readonly LoggedEvent[]) {
  const own = conversation.participants[agentId];
  if (!own) throw new Error(`${agentId} is not in conversation ${conversation.id}`);
  const { id: conversationId, roomInfo, participants } = conversation;
  const agents = Object.entries(participants).map(([id, participant]) =>
    conversationParticipant(conversationId, id, participant),
  );
  const topicData = {
    id: conversationId,
    customer: meta.customer,
    channelSession: currentSession(conversation, meta),
    conversationData: meta.conversationData,
    state: conversation.state,
    participants: [...customers(conversation, meta), ...agents],
    agentParticipants: agents,
    agentSla: slaDetails(conversation.sla),
    durationInSeconds: null,
    customerSuggestions: [],
    holdTimerDetails: holdTimerDetails(conversation.hold),
    agentHandRaise: { handRaised: conversation.handsRaised.length > 0, agentNames: conversation.handsRaised },
    externalGadgets: [],
    wrapUps: [],
    topicParticipant: conversationParticipant(conversationId, agentId, own),
  };
  const shown = events
    .filter(shownInSnapshot)
    .map((logged) => ({ seq: logged.seq, event: cimEvent(conversation, meta, logged) }));
  const fitting = newestWithin(SNAPSHOT_BYTES - byteLength(JSON.stringify(topicData)), shown);
  const firstSeq = fitting[0]?.seq ?? conversation.lastSeq + 1;
  const truncated = fitting.length < shown.length || (events[0]?.seq ?? 1) > 1;
  const data = {
    topicData: { ...topicData, topicEvents: fitting.map(({ event }) => event) },
    conversationId,
    taskId: wireTaskId({ id: own.taskId }),
    roomInfo,
    firstSeq,
    lastSeq: conversation.lastSeq,
    truncated,
  };
  return { event: 'onTopicData' as const, data, conversationId };
}

function customers(conversation: Conversation, meta: Meta) {
  const open = openSessions(conversation).flatMap((id) => meta.sessions[id] ?? []);
  return open.map((session) => ({
    id: session.id,
    type: 'CUSTOMER' as const,
    role: 'CUSTOMER' as const,
    participant: session,
    joiningTime: conversation.createdAt,
    token: null,
    conversationId: conversation.id,
    isActive: true,
    userCredentials: null,
    state: 'SUBSCRIBED' as const,
    stateChangedOn: conversation.createdAt,
  }));
}

/** The longest tail of `items` whose JSON is at most `bytes` long. */
export function newestWithin<T>(bytes: number, items: readonly T[]): T[] {
  let left = bytes;
  const first = items.findLastIndex((item) => (left -= byteLength(JSON.stringify(item)) + 1) < 0);
  return items.slice(first + 1);
}

/** The oldest of `items` whose JSON is at most `bytes` long, but at least one: a very large item is a page of its own. */
export function oldestWithin<T>(bytes: number, items: readonly T[]): T[] {
  const fitting = newestWithin(bytes, items.toReversed()).toReversed();
  return fitting.length > 0 ? fitting : items.slice(0, 1);
}

/** All of `items` in pages of at most `bytes`, in order; at least one page, because a desk waits for it. */
export function pagesWithin<T>(bytes: number, items: readonly T[]): T[][] {
  const pages: T[][] = [];
  for (let left = [...items]; left.length > 0; left = left.slice(pages.at(-1)?.length))
    pages.push(oldestWithin(bytes, left));
  return pages.length > 0 ? pages : [[]];
}

/** Desks call string methods on these values. */
function stringAttributes(data: Record<string, unknown>): Record<string, unknown> {
  const header = isRecord(data['header']) ? data['header'] : {};
  const channelData = isRecord(header['channelData']) ? header['channelData'] : {};
  const { additionalAttributes } = channelData;
  if (!Array.isArray(additionalAttributes)) return data;
  const attributes = additionalAttributes.map((attribute: unknown) =>
    isRecord(attribute) && typeof attribute['value'] !== 'string'
      ? { ...attribute, value: JSON.stringify(attribute['value'] ?? null) }
      : attribute,
  );
  return { ...data, header: { ...header, channelData: { ...channelData, additionalAttributes: attributes } } };
}
