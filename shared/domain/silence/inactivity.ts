/**
 * A customer who has been silent for too long: they are asked, and if that does not help either the
 * conversation is parked or ended. Who is silent after that, too, is asked once more, and then it
 * ends.
 */
import type { Draft } from '../conversation/draft.ts';
import { parkForSilence } from '../handling/hold.ts';
import { endSessions } from '../handling/message.ts';
import { inactivityOf } from './silence.ts';

export function silenceDue(draft: Draft, { checkAt }: { checkAt: number }): void {
  const { at, conversation } = draft;
  const { silence } = conversation;
  if (silence?.checkAt !== checkAt || at < checkAt) return;
  const policy = inactivityOf(draft);
  if (!policy || silence.since === null) return draft.change({ silence: null });
  const { inactivitySeconds, thenSeconds, parkSeconds, text } = policy;
  const action = silence.parked ? 'CLOSE' : policy.action; // or it would go on for ever
  const askAt = silence.since + inactivitySeconds * 1000;
  if (at < askAt) return draft.change({ silence: { ...silence, checkAt: askAt } });
  if (!silence.asked) {
    draft.change({ silence: { ...silence, asked: true, checkAt: at + thenSeconds * 1000 } });
    const details = { inactivitySeconds, thenSeconds, action, since: silence.since };
    draft.log({ name: 'CUSTOMER_ACTIVITY_TIMEOUT', data: text === undefined ? details : { ...details, text } });
    return;
  }
  if (action === 'PARK') return parkForSilence(draft, parkSeconds);
  endSessions(draft, 'INACTIVITY');
}
