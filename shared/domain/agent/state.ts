/**
 * The global state: ready, not ready for a reason, and logging out, which takes every task from the
 * agent.
 */
import type { Agent, AgentEvent, AgentReason } from './agent.ts';
import { eachMrd, standDownEverywhere, standUp } from './mrds.ts';
import { Rejection } from '../rejection.ts';
import { evict } from './slots.ts';

export function requestState(agent: Agent, event: AgentEvent & { type: 'requestState' }): Agent {
  const { at, name, reasonCode } = event;
  if (name === 'LOGOUT') return logout(agent, reasonCode, at);
  if (agent.state.name === 'LOGOUT') throw new Rejection('state.invalid', 'You are logged out.');
  if (name === 'READY') {
    if (agent.state.name === 'READY') return agent;
    const ready = { ...agent, state: { name, reasonCode: null }, stateChangeTime: at };
    return eachMrd(ready, at, (m) => (m.mrd.autoSync && m.maxAgentTasks > 0 ? standUp(ready, m) : m.state));
  }
  if (agent.state.name === 'NOT_READY' && sameReason(agent.state.reasonCode, reasonCode)) return agent;
  const away = standDownEverywhere({ ...agent, state: { name, reasonCode }, stateChangeTime: at }, at);
  const callback = [reasonCode?.type, reasonCode?.name].some((word) => word?.toUpperCase() === 'CALLBACK');
  return callback ? evict(away, 'REROUTE', at, (slot) => slot.phase !== 'WRAP_UP') : away;
}

export function logout(agent: Agent, reasonCode: AgentReason, at: number): Agent {
  if (agent.state.name === 'LOGOUT') return agent;
  const out = { ...agent, state: { name: 'LOGOUT' as const, reasonCode }, stateChangeTime: at };
  const gone = { ...out, session: agent.session?.lost ? null : agent.session };
  return evict(
    eachMrd(gone, at, () => 'LOGOUT'),
    'AGENT_LOGOUT',
    at,
    () => true,
  );
}

function sameReason(a: AgentReason, b: AgentReason): boolean {
  return (a?.id ?? a?.name ?? null) === (b?.id ?? b?.name ?? null);
}
