/**
 * What a desk and the platform see of an agent: `agentPresence_`, its change report, and the agent
 * as a participant.
 */
import type { ManagerPayload } from '../../protocol/manager-events.ts';
import type { Agent, AgentMrd, User } from '../agent/agent.ts';

type AgentPresence = ManagerPayload<'agentPresence_'>['agentPresence'];

/**
 * `agentPresence_` for a change from `before` to `after`; the same object twice means that a
 * request changed nothing.
 */
export function presence(before: Agent, after: Agent): ManagerPayload<'agentPresence_'> {
  const agentStateChanged = !sameState(before, after);
  const mrdStateChanges = mrdsOf(after).flatMap(({ mrd, state }) =>
    before.mrds[mrd.id]?.state === state ? [] : [mrd.id],
  );
  const changed = agentStateChanged || mrdStateChanges.length > 0;
  const action = changed ? ('AGENT_STATE_CHANGED' as const) : ('AGENT_STATE_UNCHANGED' as const);
  return { action, agentStateChanged, mrdStateChanges, version: after.version, agentPresence: agentPresence(after) };
}

/** By value: the two may have been read at different times. */
function sameState(a: Agent, b: Agent): boolean {
  const reason = a.state.reasonCode?.id === b.state.reasonCode?.id;
  return a.state.name === b.state.name && reason && a.stateChangeTime === b.stateChangeTime;
}

/** Did anything change that a desk shows? */
export function presenceChanged(before: Agent, after: Agent): boolean {
  return presence(before, after).action === 'AGENT_STATE_CHANGED';
}

/** A stored map has no order, and a desk shows its toggles in the order in which they come. */
function mrdsOf(agent: Agent): AgentMrd[] {
  return Object.values(agent.mrds).toSorted((a, b) => (a.mrd.id < b.mrd.id ? -1 : 1));
}

/**
 * The complete presence of one agent, in the shape that real desks read (epoch milliseconds; arrays
 * are never null).
 */
export function agentPresence(agent: Agent): AgentPresence {
  return {
    agent: {
      participantType: 'CCUser',
      id: agent.id,
      keycloakUser: keycloakUser(agent.id, agent.user),
      associatedRoutingAttributes: Object.entries(agent.attributes).map(([name, value]) => ({
        routingAttribute: {
          id: name,
          name,
          description: null,
          type: typeof value === 'boolean' ? 'BOOLEAN' : 'PROFICIENCY_LEVEL',
          defaultValue: 1,
        },
        value: Number(value),
      })),
      associatedMrds: mrdsOf(agent).map((m) => ({ mrdId: m.mrd.id, maxAgentTasks: m.maxAgentTasks })),
    },
    state: agent.state,
    stateChangeTime: agent.stateChangeTime,
    agentLoginTime: agent.agentLoginTime,
    agentMrdStates: mrdsOf(agent).map((m) => ({
      mrd: {
        id: m.mrd.id,
        type: m.mrd.type,
        name: m.mrd.name,
        description: m.mrd.description,
        maxRequests: m.mrd.maxRequests,
        interruptible: m.mrd.interruptible,
      },
      state: m.state,
      previousState: m.previousState,
      stateChangeTime: m.stateChangeTime,
      lastReadyStateChangeTime: m.lastReadyStateChangeTime,
      maxAgentTasks: m.maxAgentTasks,
    })),
  };
}

/**
 * The login object as its owner's desk wants it: `userTeam` an object and `supervisedTeams` an
 * array, or the desk breaks.
 */
export function keycloakUser(id: string, user: User) {
  return {
    id,
    username: user.username,
    firstName: user.firstName,
    lastName: user.lastName,
    roles: user.roles,
    realm: user.realm,
    permittedResources: { Resources: user.permissions },
    attributes: {},
    userTeam: user.team,
    supervisedTeams: user.supervisedTeams,
  };
}
