/**
 * The events of tests, at `NOW` unless it is said otherwise: what happens to a conversation, by
 * whom.
 */
import type { ConversationEvent } from '../../shared/domain/decide.ts';
import type { OutsideEvent } from '../../shared/domain/handling/message.ts';
import { NOW } from './world.ts';

type Event<T extends ConversationEvent['type']> = Extract<ConversationEvent, { type: T }>;

export function offer(taskId: string, agentId: string, at = NOW): Event<'offer'> {
  return { type: 'offer', at, taskId, agentId };
}

export function accept(taskId: string, agentId: string, at = NOW): Event<'accept'> {
  return { type: 'accept', at, taskId, agentId, connectionId: `${agentId}-desk` };
}

export function decline(taskId: string, agentId: string, at = NOW): Event<'decline'> {
  return { type: 'decline', at, taskId, agentId, reasonCode: null };
}

export function leave(agentId: string, at = NOW): Event<'leave'> {
  return { type: 'leave', at, agentId };
}

export function closeWrapUp(agentId: string, wrapUp: OutsideEvent | null = null, at = NOW): Event<'closeWrapUp'> {
  return { type: 'closeWrapUp', at, agentId, wrapUp };
}

export function publish(agentId: string, event: OutsideEvent, at = NOW): Event<'publish'> {
  return { type: 'publish', at, agentId, event };
}

export function addEvent(event: OutsideEvent, at = NOW): Event<'addEvent'> {
  return { type: 'addEvent', at, event };
}

export function customerLeaves(at = NOW): Event<'end'> {
  return { type: 'end', at, reason: 'CUSTOMER' };
}

export function offerExpired(taskId: string, agentId: string, at = NOW, attempt = 1): Event<'offerExpired'> {
  return { type: 'offerExpired', at, taskId, attempt, agentId };
}

export function offerReceived(taskId: string, agentId: string, at = NOW): Event<'offerReceived'> {
  return { type: 'offerReceived', at, taskId, agentId };
}

export function receiptMissed(taskId: string, agentId: string, at = NOW): Event<'receiptMissed'> {
  return { type: 'receiptMissed', at, taskId, agentId, connectionId: `${agentId}-desk` };
}

export function requestExpired(timerId: string, at = NOW): Event<'requestExpired'> {
  return { type: 'requestExpired', at, timerId };
}

export function wrapUpExpired(taskId: string, at = NOW): Event<'wrapUpExpired'> {
  return { type: 'wrapUpExpired', at, taskId };
}

export function release(agentId: string, taskId: string, at = NOW): Event<'release'> {
  return { type: 'release', at, agentId, taskId };
}
