/**
 * Every change of an agent goes through here: one pure switch from what was asked or what happened
 * to its rule.
 */
import type { Agent, AgentEvent } from './agent.ts';
import { alike } from '../alike.ts';
import { Rejection } from '../rejection.ts';
import { requestMrdState, settle } from './mrds.ts';
import { connectionLost, graceExpired, sessionOpened, tokenRefreshed, withProfile } from './session.ts';
import { logout, requestState } from './state.ts';
import { inPhase, taskAccepted, taskParked, taskReleased, taskReserved, taskWoken } from './tasks.ts';
import { tokenDue } from './token.ts';
import { watchList } from './watching.ts';

/**
 * Returns the very same object when the event changes nothing. Throws a `Rejection` for requests
 * that name what does not exist.
 */
export function transition(agent: Agent, event: AgentEvent): Agent {
  switch (event.type) {
    case 'connected':
      return sessionOpened(agent, event);
    case 'greeted': {
      const { session } = agent;
      if (!session || session.greeted || session.lost || agent.epoch !== event.epoch) return agent;
      return { ...agent, session: { ...session, greeted: true } };
    }
    case 'connectionLost':
      return connectionLost(agent, event);
    case 'graceExpired':
      return graceExpired(agent, event);
    case 'profileChanged': {
      const changed = withProfile(agent, event.profile, event.at);
      return alike(changed, agent) ? agent : settle(changed, event.at);
    }
    case 'requestState':
      return requestState(agent, event);
    case 'requestMrdState':
      return requestMrdState(agent, event);
    case 'forcedOut': {
      const out = logout(agent, event.reasonCode, event.at);
      return event.revoke ? { ...out, tokensFrom: event.at } : out;
    }
    case 'tokenDue':
      return tokenDue(agent, event);
    case 'tokenRefreshed':
      return tokenRefreshed(agent, event);
    case 'watchList':
      return watchList(agent, event);
    case 'unwatchList': {
      const { [event.listId]: since, ...lists } = agent.lists;
      return since === undefined ? agent : { ...agent, lists };
    }
    case 'watchTeams': {
      if (agent.state.name === 'LOGOUT') throw new Rejection('state.invalid', 'You are logged out.');
      const more = event.teamIds.filter((id) => !agent.teams.includes(id));
      return more.length === 0 ? agent : { ...agent, teams: [...agent.teams, ...more] };
    }
    case 'unwatchTeams': {
      const teams = agent.teams.filter((id) => !event.teamIds.includes(id));
      return teams.length === agent.teams.length ? agent : { ...agent, teams };
    }
    case 'taskReserved':
      return taskReserved(agent, event);
    case 'taskTaken': {
      const { at, taskId, conversationId, mrdId } = event;
      const slot = { conversationId, mrdId, phase: 'ACTIVE' as const };
      return settle({ ...agent, slots: { ...agent.slots, [taskId]: slot } }, at);
    }
    case 'supervisionStarted': {
      const { taskId, conversationId } = event;
      const slot = { conversationId, mrdId: null, phase: 'ACTIVE' as const };
      return { ...agent, slots: { ...agent.slots, [taskId]: slot } };
    }
    case 'taskAccepted':
      return taskAccepted(agent, event);
    case 'taskParked':
      return taskParked(agent, event);
    case 'taskWoken':
      return taskWoken(agent, event);
    case 'taskWrappingUp':
      return inPhase(agent, event.taskId, 'WRAP_UP', event.at);
    case 'taskReleased':
      return taskReleased(agent, event);
    default:
      return event satisfies never;
  }
}
