/**
 * A request for an agent while nobody has taken it: it enters the line, is called off, outlives its
 * time (TTL), and is made again when an offer came to nothing. A customer whom nobody looks after
 * goes home to the last queue.
 */
import type { Queue } from '../../protocol/shapes/config.ts';
import { alike } from '../alike.ts';
import type { Consequence } from '../../protocol/shapes/config.ts';
import type { Conversation } from '../conversation/conversation.ts';
import type { Draft } from '../conversation/draft.ts';
import { customerPresent, hasPrimary } from '../conversation/participants.ts';
import { revokeTask } from '../conversation/said.ts';
import type { Preferred } from '../choosing/preferred.ts';
import { stepsOpenAfter } from '../routing/steps.ts';
import {
  attemptOf,
  LEAVING,
  OVERDUE_PRIORITY,
  OVERDUE_SECONDS,
  REROUTE_PRIORITY,
  taskType,
  wireTask,
  type CloseReason,
  type Rules,
  type Task,
  type TaskIn,
} from '../conversation/task.ts';

export interface QueueRequest {
  rules: Rules;
  mrdId: string;
  priority: number;
  direction: Task['direction'];
  mode: Task['mode'];
  request?: Task['request'];
  overdue?: Task['overdue'];
  preferred?: Preferred | undefined;
}

/** The conversation needs an agent from a queue. */
export function enqueue(draft: Draft, request: QueueRequest): void {
  logEnqueued(draft, queued(draft, request, { routedSince: draft.at, passOver: {} }));
}

export function logEnqueued(draft: Draft, task: Task): void {
  draft.log({
    name: 'TASK_ENQUEUED',
    data: { task: { ...wireTask(draft.conversation.id, task), type: taskType(task) }, queue: task.rules.queue },
  });
}

/**
 * `kept` is what survives of an earlier try: when the wait began, the running TTL, who just let it
 * ring out, and whose attempt this is.
 */
export function queued(
  draft: Draft,
  request: QueueRequest,
  kept: Pick<TaskIn<'QUEUED'>, 'routedSince' | 'passOver'> & { ttl?: TaskIn<'QUEUED'>['ttl']; again?: Task },
): Task {
  const { again, ...lasting } = kept;
  const id = again?.id ?? `${draft.conversation.id}-${draft.conversation.lastSeq + 1}`;
  const ttl = kept.ttl ?? timeToLive(id, draft.at, request.rules);
  const { preferred, ...plain } = request;
  const first = preferred ? { preferred } : {};
  const tried = again ? { attempt: attemptOf(again) + 1 } : {};
  const { estimateAfterSeconds: after } = request.rules;
  const due = after === undefined ? {} : { estimateDueAt: draft.at + after * 1000 };
  const task: Task = {
    id,
    ...tried,
    phase: 'QUEUED',
    enqueuedAt: draft.at,
    ...plain,
    ...first,
    ...lasting,
    ttl,
    ...due,
  };
  draft.setTask(task);
  draft.logTask(task, { taskStateChanged: again === undefined, mediaStateChanged: true });
  return task;
}

export function timeToLive(id: string, at: number, { requestTtlSeconds }: Rules): TaskIn<'QUEUED'>['ttl'] {
  return { timerId: `${id}-ttl`, expiresAt: at + requestTtlSeconds * 1000 };
}

/**
 * What a queue says about those who wait in it: on which MRD, how urgently, and when its steps
 * open. null: it is gone.
 */
export type QueueNow =
  (Pick<Queue, 'mrdId' | 'priority' | 'steps' | 'maxPerAgent'> & { ageingSeconds?: number }) | null;

/**
 * A request that waits follows its queue: to another place in line, to other steps, to another MRD.
 * Where the queue is gone it strays: anybody on its MRD may take it. Everything else stays as it
 * was when the request was made.
 */
export function followQueue(draft: Draft, { taskId, queue }: { taskId: string; queue: QueueNow }): void {
  const task = draft.conversation.tasks[taskId];
  if (task?.phase === 'QUEUED' && !follows(task, queue)) draft.setTask(following(task, queue));
}

