/**
 * The tasks that an agent holds: whether they hold as many as one can, and which are taken from
 * them.
 */
import { BACKUP_MS } from '../effect.ts';
import type { Agent, Slot } from './agent.ts';

/** How many conversations one agent can hold, those that they supervise included. */
const MOST_TASKS = 250;

/** Those that keep the agent busy: what is parked does not. */
export function tasksOn(agent: Agent, mrdId: string): Slot[] {
  return Object.values(agent.slots).filter((slot) => slot.mrdId === mrdId && !slot.parked);
}

/**
 * Holds as many conversations as one frame names (`onSessionReady`), which is more than anybody can
 * look after.
 */
export function laden(agent: Agent): boolean {
  return Object.keys(agent.slots).length >= MOST_TASKS;
}

/** The tasks that a change takes from the agent. */
export function evictions(before: Agent | undefined, after: Agent): (Slot & { taskId: string })[] {
  return Object.entries(after.slots)
    .filter(([taskId, slot]) => slot.evicted && !before?.slots[taskId]?.evicted)
    .map(([taskId, slot]) => ({ taskId, ...slot }));
}

/**
 * Each of these tasks is taken from the agent in a change of its own. All at once they would only
 * be in each other's way: they are checked on one after the other.
 */
export function evict(
  agent: Agent,
  reason: 'AGENT_LOGOUT' | 'REROUTE',
  at: number,
  which: (slot: Slot) => boolean,
): Agent {
  let checkAt = at;
  const slots = Object.entries(agent.slots).map(([id, slot]): [string, Slot] => {
    if (!which(slot) || slot.evicted) return [id, slot];
    checkAt += BACKUP_MS;
    return [id, { ...slot, evicted: { reason, checkAt } }];
  });
  return { ...agent, slots: Object.fromEntries(slots) };
}
