/**
 * An agent's part in a conversation ends: they leave or hand over, wrap up, their task is taken
 * from them, or the customer has gone. The slot and the task end in the same change.
 */
import type { Consequence } from '../../protocol/shapes/config.ts';
import type { Draft } from '../conversation/draft.ts';
import { participantOf, taskOf, watched } from '../conversation/participants.ts';
import { topicUnsubscription, type Goodbye, type WrapUpEnd } from '../conversation/said.ts';
import { attemptName, type Assignee, type CloseReason, type Task } from '../conversation/task.ts';
import { endRequest, goHome, takeBack, tryAgain } from './queueing.ts';
import { mustBeNoted, startWrapUp, wrapUpSecondsOf } from './wrap-up.ts';

/** What the others read in AGENT_UNSUBSCRIBED. */
export type Departure =
  | 'UNSUBSCRIBED'
  | 'DIRECT_TRANSFER'
  | 'CONSULT_TRANSFER'
  | 'AGENT_LOGOUT'
  | 'MRD_INTERRUPTED'
  | 'REROUTED'
  | 'SLA_EXPIRED'
  | 'WRAP_UP_ENDED'
  | 'CUSTOMER_LEFT'
  | 'PRIMARY_AGENT_LEFT'
  | 'CONVERSATION_CLOSED';

/**
 * The agent leaves: through wrap-up if they answered the customer and the queue has one, else at
 * once.
 */
export function leave(draft: Draft, event: { agentId: string }): void {
  const { agentId } = event;
  const participant = draft.conversation.participants[agentId];
  if (!participant) {
    draft.effects.push(topicUnsubscription(draft.conversation, agentId, 'UNSUBSCRIBED')); // a stale tab is being closed
    return;
  }
  const task = draft.conversation.tasks[participant.taskId];
  const unaware = task?.phase === 'ACTIVE' && draft.at - (task.tookOverAt ?? -Infinity) < MOMENT_MS;
  if (task?.phase === 'ACTIVE' && participant.role === 'PRIMARY' && !unaware) {
    const wrapUpSeconds = wrapUpSecondsOf(task);
    if (wrapUpSeconds !== null) return startWrapUp(draft, task, { wrapUpSeconds, closeAs: 'DONE' });
  }
  mustBeNoted(draft, agentId);
  const detail = participant.role === 'ASSISTANT' || unaware ? undefined : endOfWrapUp(task);
  depart(draft, agentId, { closed: 'DONE', departure: 'UNSUBSCRIBED', goodbye: 'UNSUBSCRIBED', detail });
  if (unaware) goHome(draft); // who left was an assistant as far as they knew
}

/** What somebody does so soon after something was decided, they do without knowing it. */
export const MOMENT_MS = 5_000;

/** The agent has handed the customer over: their part ends, through wrap-up where that is on. */
export function handOver(draft: Draft, agentId: string, departure: Departure): void {
  const task = taskOf(draft.conversation, agentId);
  const wrapUpSeconds = task?.phase === 'ACTIVE' ? wrapUpSecondsOf(task) : null;
  if (task?.phase === 'ACTIVE' && wrapUpSeconds !== null)
    return startWrapUp(draft, task, { wrapUpSeconds, closeAs: 'TRANSFERRED' });
  depart(draft, agentId, { closed: 'TRANSFERRED', departure, goodbye: 'CHAT TRANSFERRED' });
}

/** The agent has finished their wrap-up. Too late or twice changes nothing. */
export function closeWrapUp(draft: Draft, event: { agentId: string }): void {
  mustBeNoted(draft, event.agentId);
  endWrapUp(draft, event.agentId, { detail: endOfWrapUp(taskOf(draft.conversation, event.agentId)) });
}

/** `endedBy`: who has ended it in the agent's place. */
export function endWrapUp(
  draft: Draft,
  agentId: string,
  { endedBy, detail }: { endedBy?: Assignee; detail?: WrapUpEnd | undefined } = {},
): void {
  const participant = draft.conversation.participants[agentId];
  if (participant?.role !== 'WRAP_UP') return;
  const task = draft.conversation.tasks[participant.taskId];
  const transferred = task?.phase === 'WRAP_UP' && task.closeAs === 'TRANSFERRED';
  const how = transferred
    ? ({ closed: 'TRANSFERRED', departure: 'DIRECT_TRANSFER', goodbye: 'CHAT TRANSFERRED' } as const)
    : ({ closed: 'DONE', departure: 'UNSUBSCRIBED', goodbye: 'UNSUBSCRIBED', detail } as const);
  depart(draft, agentId, endedBy ? { ...how, departure: 'WRAP_UP_ENDED', endedBy } : how);
}

