/**
 * Conversations in the table.
 *   who, what state, which tasks     CONVERSATION#id / HEAD          every conversation event
 *   sessions, customer, data         CONVERSATION#id / META          offer, snapshot, customer messages
 *   a session that has ended         CONVERSATION#id / SESSION#id    events that name it
 *   what happened                    CONVERSATION#id / EVENT#seq     snapshot, replay, the stream to the topic
 *   was this message here already    CONVERSATION#id / MESSAGE#id    publish
 *   why was it routed like this      CONVERSATION#id / RECEIPT#task  the platform's question
 *   who waits for an agent           WAITING#mrd / order#task        routing, first in line first
 *   who waits on a pull list         LIST#id / REQUEST#conversation  desks that watch it
 *   the session's conversation       SESSION#id / CONVERSATION       starting twice
 *   a customer's conversations       CUSTOMER#id / conversation      erasing what is kept of a person
 */
import * as z from 'zod';
import { Conversation, LoggedEventShape, Meta, type LoggedEvent } from '../domain/conversation/conversation.ts';
import { ChannelSession } from '../protocol/cim.ts';
import { Listed, listedEntries } from '../domain/handling/pull-list.ts';
import { Waiting, waitingEntries } from '../domain/routing/routing.ts';
import { Conflict, DuplicateMessage, type Change, type Receipt, type Store } from '../edge/app.ts';
import { noticeWrite } from './agent-log.ts';
import { agentWrites, indexWrites } from './agents.ts';
import { requestWrite } from './requests.ts';
import { kept } from './stored.ts';
import { absent, get, getMany, pages, query, unchanged, write, type Key, type Write } from './table.ts';

const LAST = '9'.repeat(12);

export function key(id: string, sk: string): Key {
  return { pk: `CONVERSATION#${id}`, sk };
}

function eventKey(id: string, seq: number | string): Key {
  return key(id, `EVENT#${String(seq).padStart(12, '0')}`);
}

const Head = kept(Conversation);
const Cold = kept(Meta);

export function conversation(id: string): Promise<Conversation | null> {
  return get(Head, key(id, 'HEAD'));
}

export function meta(id: string): Promise<Meta | null> {
  return get(Cold, key(id, 'META'));
}

function sessionKey(id: string, sessionId: string): Key {
  return key(id, `SESSION#${sessionId}`);
}

const Ended = z.object({ session: ChannelSession });

export async function endedSessions(id: string, sessionIds: readonly string[]): Promise<Meta['sessions']> {
  const found = await getMany(
    Ended,
    sessionIds.map((sessionId) => sessionKey(id, sessionId)),
  );
  return Object.fromEntries(found.map(({ session }) => [session.id, session]));
}

export async function events(id: string, range: Parameters<Store['events']>[1]): Promise<LoggedEvent[]> {
  const { after = 0, before, limit, newest = false } = range;
  const from = eventKey(id, after + 1).sk;
  const to = eventKey(id, before === undefined ? LAST : before - 1).sk;
  if (from > to) return [];
  const found = await query(LoggedEventShape, { pk: key(id, '').pk, sk: { from, to }, limit, newestFirst: newest });
  return newest ? found.toReversed() : found;
}

const Marker = z.object({ seq: z.number() });

export async function messageSeq(conversationId: string, messageId: string): Promise<number | null> {
  return (await get(Marker, key(conversationId, `MESSAGE#${messageId}`)))?.seq ?? null;
}

const Started = z.object({ conversationId: z.string() });

export function startedKey(channelSessionId: string): Key {
  return { pk: `SESSION#${channelSessionId}`, sk: 'CONVERSATION' };
}

export async function startedBy(channelSessionId: string): Promise<string | null> {
  return (await get(Started, startedKey(channelSessionId)))?.conversationId ?? null;
}

export function customerKey(customerId: string, conversationId: string): Key {
  return { pk: `CUSTOMER#${customerId}`, sk: conversationId };
}

