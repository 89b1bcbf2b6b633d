/**
 * What supervisors see of the teams that they watch, live: a figure of each agent, of each queue
 * and of each pull list. An agent's figure is derived from their state and written with it, as is
 * who watches; queues and lists are counted from their rows. So figures never drift.
 */
import * as z from 'zod';
import type { List, Queue } from '../../protocol/shapes/config.ts';
import { AgentFigure, EntrustedFigure, ListFigure, QueueFigure } from '../../protocol/shapes/figures.ts';
import { roomBeside } from '../../protocol/frame.ts';
import type { ManagerPayload } from '../../protocol/manager-events.ts';
import { reachable } from '../agent/routable.ts';
import { tasksOn } from '../agent/slots.ts';
import { NONE_MISSED, Team, type Agent } from '../agent/agent.ts';
import type { Entrusted } from '../custody/entrusting.ts';
import type { Listed } from '../handling/pull-list.ts';
import { serves, type Routable, type Waiting } from '../routing/routing.ts';
import { oldestWithin, pagesWithin } from './wire.ts';

/**
 * A figure fits into a frame: of more than some seventy conversations, the rest is only counted
 * (`used`).
 */
const MOST_CONVERSATIONS_BYTES = 8 * 1024;

/** An agent as a member of their team. */
export const Member = z.object({
  teamId: z.string(),
  figure: AgentFigure.extend({ missed: AgentFigure.shape.missed.default(NONE_MISSED) }),
});
export type Member = z.output<typeof Member>;

/** A supervisor who watches teams now, with the connection that is told. */
export const Watcher = z.object({
  agentId: z.string(),
  connectionId: z.string(),
  teams: z.array(Team),
  /** When they are told next, or were told last. 0: not yet. */
  toldAt: z.number(),
});
export type Watcher = z.output<typeof Watcher>;

export const NOBODY_ENTRUSTED: EntrustedFigure = { customers: 0, longestSince: null };

/** Queues, lists and whom the platform has, as they were at an instant. */
export const Counted = z.object({
  countedAt: z.number(),
  queues: z.array(QueueFigure),
  lists: z.array(ListFigure),
  entrusted: EntrustedFigure.default(NOBODY_ENTRUSTED),
});
export type Counted = z.output<typeof Counted>;

/**
 * The agent's row in their team, by its key. Who is in no team has none, and nobody supervises
 * them.
 */
export function memberEntries(agent: Agent): Map<string, Member> {
  const { teamId } = agent.user.team;
  return new Map(teamId ? [[`${teamId}#AGENT#${agent.id}`, { teamId, figure: agentFigure(agent) }]] : []);
}

/**
 * What of an agent changes from second to second. A stored map has no order, a figure has: what has
 * not changed is not written again.
 */
export function agentFigure(agent: Agent): AgentFigure {
  const { id, user, state, stateChangeTime } = agent;
  const { username, firstName, lastName, team } = user;
  return {
    id,
    username,
    firstName,
    lastName,
    teamId: team.teamId,
    connected: reachable(agent),
    state,
    stateChangeTime,
    mrds: byKey(agent.mrds).map(({ mrd, state: mrdState, maxAgentTasks: max }) => {
      return { id: mrd.id, name: mrd.name, state: mrdState, used: tasksOn(agent, mrd.id).length, max };
    }),
    conversations: oldestWithin(
      MOST_CONVERSATIONS_BYTES,
      byKey(agent.slots).map(({ conversationId, phase, mrdId, parked }) => ({
        conversationId,
        phase,
        mrdId,
        ...(parked ? { parked } : {}),
      })),
    ),
    missed: agent.missed,
  };
}

function byKey<T>(map: Readonly<Record<string, T>>): T[] {
  return Object.entries(map)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, value]) => value);
}

/** The teams that the agent watches, as far as their token still lets them. */
export function watchedTeams({ user, teams }: Agent): z.output<typeof Team>[] {
  if (!user.roles.includes('supervisor')) return [];
  const named = new Map(user.supervisedTeams.map((team) => [team.teamId, team]));
  return [...named.values()].filter(({ teamId }) => teams.includes(teamId));
}

/**
 * The row of an agent who watches teams. There is none before the desk was greeted: the greeting
 * shows it the figures.
 */
export function watcher(agent: Agent): Watcher | null {
  const { id: agentId, session, state } = agent;
  const teams = watchedTeams(agent);
  if (teams.length === 0 || !session || !reachable(agent) || state.name === 'LOGOUT') return null;
  return { agentId, connectionId: session.connectionId, teams, toldAt: 0 };
}

export function queueFigure(queue: Queue, waiting: readonly Waiting[], routable: readonly Routable[]): QueueFigure {
  const { id, name, mrdId } = queue;
  const since = waiting.filter(({ queueId }) => queueId === id).map(({ enqueuedAt }) => enqueuedAt);
  return {
    id,
    name,
    mrdId,
    waiting: since.length,
    longestWaitSince: since.length > 0 ? Math.min(...since) : null,
    agentsReady: routable.filter((entry) => entry.mrdId === mrdId && serves(entry, queue)).length,
  };
}

export function listFigure({ id, name }: List, rows: readonly Listed[]): ListFigure {
  const count = (...statuses: Listed['status'][]) => rows.filter(({ status }) => statuses.includes(status)).length;
  return { id, name, waiting: count('CREATED', 'INACTIVE'), active: count('ACTIVE', 'ON_HOLD') };
}

/** Of the first so many, longest first, and one more if there is one. */
export function entrustedFigure(rows: readonly Entrusted[], most: number): EntrustedFigure {
  const [longest] = rows;
  const more = rows.length > most ? { more: true as const } : {};
  return { customers: Math.min(rows.length, most), longestSince: longest?.since ?? null, ...more };
}

type TeamFigures = ManagerPayload<'onTeam'>;

/** `onTeam` in as many frames as it takes: each but the last says that there is more. */
export function onTeam(
  figures: Pick<TeamFigures, 'teams' | 'agents' | 'queues' | 'lists' | 'entrusted' | 'at'>,
): TeamFigures[] {
  const { teams, entrusted, at } = figures;
  const empty = { teams, agents: [], queues: [], lists: [], entrusted, at, more: true };
  const pages = pagesWithin(roomBeside({ event: 'onTeam', data: empty }), [
    ...figures.agents.map((agent) => ({ agent })),
    ...figures.queues.map((queue) => ({ queue })),
    ...figures.lists.map((list) => ({ list })),
  ]).map((page) => ({
    teams,
    agents: page.flatMap((item) => ('agent' in item ? item.agent : [])),
    queues: page.flatMap((item) => ('queue' in item ? item.queue : [])),
    lists: page.flatMap((item) => ('list' in item ? item.list : [])),
    entrusted,
    at,
  }));
  return pages.map((page, index) => (index < pages.length - 1 ? { ...page, more: true as const } : page));
}
