/**
 * A parked task stays the agent's and takes none of their capacity. When it wakes it is theirs
 * again, beyond their limit if need be: then nothing new is offered to them until they are below.
 */
import type { Agent, AgentEvent } from './agent.ts';
import { settle } from './mrds.ts';
import { evict } from './slots.ts';

export function taskParked(agent: Agent, { at, taskId }: AgentEvent & { type: 'taskParked' }): Agent {
  const slot = agent.slots[taskId];
  if (slot?.phase !== 'ACTIVE' || slot.parked) return agent;
  return settle({ ...agent, slots: { ...agent.slots, [taskId]: { ...slot, parked: true } } }, at);
}

/**
 * Who was called away from the MRD meanwhile is not asked to come back for it: it goes to somebody
 * else, unless an agent wakes it (`wanted`).
 */
export function taskWoken(agent: Agent, { at, taskId, wanted }: AgentEvent & { type: 'taskWoken' }): Agent {
  const slot = agent.slots[taskId];
  if (!slot?.parked) return agent;
  const { parked: _, ...awake } = slot;
  const woken = settle({ ...agent, slots: { ...agent.slots, [taskId]: awake } }, at);
  const here = slot.mrdId === null ? undefined : woken.mrds[slot.mrdId];
  const calledAway = here?.state === 'INTERRUPTED' && here.mrd.interruptAction === 'REROUTE';
  return calledAway && !wanted ? evict(woken, 'REROUTE', at, (other) => other === awake) : woken;
}
