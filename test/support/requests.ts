/**
 * What several agents do in one conversation, at `NOW` unless it is said otherwise: they ask for
 * colleagues, supervise, hold.
 */
import type { Target } from '../../shared/domain/handling/assistance.ts';
import type { ConversationEvent } from '../../shared/domain/decide.ts';
import type { Direction, Rules } from '../../shared/domain/conversation/task.ts';
import { NOW, rules } from './world.ts';

type Event<T extends ConversationEvent['type']> = Extract<ConversationEvent, { type: T }>;

/** What an agent asks for who stays with the customer, and what they ask for who leaves. */
export const STAYING = ['DIRECT_CONFERENCE', 'CONSULT', 'CONSULT_CONFERENCE'] as const satisfies readonly Direction[];
export const LEAVING = ['DIRECT_TRANSFER', 'CONSULT_TRANSFER'] as const satisfies readonly Direction[];
export const ASKABLE = [...STAYING, ...LEAVING] as const;

/** A queue of the conversation's MRD. */
export function toQueue(name = 'sales', changes: Partial<Rules> = {}, mrdId = 'CHAT'): Target {
  return { mode: 'queue', queueName: name, candidates: [{ rules: queueRules(name, changes), mrdId }] };
}

export function queueRules(name: string, changes: Partial<Rules> = {}): Rules {
  return rules({ queue: { id: name, name }, ...changes });
}

export function toAgent(targetId: string, offerToAgent = true): Target {
  return { mode: 'agent', targetId, offerToAgent };
}

export function asks(
  agentId: string,
  direction: Direction,
  target: Target = toQueue(),
  note: string | null = null,
  at = NOW,
): Event<'assist'> {
  return { type: 'assist', at, agentId, direction, target, note };
}

export function cancels(agentId: string, at = NOW): Event<'cancelAssistance'> {
  return { type: 'cancelAssistance', at, agentId };
}

/** The teams are those that the token says somebody supervises. */
export function watches(
  agentId: string,
  supervisedTeams: readonly string[] = ['blue'],
  at = NOW,
): Event<'joinSilently'> {
  return { type: 'joinSilently', at, agentId, connectionId: `${agentId}-desk`, supervisedTeams };
}

export function whispers(agentId: string, supervisedTeams: readonly string[] = ['blue'], at = NOW): Event<'whisper'> {
  return { type: 'whisper', at, agentId, connectionId: `${agentId}-desk`, supervisedTeams };
}

export function bargesIn(agentId: string, supervisedTeams: readonly string[] = ['blue'], at = NOW): Event<'bargeIn'> {
  return { type: 'bargeIn', at, agentId, connectionId: `${agentId}-desk`, supervisedTeams };
}

export function holds(agentId: string, duration = 300, at = NOW): Event<'pause'> {
  return { type: 'pause', at, agentId, duration };
}

export function parks(agentId: string, duration = 300, at = NOW): Event<'pause'> {
  return { type: 'pause', at, agentId, duration, release: true };
}

export function resumes(agentId: string, at = NOW): Event<'resume'> {
  return { type: 'resume', at, agentId };
}

export function holdExpired(since: number, at = NOW): Event<'holdExpired'> {
  return { type: 'holdExpired', at, since };
}

export function slaReached(startedAt: number, share: number, at = NOW): Event<'slaReached'> {
  return { type: 'slaReached', at, startedAt, share };
}
