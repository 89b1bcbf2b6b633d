/**
 * A task is offered to an agent, whose desk confirms it, and who accepts it, declines it or lets it
 * ring out (RONA). Conversation and agent change together.
 */
import type { Agent } from '../agent/agent.ts';
import { routable } from '../agent/routable.ts';
import { taskReleased } from '../agent/tasks.ts';
import { currentSession, type Conversation } from '../conversation/conversation.ts';
import type { Draft } from '../conversation/draft.ts';
import { enter, isHere, logJoined } from '../conversation/participants.ts';
import { revokeTask, taskRequest } from '../conversation/said.ts';
import {
  askerOf,
  attemptIn,
  attemptName,
  attemptOf,
  isAnotherAttempt,
  LEAVING,
  needsNote,
  wireTask,
  type Task,
  type TaskIn,
} from '../conversation/task.ts';
import { atLimit, heldBy, limitOf } from '../routing/limits.ts';
import { Rejection } from '../rejection.ts';
import { passedOver } from '../conversation/unanswered.ts';
import { asked, ringSeconds } from '../choosing/preferred.ts';
import { endWrapUp } from './leaving.ts';
import { takeBack, tryAgain } from './queueing.ts';
import { comesBack } from './wrap-up.ts';

/** How long a desk that confirms its offers may take to confirm one. */
export const RECEIPT_MS = 3_000;

/**
 * Who is offered what. With `since`: as they stood in line then; who was asked or went away
 * meanwhile stands elsewhere, and is not meant.
 */
export interface Offering {
  readonly taskId: string;
  readonly agentId: string;
  readonly since?: number;
}

/**
 * Reserve a queued task for an agent. Nothing changes if either has moved on since they were
 * matched.
 */
export function offer(draft: Draft, event: Offering): void {
  const { conversation } = draft;
  const task = conversation.tasks[event.taskId];
  const agent = draft.agent(event.agentId);
  if (task?.phase !== 'QUEUED' || !routable(asIfBack(conversation, agent, draft.at), task.mrdId)) return;
  if (isHere(conversation, agent.id)) return;
  if (askerOf(task) === agent.id || atLimit({ held: heldBy(agent) }, limitOf(task))) return;
  if (event.since !== undefined && agent.mrds[task.mrdId]?.availableSince !== event.since) return;
  const { phase: _, ...rest } = task;
  reserve(draft, rest, agent);
}

/**
 * The agent, but for the wrap-up of this conversation: it is over as soon as they are asked for the
 * customer again, unless they still have to say what it was about.
 */
export function asIfBack({ participants, tasks }: Conversation, agent: Agent, at: number): Agent {
  const task = tasks[participants[agent.id]?.taskId ?? ''];
  if (task?.phase !== 'WRAP_UP' || (needsNote(task) && !task.noted)) return agent;
  return taskReleased(agent, { type: 'taskReleased', at, taskId: task.id });
}

/**
 * The task is the agent's to answer: the offer goes out, and whoever asked for a colleague is told
 * who it will be, also where they have left.
 */
