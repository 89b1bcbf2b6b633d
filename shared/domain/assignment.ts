/**
 * The life of a task between a conversation and an agent: queued, offered, accepted, rung out, expired, left, wrapped up, taken away.
 * Each step changes the conversation and the agent together, so that a slot without a task, or a task without a slot, cannot be written.
 */
import type { ChannelSession } from '../protocol/cim.ts';
import { routable, type RonaPolicy } from './agent.ts';
import type { Conversation, Role, World } from './conversation.ts';
import { conversationParticipant, Draft } from './draft.ts';
import { emit, type Emit } from './effect.ts';
import { Rejection } from './rejection.ts';
import {
  REROUTE_PRIORITY,
  taskType,
  wireTask,
  wireTaskId,
  type CloseReason,
  type Rules,
  type Task,
  type TaskIn,
} from './task.ts';

/** What an agent is told on leaving (`topicUnsubscription.reason`); desks say anything but UNSUBSCRIBED and CHAT TRANSFERRED aloud. */
export type Goodbye =
  | 'UNSUBSCRIBED'
  | 'CHAT TRANSFERRED'
  | 'CUSTOMER LEFT'
  | 'MRD INTERRUPTED'
  | 'PRIMARY AGENT LEFT'
  | 'CONVERSATION CLOSED';

/** What the others read in AGENT_UNSUBSCRIBED. */
type Departure = 'UNSUBSCRIBED' | 'AGENT_LOGOUT' | 'MRD_INTERRUPTED' | 'CUSTOMER_LEFT' | 'PRIMARY_AGENT_LEFT';

interface Request {
  rules: Rules;
  mrdId: string;
  priority: number;
  direction: Task['direction'];
  mode: Task['mode'];
}

/** The conversation needs an agent from a queue. */
export function enqueue(draft: Draft, request: Request): void {
  const task = queued(draft, request, { routedSince: draft.at, passOver: {} });
  draft.log({
    name: 'TASK_ENQUEUED',
    data: { task: { ...wireTask(draft.conversation.id, task), type: taskType(task) }, queue: task.rules.queue },
  });
}

/** `kept` is what survives of an earlier try: when the wait began, the running TTL, who just let it ring out. */
function queued(
  draft: Draft,
  request: Request,
  kept: Pick<TaskIn<'QUEUED'>, 'routedSince' | 'passOver'> & { ttl?: TaskIn<'QUEUED'>['ttl'] },
): Task {
  const id = `${draft.conversation.id}-${draft.conversation.lastSeq + 1}`;
  const ttl = kept.ttl ?? { timerId: `${id}-ttl`, expiresAt: draft.at + request.rules.requestTtlSeconds * 1000 };
  const task: Task = { id, phase: 'QUEUED', enqueuedAt: draft.at, ...request, ...kept, ttl };
  draft.setTask(task);
  draft.logTask(task, { taskStateChanged: true, mediaStateChanged: true });
  return task;
}

/** Reserve a queued task for an agent. Nothing changes if either has moved on since they were matched. */
export function offer(draft: Draft, event: { taskId: string; agentId: string; channelSession: ChannelSession }): void {
  const { at, conversation } = draft;
  const task = conversation.tasks[event.taskId];
  const agent = draft.agent(event.agentId);
  if (task?.phase !== 'QUEUED' || !routable(agent, task.mrdId) || conversation.participants[agent.id]) return;
  const { phase: _, passOver: __, ...rest } = task;
  const assignedTo = { id: agent.id, name: agent.user.username };
  const reserved: TaskIn<'RESERVED'> = {
    ...rest,
    phase: 'RESERVED',
    assignedTo,
    expiresAt: at + task.rules.acceptSeconds * 1000,
  };
  draft.setTask(reserved);
  draft.tell(agent.id, {
    type: 'taskReserved',
    at,
    taskId: task.id,
    conversationId: conversation.id,
    mrdId: task.mrdId,
  });
  draft.logTask(reserved, { taskStateChanged: false, mediaStateChanged: true });
  const { username, firstName, lastName } = agent.user;
  const ccUser = {
    participantType: 'CCUser',
    id: agent.id,
    keycloakUser: { id: agent.id, username, firstName, lastName },
  };
  draft.log({ name: 'AGENT_RESERVED', data: { task: wireTask(conversation.id, reserved), ccUser } });
  draft.effects.push(taskRequest(draft.conversation, reserved, event.channelSession));
}

