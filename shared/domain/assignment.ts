/**
 * The life of a task between a conversation and an agent: queued, offered, accepted, rung out, expired, left, wrapped up, taken away.
 * Each step changes the conversation and the agent together, so that a slot without a task, or a task without a slot, cannot be written.
 */
import type { ChannelSession } from '../protocol/cim.ts';
import { routable, type Agent, type RonaPolicy } from './agent.ts';
import { notLive, type Conversation, type Participant, type Role, type World } from './conversation.ts';
import { conversationParticipant, Draft } from './draft.ts';
import { emit, type Emit } from './effect.ts';
import { Rejection } from './rejection.ts';
import {
  LEAVING,
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
  | 'REROUTED'
  | 'AGENT SLA EXPIRED'
  | 'PRIMARY AGENT LEFT'
  | 'CONVERSATION CLOSED';

/** What the others read in AGENT_UNSUBSCRIBED. */
export type Departure =
  | 'UNSUBSCRIBED'
  | 'DIRECT_TRANSFER'
  | 'CONSULT_TRANSFER'
  | 'AGENT_LOGOUT'
  | 'MRD_INTERRUPTED'
  | 'REROUTED'
  | 'SLA_EXPIRED'
  | 'CUSTOMER_LEFT'
  | 'PRIMARY_AGENT_LEFT'
  | 'CONVERSATION_CLOSED';

export interface Request {
  rules: Rules;
  mrdId: string;
  priority: number;
  direction: Task['direction'];
  mode: Task['mode'];
  request?: Task['request'];
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

/** Who is offered what. With `since`: as they stood in line then; who was asked or went away meanwhile stands elsewhere, and is not meant. */
export interface Offering {
  readonly taskId: string;
  readonly agentId: string;
  readonly since?: number;
  readonly channelSession: ChannelSession;
}

/** Reserve a queued task for an agent. Nothing changes if either has moved on since they were matched. */
export function offer(draft: Draft, event: Offering): void {
  const { conversation } = draft;
  const task = conversation.tasks[event.taskId];
  const agent = draft.agent(event.agentId);
  if (task?.phase !== 'QUEUED' || !routable(agent, task.mrdId) || conversation.participants[agent.id]) return;
  if (task.request?.by.id === agent.id) return;
  if (event.since !== undefined && agent.mrds[task.mrdId]?.availableSince !== event.since) return;
  const { phase: _, passOver: __, ...rest } = task;
  reserve(draft, rest, agent, event.channelSession);
}

/** The task is the agent's to answer: the offer goes out, and whoever asked for a colleague is told who it will be. */
export function reserve(
  draft: Draft,
  task: Omit<TaskIn<'RESERVED'>, 'phase' | 'assignedTo' | 'expiresAt'>,
  agent: Agent,
  channelSession: ChannelSession,
): void {
  const { at, conversation } = draft;
  const assignedTo = { id: agent.id, name: agent.user.username };
  const reserved: TaskIn<'RESERVED'> = {
    ...task,
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
    named: task.mode === 'AGENT',
  });
  draft.logTask(reserved, { taskStateChanged: false, mediaStateChanged: true });
  const { username, firstName, lastName } = agent.user;
  const ccUser = {
    participantType: 'CCUser',
    id: agent.id,
    keycloakUser: { id: agent.id, username, firstName, lastName },
  };
  draft.log({ name: 'AGENT_RESERVED', data: { task: wireTask(conversation.id, reserved), ccUser } });
  draft.effects.push(taskRequest(draft.conversation, reserved, channelSession));
  const requester = task.request?.by.id;
  if (requester === undefined || !draft.conversation.participants[requester]) return;
  draft.emit(requester, 'agentAssignedForAssistance', {
    conversationId: conversation.id,
    task: wireTask(conversation.id, reserved),
    type: assistanceType(task.direction),
  });
}

function assistanceType(direction: Task['direction']): 'consult' | 'direct-transfer' | 'direct-conference' {
  if (direction === 'CONSULT') return 'consult';
  return LEAVING.includes(direction) ? 'direct-transfer' : 'direct-conference';
}

/** The offer as the agent's desk gets it, now and again after every reconnect. `expiresAt` is ours: when it will be revoked. */
export function taskRequest(
  conversation: Conversation,
  task: TaskIn<'RESERVED'>,
  channelSession: ChannelSession,
): Emit {
  const ringing = task.request?.offerToAgent ?? true;
  const data = {
    conversationId: conversation.id,
    channelSession,
    roomInfo: conversation.roomInfo,
    taskId: wireTaskId(task),
    taskState: { name: ringing ? ('RESERVED' as const) : ('STARTED' as const) },
    taskDirection: task.direction,
    queue: task.rules.queue,
    note: task.request?.note ?? null,
    requestedBy: task.request?.by.name ?? null,
    expiresAt: task.expiresAt,
  };
  return emit(task.assignedTo.id, 'taskRequest', data, conversation.id);
}

/** The agent takes the task that was offered to them. Accepting twice sends the snapshot again, and so does asking without a task. */
export function accept(
  draft: Draft,
  event: { taskId: string | undefined; agentId: string; connectionId: string },
): void {
  const { at, conversation } = draft;
  const { agentId, taskId, connectionId } = event;
  if (taskId === undefined) {
    if (!conversation.participants[agentId])
      throw new Rejection('conversation.notParticipant', 'You are not in this conversation.');
    draft.effects.push({ type: 'snapshot', agentId, conversationId: conversation.id });
    return;
  }
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
    draft.setTask(active);
    enter(draft, agentId, { role: task.direction === 'CONSULT' ? 'ASSISTANT' : 'PRIMARY', taskId, connectionId });
    draft.change({ answered: true });
    moveIn(draft, task);
    draft.tell(agentId, { type: 'taskAccepted', at, taskId });
    draft.logTask(active, { taskStateChanged: false, mediaStateChanged: true });
    logJoined(draft, agentId, 'JOINED');
  }
  draft.effects.push({ type: 'snapshot', agentId, conversationId: conversation.id });
}

