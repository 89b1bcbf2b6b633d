/**
 * How much more an agent can take: so many tasks on each MRD, and where their profile has a
 * capacity, so much of everything together. An MRD says what a task of it weighs, and which others
 * interrupt it.
 */
import type { Agent, AgentMrd } from './agent.ts';
import { tasksOn } from './slots.ts';

/** Tasks of this MRD that the agent could be given beside what they have. */
export function freeSlots(agent: Agent, mrdId: string): number {
  const here = agent.mrds[mrdId];
  const places = (here?.maxAgentTasks ?? 0) - tasksOn(agent, mrdId).length;
  return Math.max(0, here ? Math.min(places, byWeight(agent, here)) : places);
}

function byWeight(agent: Agent, { mrd }: AgentMrd): number {
  const { weight = 1 } = mrd;
  if (agent.capacity === undefined || weight === 0) return Infinity;
  return Math.floor((agent.capacity - loadBeside(agent, mrd.id)) / weight);
}

/** What the agent has weighs so much, without what a task of this MRD would take them away from. */
function loadBeside(agent: Agent, mrdId: string): number {
  return weighed(
    agent,
    Object.values(agent.mrds).filter((m) => interrupts(mrdId, m) === null),
  );
}

/** Of the agent's capacity, what is used; undefined: they have none. */
export function capacityOf(agent: Agent): { total: number; used: number } | undefined {
  if (agent.capacity === undefined) return undefined;
  return { total: agent.capacity, used: weighed(agent, Object.values(agent.mrds)) };
}

function weighed(agent: Agent, mrds: readonly AgentMrd[]): number {
  return mrds.reduce((load, { mrd }) => load + (mrd.weight ?? 1) * tasksOn(agent, mrd.id).length, 0);
}

/** When a task of this MRD takes the agent away from another; null: it does not. */
export function interrupts(mrdId: string, { mrd }: Pick<AgentMrd, 'mrd'>): 'OFFER' | 'ACCEPT' | null {
  if (mrd.id === mrdId || !mrd.interruptible) return null;
  if (!mrd.interruptedBy) return 'OFFER';
  return mrd.interruptedBy.find((other) => other.mrdId === mrdId)?.on ?? null;
}