/** The offer as the agent's desk gets it, now and again after every reconnect. `expiresAt` is ours: when it will be revoked. */
export function taskRequest(
  conversation: Conversation,
  task: TaskIn<'RESERVED'>,
  channelSession: ChannelSession,
): Emit {
  const data = {
    conversationId: conversation.id,
    channelSession,
    roomInfo: conversation.roomInfo,
    taskId: wireTaskId(task),
    taskState: { name: 'RESERVED' as const },
    taskDirection: task.direction,
    queue: task.rules.queue,
    note: null,
    requestedBy: null,
    expiresAt: task.expiresAt,
  };
  return emit(task.assignedTo.id, 'taskRequest', data, conversation.id);
}

/** The agent takes the task that was offered to them. Accepting twice sends the snapshot again. */
export function accept(draft: Draft, event: { taskId: string; agentId: string; connectionId: string }): void {
  const { at, conversation } = draft;
  const { agentId, taskId, connectionId } = event;
  const task = conversation.tasks[taskId];
  const revoke = [revokeTask(agentId, conversation.id, taskId, 'GONE')];
  const gone = () => new Rejection('task.gone', 'This task has expired, was revoked or is closed.', revoke);
  if (!task) throw gone();
  if (task.phase === 'QUEUED' || task.assignedTo.id !== agentId) {
    throw new Rejection('task.notOffered', 'This task is not offered to you.', revoke);
  }
  if (task.phase === 'RESERVED') {
    if (draft.agent(agentId).slots[taskId]?.evicted) throw gone(); // on its way to somebody else
    const { phase: _, ttl: __, expiresAt: ___, ...rest } = task;
    const active: TaskIn<'ACTIVE'> = { ...rest, phase: 'ACTIVE', answeredAt: at };
    const { username, firstName, lastName } = draft.agent(agentId).user;
    const role: Role = task.direction === 'CONSULT' ? 'ASSISTANT' : 'PRIMARY';
    draft.setTask(active);
    draft.setParticipant(agentId, {
      role,
      username,
      firstName,
      lastName,
      joinedAt: at,
      taskId,
      connectionId,
      live: false,
    });
    draft.change({ answered: true });
    draft.tell(agentId, { type: 'taskAccepted', at, taskId });
    draft.logTask(active, { taskStateChanged: false, mediaStateChanged: true });
    logParticipant(draft, 'AGENT_SUBSCRIBED', agentId, 'JOINED');
  }
  draft.effects.push({ type: 'snapshot', agentId, conversationId: conversation.id });
}

/** Nobody answered in time (RONA): the next try is a new task at the highest priority, with the TTL still running. */
export function offerExpired(draft: Draft, event: { taskId: string; agentId: string }): void {
  const task = draft.conversation.tasks[event.taskId];
  if (task?.phase !== 'RESERVED') return dropStaleCard(draft, event);
  if (draft.at < task.expiresAt) return;
  const passOver =
    task.rules.ronaPolicy === 'KEEP' ? { [event.agentId]: draft.at + task.rules.acceptSeconds * 1000 } : {};
  takeBack(draft, task, 'RONA', task.rules.ronaPolicy);
  tryAgain(draft, task, passOver);
}

