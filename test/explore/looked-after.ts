/** Whether anybody looks after a customer, and whether a step has taken them from everybody. */
import type { Conversation, LoggedEvent } from '../../shared/domain/conversation/conversation.ts';
import { customerPresent, hasPrimary } from '../../shared/domain/conversation/participants.ts';
import { LEAVING } from '../../shared/domain/conversation/task.ts';
import { listed } from '../../shared/domain/handling/pull-list.ts';
import { pendingRequest } from '../../shared/domain/handling/queueing.ts';

/**
 * Has this step taken a customer who is there from everybody? Agents may do that, who leave; the
 * manager only where there is no agent.
 */
export function forsaken(before: Conversation, after: Conversation, events: readonly LoggedEvent[]): boolean {
  const none = events.findLast(({ event: { name } }) => name === 'NO_AGENT_AVAILABLE')?.event.data['requestType'];
  const explained = JSON.stringify(none)?.includes('"INBOUND"') === true;
  return customerPresent(after) && lookedAfter(before) && !lookedAfter(after) && !explained;
}

/**
 * Somebody talks with the customer, or is being looked for to do so, or may pick them from a list.
 */
export function lookedAfter(conversation: Conversation): boolean {
  const request = pendingRequest(conversation);
  const asked = request !== undefined && ['INBOUND', ...LEAVING].includes(request.direction);
  return hasPrimary(conversation) || asked || listed(conversation) !== null;
}