export function reserve(
  draft: Draft,
  task: Omit<TaskIn<'RESERVED'>, 'phase' | 'assignedTo' | 'expiresAt' | 'receipt'>,
  agent: Agent,
): void {
  const { at, conversation, meta } = draft;
  if (!meta) throw new Error(`an offer of ${conversation.id} names its channel session, but META was not loaded`);
  if (!routable(draft.agent(agent.id), task.mrdId)) endWrapUp(draft, agent.id); // it fills their only place
  const assignedTo = { id: agent.id, name: agent.user.username };
  const reserved: TaskIn<'RESERVED'> = {
    ...task,
    phase: 'RESERVED',
    assignedTo,
    expiresAt: at + ringSeconds(task, agent.id) * 1000,
    ...(task.preferred ? { preferred: asked(task.preferred, agent.id) } : {}),
    ...(agent.session?.receipts
      ? { receipt: { connectionId: agent.session.connectionId, dueAt: at + RECEIPT_MS } }
      : {}),
  };
  draft.setTask(reserved);
  draft.tell(agent.id, {
    type: 'taskReserved',
    at,
    taskId: task.id,
    conversationId: conversation.id,
    mrdId: task.mrdId,
    queueId: task.rules.queue?.id,
    named: task.mode === 'AGENT',
    attempt: task.attempt,
  });
  draft.logTask(reserved, { taskStateChanged: false, mediaStateChanged: true });
  const { username, firstName, lastName } = agent.user;
  const ccUser = {
    participantType: 'CCUser',
    id: agent.id,
    keycloakUser: { id: agent.id, username, firstName, lastName },
  };
  draft.log({ name: 'AGENT_RESERVED', data: { task: wireTask(conversation.id, reserved), ccUser } });
  draft.effects.push(taskRequest(draft.conversation, reserved, currentSession(draft.conversation, meta), at));
  const requester = task.request?.by.id;
  if (requester === undefined || requester === agent.id) return;
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

/** What a desk means. `medium`: as it was told, and so which attempt; missing, the present one. */
export interface Meant {
  readonly agentId: string;
  readonly taskId: string;
  readonly medium?: string | undefined;
}

/** An offer whose time is over. */
interface Attempt {
  readonly agentId: string;
  readonly taskId: string;
  readonly attempt?: number | undefined;
}

/** The task that was offered to the agent. Where it is none of theirs, its card goes. */
export function offered(draft: Draft, { agentId, taskId, medium }: Meant): Exclude<Task, TaskIn<'QUEUED'>> {
  const { conversation } = draft;
  const task = conversation.tasks[taskId];
  const revoke = [revokeTask(agentId, conversation.id, { id: taskId, attempt: attemptIn(taskId, medium) }, 'GONE')];
  const gone = () => new Rejection('task.gone', 'This task has expired, was revoked or is closed.', revoke);
  if (!task || isAnotherAttempt(task, medium)) throw gone();
  if (task.phase === 'QUEUED' || task.assignedTo.id !== agentId) {
    throw new Rejection('task.notOffered', 'This task is not offered to you.', revoke);
  }
  const passedOn = task.phase === 'RESERVED' && draft.agent(agentId).slots[taskId]?.evicted;
  if (passedOn) throw gone(); // on its way to somebody else
  return task;
}

/**
 * The agent takes the task that was offered to them. Accepting twice sends the snapshot again, and
 * so does asking without a task.
 */
export function accept(
  draft: Draft,
  event: { taskId: string | undefined; medium?: string | undefined; agentId: string; connectionId: string },
): void {
  const { at, conversation } = draft;
  const { agentId, taskId, medium, connectionId } = event;
  if (taskId === undefined) {
    if (!conversation.participants[agentId])
      throw new Rejection('conversation.notParticipant', 'You are not in this conversation.');
    draft.effects.push({ type: 'snapshot', agentId, conversationId: conversation.id });
    return;
  }
  const task = offered(draft, { agentId, taskId, medium });
  if (task.phase === 'RESERVED') {
    const { phase: _, ttl: __, expiresAt: ___, receipt: ____, passOver: _____, preferred: ______, ...rest } = task;
    const active: TaskIn<'ACTIVE'> = { ...rest, phase: 'ACTIVE', answeredAt: at };
    draft.setTask(active);
    const part = { role: roleOf(task), taskId, connectionId };
    const returning = comesBack(draft, agentId, part);
    if (!returning) enter(draft, agentId, part);
    draft.change({ answered: true });
    moveIn(draft, task);
    draft.tell(agentId, { type: 'taskAccepted', at, taskId });
    draft.logTask(active, { taskStateChanged: false, mediaStateChanged: true });
    if (!returning) logJoined(draft, agentId, 'JOINED');
  }
  draft.effects.push({ type: 'snapshot', agentId, conversationId: conversation.id });
}

/**
 * Who is asked to consult, or to join as a consult, advises until a second request names them.
 */
function roleOf({ direction }: Task): 'ASSISTANT' | 'PRIMARY' {
  return direction === 'CONSULT' || direction === 'CONSULT_CONFERENCE' ? 'ASSISTANT' : 'PRIMARY';
}

/**
 * Who came through a queue to look after the customer makes it the customer's queue. Who came for
 * company does not.
 */
export function moveIn(draft: Draft, { direction, mode, rules, mrdId }: Task): void {
  const after = direction === 'INBOUND' || LEAVING.includes(direction);
  if (after && mode === 'QUEUE') draft.change({ home: { rules, mrdId } });
}

/** `reasonCode`: why, as the desk says it. */
export interface Declining extends Meant {
  readonly reasonCode: { readonly id: string; readonly name?: string | undefined } | null;
}

/**
 * The agent says no. It goes to the next one at once and passes them over for a while; what becomes
 * of them the queue says, and as a rule that is nothing.
 */
export function decline(draft: Draft, { agentId, taskId, medium, reasonCode }: Declining): void {
  const task = offered(draft, { agentId, taskId, medium });
  if (task.phase !== 'RESERVED') throw new Rejection('state.invalid', 'You have accepted this task.');
  const { declinePolicy, declineSeconds } = task.rules;
  takeBack(draft, task, 'DECLINED', { rona: declinePolicy, said: { declinedFor: reasonCode } });
  tryAgain(draft, task, { [agentId]: draft.at + declineSeconds * 1000 });
}

/** The desk has it: from now on it is for the agent to answer. */
export function offerReceived(draft: Draft, event: Meant): void {
  const task = draft.conversation.tasks[event.taskId];
  if (task?.phase !== 'RESERVED' || task.assignedTo.id !== event.agentId) return;
  if (!isAnotherAttempt(task, event.medium)) confirm(draft, task);
}

function confirm(draft: Draft, { receipt, ...task }: TaskIn<'RESERVED'>): void {
  if (receipt) draft.setTask(task);
}

/**
 * The desk did not say that it has it. That is not the agent's doing, so they are not treated as
 * who lets it ring; it is offered to the next one at once, and not to them for as long as it would
 * have rung. Who was asked by name is asked until it rings out: nobody else can take it. Over
 * another connection than that one the greeting has shown it.
 */
export function receiptMissed(draft: Draft, event: Attempt & { connectionId: string }): void {
  const { agentId, connectionId } = event;
  const task = draft.conversation.tasks[event.taskId];
  if (task?.phase !== 'RESERVED' || task.assignedTo.id !== agentId || task.receipt?.connectionId !== connectionId)
    return;
  if (attemptOf(task) !== attemptOf(event)) return;
  if (draft.at < task.receipt.dueAt) return;
  if (task.mode === 'AGENT' || draft.agent(agentId).session?.connectionId !== connectionId) return confirm(draft, task);
  takeBack(draft, task, 'REROUTE');
  tryAgain(draft, task, { [agentId]: draft.at + task.rules.acceptSeconds * 1000 });
}

/**
 * Nobody answered in time (RONA): it is tried again at the highest priority, with the TTL still
 * running.
 */
export function offerExpired(draft: Draft, event: Attempt): void {
  const task = draft.conversation.tasks[event.taskId];
  if (task?.phase !== 'RESERVED' || attemptOf(task) !== attemptOf(event)) return dropStaleCard(draft, event);
  if (draft.at < task.expiresAt) return;
  const passOver = task.rules.ronaPolicy === 'KEEP' ? passedOver(draft, [event.agentId], task.rules) : {};
  takeBack(draft, task, 'RONA', { rona: task.rules.ronaPolicy });
  tryAgain(draft, task, passOver);
}

/**
 * A revoke can overtake the offer that it revokes on the way to the desk. The offer's own timer
 * sees to it that no card stays for ever.
 */
function dropStaleCard(draft: Draft, { agentId, taskId, attempt }: Attempt): void {
  const { id, participants, answeredOffers = {} } = draft.conversation;
  if (answeredOffers[attemptName(taskId, { attempt })] !== undefined) return;
  const concerned = Object.values(draft.agent(agentId).slots).some((slot) => slot.conversationId === id);
  if (!concerned && !participants[agentId])
    draft.effects.push(revokeTask(agentId, id, { id: taskId, attempt }, 'EXPIRED'));
}
