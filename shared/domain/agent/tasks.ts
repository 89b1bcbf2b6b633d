/**
 * What a task does to the agent who has it: reserved and accepted (which may interrupt other MRDs),
 * wrapped up, parked, released.
 */
import type { Agent, AgentEvent, Slot } from './agent.ts';
import { interrupts } from './capacity.ts';
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
  return settle(interruptOthers(reserved, mrdId, 'OFFER', at), at);
}

export function taskAccepted(agent: Agent, { at, taskId }: AgentEvent & { type: 'taskAccepted' }): Agent {
  const accepted = inPhase(agent, taskId, 'ACTIVE', at);
  const mrdId = accepted.slots[taskId]?.mrdId;
  if (accepted === agent || !mrdId) return accepted;
  return settle(interruptOthers(accepted, mrdId, 'ACCEPT', at), at);
}

/** A task on one MRD interrupts every other that says so, when it is offered or accepted. */
function interruptOthers(agent: Agent, mrdId: string, when: 'OFFER' | 'ACCEPT', at: number): Agent {
  const struck = Object.values(agent.mrds).filter(
    (m) => interrupts(mrdId, m) === when && ['READY', 'ACTIVE', 'BUSY', 'INTERRUPTED'].includes(m.state),
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
  const freed = { ...agent, slots, ...(rona ? { missed: oneMore(agent, reason) } : {}) };
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

/** Declined is counted apart from what rang out. */
function oneMore({ missed }: Agent, reason: 'RONA' | 'DECLINED'): Agent['missed'] {
  const { rona, declined } = missed;
  return reason === 'DECLINED' ? { ...missed, declined: declined + 1 } : { ...missed, rona: rona + 1 };
}

/** Its conversation is parked: it stays the agent's, and takes none of their capacity. */
export function taskParked(agent: Agent, { at, taskId }: AgentEvent & { type: 'taskParked' }): Agent {
  const slot = agent.slots[taskId];
  if (slot?.phase !== 'ACTIVE' || slot.parked) return agent;
  return settle({ ...agent, slots: { ...agent.slots, [taskId]: { ...slot, parked: true } } }, at);
}

/**
 * It is the agent's again, beyond their limit if need be: then nothing new is offered to them until
 * they are below. Who was called away from the MRD meanwhile is not asked to come back for it: it
 * goes to somebody else, unless an agent wakes it (`wanted`).
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
