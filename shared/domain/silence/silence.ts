/**
 * How long the customer has said nothing, while it is their turn: since an agent wrote to them. One
 * instant is kept at which that is looked at; who speaks meanwhile moves what is found then, and
 * starts no timer.
 */
import { currentSession } from '../conversation/conversation.ts';
import type { Draft } from '../conversation/draft.ts';
import { hasPrimary } from '../conversation/participants.ts';
import type { Inactivity } from '../../protocol/shapes/config.ts';

/** What is done about silence on the channel that the customer is on; undefined: nothing. */
export function inactivityOf({ conversation, meta }: Draft): Inactivity | undefined {
  const policies = conversation.home?.rules.inactivity ?? [];
  if (policies.length === 0 || !meta) return undefined;
  const { name } = currentSession(conversation, meta).channel.channelType;
  return policies.find(({ channelTypes }) => channelTypes?.includes(name) ?? true);
}

/** An agent has written to the customer, whose turn it is now. */
export function agentSpoke(draft: Draft): void {
  const policy = inactivityOf(draft);
  if (!policy) return;
  const { silence } = draft.conversation;
  const askAt = draft.at + policy.inactivitySeconds * 1000;
  draft.change({ silence: { since: draft.at, checkAt: Math.min(silence?.checkAt ?? askAt, askAt) } });
}

/** They were parked for their silence, and have not said a word since: the clock runs once more. */
export function silentStill(draft: Draft): void {
  const policy = inactivityOf(draft);
  if (!policy) return;
  const checkAt = draft.at + policy.inactivitySeconds * 1000;
  draft.change({ silence: { since: draft.at, checkAt, parked: true } });
}

export function customerSpoke(draft: Draft): void {
  const { silence } = draft.conversation;
  if (silence && silence.since !== null) draft.change({ silence: { since: null, checkAt: silence.checkAt } });
}

/** Nobody waits for a word of a customer who is on hold, on a call, or with no agent. */
export function stopSilence(draft: Draft): void {
  const { silence, hold, calls } = draft.conversation;
  if (silence && (hold || calls.length > 0 || !hasPrimary(draft.conversation))) draft.change({ silence: null });
}
