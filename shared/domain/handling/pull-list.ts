/**
 * Conversations that wait on a list until an agent picks one. A conversation stands on its list
 * from the moment that the list is its home until it is closed, finds an agent through a queue, or
 * is looking for one there. Whether it does is derived from the conversation, as are its status and
 * so what subscribers of the list are told.
 */
import * as z from 'zod';
import type { ChannelSession } from '../../protocol/shapes/cim.ts';
import type { List } from '../../protocol/shapes/config.ts';
import type { PullModeRequest } from '../../protocol/shapes/desk-shapes.ts';
import { laden } from '../agent/slots.ts';
import { mustBeTrusted, reachable } from '../agent/routable.ts';
import type { Agent } from '../agent/agent.ts';
import { agentsIn, mayAsk, MOST_AGENTS, nextStop, noneIsAsked } from './assistance.ts';
import { customerPresent, enter, hasPrimary, isHere, logJoined } from '../conversation/participants.ts';
import { depart, handOver } from './leaving.ts';
import { pendingRequest } from './queueing.ts';
import type { Conversation, Home, Meta } from '../conversation/conversation.ts';
import type { Draft } from '../conversation/draft.ts';
import { emit, type Emit } from '../effect.ts';
import { resume } from './hold.ts';
import { leaveNote } from '../asking/note.ts';
import { endSessions } from './message.ts';
import { Rejection } from '../rejection.ts';
import { LEAVING, Rules, type TaskIn } from '../conversation/task.ts';
import { comesBack, wrapUpRules } from './wrap-up.ts';

/** A conversation on its list, as the list's row holds it. */
export const Listed = z.object({
  listId: z.string(),
  conversationId: z.string(),
  status: z.enum(['CREATED', 'ACTIVE', 'INACTIVE', 'ON_HOLD', 'WRAP_UP']),
  /** When it was published on the list. */
  since: z.number(),
});
export type Listed = z.output<typeof Listed>;

/** An agent who watches a list now, with the connection that is told. */
export const Subscriber = z.object({ listId: z.string(), agentId: z.string(), connectionId: z.string() });
export type Subscriber = z.output<typeof Subscriber>;

/**
 * What has become of a request on a list. `seq` is the newest event then: it tells one piece of
 * news from the next.
 */
export const ListNews = z.object({ listId: z.string(), conversationId: z.string(), seq: z.number() });
export type ListNews = z.output<typeof ListNews>;

/**
 * A list as a place where a conversation can be. What a list does not say about offers (to a
 * colleague, by name) is what queues default to.
 */
export function homeOnList(
  { id, name, mrdId, exclusive, wrapUp, agentSlaSeconds, inactivity }: List,
  since: number,
): Home {
  const rules = Rules.parse({
    queue: null,
    queuePriority: 1,
    acceptSeconds: 30,
    requestTtlSeconds: 300,
    ronaPolicy: 'MRD_NOT_READY',
    ...wrapUpRules(wrapUp),
    stepsOpenAfter: [],
    agentSlaSeconds: agentSlaSeconds ?? null,
    ...(inactivity ? { inactivity } : {}),
  } satisfies z.input<typeof Rules>);
  return { rules, mrdId, list: { id, name, exclusive, since } };
}

/** The row of the conversation on its list, or null while it stands on none. */
export function listed(conversation: Conversation): Listed | null {
  const { id: conversationId, state } = conversation;
  const list = conversation.home?.list;
  if (!list || state === 'CLOSED' || findsSuccessor(conversation)) return null;
  return { listId: list.id, conversationId, status: state, since: list.since };
}

/** The conversation's row, by its key. */
export function listedEntries(conversation: Conversation): Map<string, Listed> {
  const row = listed(conversation);
  return new Map(row ? [[`${row.listId}#REQUEST#${row.conversationId}`, row]] : []);
}

/**
 * The rows of an agent who watches lists, by their keys. There are none before the desk was
 * greeted: the greeting shows it the lists.
 */
export function subscriberEntries(agent: Agent): Map<string, Subscriber> {
  const { id: agentId, lists, session, state } = agent;
  if (!session || !reachable(agent) || state.name === 'LOGOUT') return new Map();
  const { connectionId } = session;
  return new Map(
    Object.keys(lists).map((listId) => [`${listId}#SUBSCRIBER#${agentId}`, { listId, agentId, connectionId }]),
  );
}

