/** Who can be offered a task, who can be told something, and who has a desk at all. */
import type { Agent } from './agent.ts';
import { Rejection } from '../rejection.ts';
import { freeSlots } from './capacity.ts';
import { laden } from './slots.ts';

/** Logged in, ready here and at large, with a free slot, and somebody is at the desk. */
export function routable(agent: Agent, mrdId: string): boolean {
  const here = agent.mrds[mrdId];
  return (
    agent.state.name === 'READY' &&
    here !== undefined &&
    (here.state === 'READY' || here.state === 'ACTIVE') &&
    freeSlots(agent, mrdId) > 0 &&
    !laden(agent) &&
    reachable(agent) &&
    trusted(agent)
  );
}

/** Not so long after their token has expired that they may have no new customers. */
export function trusted({ session }: Agent): boolean {
  return session?.token?.stage !== 'expired';
}

export function mustBeTrusted(agent: Agent): void {
  if (!trusted(agent))
    throw new Rejection('auth.expired', 'Your token has expired, so you get no new customers before you renew it.');
}

/** Can this agent's desk be told something now? */
export function reachable(agent: Agent): boolean {
  return connected(agent) && agent.session?.greeted === true;
}

/**
 * Is there a desk, perhaps one that is being greeted? Presence is the one thing that it may hear at
 * any time.
 */
export function connected(agent: Agent): boolean {
  return agent.session !== null && agent.session.lost === null;
}

/** Of whom nothing is stored: they have never signed in, or there is nobody of that name. */
export function notSignedIn(agentId: string, listed: boolean): Rejection {
  if (listed) return new Rejection('agent.notRoutable', `${agentId} is offline, and has never signed in.`);
  return new Rejection('agent.unknown', `There is no agent ${agentId}.`);
}
