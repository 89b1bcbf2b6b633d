/**
 * The state per MRD: what may be asked for, what the tasks that are held make of it, and what it
 * makes of the global one.
 */
import { Rejection } from '../rejection.ts';
import type { Agent, AgentEvent, AgentMrd, MrdState, Slot } from './agent.ts';
import { freeSlots } from './capacity.ts';
import { tasksOn } from './slots.ts';

/**
 * `lastReadyStateChangeTime` of an agent who has never been ready: the value real desks are used
 * to.
 */
export const NEVER_READY = 639057660000;

export function requestMrdState(agent: Agent, event: AgentEvent & { type: 'requestMrdState' }): Agent {
  const { at, mrdId, state } = event;
  const here = agent.mrds[mrdId];
  if (!here) throw new Rejection('mrd.unknown', `You have no MRD ${mrdId}.`);
  if (agent.state.name === 'LOGOUT') throw invalid('You are logged out.');
  if (state === here.state) return agent;
  const wanted = requestedMrdState(agent, here, state);
  if (wanted === here.state) return agent;
  return reverseSync(agent, withMrd(agent, here, wanted, at), at);
}

/**
 * Only READY and NOT_READY may be asked for, and BUSY where another system holds the state. READY
 * means as ready as the tasks that are held allow. What cannot be is refused.
 */
function requestedMrdState(agent: Agent, here: AgentMrd, wanted: MrdState): MrdState {
  const n = tasksOn(agent, here.mrd.id);
  switch (wanted) {
    case 'NOT_READY':
      return standDown(here, n);
    case 'READY':
      if (agent.state.name !== 'READY') throw invalid('You are not ready yourself.');
      if (here.maxAgentTasks === 0) throw invalid(`You take no tasks on the MRD ${here.mrd.id}.`);
      if (here.state === 'INTERRUPTED') throw invalid('What interrupts this MRD goes on.');
      return here.mrd.externallyControlled && here.state === 'BUSY' ? 'READY' : standUp(agent, here);
    case 'BUSY':
      if (!here.mrd.externallyControlled) throw invalid('An MRD is BUSY by its tasks, not by request.');
      if (agent.state.name !== 'READY') throw invalid('You are not ready yourself.');
      return 'BUSY';
    default:
      throw invalid(`${wanted} is no state to ask for.`);
  }
}

function invalid(message: string): Rejection {
  return new Rejection('state.invalid', message);
}

/**
 * Brings every MRD in line with the tasks that the agent holds: READY, ACTIVE, BUSY; PENDING ends;
 * an interruption ends.
 */
export function settle(agent: Agent, at: number): Agent {
  const next = eachMrd(agent, at, (m, n) => {
    switch (m.state) {
      case 'READY':
      case 'ACTIVE':
      case 'BUSY':
        return m.mrd.externallyControlled ? m.state : byLoad(agent, m);
      case 'PENDING_NOT_READY':
        return n.length === 0 ? 'NOT_READY' : m.state;
      case 'INTERRUPTED':
        if (m.interruptedBy?.some((id) => tasksOn(agent, id).length > 0)) return m.state;
        return m.mrd.externallyControlled && m.previousState ? m.previousState : byLoad(agent, m);
      default:
        return m.state;
    }
  });
  return reverseSync(agent, next, at);
}

/** BUSY counts offered tasks too; ACTIVE needs an accepted one. */
function byLoad(agent: Agent, { mrd }: AgentMrd): MrdState {
  if (freeSlots(agent, mrd.id) === 0) return 'BUSY';
  return tasksOn(agent, mrd.id).some((slot) => slot.phase !== 'RESERVED') ? 'ACTIVE' : 'READY';
}

/** `agent`: with the tasks that they hold now. */
export function standUp(agent: Agent, m: AgentMrd): MrdState {
  return ['NOT_READY', 'PENDING_NOT_READY', 'UNKNOWN'].includes(m.state) ? byLoad(agent, m) : m.state;
}

export function standDown(m: AgentMrd, tasks: readonly Slot[]): MrdState {
  if (['NOT_READY', 'PENDING_NOT_READY', 'LOGOUT'].includes(m.state)) return m.state;
  return tasks.length > 0 ? 'PENDING_NOT_READY' : 'NOT_READY';
}

export function standDownEverywhere(agent: Agent, at: number): Agent {
  return eachMrd(agent, at, standDown);
}

/**
 * When the last MRD turns not ready, so does the agent (only where that MRD is synchronised with
 * the global state).
 */
export function reverseSync(before: Agent, after: Agent, at: number): Agent {
  const mrds = Object.values(after.mrds);
  const turned = mrds.filter((m) => m.state === 'NOT_READY' && before.mrds[m.mrd.id]?.state !== 'NOT_READY');
  const last = mrds.every((m) => m.state === 'NOT_READY') && turned.some((m) => m.mrd.autoSync);
  if (after.state.name !== 'READY' || !last) return after;
  return { ...after, state: { name: 'NOT_READY', reasonCode: null }, stateChangeTime: at };
}

export function eachMrd(agent: Agent, at: number, rule: (m: AgentMrd, tasks: readonly Slot[]) => MrdState): Agent {
  return Object.values(agent.mrds).reduce((next, m) => withMrd(next, m, rule(m, tasksOn(agent, m.mrd.id)), at), agent);
}

export function withMrd(agent: Agent, m: AgentMrd, state: MrdState, at: number): Agent {
  if (m.state === state) return agent;
  const takes = (s: MrdState) => s === 'READY' || s === 'ACTIVE';
  const changed: AgentMrd = {
    ...m,
    state,
    previousState: m.state,
    stateChangeTime: at,
    lastReadyStateChangeTime: state === 'READY' ? at : m.lastReadyStateChangeTime,
    availableSince: takes(state) && !takes(m.state) ? at : m.availableSince,
  };
  return { ...agent, mrds: { ...agent.mrds, [m.mrd.id]: changed } };
}
