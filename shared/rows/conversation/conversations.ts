/**
 * Conversations in the table.
 *   who, what state, which tasks     CONVERSATION#id / HEAD          every conversation event
 *   the end of its log               CONVERSATION#id / LOG           the same; all that a message changes
 *   sessions, customer, data         CONVERSATION#id / META          offer, snapshot, customer messages
 *   a session that has ended         CONVERSATION#id / SESSION#id    events that name it
 *   what happened                    CONVERSATION#id / EVENT#seq     snapshot, replay, the stream to the topic
 *   why was it routed like this      CONVERSATION#id / RECEIPT#task  the platform's question
 *   who waits for an agent           WAITING#QUEUE#queue / order#task  routing, first in line first
 *   whose queue is gone              WAITING#MRD#mrd / order#task    the same, for anybody there
 *   whom the platform has            ENTRUSTED / instant#conversation  figures, longest first
 *   when its customers were taken    HANDED#queue / instant#task     an hour of them, how long one waits
 *   who waits on a pull list         LIST#id / REQUEST#conversation  desks that watch it
 *   the session's conversation       SESSION#id / CONVERSATION       starting twice
 *   a customer's conversations       CUSTOMER#id / conversation      erasing what is kept of a person
 */
import * as z from 'zod';
import { LoggedEventShape, Meta, type Conversation, type LoggedEvent } from '../../domain/conversation/conversation.ts';
import { ChannelSession } from '../../protocol/shapes/cim.ts';
import { Entrusted, entrustedRow } from '../../domain/custody/entrusting.ts';
import { Listed, listedEntries } from '../../domain/handling/pull-list.ts';
import { HAND_OUT_KEPT_MS, HandOut, handOuts } from '../../domain/routing/estimate.ts';
import { Rejection } from '../../domain/rejection.ts';
import { Waiting, waitingEntries } from '../../domain/routing/routing.ts';
import { Conflict, type Change, type Store } from '../../edge/app.ts';
import { indexWrites } from '../agents.ts';
import { lastAgentWrites } from './last-agents.ts';
import { conversationOf, eventKey, headWrites, key, said, saidBefore } from './log-end.ts';
import { kept } from '../stored.ts';
import { absent, expiry, unchanged, type Key, type Table, type Write } from '../table.ts';

const ENTRUSTED = 'ENTRUSTED';
const LAST = '9'.repeat(12);

export const Cold = kept(Meta);
const MetaWithKey = z.intersection(z.object({ pk: z.string() }), Meta);

function sessionKey(id: string, sessionId: string): Key {
  return key(id, `SESSION#${sessionId}`);
}

const Ended = z.object({ session: ChannelSession });

const Started = z.object({ conversationId: z.string() });

export function startedKey(channelSessionId: string): Key {
  return { pk: `SESSION#${channelSessionId}`, sk: 'CONVERSATION' };
}

export function customerKey(customerId: string, conversationId: string): Key {
  return { pk: `CUSTOMER#${customerId}`, sk: conversationId };
}

const ReceiptShape = z.object({
  conversationId: z.string(),
  taskId: z.string(),
  at: z.number(),
  offeredTo: z.string().nullable(),
  considered: z.array(z.object({ agentId: z.string(), line: z.string().default(''), failed: z.string().nullable() })),
});

type Conversations = Pick<
  Store,
  | 'conversation'
  | 'meta'
  | 'metas'
  | 'endedSessions'
  | 'events'
  | 'saidBefore'
  | 'said'
  | 'startedBy'
  | 'waiting'
  | 'handOuts'
  | 'listed'
  | 'entrusted'
  | 'putReceipt'
  | 'receipts'
>;

export function conversations(table: Table): Conversations {
  return {
    conversation: (id) => conversationOf(table, id),
    meta: (id) => table.get(Cold, key(id, 'META')),
    async metas(ids) {
      const keys = ids.map((id) => key(id, 'META'));
      const found = await table.getMany(MetaWithKey, keys);
      return new Map(found.map(({ pk, ...item }) => [pk.slice('CONVERSATION#'.length), item]));
    },
    async endedSessions(id, sessionIds) {
      const keys = sessionIds.map((sessionId) => sessionKey(id, sessionId));
      const found = await table.getMany(Ended, keys);
      return Object.fromEntries(found.map(({ session }) => [session.id, session]));
    },
    async events(id, { after = 0, before, limit, newest = false }) {
      const from = eventKey(id, after + 1).sk;
      const to = eventKey(id, before === undefined ? LAST : before - 1).sk;
      if (from > to) return [];
      const range = { pk: key(id, '').pk, sk: { from, to }, limit, newestFirst: newest };
      const found = await table.query(LoggedEventShape, range);
      return newest ? found.toReversed() : found;
    },
    saidBefore: (conversation, marks) => saidBefore(table, conversation, marks),
    said: (conversation, messageId) => said(table, conversation, messageId),
    async startedBy(channelSessionId) {
      return (await table.get(Started, startedKey(channelSessionId)))?.conversationId ?? null;
    },
    waiting: (pool, { after, limit }) =>
      table.query(Waiting, { pk: `WAITING#${pool}`, limit, ...(after === undefined ? {} : { sk: { after } }) }),
    async handOuts(queueId, { after, limit }) {
      const range = { pk: `HANDED#${queueId}`, sk: { after: instant(after) }, limit, newestFirst: true };
      return (await table.query(HandOut, range)).map(({ at }) => at);
    },
    listed: (listId) => table.query(Listed, { pk: `LIST#${listId}`, sk: { prefix: 'REQUEST#' } }),
    entrusted: (limit) => table.query(Entrusted, { pk: ENTRUSTED, limit }),
    putReceipt: (receipt) =>
      table.write([{ put: { ...receipt, ...key(receipt.conversationId, `RECEIPT#${receipt.taskId}`) } }]),
    receipts: (conversationId) =>
      table.query(ReceiptShape, { pk: key(conversationId, '').pk, sk: { prefix: 'RECEIPT#' } }),
  };
}

