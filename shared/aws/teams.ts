/**
 * What supervisors watch.
 *   the agents of a team        TEAM#id / AGENT#agent     figures, pushed once a second at most
 *   who watches teams now       WATCHING / agent          whom to push them to
 * Both are derived from the agent's state and written with it (agents.ts).
 */
import type { AgentFigure } from '../protocol/figures.ts';
import { Member, Watcher } from '../domain/shown/team.ts';
import { query, update, type Key, type Write } from './table.ts';

const WATCHING = 'WATCHING';
const TEAM = 'TEAM#';

function key(agentId: string): Key {
  return { pk: WATCHING, sk: agentId };
}

/** The figures of a team's agents, in the order of their ids. */
export async function members(teamId: string): Promise<AgentFigure[]> {
  const rows = await query(Member, { pk: `${TEAM}${teamId}`, sk: { prefix: 'AGENT#' } });
  return rows.map(({ figure }) => figure);
}

export function watchers(): Promise<Watcher[]> {
  return query(Watcher, { pk: WATCHING });
}

/** The one who writes the next instant is the one who tells them then. False: somebody else was quicker, or they watch something else now. */
export function willTell({ agentId, connectionId, toldAt }: Watcher, at: number): Promise<boolean> {
  return update(
    key(agentId),
    { set: { toldAt: at } },
    { expression: 'connectionId = :desk AND toldAt = :seen', values: { ':desk': connectionId, ':seen': toldAt } },
  );
}

export function watcherWrites(before: Watcher | null, after: Watcher | null): Write[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (after) return [{ put: { ...after, ...key(after.agentId) } }];
  return before ? [{ delete: key(before.agentId) }] : [];
}

/** The team whose figures the change of an item changes; null: a queue or a list, which everybody sees who watches a team. */
export function teamOf(pk: string): string | null {
  return pk.startsWith(TEAM) ? pk.slice(TEAM.length) : null;
}
