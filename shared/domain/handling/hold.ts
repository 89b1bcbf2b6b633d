/**
 * A conversation on hold: the customer knows that they wait, so the agent's response time stands
 * still. It frees nothing, unless it is parked: then its tasks take no capacity of their agents,
 * and the customer's next word ends it, too.
 */
import type { Conversation } from '../conversation/conversation.ts';
import type { Draft } from '../conversation/draft.ts';
import { conversationParticipant } from '../conversation/draft.ts';
import { Rejection } from '../rejection.ts';
import { silentStill } from '../silence/silence.ts';
import { startSla, stopSla } from './sla.ts';

/** A hold ends by itself after this, whatever was asked for. */
const MOST_HOLD_SECONDS = 86_400;

/** A duration below this is seconds from now, any other an epoch second. */
const EPOCH_SECONDS = 1e9;

export function pause(
  draft: Draft,
  { agentId, duration, release }: { agentId: string; duration: number; release?: boolean | undefined },
): void {
  const { at, conversation } = draft;
  onlyPrimary(draft, agentId);
  if (conversation.hold) throw new Rejection('state.invalid', 'The conversation is on hold already.');
  if (conversation.calls.length > 0) throw new Rejection('state.invalid', 'A call is put on hold by the phone.');
  const seconds = duration < EPOCH_SECONDS ? duration : duration - at / 1000;
  if (seconds <= 0) throw new Rejection('state.invalid', 'The hold would be over already.');
  hold(draft, agentId, Math.min(seconds, MOST_HOLD_SECONDS), release);
}

/** The customer has said nothing for so long that the agent is freed. */
export function parkForSilence(draft: Draft, seconds: number): void {
  hold(draft, null, seconds, true);
}

function hold(draft: Draft, agentId: string | null, seconds: number, release = false): void {
  stopSla(draft);
  const silent = agentId === null ? { silent: true as const } : {};
  const lasting = { since: draft.at, until: draft.at + seconds * 1000, ...silent };
  draft.change({ hold: release ? { ...lasting, parked: park(draft) } : lasting });
  draft.log({ name: 'CONVERSATION_PAUSED', data: holdData(draft, agentId) });
}

/** Who is in it with a task keeps it, and is free for others. Returns these tasks. */
function park(draft: Draft): string[] {
  const active = Object.values(draft.conversation.tasks).filter((task) => task.phase === 'ACTIVE');
  for (const { id: taskId, assignedTo } of active)
    draft.tell(assignedTo.id, { type: 'taskParked', at: draft.at, taskId });
  return active.map(({ id }) => id);
}

/** Whoever is parked has their task again, beyond their limit if need be. */
function wake(draft: Draft, wanted: boolean): void {
  const { hold, tasks } = draft.conversation;
  for (const taskId of hold?.parked ?? []) {
    const task = tasks[taskId];
    if (task?.phase === 'ACTIVE') draft.tell(task.assignedTo.id, { type: 'taskWoken', at: draft.at, taskId, wanted });
  }
}

/** Whoever has left is parked no more. */
export function parkedLeavers(draft: Draft): void {
  const { hold, tasks } = draft.conversation;
  const parked = hold?.parked?.filter((taskId) => tasks[taskId]?.phase === 'ACTIVE');
  if (hold && parked && parked.length !== hold.parked?.length) draft.change({ hold: { ...hold, parked } });
}

/** What the customer says ends the hold of a conversation that is parked, and no other. */
export function customerSpeaks(draft: Draft): void {
  if (draft.conversation.hold?.parked) resume(draft, null);
}

/**
 * By request, by a message to the customer, by a transfer, or because nobody is left to hold; the
 * agent's response time starts anew. `wanted`: by an agent, and not by itself.
 */
export function resume(draft: Draft, agentId: string | null, wanted = agentId !== null): void {
  endHold(draft, agentId, wanted);
  startSla(draft);
}

function endHold(draft: Draft, agentId: string | null, wanted: boolean): void {
  const data = holdData(draft, agentId);
  wake(draft, wanted);
  const { hold } = draft.conversation;
  draft.change({ hold: null });
  if (hold?.silent) silentStill(draft);
  draft.log({ name: 'CONVERSATION_RESUMED', data });
}

export function resumeRequested(draft: Draft, { agentId }: { agentId: string }): void {
  onlyPrimary(draft, agentId);
  if (!draft.conversation.hold) throw new Rejection('state.invalid', 'The conversation is not on hold.');
  resume(draft, agentId);
}

/** Where the customer was silent it is still for them to answer. */
export function holdExpired(draft: Draft, { since }: { since: number }): void {
  const { hold, participants } = draft.conversation;
  if (hold?.since !== since || draft.at < hold.until) return;
  const [agentId = null] = Object.entries(participants).find(([, { role }]) => role === 'PRIMARY') ?? [];
  endHold(draft, agentId, false);
  if (!hold.silent) startSla(draft);
}

/**
 * `totalDuration` in seconds, `startTime` in epoch milliseconds; both null where the conversation
 * is not on hold. `release`: it is parked.
 */
export function holdTimerDetails(hold: Conversation['hold']) {
  if (!hold) return { totalDuration: null, startTime: null };
  const { since: startTime, until, parked } = hold;
  return { totalDuration: Math.round((until - startTime) / 1000), startTime, ...(parked ? { release: true } : {}) };
}

function holdData(draft: Draft, agentId: string | null): Record<string, unknown> {
  const { id, hold, participants } = draft.conversation;
  const participant = agentId === null ? undefined : participants[agentId];
  return {
    holdTimerDetails: holdTimerDetails(hold),
    participant: agentId !== null && participant ? conversationParticipant(id, agentId, participant) : null,
  };
}

function onlyPrimary(draft: Draft, agentId: string): void {
  const participant = draft.conversation.participants[agentId];
  if (!participant) throw new Rejection('conversation.notParticipant', 'You are not in this conversation.');
  if (participant.role !== 'PRIMARY') throw new Rejection('role.forbidden', `${participant.role} may not do this.`);
}