export function wrapUpExpired(draft: Draft, event: { taskId: string }): void {
  const task = draft.conversation.tasks[event.taskId];
  if (task?.phase !== 'WRAP_UP' || draft.at < task.expiresAt) return;
  endWrapUp(draft, task.assignedTo.id, { detail: 'wrap Up Timer Expired' });
}

/** The agent ends it, or goes without one that they may have: did they say what it was about? */
function endOfWrapUp(task: Task | undefined): WrapUpEnd | undefined {
  const chosen = task?.phase === 'ACTIVE' && task.rules.wrapUp?.mode === 'AGENT_CHOICE';
  if (task?.phase !== 'WRAP_UP' && !chosen) return undefined;
  return task.noted ? 'Wrap Up applied' : 'choosing leave without Wrap Up';
}

/**
 * A task is taken from an agent who logged out, lost their connection or was interrupted. The
 * customer goes back to the queue first in line.
 */
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
    return endWrapUp(draft, agentId);
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
    if (task.phase === 'QUEUED' || task.phase === 'RESERVED') {
      endRequest(draft, task, 'CANCELLED');
      revokeResource(draft, task, task.phase === 'QUEUED' ? null : task.assignedTo.id);
    } else if (task.phase === 'ACTIVE') {
      const { id: agentId } = task.assignedTo;
      const wrapUp = draft.conversation.participants[agentId]?.role === 'PRIMARY' ? wrapUpSecondsOf(task) : null;
      if (wrapUp !== null) startWrapUp(draft, task, { wrapUpSeconds: wrapUp, closeAs: 'DONE' });
      else depart(draft, agentId, CUSTOMER_LEFT);
    }
  }
}

/** Those who are in it without a task behind it (supervisors) have nothing to wrap up. */
export function dismissSupervisors(draft: Draft, because: Departing): void {
  for (const [agentId, { supervisor }] of Object.entries(draft.conversation.participants))
    if (supervisor) depart(draft, agentId, because);
}

function revokeResource(draft: Draft, task: Task, agentId: string | null): void {
  const { id: conversationId } = draft.conversation;
  draft.log({
    name: 'REVOKE_RESOURCE',
    data: { taskId: task.id, currentTaskState: task.phase, taskCloseReason: 'CANCELLED', agentId, conversationId },
  });
}

interface Departing {
  readonly closed: CloseReason;
  readonly departure: Departure;
  readonly goodbye?: Goodbye;
  readonly detail?: WrapUpEnd | undefined;
  readonly endedBy?: Assignee;
  readonly policy?: Consequence;
}

export const CUSTOMER_LEFT: Departing = { closed: 'DONE', departure: 'CUSTOMER_LEFT', goodbye: 'CUSTOMER LEFT' };
/** There is nobody whom they could be with, or could watch. */
export const NO_AGENT_LEFT: Departing = {
  closed: 'DONE',
  departure: 'PRIMARY_AGENT_LEFT',
  goodbye: 'PRIMARY AGENT LEFT',
};

/**
 * Removes an agent from the conversation and frees their slot. Without a `goodbye` nothing is said
 * to them: their desk has gone. What follows it is for the others. A `policy` says what becomes of
 * one who did not answer.
 */
export function depart(draft: Draft, agentId: string, how: Departing): void {
  const participant = draft.conversation.participants[agentId];
  if (!participant) return;
  const task = draft.conversation.tasks[participant.taskId];
  const rona = how.policy ? { rona: how.policy } : {};
  draft.tell(agentId, { type: 'taskReleased', at: draft.at, taskId: participant.taskId, ...rona });
  if (how.goodbye) draft.effects.push(topicUnsubscription(draft.conversation, agentId, how.goodbye, how.detail));
  if (task) {
    rememberAnswer(draft, task);
    draft.removeTask(task.id);
    draft.logTask(task, { taskStateChanged: true, mediaStateChanged: true, closed: how.closed });
  }
  const data = {
    agentParticipant: { ...participantOf(draft, agentId), isActive: false, state: 'UNSUBSCRIBED' },
    reason: how.departure,
    ...(how.endedBy ? { by: how.endedBy } : {}),
    ...(participant.supervisor ? { watching: watched(draft.before.conversation) } : {}),
  };
  draft.removeParticipant(agentId);
  draft.log({ name: 'AGENT_UNSUBSCRIBED', data });
}

/** The timer of the offer comes later than the end of what came of it. */
function rememberAnswer(draft: Draft, task: Task): void {
  if (!('answeredAt' in task)) return;
  const until = task.answeredAt + task.rules.acceptSeconds * 1000;
  if (draft.at > until) return;
  const others = Object.entries(draft.conversation.answeredOffers ?? {}).filter(([, at]) => draft.at < at + LATE_MS);
  draft.change({ answeredOffers: { ...Object.fromEntries(others), [attemptName(task.id, task)]: until } });
}

/** How late a timer of an offer is expected at most. */
const LATE_MS = 60_000;
