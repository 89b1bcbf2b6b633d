/**
 * The floor, live, for supervisors: the figures of the teams that they watch, with every queue and
 * list. A desk gets all of them when it begins to watch and with its greeting, and again at most
 * once a second while something changes. Nothing waits for them: they follow the table's stream.
 */
import type { Agent } from '../../domain/agent/agent.ts';
import { NOBODY_ENTRUSTED, onTeam, watchedTeams, type Counted, type Watcher } from '../../domain/shown/team.ts';
import type { AgentFigure } from '../../protocol/shapes/figures.ts';
import type { ManagerPayload } from '../../protocol/manager-events.ts';
import type { App } from '../app.ts';
import { frameOf } from '../loop/frames.ts';
import { inLoop } from '../loop/run.ts';
import { tellDesks } from './fan-out.ts';
import { countedFloor, countFloor, recount } from './floor.ts';

/** A desk is told this long after the last time at the earliest. */
const PACE_MS = 1_000;

/**
 * What the agent watches, in frames of a size that the gateway carries: empty where that is
 * nothing.
 */
export async function figuresFor(app: App, agent: Agent): Promise<Figures[]> {
  const teams = watchedTeams(agent);
  return shown(teams, await floorOf(app, app.now(), teams, countFloor));
}

/**
 * A change of each of these teams, or (null) of a queue or list: whoever watches it is told, the
 * figures being read once for all. Queues and lists are counted first, so that those who are told
 * later by somebody else hear of it, too.
 */
export async function tellWatchers(app: App, changed: readonly (string | null)[]): Promise<void> {
  const watching = await app.store.watchers();
  if (watching.length === 0) return;
  const floorChanged = changed.includes(null) && (await recount(app));
  const concerns = ({ teams }: Watcher) => floorChanged || teams.some(({ teamId }) => changed.includes(teamId));
  const concerned = (floorChanged ? await app.store.watchers() : watching).filter(concerns);
  const { at, promised } = await promise(app, concerned);
  if (promised.size === 0) return;
  await app.sleep(Math.max(0, at - app.now()));
  // Whoever watches something else since then, or on another connection, has been told all by that.
  const watchers = (await app.store.watchers(promised)).filter(({ toldAt }) => toldAt === at);
  const all = watchers.flatMap(({ teams }) => teams);
  const floor = await floorOf(app, at, all, countedFloor);
  await inLoop(app, (loop) => tellDesks(app, loop, watchers, ({ teams }) => framesOf(shown(teams, floor))));
}

/**
 * Who is told by this call, all at the same instant, a second after the last time. Others may be
 * about to tell the same desks, because the stream has many shards: those who are due later anyway
 * will hear of this change, for the figures are only read then.
 */
async function promise(app: App, concerned: readonly Watcher[]): Promise<{ at: number; promised: Set<string> }> {
  const now = app.now();
  const free = concerned.filter(({ toldAt }) => toldAt <= now);
  const at = Math.max(now, ...free.map(({ toldAt }) => toldAt + PACE_MS));
  const mine = await Promise.all(free.map((one) => app.store.willTell(one, at)));
  return { at, promised: new Set(free.filter((_, index) => mine[index]).map(({ agentId }) => agentId)) };
}

type Figures = ManagerPayload<'onTeam'>;

/** The figures: of the agents, by their teams, with all that was decided before `at`. */
interface Floor extends Pick<Figures, 'queues' | 'lists' | 'entrusted' | 'at'> {
  readonly members: ReadonlyMap<string, AgentFigure[]>;
}

/** Every team is read once. Where nobody watches any, nothing is. */
async function floorOf(
  app: App,
  at: number,
  teams: Figures['teams'],
  count: (app: App) => Promise<Counted>,
): Promise<Floor> {
  const ids = [...new Set(teams.map(({ teamId }) => teamId))];
  if (ids.length === 0) return { members: new Map(), queues: [], lists: [], entrusted: NOBODY_ENTRUSTED, at };
  const [members, { queues, lists, entrusted }] = await Promise.all([
    Promise.all(ids.map(async (id): Promise<[string, AgentFigure[]]> => [id, await app.store.members(id)])),
    count(app),
  ]);
  return { members: new Map(members), queues, lists, entrusted, at };
}

function shown(teams: Figures['teams'], { members, ...floor }: Floor): Figures[] {
  return onTeam({ ...floor, teams, agents: teams.flatMap(({ teamId }) => members.get(teamId) ?? []) });
}

export function framesOf(pages: readonly Figures[]): string[] {
  return pages.map((data) => frameOf({ event: 'onTeam', data }));
}
