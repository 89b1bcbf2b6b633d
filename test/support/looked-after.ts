/** Whether a step has taken a customer from everybody who looks after them on the floor. */
import type { Conversation } from '../../shared/domain/conversation/conversation.ts';
import { custodyOf } from '../../shared/domain/custody/custody.ts';

/**
 * Has this step left a customer to the platform whom an agent had, or would have? Only an agent may
 * do that, who leaves; whatever else happens, the customer stays on the floor.
 */
export function forsaken(before: Conversation, after: Conversation): boolean {
  const was = custodyOf(before);
  return was !== null && was !== 'platform' && custodyOf(after) === 'platform';
}
