/**
 * What supervisors watch.
 *   the agents of a team        TEAM#id / AGENT#agent     figures, pushed once a second at most
 *   who watches teams now       WATCHING / agent          whom to push them to
 * Both are derived from the agent's state and written with it (agents.ts).
 */
import { Member, Watcher } from '../domain/shown/team.ts';
import type { Store } from '../edge/app.ts';
import type { Key, Table, Write } from './table.ts';

const WATCHING = 'WATCHING';
const TEAM = 'TEAM#';

function key(agentId: string): Key {
  return { pk: WATCHING, sk: agentId };
}

export function teams(table: Table): Pick<Store, 'members' | 'watchers' | 'willTell'> {
  return {
    /** The figures of a team's agents, in the order of their ids. */
    async members(teamId) {
      const rows = await table.query(Member, { pk: `${TEAM}${teamId}`, sk: { prefix: 'AGENT#' } });
      return rows.map(({ figure }) => figure);
    },
    watchers: () => table.query(Watcher, { pk: WATCHING }),
    /**
     * The one who writes the next instant is the one who tells them then. False: somebody else was
     * quicker, or they watch something else now.
     */
    willTell: ({ agentId, connectionId, toldAt }, at) =>
      table.update(key(agentId), { set: { toldAt: at } }, { equal: { connectionId, toldAt } }),
  };
}

export function watcherWrites(before: Watcher | null, after: Watcher | null): Write[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (after) return [{ put: { ...after, ...key(after.agentId) } }];
  return before ? [{ delete: key(before.agentId) }] : [];
}

/**
 * The team whose figures the change of an item changes; null: a queue or a list, which everybody
 * sees who watches a team.
 */
export function teamOf(pk: string): string | null {
  return pk.startsWith(TEAM) ? pk.slice(TEAM.length) : null;
}