/** None of those whom it prefers can take it: from now on it is for everybody. */
export function preferenceOver(draft: Draft, { taskId, preferred }: { taskId: string; preferred: Preferred }): void {
  const task = draft.conversation.tasks[taskId];
  if (task?.phase !== 'QUEUED' || !alike(task.preferred, preferred)) return;
  draft.setTask({ ...task, preferred: { ...preferred, left: [] } });
}

/** Is the request where its queue is now? */
export function follows(task: TaskIn<'QUEUED'>, queue: QueueNow): boolean {
  return alike(following(task, queue), task);
}

function following(waiting: TaskIn<'QUEUED'>, queue: QueueNow): TaskIn<'QUEUED'> {
  if (!queue) return { ...waiting, stray: true };
  const { stray: _, ...task } = waiting;
  const { priority: queuePriority, ageingSeconds = task.rules.ageingSeconds } = queue;
  const order = { queuePriority, ...(ageingSeconds === undefined ? {} : { ageingSeconds }) };
  const { maxPerAgent: __, ...kept } = task.rules;
  const limit = queue.maxPerAgent === undefined ? {} : { maxPerAgent: queue.maxPerAgent };
  const rules = { ...kept, ...order, ...limit, stepsOpenAfter: stepsOpenAfter(queue) };
  return { ...task, mrdId: queue.mrdId, rules };
}

/**
 * A request that looks for an agent, or whose agent has not answered yet. There is never more than
 * one.
 */
export function pendingRequest(conversation: Conversation): Task | undefined {
  return Object.values(conversation.tasks).find((task) => task.phase === 'QUEUED' || task.phase === 'RESERVED');
}

/** Nobody is looked for any more, and whoever was asked is asked no longer. */
export function endRequest(draft: Draft, task: Task, closed: CloseReason): void {
  if (task.phase === 'RESERVED') return takeBack(draft, task, closed, { goesOn: false });
  draft.removeTask(task.id);
  draft.logTask(task, { taskStateChanged: true, mediaStateChanged: true, closed });
}

/**
 * Nobody is left who could talk with a colleague: requests for advice and company are called off.
 * Those for a successor stay. Was there one?
 */
export function callOffCompany(draft: Draft): boolean {
  const task = pendingRequest(draft.conversation);
  if (!task?.request || LEAVING.includes(task.direction)) return false;
  endRequest(draft, task, 'FORCE_CLOSED');
  return true;
}

/**
 * It is decided where the customer goes: nobody else is looked for any more, and where they were to
 * go they have not been.
 */
export function stopLooking(draft: Draft): void {
  const task = pendingRequest(draft.conversation);
  if (!task) return;
  if (LEAVING.includes(task.direction)) draft.change({ path: draft.conversation.path.slice(0, -1) });
  endRequest(draft, task, 'REROUTE');
}

/**
 * Ends an offer: its medium is closed, the slot is free, the card goes. The task goes on waiting
 * (`tryAgain`), or is closed with it (unless the TTL decides how).
 */
export function takeBack(
  draft: Draft,
  task: TaskIn<'RESERVED'>,
  reason: CloseReason,
  { rona, said, goesOn = mayTryAgain(draft, task, reason) }: TakingBack = {},
): void {
  const { id: agentId } = task.assignedTo;
  const revoked = draft.agent(agentId).slots[task.id]?.evicted !== undefined; // with the change that took it from them
  draft.removeTask(task.id);
  draft.tell(agentId, { type: 'taskReleased', at: draft.at, taskId: task.id, ...unanswered(reason, rona) });
  const expired = !ENDING.includes(reason) && draft.at >= task.ttl.expiresAt;
  const how = goesOn ? { back: reason } : { closed: expired ? ('NO_AGENT_AVAILABLE' as const) : reason };
  draft.logTask(task, { taskStateChanged: !goesOn, mediaStateChanged: true, said, ...how });
  if (!revoked) draft.effects.push(revokeTask(agentId, draft.conversation.id, task, reason));
}

function unanswered(reason: CloseReason, rona: Consequence | undefined) {
  return rona ? { rona, reason: reason === 'DECLINED' ? reason : ('RONA' as const) } : {};
}

interface TakingBack {
  rona?: Consequence;
  said?: Record<string, unknown>;
  /** Somebody else is looked for; missing, where that is usual. */
  goesOn?: boolean;
}