/** The agent is in the conversation from now on, and live in it once their desk holds it. */
export function enter(
  draft: Draft,
  agentId: string,
  how: Pick<Participant, 'role' | 'taskId' | 'connectionId'> & { supervisor?: true },
): void {
  const { username, firstName, lastName, team } = draft.agent(agentId).user;
  const who = { username, firstName, lastName, teamId: team.teamId, joinedAt: draft.at };
  draft.setParticipant(agentId, { supervisor: false, ...how, ...who, ...notLive(draft.at) });
}

/** Who came through a queue to look after the customer makes it the customer's queue. Who came for company does not. */
export function moveIn(draft: Draft, { direction, mode, rules, mrdId }: Task): void {
  const after = direction === 'INBOUND' || LEAVING.includes(direction);
  if (after && mode === 'QUEUE') draft.change({ home: { rules, mrdId } });
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
  const ended = reason === 'CANCELLED' || reason === 'FORCE_CLOSED';
  const expired = !ended && draft.at >= task.ttl.expiresAt;
  draft.logTask(task, {
    taskStateChanged: true,
    mediaStateChanged: true,
    closed: expired ? 'NO_AGENT_AVAILABLE' : reason,
  });
  if (!revoked) draft.effects.push(revokeTask(agentId, draft.conversation.id, task.id, reason));
}

/** Back to the queue at priority 11, unless the TTL ran out while the task was ringing, or only this agent was asked. */
function tryAgain(draft: Draft, task: TaskIn<'RESERVED'>, passOver: Record<string, number>): void {
  // A named colleague who does not answer is not looked for again.
  if (task.mode === 'AGENT' || draft.at >= task.ttl.expiresAt) return noAgentAvailable(draft, task);
  const { rules, mrdId, direction, mode, routedSince, ttl, request } = task;
  const again = { rules, mrdId, direction, mode, priority: REROUTE_PRIORITY, ...(request ? { request } : {}) };
  queued(draft, again, { routedSince, passOver, ttl });
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
  if (!LEAVING.includes(task.direction)) return;
  draft.change({ path: draft.conversation.path.slice(0, -1) }); // the customer has not been there
  goHome(draft); // nobody took over, and the one who handed over has gone
}

