/**
 * A conversation on hold: the customer knows that they wait, so the agent's response time stands
 * still. It frees nothing.
 */
import type { Draft } from '../conversation/draft.ts';
import { conversationParticipant } from '../conversation/draft.ts';
import { Rejection } from '../rejection.ts';
import { startSla, stopSla } from './sla.ts';

/** A hold ends by itself after this, whatever was asked for. */
const MOST_HOLD_SECONDS = 86_400;

/** A duration below this is seconds from now, any other an epoch second. */
const EPOCH_SECONDS = 1e9;

export function pause(draft: Draft, { agentId, duration }: { agentId: string; duration: number }): void {
  const { at, conversation } = draft;
  onlyPrimary(draft, agentId);
  if (conversation.hold) throw new Rejection('state.invalid', 'The conversation is on hold already.');
  if (conversation.calls.length > 0) throw new Rejection('state.invalid', 'A call is put on hold by the phone.');
  const seconds = duration < EPOCH_SECONDS ? duration : duration - at / 1000;
  if (seconds <= 0) throw new Rejection('state.invalid', 'The hold would be over already.');
  stopSla(draft);
  draft.change({ hold: { since: at, until: at + Math.min(seconds, MOST_HOLD_SECONDS) * 1000 } });
  draft.log({ name: 'CONVERSATION_PAUSED', data: holdData(draft, agentId) });
}

/**
 * By request, by a message to the customer, by a transfer, or because nobody is left to hold; the
 * agent's response time starts anew.
 */
export function resume(draft: Draft, agentId: string | null): void {
  const data = holdData(draft, agentId);
  draft.change({ hold: null });
  draft.log({ name: 'CONVERSATION_RESUMED', data });
  startSla(draft);
}

export function resumeRequested(draft: Draft, { agentId }: { agentId: string }): void {
  onlyPrimary(draft, agentId);
  if (!draft.conversation.hold) throw new Rejection('state.invalid', 'The conversation is not on hold.');
  resume(draft, agentId);
}

export function holdExpired(draft: Draft, { since }: { since: number }): void {
  const { hold, participants } = draft.conversation;
  if (hold?.since !== since || draft.at < hold.until) return;
  const [agentId = null] = Object.entries(participants).find(([, { role }]) => role === 'PRIMARY') ?? [];
  resume(draft, agentId);
}

/**
 * `totalDuration` in seconds, `startTime` in epoch milliseconds; both null where the conversation
 * is not on hold.
 */
export function holdTimerDetails(hold: { since: number; until: number } | null) {
  if (!hold) return { totalDuration: null, startTime: null };
  return { totalDuration: Math.round((hold.until - hold.since) / 1000), startTime: hold.since };
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