/** A revoke can overtake the offer that it revokes on the way to the desk. The offer's own timer sees to it that no card stays for ever. */
function dropStaleCard(draft: Draft, { agentId, taskId }: { taskId: string; agentId: string }): void {
  const { id, participants } = draft.conversation;
  const concerned = Object.values(draft.agent(agentId).slots).some((slot) => slot.conversationId === id);
  if (!concerned && !participants[agentId]) draft.effects.push(revokeTask(agentId, id, taskId, 'EXPIRED'));
}

/** Ends an offer: the task is closed (unless the TTL decides how), the slot is free, the card goes. */
function takeBack(draft: Draft, task: TaskIn<'RESERVED'>, reason: CloseReason, rona?: RonaPolicy): void {
  const { id: agentId } = task.assignedTo;
  const revoked = draft.agent(agentId).slots[task.id]?.evicted !== undefined; // with the change that took it from them
  draft.removeTask(task.id);
  draft.tell(agentId, { type: 'taskReleased', at: draft.at, taskId: task.id, ...(rona ? { rona } : {}) });
  const expired = reason !== 'CANCELLED' && draft.at >= task.ttl.expiresAt;
  draft.logTask(task, {
    taskStateChanged: true,
    mediaStateChanged: true,
    closed: expired ? 'NO_AGENT_AVAILABLE' : reason,
  });
  if (!revoked) draft.effects.push(revokeTask(agentId, draft.conversation.id, task.id, reason));
}

/** Back to the queue at priority 11, unless the TTL ran out while the task was ringing. */
function tryAgain(draft: Draft, task: TaskIn<'RESERVED'>, passOver: Record<string, number>): void {
  if (draft.at >= task.ttl.expiresAt) return noAgentAvailable(draft, task);
  const { rules, mrdId, direction, mode, routedSince, ttl } = task;
  queued(draft, { rules, mrdId, direction, mode, priority: REROUTE_PRIORITY }, { routedSince, passOver, ttl });
}

/** The request's time to live is over. While an offer is out, the offer decides. */
export function requestExpired(draft: Draft, event: { timerId: string }): void {
  const task = Object.values(draft.conversation.tasks).find(
    (t) => t.phase === 'QUEUED' && t.ttl.timerId === event.timerId,
  );
  if (task?.phase !== 'QUEUED' || draft.at < task.ttl.expiresAt) return;
  draft.removeTask(task.id);
  draft.logTask(task, { taskStateChanged: true, mediaStateChanged: true, closed: 'NO_AGENT_AVAILABLE' });
  noAgentAvailable(draft, task);
}

function noAgentAvailable(draft: Draft, task: Task): void {
  draft.log({ name: 'NO_AGENT_AVAILABLE', data: { requestType: taskType(task) } });
}

/** The agent leaves: through wrap-up if they answered the customer and the queue has one, else at once. */
export function leave(draft: Draft, event: { agentId: string }): void {
  const { agentId } = event;
  const participant = draft.conversation.participants[agentId];
  if (!participant) {
    draft.effects.push(topicUnsubscription(draft.conversation, agentId, 'UNSUBSCRIBED')); // a stale tab is being closed
    return;
  }
  const task = draft.conversation.tasks[participant.taskId];
  if (task?.phase === 'ACTIVE' && participant.role === 'PRIMARY' && task.rules.wrapUpSeconds !== null) {
    return startWrapUp(draft, task, task.rules.wrapUpSeconds);
  }
  depart(draft, agentId, { closed: 'DONE', departure: 'UNSUBSCRIBED', goodbye: 'UNSUBSCRIBED' });
}

function startWrapUp(draft: Draft, task: TaskIn<'ACTIVE'>, wrapUpSeconds: number): void {
  const { id: agentId } = task.assignedTo;
  const participant = draft.conversation.participants[agentId];
  if (!participant) throw new Error(`task ${task.id} is active, but ${agentId} is not in the conversation`);
  const wrapping: TaskIn<'WRAP_UP'> = {
    ...task,
    phase: 'WRAP_UP',
    expiresAt: draft.at + wrapUpSeconds * 1000,
    wrapUpSeconds,
  };
  draft.setTask(wrapping);
  draft.setParticipant(agentId, { ...participant, role: 'WRAP_UP' });
  draft.tell(agentId, { type: 'taskWrappingUp', at: draft.at, taskId: task.id });
  draft.logTask(wrapping, { taskStateChanged: true, mediaStateChanged: false });
  draft.log({
    name: 'PARTICIPANT_ROLE_CHANGED',
    data: { conversationParticipant: participantOf(draft, agentId), metadata: {} },
  });
  draft.effects.push(wrapupTimerStarted(draft.conversation, wrapping, draft.at));
}

