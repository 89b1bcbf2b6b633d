/**
 * A customer is always somebody's: who has a conversation whose customer is there. Nobody means
 * that it is in limbo; no decision may leave it so.
 */
import type { Conversation } from '../conversation/conversation.ts';
import { customerPresent, hasPrimary } from '../conversation/participants.ts';
import { LEAVING } from '../conversation/task.ts';
import { waitingFor } from '../routing/routing.ts';
import { listed } from '../handling/pull-list.ts';
import { pendingRequest } from '../handling/queueing.ts';

/**
 * An agent talks with the customer; or a request looks for one, in line or ringing; or it stands on
 * a list; or it is entrusted to the platform, until a deadline.
 */
export type Custody = 'agent' | 'request' | 'list' | 'platform';

/** The first that holds, in this order. null: nobody has the customer. */
export function custodyOf(conversation: Conversation): Custody | null {
  if (hasPrimary(conversation)) return 'agent';
  if (looksForAgent(conversation)) return 'request';
  if (listed(conversation)) return 'list';
  return conversation.entrusted ? 'platform' : null;
}

/** The customer is there, and nobody has them. */
export function inLimbo(conversation: Conversation): boolean {
  return customerPresent(conversation) && custodyOf(conversation) === null;
}

/** Company for an agent is nobody who would look after the customer. */
function looksForAgent(conversation: Conversation): boolean {
  const task = pendingRequest(conversation);
  if (!task || (task.direction !== 'INBOUND' && !LEAVING.includes(task.direction))) return false;
  return task.phase === 'RESERVED' || waitingFor(conversation, task.id) !== undefined;
}
