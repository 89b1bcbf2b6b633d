/**
 * The log of an agent: what they are told that no later greeting could say again
 * (`NUMBERED_EVENTS`). It is numbered by the decision that says it and written with it, so the
 * numbers have no gaps. What is only said again, with nothing decided, has no number.
 */
import { NUMBERED_EVENTS } from '../../protocol/manager-events.ts';
import type { Agent, AgentEvent } from '../agent/agent.ts';
import type { Effect, Emit } from '../effect.ts';

export type NumberedEvent = (typeof NUMBERED_EVENTS)[number];

/** An entry of an agent's log, as it is kept. */
export interface LogEntry {
  readonly agentSeq: number;
  readonly event: NumberedEvent;
  readonly data: unknown;
  readonly conversationId?: string | undefined;
}

/** The same while it is being said. */
export interface Notice extends Emit {
  readonly event: NumberedEvent;
  readonly agentSeq: number;
}

/**
 * Numbers what a decision says, in the order in which it is said. Whoever is told something must be
 * among `agents`.
 */
export function numbered(
  agents: Readonly<Record<string, Agent>>,
  effects: readonly Effect[],
): { agents: Readonly<Record<string, Agent>>; effects: readonly Effect[] } {
  const after = { ...agents };
  const said = effects.map((effect) => {
    if (effect.type !== 'emit' || !isNumbered(effect.event)) return effect;
    const agent = after[effect.agentId];
    if (!agent) throw new Error(`${effect.event} is said to ${effect.agentId}, who was not loaded`);
    const agentSeq = agent.lastAgentSeq + 1;
    after[agent.id] = { ...agent, lastAgentSeq: agentSeq };
    return { ...effect, agentSeq };
  });
  return { agents: after, effects: said };
}

export function isNotice(effect: Effect): effect is Notice {
  return effect.type === 'emit' && effect.agentSeq !== undefined && isNumbered(effect.event);
}

function isNumbered(event: string): event is NumberedEvent {
  return NUMBERED_EVENTS.some((name) => name === event);
}

/** An agent is told who else has set their state. What was so already was not ordered. */
export function orderNews(before: Agent, after: Agent, event: AgentEvent): Emit[] {
  if ((event.type !== 'requestState' && event.type !== 'forcedOut') || !event.by || before === after) return [];
  const { by, at, type } = event;
  const command = type === 'forcedOut' ? ('LOGOUT' as const) : ('STATE' as const);
  const revoked = type === 'forcedOut' && event.revoke ? { revoked: true as const } : {};
  const data = { by, command, before: before.state, after: after.state, ...revoked, at };
  return [{ type: 'emit', agentId: after.id, event: 'onSupervisorAction', data }];
}