/** A customer whom nobody looks after goes back to the last queue, first in line; on a list they are there again for everybody to see. */
export function goHome(draft: Draft): void {
  const { at } = draft;
  const { home } = draft.conversation;
  if (!home || !customerPresent(draft.conversation) || hasPrimary(draft.conversation)) return;
  callOffCompany(draft);
  if (home.list || pendingRequest(draft.conversation)) return; // it stands on its list, or a successor is being looked for
  const { rules, mrdId } = home;
  const request = { rules, mrdId, direction: 'INBOUND' as const, mode: 'QUEUE' as const, priority: REROUTE_PRIORITY };
  queued(draft, request, { routedSince: at, passOver: {} });
}

/** A request that looks for an agent, or whose agent has not answered yet. There is never more than one. */
export function pendingRequest(conversation: Conversation): Task | undefined {
  return Object.values(conversation.tasks).find((task) => task.phase === 'QUEUED' || task.phase === 'RESERVED');
}

/** Nobody is left who could talk with a colleague: requests for advice and company are called off. Those for a successor stay. */
export function callOffCompany(draft: Draft): void {
  const task = pendingRequest(draft.conversation);
  if (task?.request && !LEAVING.includes(task.direction)) callOff(draft, task);
}

export function callOff(draft: Draft, task: Task): void {
  if (task.phase === 'RESERVED') return takeBack(draft, task, 'FORCE_CLOSED');
  draft.removeTask(task.id);
  draft.logTask(task, { taskStateChanged: true, mediaStateChanged: true, closed: 'FORCE_CLOSED' });
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
    return startWrapUp(draft, task, { wrapUpSeconds: task.rules.wrapUpSeconds, closeAs: 'DONE' });
  }
  depart(draft, agentId, { closed: 'DONE', departure: 'UNSUBSCRIBED', goodbye: 'UNSUBSCRIBED' });
}

/** The agent has handed the customer over: their part ends, through wrap-up where that is on. */
export function handOver(draft: Draft, agentId: string, departure: Departure): void {
  const task = draft.conversation.tasks[draft.conversation.participants[agentId]?.taskId ?? ''];
  if (task?.phase === 'ACTIVE' && task.rules.wrapUpSeconds !== null) {
    return startWrapUp(draft, task, { wrapUpSeconds: task.rules.wrapUpSeconds, closeAs: 'TRANSFERRED' });
  }
  depart(draft, agentId, { closed: 'TRANSFERRED', departure, goodbye: 'CHAT TRANSFERRED' });
}

function startWrapUp(
  draft: Draft,
  task: TaskIn<'ACTIVE'>,
  { wrapUpSeconds, closeAs }: Pick<TaskIn<'WRAP_UP'>, 'wrapUpSeconds' | 'closeAs'>,
): void {
  const { id: agentId } = task.assignedTo;
  const wrapping: TaskIn<'WRAP_UP'> = {
    ...task,
    phase: 'WRAP_UP',
    expiresAt: draft.at + wrapUpSeconds * 1000,
    wrapUpSeconds,
    closeAs,
  };
  draft.setTask(wrapping);
  draft.tell(agentId, { type: 'taskWrappingUp', at: draft.at, taskId: task.id });
  draft.logTask(wrapping, { taskStateChanged: true, mediaStateChanged: false });
  changeRole(draft, agentId, 'WRAP_UP');
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
  const participant = draft.conversation.participants[event.agentId];
  if (participant?.role !== 'WRAP_UP') return;
  const task = draft.conversation.tasks[participant.taskId];
  const transferred = task?.phase === 'WRAP_UP' && task.closeAs === 'TRANSFERRED';
  depart(
    draft,
    event.agentId,
    transferred
      ? { closed: 'TRANSFERRED', departure: 'DIRECT_TRANSFER', goodbye: 'CHAT TRANSFERRED' }
      : { closed: 'DONE', departure: 'UNSUBSCRIBED', goodbye: 'UNSUBSCRIBED' },
  );
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
    return closeWrapUp(draft, { agentId });
  }
  if (draft.conversation.participants[agentId]?.taskId !== taskId) {
    return draft.tell(agentId, { type: 'taskReleased', at: draft.at, taskId });
  }
  const how = evictedFrom(draft, agentId, task, evicted.reason);
  depart(draft, agentId, { closed: evicted.reason, ...how });
  goHome(draft);
}

