/**
 * Who lets a customer wait, by not taking an offer or by not answering, is asked last for them, and
 * each time later, within bounds. An answer to the customer begins anew.
 */
import type { Draft } from './draft.ts';

/** As long as an offer rings, then twice and four times that, and eight times at most. */
const MOST_DOUBLINGS = 3;

/** Counts these agents' silence, and says until when each of them is passed over. */
export function passedOver(
  draft: Draft,
  agentIds: readonly string[],
  { acceptSeconds }: { acceptSeconds: number },
): Record<string, number> {
  const { unanswered } = draft.conversation;
  const counted = agentIds.map((agentId): [string, number] => [agentId, (unanswered[agentId] ?? 0) + 1]);
  draft.change({ unanswered: { ...unanswered, ...Object.fromEntries(counted) } });
  return Object.fromEntries(
    counted.map(([agentId, times]) => [
      agentId,
      draft.at + acceptSeconds * 1000 * 2 ** Math.min(times - 1, MOST_DOUBLINGS),
    ]),
  );
}

export function answered(draft: Draft): void {
  if (Object.keys(draft.conversation.unanswered).length > 0) draft.change({ unanswered: {} });
}