/** What ends a request with the offer of it. */
const ENDING: readonly CloseReason[] = ['CANCELLED', 'FORCE_CLOSED'];

/** A named colleague who does not answer is not looked for again. */
function mayTryAgain(draft: Draft, task: TaskIn<'RESERVED'>, reason?: CloseReason): boolean {
  return task.mode !== 'AGENT' && draft.at < task.ttl.expiresAt && !(reason && ENDING.includes(reason));
}

/**
 * Back to the queue at priority 11, unless the TTL ran out while the task was ringing, or only this
 * agent was asked.
 */
export function tryAgain(draft: Draft, task: TaskIn<'RESERVED'>, passOver: Record<string, number>): void {
  if (!mayTryAgain(draft, task)) return noAgentAvailable(draft, task);
  const { rules, mrdId, direction, mode, routedSince, ttl, request, overdue, preferred } = task;
  const kept = { ...(request ? { request } : {}), ...(overdue ? { overdue } : {}) };
  const again = { rules, mrdId, direction, mode, preferred, priority: REROUTE_PRIORITY, ...kept };
  const passed = { ...stillPassedOver(task, draft.at), ...passOver };
  queued(draft, again, { routedSince, passOver: passed, ttl, again: task });
}

/** Who declined it stays passed over while others are asked. */
function stillPassedOver({ passOver = {} }: Pick<TaskIn<'RESERVED'>, 'passOver'>, at: number): Record<string, number> {
  return Object.fromEntries(Object.entries(passOver).filter(([, until]) => at < until));
}

/** The request's time to live is over. While an offer is out, the offer decides. */
export function requestExpired(draft: Draft, event: { timerId: string }): void {
  const task = Object.values(draft.conversation.tasks).find(
    (t) => t.phase === 'QUEUED' && t.ttl.timerId === event.timerId,
  );
  if (task?.phase !== 'QUEUED' || draft.at < task.ttl.expiresAt) return;
  endRequest(draft, task, 'NO_AGENT_AVAILABLE');
  noAgentAvailable(draft, task);
}

function noAgentAvailable(draft: Draft, task: Task): void {
  draft.log({ name: 'NO_AGENT_AVAILABLE', data: { requestType: taskType(task) } });
  if (task.direction === 'INBOUND') return waitOn(draft, task);
  if (!LEAVING.includes(task.direction)) return;
  draft.change({ path: draft.conversation.path.slice(0, -1) }); // the customer has not been there
  goHome(draft); // nobody took over, and the one who handed over has gone
}

/**
 * The customer is not given up: they wait on after all others, at every step of the queue, until it
 * is seen where the queue lets them overflow to. Who came from a list is back there by this.
 */
function waitOn(draft: Draft, task: Task): void {
  const { home } = draft.conversation;
  if (home?.list || !customerPresent(draft.conversation)) return;
  const { rules, mrdId, direction, routedSince } = task;
  const been = [...(task.overdue ?? []), ...(rules.queue ? [rules.queue.id] : [])];
  const request = {
    rules,
    mrdId,
    direction,
    mode: 'QUEUE' as const,
    priority: OVERDUE_PRIORITY,
    overdue: [...new Set(been)],
  };
  const ttl = { timerId: `${task.id}-overdue-ttl`, expiresAt: draft.at + OVERDUE_SECONDS * 1000 };
  const passOver = stillPassedOver('passOver' in task ? task : {}, draft.at);
  queued(draft, request, { routedSince, passOver, ttl });
}

/**
 * A customer whom nobody looks after goes back to the last queue, first in line; on a list they are
 * there again for everybody to see. `passOver`: until when whom.
 */
export function goHome(draft: Draft, passOver: Record<string, number> = {}): void {
  const { at } = draft;
  const { home } = draft.conversation;
  if (!home || !customerPresent(draft.conversation) || hasPrimary(draft.conversation)) return;
  callOffCompany(draft);
  if (home.list || pendingRequest(draft.conversation)) return; // it stands on its list, or a successor is being looked for
  const { rules, mrdId } = home;
  const request = { rules, mrdId, direction: 'INBOUND' as const, mode: 'QUEUE' as const, priority: REROUTE_PRIORITY };
  queued(draft, request, { routedSince: at, passOver });
}