function evictedFrom(
  draft: Draft,
  agentId: string,
  task: Task | undefined,
  reason: 'AGENT_LOGOUT' | 'REROUTE',
): { departure: Departure; goodbye?: Goodbye } {
  if (reason === 'AGENT_LOGOUT') return { departure: 'AGENT_LOGOUT' };
  const mrdId = task?.mrdId ?? '';
  if (draft.agent(agentId).mrds[mrdId]?.state !== 'INTERRUPTED') return { departure: 'REROUTED', goodbye: 'REROUTED' };
  draft.log({ name: 'AGENT_MRD_INTERRUPTED', data: { mrdId, agentId, conversations: [draft.conversation.id] } });
  return { departure: 'MRD_INTERRUPTED', goodbye: 'MRD INTERRUPTED' };
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
      if (wrapUp !== null) startWrapUp(draft, task, { wrapUpSeconds: wrapUp, closeAs: 'DONE' });
      else depart(draft, agentId, { closed: 'DONE', departure: 'CUSTOMER_LEFT', goodbye: 'CUSTOMER LEFT' });
    }
  }
}

/** Those who are in it without a task behind it (supervisors) have nothing to wrap up. */
export function dismissSupervisors(draft: Draft): void {
  for (const [agentId, { supervisor }] of Object.entries(draft.conversation.participants)) {
    if (supervisor) depart(draft, agentId, { closed: 'DONE', departure: 'CUSTOMER_LEFT', goodbye: 'CUSTOMER LEFT' });
  }
}

function revokeResource(draft: Draft, task: Task, agentId: string | null): void {
  const { id: conversationId } = draft.conversation;
  draft.log({
    name: 'REVOKE_RESOURCE',
    data: { taskId: task.id, currentTaskState: task.phase, taskCloseReason: 'CANCELLED', agentId, conversationId },
  });
}

/** Removes an agent from the conversation and frees their slot. Without a `goodbye` nothing is said to them: their desk has gone. What follows it is for the others. */
export function depart(
  draft: Draft,
  agentId: string,
  how: { closed: CloseReason; departure: Departure; goodbye?: Goodbye },
): void {
  const participant = draft.conversation.participants[agentId];
  if (!participant) return;
  const task = draft.conversation.tasks[participant.taskId];
  draft.tell(agentId, { type: 'taskReleased', at: draft.at, taskId: participant.taskId });
  if (how.goodbye) draft.effects.push(topicUnsubscription(draft.conversation, agentId, how.goodbye));
  if (task) {
    draft.removeTask(task.id);
    draft.logTask(task, { taskStateChanged: true, mediaStateChanged: true, closed: how.closed });
  }
  const data = {
    agentParticipant: { ...participantOf(draft, agentId), isActive: false, state: 'UNSUBSCRIBED' },
    reason: how.departure,
    ...(participant.supervisor ? { watching: watched(draft.before.conversation) } : {}),
  };
  draft.removeParticipant(agentId);
  draft.log({ name: 'AGENT_UNSUBSCRIBED', data });
}

/** Whom somebody who supervises the conversation watches. */
export function watched(conversation: Conversation): { id: string; username: string }[] {
  const agents = Object.entries(conversation.participants).filter(
    ([, { role, supervisor }]) => role === 'PRIMARY' && !supervisor,
  );
  return agents.map(([id, { username }]) => ({ id, username }));
}

export function logJoined(draft: Draft, agentId: string, reason: string, more: Record<string, unknown> = {}): void {
  draft.log({ name: 'AGENT_SUBSCRIBED', data: { agentParticipant: participantOf(draft, agentId), reason, ...more } });
}

/** A participant has another role from now on; the whole participant goes out, as desks need it. */
export function changeRole(draft: Draft, agentId: string, role: Role): void {
  const participant = draft.conversation.participants[agentId];
  if (!participant) throw new Error(`${agentId} is not in conversation ${draft.conversation.id}`);
  draft.setParticipant(agentId, { ...participant, role });
  draft.log({
    name: 'PARTICIPANT_ROLE_CHANGED',
    data: { conversationParticipant: participantOf(draft, agentId), metadata: {} },
  });
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