/**
 * An agent is being looked for elsewhere: it would be offered to them and picked by somebody else
 * at once.
 */
function findsSuccessor(conversation: Conversation): boolean {
  const task = pendingRequest(conversation);
  return task !== undefined && (!task.request || LEAVING.includes(task.direction));
}

/**
 * What a change means to the subscribers of lists: of the list that the conversation leaves, and of
 * the one on which it is.
 */
export function listNews(before: Conversation | undefined, after: Conversation | undefined): ListNews[] {
  if (!after) return [];
  const was = before ? listed(before) : null;
  const is = listed(after);
  if (was?.listId === is?.listId && was?.status === is?.status && !oneHasLeft(before, after)) return [];
  const lists = [...new Set([was?.listId, is?.listId])].filter((listId) => listId !== undefined);
  return lists.map((listId) => ({ listId, conversationId: after.id, seq: after.lastSeq }));
}

/**
 * An agent is out of the chat, the last one or not: gone, or in wrap-up. Supervisors are not in it.
 */
function oneHasLeft(before: Conversation | undefined, after: Conversation): boolean {
  const inIt = ({ participants }: Conversation) =>
    Object.entries(participants).flatMap(([id, { role, supervisor }]) =>
      role !== 'WRAP_UP' && !supervisor ? [id] : [],
    );
  return before !== undefined && inIt(before).some((id) => !inIt(after).includes(id));
}

/**
 * A request as desks get it. One that is not, or no longer, on this list is CLOSING: only that
 * takes it from a desk.
 */
export function pullModeRequest(conversation: Conversation, meta: Meta, listId: string): PullModeRequest {
  const row = listed(conversation);
  const here = row?.listId === listId ? row : null;
  return {
    id: conversation.id,
    channelSession: shownSession(meta),
    status: here?.status ?? 'CLOSING',
    listId,
    time: here?.since ?? conversation.home?.list?.since ?? conversation.createdAt,
  };
}

/**
 * `onPullModeSubscribedListRequest`. `pullModeEvent` is a JSON string, and `conversationId` is the
 * list's, as desks are used to.
 */
export function requestNews(request: PullModeRequest) {
  const type =
    request.status === 'CREATED'
      ? ('PULL_MODE_LIST_REQUEST_RECEIVED' as const)
      : ('PULL_MODE_LIST_REQUEST_STATE_CHANGED' as const);
  return { pullModeEvent: JSON.stringify(request), type, conversationId: request.listId };
}

/**
 * The agent picks the request: an active task at once, without ringing. In any state while logged
 * in, and beyond their limit if they want to.
 */
export function join(draft: Draft, { agentId, connectionId }: { agentId: string; connectionId: string }): void {
  const { conversation } = draft;
  const agent = draft.agent(agentId);
  const participant = conversation.participants[agentId];
  const list = conversation.home?.list;
  const refuse = (...[code, message]: ConstructorParameters<typeof Rejection>) =>
    new Rejection(code, message, list ? [tell(draft, agentId, list.id)] : []);
  if (agent.state.name === 'LOGOUT') throw new Rejection('state.invalid', 'You are logged out.');
  if (isHere(conversation, agentId))
    return void draft.effects.push({ type: 'snapshot', agentId, conversationId: conversation.id });
  if (!list || !listed(conversation) || !customerPresent(conversation))
    throw refuse('pull.closed', 'This request is closed, or has left its list.');
  if (agent.lists[list.id] === undefined)
    throw new Rejection('pull.notSubscribed', `You have not subscribed to the list ${list.name}.`);
  const own = Object.entries(agent.slots).filter(([, slot]) => slot.conversationId === conversation.id);
  if (own.some(([taskId]) => taskId !== participant?.taskId))
    throw new Rejection('state.invalid', 'This conversation is offered to you.');
  if (laden(agent)) throw new Rejection('state.invalid', 'You are in as many conversations as one can.');
  mustBeTrusted(agent);
  if (list.exclusive && hasPrimary(conversation)) throw refuse('pull.alreadyClaimed', 'Somebody else was quicker.');
  if (agentsIn(conversation) >= MOST_AGENTS)
    throw new Rejection('conversation.full', `There are ${MOST_AGENTS} agents in this conversation.`);
  takeOver(draft, agentId, connectionId);
}