/** One transaction for everything that a decision changes. */
export async function save(change: Change): Promise<void> {
  const { before, after, notices = [], request } = change;
  const agents = Object.values(after.agents ?? {}).flatMap((agent) => agentWrites(before.agents?.[agent.id], agent));
  await write([
    ...conversationWrites(change),
    ...agents,
    ...notices.map(noticeWrite),
    ...(request ? [requestWrite(request.agentId, request.ack)] : []),
  ]);
}

function conversationWrites({ before, after, events: logged = [], messageId, startedBy: sessionId }: Change): Write[] {
  const head = after.conversation;
  if (!head) return [];
  const { id } = head;
  const version = before.conversation?.version ?? 0;
  const waiting = indexWrites(
    'WAITING',
    before.conversation ? waitingEntries(before.conversation) : new Map(),
    waitingEntries(head),
  );
  return [
    ...(head === before.conversation
      ? []
      : [{ put: { ...head, version: version + 1, ...key(id, 'HEAD') }, where: unchanged(version) }]),
    ...(after.meta && after.meta !== before.meta ? [{ put: { ...after.meta, ...key(id, 'META') } }] : []),
    ...leavingSessions(before.meta, after.meta).map((session): Write => ({
      put: { session, ...sessionKey(id, session.id) },
    })),
    ...newCustomers(before.meta, after.meta).map((customerId): Write => ({ put: { ...customerKey(customerId, id) } })),
    ...logged.map(({ seq, event }): Write => ({ put: { seq, event, conversationId: id, ...eventKey(id, seq) } })),
    ...markers(id, messageId, logged),
    ...(sessionId
      ? [
          {
            put: { conversationId: id, ...startedKey(sessionId) },
            where: absent(() => new Conflict('the channel session has a conversation')),
          },
        ]
      : []),
    ...waiting,
    ...indexWrites('LIST', before.conversation ? listedEntries(before.conversation) : new Map(), listedEntries(head)),
  ];
}

/** What leaves META is kept beside it. No rule can forget to. */
function leavingSessions(before: Meta | null | undefined, after: Meta | null | undefined): ChannelSession[] {
  const { sessions = {} } = before ?? {};
  return after ? Object.values(sessions).filter(({ id }) => after.sessions[id] === undefined) : [];
}

function newCustomers(before: Meta | null | undefined, after: Meta | null | undefined): string[] {
  return (after?.customerIds ?? []).filter((customerId) => !before?.customerIds.includes(customerId));
}

function markers(id: string, messageId: string | undefined, logged: readonly LoggedEvent[]): Write[] {
  const message = logged.find(({ event }) => event.data['id'] === messageId);
  if (messageId === undefined || !message) return [];
  const otherwise = () => new DuplicateMessage(messageId);
  return [{ put: { seq: message.seq, ...key(id, `MESSAGE#${messageId}`) }, where: absent(otherwise) }];
}

export function waiting(mrdId: string): AsyncIterable<Waiting[]> {
  return pages(Waiting, { pk: `WAITING#${mrdId}` });
}

export function listed(listId: string): Promise<Listed[]> {
  return query(Listed, { pk: `LIST#${listId}`, sk: { prefix: 'REQUEST#' } });
}

/** Those of the conversations that exist, by id. */
export async function metas(ids: readonly string[]): Promise<ReadonlyMap<string, Meta>> {
  const found = await getMany(
    z.intersection(z.object({ pk: z.string() }), Meta),
    ids.map((id) => key(id, 'META')),
  );
  return new Map(found.map(({ pk, ...item }) => [pk.slice('CONVERSATION#'.length), item]));
}

const ReceiptShape = z.object({
  conversationId: z.string(),
  taskId: z.string(),
  at: z.number(),
  offeredTo: z.string().nullable(),
  considered: z.array(z.object({ agentId: z.string(), failed: z.string().nullable() })),
});

export async function putReceipt(receipt: Receipt): Promise<void> {
  await write([{ put: { ...receipt, ...key(receipt.conversationId, `RECEIPT#${receipt.taskId}`) } }]);
}

export function receipts(conversationId: string): Promise<Receipt[]> {
  return query(ReceiptShape, { pk: key(conversationId, '').pk, sk: { prefix: 'RECEIPT#' } });
}
