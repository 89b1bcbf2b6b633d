/**
 * How a conversation looks on a desk: one event (`onCimEvent`) or the whole of it (`onTopicData`).
 * Puts back what META holds.
 */
import { wrapUpChosen } from '../handling/wrap-up.ts';
import { byteLength } from '../../protocol/bytes.ts';
import { isMessageName } from '../../protocol/message.ts';
import { MOMENTARY } from '../../protocol/shapes/momentary.ts';
import { type ChannelSession } from '../../protocol/shapes/cim.ts';
import type { ManagerPayload } from '../../protocol/manager-events.ts';
import { roomBeside } from '../../protocol/frame.ts';
import { isRecord } from '../../protocol/values.ts';
import {
  currentSession,
  openSessions,
  type Conversation,
  type LoggedEvent,
  type Meta,
  type StoredEvent,
} from '../conversation/conversation.ts';
import { conversationParticipant } from '../conversation/draft.ts';
import { holdTimerDetails } from '../handling/hold.ts';
import { slaDetails } from '../handling/sla.ts';
import { wireTaskId } from '../conversation/task.ts';

/** An answer of more frames than this would keep a function, and a slow desk, for too long. */
const MOST_FRAMES = 40;

/**
 * Activities other than messages make a desk report a malfunction: they stay in the log and on the
 * topic.
 */
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
 * The event as a desk reads it. What names a channel session carries it whole, in the envelope and
 * in the header where there is one: desks show no message without. `meta` may be missing only where
 * `needsMeta` says no.
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

/**
 * The session that the event names. A message always has one: the current, where the log knows no
 * other.
 */
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

/**
 * `onCimEvent`, with the frame's `seq`. `cimEvent` is a JSON string, or desks call it a
 * malfunction.
 */
export function onCimEvent(conversation: Conversation, meta: Meta | null, logged: LoggedEvent) {
  const { id: conversationId, roomInfo } = conversation;
  const data = { cimEvent: JSON.stringify(cimEvent(conversation, meta, logged)), conversationId, roomInfo };
  return { event: 'onCimEvent' as const, data, conversationId, seq: logged.seq };
}

/**
 * `onTopicData` for one participant, in one frame: the newest of `events` (in order, up to
 * `lastSeq`) that fit. `truncated` says that older ones exist; `replayTopic` gets them. Where many
 * agents with very long names leave no room for each other, the last of them are left out.
 */
export function onTopicData(
  conversation: Conversation,
  meta: Meta,
  agentId: string,
  events: readonly LoggedEvent[],
  now?: number,
) {
  const own = conversation.participants[agentId];
  if (!own) throw new Error(`${agentId} is not in conversation ${conversation.id}`);
  const { id: conversationId, roomInfo, participants } = conversation;
  const { lastSeq } = conversation;
  const frameWith = (
    agents: Agents,
    rest: { topicEvents: Record<string, unknown>[]; firstSeq: number; truncated: boolean },
  ) => {
    const { topicEvents, firstSeq, truncated } = rest;
    const topicData = {
      id: conversationId,
      customer: meta.customer,
      channelSession: currentSession(conversation, meta),
      conversationData: meta.conversationData,
      state: conversation.state,
      participants: [...customers(conversation, meta), ...agents.all],
      agentParticipants: agents.again,
      agentSla: slaDetails(conversation.sla),
      durationInSeconds: null,
      customerSuggestions: [],
      holdTimerDetails: holdTimerDetails(conversation.hold),
      agentHandRaise: { handRaised: conversation.handsRaised.length > 0, agentNames: conversation.handsRaised },
      externalGadgets: [],
      wrapUps: [],
      ...wrapUpChosen(conversation.tasks[own.taskId]),
      topicParticipant: conversationParticipant(conversationId, agentId, own),
      topicEvents,
    };
    const taskId = wireTaskId(conversation.tasks[own.taskId] ?? { id: own.taskId });
    const data = { topicData, conversationId, taskId, roomInfo, firstSeq, lastSeq, truncated, now };
    return { event: 'onTopicData' as const, data, conversationId };
  };
  const none = { topicEvents: [], firstSeq: lastSeq + 1, truncated: false };
  const all = oldestWithin(
    roomBeside(frameWith({ all: [], again: [] }, none)),
    Object.entries(participants).map(([id, participant]) => conversationParticipant(conversationId, id, participant)),
  );
  const room = roomBeside(frameWith({ all, again: [] }, none));
  const agents = { all, again: byteLength(JSON.stringify(all)) <= room ? all : [] };
  const shown = events
    .filter(shownInSnapshot)
    .map((logged) => ({ seq: logged.seq, event: cimEvent(conversation, meta, logged) }));
  const fitting = newestWithin(roomBeside(frameWith(agents, none)), shown);
  const truncated = fitting.length < shown.length || (events[0]?.seq ?? 1) > 1;
  const firstSeq = fitting[0]?.seq ?? lastSeq + 1;
  return frameWith(agents, { topicEvents: fitting.map(({ event }) => event), firstSeq, truncated });
}

type Agents = Record<'all' | 'again', ReturnType<typeof conversationParticipant>[]>;

/**
 * `onTopicReplay`, the whole answer in frames: `events` in order after `afterSeq`, each frame but
 * the last saying that the next follows by itself. `nextAfterSeq` of the last says what to ask
 * then.
 */
export function onTopicReplay(
  { conversation, meta, afterSeq }: { conversation: Conversation; meta: Meta; afterSeq: number },
  events: readonly LoggedEvent[],
  nextAfterSeq: number | null,
) {
  const { id: conversationId } = conversation;
  const frameWith = (data: Pick<ManagerPayload<'onTopicReplay'>, 'events' | 'afterSeq' | 'nextAfterSeq' | 'more'>) => ({
    event: 'onTopicReplay' as const,
    data: { conversationId, ...data },
    conversationId,
  });
  const largest = { events: [], afterSeq: Number.MAX_SAFE_INTEGER, nextAfterSeq: Number.MAX_SAFE_INTEGER };
  const shown = events
    .filter(shownLive)
    .map((logged) => ({ seq: logged.seq, cimEvent: JSON.stringify(cimEvent(conversation, meta, logged)) }));
  const all = pagesWithin(roomBeside(frameWith({ ...largest, more: true })), shown);
  const pages = all.slice(0, MOST_FRAMES);
  const next = all.length > pages.length ? (pages.at(-1)?.at(-1)?.seq ?? null) : nextAfterSeq;
  return pages.map((page, index) => {
    const begins = pages[index - 1]?.at(-1)?.seq ?? afterSeq;
    if (index === pages.length - 1) return frameWith({ events: page, afterSeq: begins, nextAfterSeq: next });
    return frameWith({ events: page, afterSeq: begins, nextAfterSeq: null, more: true });
  });
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

/** The longest head of `items` whose JSON is at most `bytes` long. */
export function oldestWithin<T>(bytes: number, items: readonly T[]): T[] {
  return newestWithin(bytes, items.toReversed()).toReversed();
}

/**
 * All of `items` in pages of at most `bytes`, in order; at least one page, because a desk waits for
 * it. No item may be larger than a page.
 */
export function pagesWithin<T>(bytes: number, items: readonly T[]): T[][] {
  const pages: T[][] = [[]];
  let left = bytes;
  for (const item of items) {
    const size = byteLength(JSON.stringify(item)) + 1;
    if (size > left && pages.at(-1)?.length) {
      pages.push([]);
      left = bytes;
    }
    left -= size;
    pages.at(-1)?.push(item);
  }
  return pages;
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