/** The agent has the conversation at once, as a task on the MRD that it is on. */
export function takeOver(draft: Draft, agentId: string, connectionId: string): void {
  const { at, conversation } = draft;
  const { user, mrds } = draft.agent(agentId);
  const { rules, mrdId, list } = conversation.home ?? {};
  if (!rules || !mrdId || !mrds[mrdId]?.maxAgentTasks)
    throw new Rejection('mrd.unknown', `You take no tasks on the MRD ${mrdId}.`);
  const taskId = `${conversation.id}-${conversation.lastSeq + 1}`;
  const task: TaskIn<'ACTIVE'> = {
    id: taskId,
    phase: 'ACTIVE',
    direction: 'INBOUND',
    mode: 'AGENT',
    mrdId,
    rules,
    priority: 1,
    enqueuedAt: list?.since ?? at,
    routedSince: list?.since ?? at,
    assignedTo: { id: agentId, name: user.username },
    answeredAt: at,
  };
  draft.setTask(task);
  const part = { role: 'PRIMARY' as const, taskId, connectionId };
  const returning = comesBack(draft, agentId, part);
  if (!returning) enter(draft, agentId, part);
  draft.change({ answered: true });
  draft.tell(agentId, { type: 'taskTaken', at, taskId, conversationId: conversation.id, mrdId });
  draft.logTask(task, { taskStateChanged: true, mediaStateChanged: true });
  if (!returning) logJoined(draft, agentId, 'JOINED');
  draft.effects.push({ type: 'snapshot', agentId, conversationId: conversation.id });
}

/**
 * Somebody who manages the list closes the request: the chat ends for all who are in it, without a
 * wrap-up.
 */
export function closeRequest(draft: Draft, { agentId }: { agentId: string }): void {
  const { conversation } = draft;
  const list = conversation.home?.list;
  if (!list || !listed(conversation) || !customerPresent(conversation)) {
    const told = list ? [tell(draft, agentId, list.id)] : [];
    throw new Rejection('pull.closed', 'This request is closed, or has left its list.', told);
  }
  endSessions(draft, 'AGENT');
  for (const id of Object.keys(conversation.participants)) {
    depart(draft, id, { closed: 'DONE', departure: 'CONVERSATION_CLOSED', goodbye: 'CONVERSATION CLOSED' });
  }
}

/** The agent puts the customer on a list, unread, and leaves as after any transfer. */
export function moveToList(
  draft: Draft,
  { agentId, home, note = null }: { agentId: string; home: Home; note?: string | null | undefined },
): void {
  const { conversation } = draft;
  mayAsk(conversation, agentId);
  noneIsAsked(conversation);
  if (conversation.home && conversation.home.mrdId !== home.mrdId)
    throw new Rejection('list.unknown', `The list ${home.list?.name} is not on the MRD of this conversation.`);
  const path = nextStop(conversation, `list ${home.list?.name}`);
  if (conversation.hold) resume(draft, agentId);
  draft.change({ home, path, answered: false });
  const { id: conversationId } = conversation;
  const placed = { requestAction: 'transfer', mode: 'list', conversationId, statusCode: 200 } as const;
  draft.emit(agentId, 'agentAssistanceRequestPlaced', placed);
  leaveNote(draft, agentId, note);
  handOver(draft, agentId, 'DIRECT_TRANSFER');
}

/** The request as it is now, to one desk. */
function tell({ conversation, meta }: Draft, agentId: string, listId: string): Emit {
  if (!meta) throw new Error(`a request in ${conversation.id} is told, but META was not loaded`);
  return emit(agentId, 'onPullModeSubscribedListRequest', requestNews(pullModeRequest(conversation, meta, listId)));
}

/** What stands on lists, as desks get it, the oldest first. */
export function pullModeRequests(rows: readonly Listed[], metas: ReadonlyMap<string, Meta>): PullModeRequest[] {
  return rows
    .toSorted((a, b) => a.since - b.since)
    .flatMap(({ conversationId: id, listId, status, since: time }) => {
      const meta = metas.get(id);
      return meta ? [{ id, channelSession: shownSession(meta), status, listId, time }] : [];
    });
}

/** The session by which a request is recognised on a list: the latest. */
function shownSession({ sessions, latestSessionId }: Meta): ChannelSession {
  const session = sessions[latestSessionId];
  if (!session) throw new Error(`there is no channel session ${latestSessionId}`);
  return session;
}
