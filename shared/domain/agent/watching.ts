/** The pull lists that an agent watches, and the teams whose figures a supervisor watches. */
import { Rejection } from '../rejection.ts';
import type { Agent, AgentEvent } from './agent.ts';

/**
 * How many pull lists one agent can watch: their rows are written with the agent, in one
 * transaction.
 */
const MOST_LISTS = 40;

export function watchList(agent: Agent, { at, listId }: AgentEvent & { type: 'watchList' }): Agent {
  if (agent.state.name === 'LOGOUT') throw new Rejection('state.invalid', 'You are logged out.');
  if (agent.lists[listId] !== undefined) return agent;
  if (Object.keys(agent.lists).length >= MOST_LISTS)
    throw new Rejection('pull.tooMany', `You watch ${MOST_LISTS} lists already.`);
  return { ...agent, lists: { ...agent.lists, [listId]: at } };
}
