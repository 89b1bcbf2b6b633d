/**
 * How long an agent's wrap-up lasts, and when it may end: by the mode of their queue or list, by
 * what they ask for, and by what they have written.
 */
import { MOST_WRAP_UP_SECONDS, type WrapUp } from '../../protocol/shapes/wrap-up.ts';
import { notLive, type Participant } from '../conversation/conversation.ts';
import type { Draft } from '../conversation/draft.ts';
import { changeRole, taskOf } from '../conversation/participants.ts';
import { wrapupTimerStarted } from '../conversation/said.ts';
import { needsNote, type Rules, type Task, type TaskIn } from '../conversation/task.ts';
import { Rejection } from '../rejection.ts';

/** What a task keeps of it. */
export function wrapUpRules({ enabled, mode, seconds, extendSeconds, mostSeconds }: WrapUp) {
  const off = !enabled || mode === 'NONE';
  return {
    wrapUpSeconds: off ? null : seconds,
    ...(off ? {} : { wrapUp: { mode, extendSeconds, mostSeconds: Math.max(seconds, mostSeconds) } }),
  } satisfies Partial<Rules>;
}

/** How long the wrap-up of this task will last, in seconds; null: there is none. */
export function wrapUpSecondsOf(task: TaskIn<'ACTIVE'>): number | null {
  const { wrapUp, wrapUpSeconds } = task.rules;
  if (wrapUpSeconds === null) return null;
  if (wrapUp?.mode === 'AGENT_CHOICE') return task.wrapUpAsked ?? null;
  return wrapUp?.mode === 'MANDATORY' ? MOST_WRAP_UP_SECONDS : wrapUpSeconds;
}

export function startWrapUp(
  draft: Draft,
  { wrapUpAsked: _asked, ...task }: TaskIn<'ACTIVE'>,
  { wrapUpSeconds, closeAs }: Pick<TaskIn<'WRAP_UP'>, 'wrapUpSeconds' | 'closeAs'>,
): void {
  const { id: agentId } = task.assignedTo;
  const expiresAt = draft.at + wrapUpSeconds * 1000;
  const wrapping: TaskIn<'WRAP_UP'> = { ...task, phase: 'WRAP_UP', expiresAt, wrapUpSeconds, closeAs };
  draft.setTask(wrapping);
  draft.tell(agentId, { type: 'taskWrappingUp', at: draft.at, taskId: task.id });
  draft.logTask(wrapping, { taskStateChanged: true, mediaStateChanged: false });
  changeRole(draft, agentId, 'WRAP_UP');
  draft.effects.push(wrapupTimerStarted(draft.conversation, wrapping, draft.at));
}

/**
 * More time for the wrap-up that runs; or, where the agent chooses whether there is one, a wrap-up
 * after they have left.
 */
export function extendWrapUp(
  draft: Draft,
  { agentId, seconds }: { agentId: string; seconds?: number | undefined },
): void {
  const participant = draft.conversation.participants[agentId];
  if (!participant) throw new Rejection('conversation.notParticipant', 'You are not in this conversation.');
  const task = draft.conversation.tasks[participant.taskId];
  if (task?.phase === 'WRAP_UP') return extend(draft, task, seconds);
  const { wrapUp, wrapUpSeconds } = task?.rules ?? {};
  if (task?.phase !== 'ACTIVE' || wrapUp?.mode !== 'AGENT_CHOICE' || !wrapUpSeconds)
    throw new Rejection('state.invalid', 'There is no wrap-up that could be extended or asked for.');
  const asked = Math.min(seconds ?? wrapUpSeconds, wrapUp.mostSeconds);
  if (task.wrapUpAsked !== asked) draft.setTask({ ...task, wrapUpAsked: asked });
}

function extend(draft: Draft, task: TaskIn<'WRAP_UP'>, seconds?: number): void {
  const { mode, extendSeconds, mostSeconds } = task.rules.wrapUp ?? USUAL;
  if (mode === 'MANDATORY') throw new Rejection('state.invalid', 'This wrap-up lasts until it is closed.');
  const wrapUpSeconds = Math.min(task.wrapUpSeconds + (seconds ?? extendSeconds), mostSeconds);
  if (wrapUpSeconds <= task.wrapUpSeconds)
    throw new Rejection('wrapUp.tooLong', `A wrap-up here lasts ${mostSeconds} seconds at most.`);
  const began = task.expiresAt - task.wrapUpSeconds * 1000;
  const extended = { ...task, wrapUpSeconds, expiresAt: began + wrapUpSeconds * 1000 };
  draft.setTask(extended);
  draft.effects.push(wrapupTimerStarted(draft.conversation, extended, draft.at));
}

/** As the agent's desk sees it, where they choose: whether a wrap-up will follow. */
export function wrapUpChosen(task: Task | undefined): { wrapUpChosen?: boolean } {
  if (task?.phase !== 'ACTIVE' || task.rules.wrapUp?.mode !== 'AGENT_CHOICE') return {};
  return { wrapUpChosen: task.wrapUpAsked !== undefined };
}

/** Tasks that were stored before wrap-ups had modes. */
const USUAL = { mode: 'OPTIONAL', extendSeconds: 60, mostSeconds: 600 } as const;

/** The agent has said what it was about. */
export function noteWrapUp(draft: Draft, agentId: string): void {
  const task = taskOf(draft.conversation, agentId);
  if ((task?.phase === 'ACTIVE' || task?.phase === 'WRAP_UP') && !task.noted) draft.setTask({ ...task, noted: true });
}

/** May the agent end it? Where they must, not before they have said what it was about. */
export function mustBeNoted(draft: Draft, agentId: string): void {
  const task = taskOf(draft.conversation, agentId);
  if (task?.phase === 'WRAP_UP' && needsNote(task) && !task.noted)
    throw new Rejection('wrapUp.noteMissing', 'Say what the conversation was about before you close its wrap-up.');
}

/**
 * Who is in wrap-up of this conversation comes back into it: the wrap-up is over, and they are what
 * they are asked to be, without having left. False: they are not in wrap-up of it.
 */
export function comesBack(
  draft: Draft,
  agentId: string,
  { role, taskId, connectionId }: Pick<Participant, 'role' | 'taskId' | 'connectionId'>,
): boolean {
  const participant = draft.conversation.participants[agentId];
  const wrapping = taskOf(draft.conversation, agentId);
  if (participant?.role !== 'WRAP_UP' || wrapping?.phase !== 'WRAP_UP') return false;
  draft.removeTask(wrapping.id);
  draft.tell(agentId, { type: 'taskReleased', at: draft.at, taskId: wrapping.id });
  draft.logTask(wrapping, { taskStateChanged: true, mediaStateChanged: true, closed: wrapping.closeAs });
  const here = participant.connectionId === connectionId ? {} : notLive(draft.at);
  draft.setParticipant(agentId, { ...participant, taskId, connectionId, ...here });
  changeRole(draft, agentId, role);
  return true;
}