/** The writes that bring a conversation from one state to the next. */
export function conversationWrites(change: Change): Write[] {
  const { before, after, events: logged = [], startedBy: sessionId } = change;
  const head = after.conversation;
  if (!head) return [];
  const { id } = head;
  const waiting = indexWrites(
    'WAITING',
    before.conversation ? waitingEntries(before.conversation) : new Map(),
    waitingEntries(head),
  );
  return [
    ...headWrites(before.conversation, head, logged),
    ...metaWrites(id, before.meta, after.meta),
    ...leavingSessions(before.meta, after.meta).map((session): Write => ({
      put: { session, ...sessionKey(id, session.id) },
    })),
    ...newSessions(before.meta, after.meta).map((session): Write => ({
      put: { conversationId: id, ...startedKey(session) },
      where: absent(() => new Rejection('state.invalid', `The channel session ${session} is in another conversation.`)),
    })),
    ...newCustomers(before.meta, after.meta).map((customerId): Write => ({ put: { ...customerKey(customerId, id) } })),
    ...logged.map((event): Write => ({ put: { ...event, conversationId: id, ...eventKey(id, event.seq) } })),
    ...(sessionId
      ? [
          {
            put: { conversationId: id, ...startedKey(sessionId) },
            where: absent(() => new Conflict('the channel session has a conversation')),
          },
        ]
      : []),
    ...lastAgentWrites(change),
    ...waiting,
    ...takenWrites(before.conversation, head, logged),
    ...indexWrites('LIST', before.conversation ? listedEntries(before.conversation) : new Map(), listedEntries(head)),
    ...entrustedWrites(before.conversation ? entrustedRow(before.conversation) : null, entrustedRow(head)),
  ];
}

function entrustedWrites(before: Entrusted | null, after: Entrusted | null): Write[] {
  if (before?.since === after?.since) return [];
  const keyOf = ({ since, conversationId }: Entrusted): Key => {
    return { pk: ENTRUSTED, sk: `${instant(since)}#${conversationId}` };
  };
  return [...(before ? [{ delete: keyOf(before) }] : []), ...(after ? [{ put: { ...after, ...keyOf(after) } }] : [])];
}

/** A task is taken with an event that says so, and so at its time. */
function takenWrites(
  before: Conversation | null | undefined,
  head: Conversation,
  logged: readonly LoggedEvent[],
): Write[] {
  const [first] = logged;
  if (!first) return [];
  return handOuts(before, head, first.event.timestamp).map((taken) => {
    const sk = `${instant(taken.at)}#${taken.taskId}`;
    return {
      put: { ...taken, pk: `HANDED#${taken.queueId}`, sk, expiresAt: expiry(taken.at, HAND_OUT_KEPT_MS / 1000) },
    };
  });
}

function instant(at: number): string {
  return String(at).padStart(14, '0');
}

/**
 * META is read beside HEAD, perhaps a moment earlier, so HEAD's version does not say that it is
 * still the one that was read.
 */
function metaWrites(id: string, before: Meta | null | undefined, after: Meta | null | undefined): Write[] {
  if (!after || after === before) return [];
  const version = before?.version ?? 0;
  const put = { ...after, version: version + 1, ...key(id, 'META') };
  return [version === 0 ? { put } : { put, where: unchanged(version) }];
}

/** What leaves META is kept beside it. No rule can forget to. */
function leavingSessions(before: Meta | null | undefined, after: Meta | null | undefined): ChannelSession[] {
  const { sessions = {} } = before ?? {};
  return after ? Object.values(sessions).filter(({ id }) => after.sessions[id] === undefined) : [];
}

/** Those that came to a conversation that there was already: they begin none of their own. */
function newSessions(before: Meta | null | undefined, after: Meta | null | undefined): string[] {
  return before && after ? Object.keys(after.sessions).filter((id) => before.sessions[id] === undefined) : [];
}

function newCustomers(before: Meta | null | undefined, after: Meta | null | undefined): string[] {
  return (after?.customerIds ?? []).filter((customerId) => !before?.customerIds.includes(customerId));
}