/** The wrap-up countdown, in whole seconds that remain (a desk counts down by itself; it is told once, and again after a reconnect). */
export function wrapupTimerStarted(
  conversation: Pick<Conversation, 'id' | 'roomInfo'>,
  task: TaskIn<'WRAP_UP'>,
  at: number,
): Emit {
  const durationMs = Math.max(0, task.expiresAt - at);
  const data = {
    conversationId: conversation.id,
    duration: Math.ceil(durationMs / 1000),
    durationMs,
    task: 'wrapupTimerStarted' as const,
    roomInfo: conversation.roomInfo,
    statusCode: 200,
  };
  return emit(task.assignedTo.id, 'wrapupTimerStarted', data, conversation.id);
}

/** The agent has finished their wrap-up. Too late or twice changes nothing. */
export function closeWrapUp(draft: Draft, event: { agentId: string }): void {
  if (draft.conversation.participants[event.agentId]?.role !== 'WRAP_UP') return;
  depart(draft, event.agentId, { closed: 'DONE', departure: 'UNSUBSCRIBED', goodbye: 'UNSUBSCRIBED' });
}

export function wrapUpExpired(draft: Draft, event: { taskId: string }): void {
  const task = draft.conversation.tasks[event.taskId];
  if (task?.phase !== 'WRAP_UP' || draft.at < task.expiresAt) return;
  closeWrapUp(draft, { agentId: task.assignedTo.id });
}

/** A task is taken from an agent who logged out, lost their connection or was interrupted. The customer goes back to the queue first in line. */
export function release(draft: Draft, event: { agentId: string; taskId: string }): void {
  const { agentId, taskId } = event;
  const evicted = draft.agent(agentId).slots[taskId]?.evicted;
  if (!evicted) return;
  const task = draft.conversation.tasks[taskId];
  if (task?.phase === 'RESERVED') {
    takeBack(draft, task, evicted.reason);
    return tryAgain(draft, task, {});
  }
  if (task?.phase === 'WRAP_UP') {
    return depart(draft, agentId, { closed: 'DONE', departure: 'UNSUBSCRIBED', goodbye: 'UNSUBSCRIBED' });
  }
  if (task?.phase !== 'ACTIVE') return draft.tell(agentId, { type: 'taskReleased', at: draft.at, taskId });
  const loggedOut = evicted.reason === 'AGENT_LOGOUT';
  const departure = loggedOut ? 'AGENT_LOGOUT' : 'MRD_INTERRUPTED';
  depart(draft, agentId, {
    closed: evicted.reason,
    departure,
    ...(loggedOut ? {} : { goodbye: 'MRD INTERRUPTED' as const }),
  });
  if (customerPresent(draft.conversation) && !hasPrimary(draft.conversation)) {
    const { rules, mrdId } = task;
    queued(
      draft,
      { rules, mrdId, direction: 'INBOUND', mode: 'QUEUE', priority: REROUTE_PRIORITY },
      { routedSince: draft.at, passOver: {} },
    );
  }
}

