/**
 * What a task does to the agent who has it: reserved (which interrupts other MRDs), accepted,
 * wrapped up, released.
 */
import type { Agent, AgentEvent, Slot } from './agent.ts';
import { reverseSync, settle, standDown, standDownEverywhere, withMrd } from './mrds.ts';
import { evict, tasksOn } from './slots.ts';

export function taskReserved(agent: Agent, event: AgentEvent & { type: 'taskReserved' }): Agent {
  const { at, taskId, conversationId, mrdId, queueId, named, attempt } = event;
  const here = agent.mrds[mrdId];
  if (!here) return agent;
  const slot = {
    conversationId,
    mrdId,
    phase: 'RESERVED' as const,
    ...(queueId === undefined ? {} : { queueId }),
    ...(attempt ? { attempt } : {}),
    ...(named ? { named } : {}),
  };
  const slots = { ...agent.slots, [taskId]: slot };
  const reserved = { ...agent, slots, mrds: { ...agent.mrds, [mrdId]: { ...here, availableSince: at } } };
  return settle(interruptOthers(reserved, mrdId, at), at);
}

/** A task that becomes reserved on one MRD interrupts every other MRD that is interruptible. */
function interruptOthers(agent: Agent, mrdId: string, at: number): Agent {
  const struck = Object.values(agent.mrds).filter(
    (m) => m.mrd.id !== mrdId && m.mrd.interruptible && ['READY', 'ACTIVE', 'BUSY', 'INTERRUPTED'].includes(m.state),
  );
  const next = struck.reduce((result, m) => {
    const earlier = m.state === 'INTERRUPTED' ? (m.interruptedBy ?? []) : [];
    const marked = { ...m, interruptedBy: [...new Set([...earlier, mrdId])] };
    return withMrd({ ...result, mrds: { ...result.mrds, [m.mrd.id]: marked } }, marked, 'INTERRUPTED', at);
  }, agent);
  const rerouted = struck.filter((m) => m.mrd.interruptAction === 'REROUTE').map((m) => m.mrd.id);
  return evict(
    next,
    'REROUTE',
    at,
    ({ phase, mrdId: on, parked }) => phase === 'ACTIVE' && !parked && on !== null && rerouted.includes(on),
  );
}

export function inPhase(agent: Agent, taskId: string, phase: Slot['phase'], at: number): Agent {
  const slot = agent.slots[taskId];
  if (!slot || slot.phase === phase) return agent;
  const { parked: _, ...awake } = slot;
  return settle({ ...agent, slots: { ...agent.slots, [taskId]: { ...awake, phase } } }, at);
}

export function taskReleased(agent: Agent, event: AgentEvent & { type: 'taskReleased' }): Agent {
  const { at, taskId, rona, reason = 'RONA' } = event;
  const { [taskId]: slot, ...slots } = agent.slots;
  if (!slot) return agent;
  const freed = { ...agent, slots };
  const here = slot.mrdId === null ? undefined : freed.mrds[slot.mrdId];
  if (rona === 'AGENT_NOT_READY' && agent.state.name === 'READY') {
    const reasonCode = { id: reason, name: reason, type: 'NOT_READY' };
    const away: Agent = { ...freed, state: { name: 'NOT_READY', reasonCode }, stateChangeTime: at };
    return settle(standDownEverywhere(away, at), at);
  }
  if (rona === 'MRD_NOT_READY' && here) {
    return settle(reverseSync(agent, withMrd(freed, here, standDown(here, tasksOn(freed, here.mrd.id)), at), at), at);
  }
  return settle(freed, at);
}