/** The customer has gone: nothing is offered any more, and whoever talked with them wraps up. */
export function dismiss(draft: Draft): void {
  for (const task of Object.values(draft.conversation.tasks)) {
    if (task.phase === 'QUEUED') {
      draft.removeTask(task.id);
      draft.logTask(task, { taskStateChanged: true, mediaStateChanged: true, closed: 'CANCELLED' });
      revokeResource(draft, task, null);
    } else if (task.phase === 'RESERVED') {
      takeBack(draft, task, 'CANCELLED');
      revokeResource(draft, task, task.assignedTo.id);
    } else if (task.phase === 'ACTIVE') {
      const { id: agentId } = task.assignedTo;
      const wrapUp = draft.conversation.participants[agentId]?.role === 'PRIMARY' ? task.rules.wrapUpSeconds : null;
      if (wrapUp !== null) startWrapUp(draft, task, wrapUp);
      else depart(draft, agentId, { closed: 'DONE', departure: 'CUSTOMER_LEFT', goodbye: 'CUSTOMER LEFT' });
    }
  }
}

function revokeResource(draft: Draft, task: Task, agentId: string | null): void {
  const { id: conversationId } = draft.conversation;
  draft.log({
    name: 'REVOKE_RESOURCE',
    data: { taskId: task.id, currentTaskState: task.phase, taskCloseReason: 'CANCELLED', agentId, conversationId },
  });
}

/** Removes an agent from the conversation and frees their slot. Without a `goodbye` nothing is said to them: their desk has gone. */
export function depart(
  draft: Draft,
  agentId: string,
  how: { closed: CloseReason; departure: Departure; goodbye?: Goodbye },
): void {
  const participant = draft.conversation.participants[agentId];
  if (!participant) return;
  const task = draft.conversation.tasks[participant.taskId];
  if (task) {
    draft.removeTask(task.id);
    draft.tell(agentId, { type: 'taskReleased', at: draft.at, taskId: task.id });
    draft.logTask(task, { taskStateChanged: true, mediaStateChanged: true, closed: how.closed });
  }
  const data = {
    agentParticipant: { ...participantOf(draft, agentId), isActive: false, state: 'UNSUBSCRIBED' },
    reason: how.departure,
  };
  draft.removeParticipant(agentId);
  draft.log({ name: 'AGENT_UNSUBSCRIBED', data });
  if (how.goodbye) draft.effects.push(topicUnsubscription(draft.conversation, agentId, how.goodbye));
}

function logParticipant(draft: Draft, name: 'AGENT_SUBSCRIBED', agentId: string, reason: string): void {
  draft.log({ name, data: { agentParticipant: participantOf(draft, agentId), reason } });
}

function participantOf(draft: Draft, agentId: string) {
  const participant = draft.conversation.participants[agentId];
  if (!participant) throw new Error(`${agentId} is not in conversation ${draft.conversation.id}`);
  return conversationParticipant(draft.conversation.id, agentId, participant);
}

export function revokeTask(agentId: string, conversationId: string, taskId: string, reason: string): Emit {
  return emit(agentId, 'revokeTask', { conversationId, taskId: wireTaskId({ id: taskId }), reason }, conversationId);
}

export function topicUnsubscription(conversation: Conversation, agentId: string, reason: Goodbye): Emit {
  const { id: conversationId, roomInfo } = conversation;
  const data = { conversationId, reason, task: 'topicUnsubscription' as const, statusCode: 200, roomInfo };
  return emit(agentId, 'topicUnsubscription', data, conversationId);
}

export function topicClosed({ id: conversationId }: Conversation, agentId: string): Emit {
  return emit(agentId, 'topicClosed', { task: 'topicClosed', conversationId, statusCode: 200 }, conversationId);
}

export function customerPresent(conversation: Conversation): boolean {
  return Object.keys(conversation.sessions).length > 0;
}

export function hasPrimary(conversation: Conversation): boolean {
  return Object.values(conversation.participants).some((participant) => participant.role === 'PRIMARY');
}

/** Has a decision changed anything that must be saved? */
export function changed(before: World, after: World): boolean {
  const agents = Object.keys(after.agents).some((id) => before.agents[id] !== after.agents[id]);
  return before.conversation !== after.conversation || before.meta !== after.meta || agents;
}
