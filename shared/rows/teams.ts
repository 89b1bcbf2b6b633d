/**
 * What supervisors watch.
 *   the agents of a team        TEAM#id / AGENT#agent     figures, pushed once a second at most
 *   who watches teams now       WATCHING / agent          whom to push them to
 *   queues and lists            FLOOR / COUNTED           as they were counted last, for all who watch
 *   when they are counted next  FLOOR / DUE               by whoever wrote it
 * The first two are derived from the agent's state and written with it (agents.ts).
 */
import * as z from 'zod';
import { Counted, Member, Watcher } from '../domain/shown/team.ts';
import { Conflict, type Store } from '../edge/app.ts';
import type { Key, Table, Write } from './table.ts';

const WATCHING = 'WATCHING';
const TEAM = 'TEAM#';

const COUNTED: Key = { pk: 'FLOOR', sk: 'COUNTED' };
const DUE: Key = { pk: 'FLOOR', sk: 'DUE' };
const Due = z.object({ dueAt: z.number() });

function key(agentId: string): Key {
  return { pk: WATCHING, sk: agentId };
}

export function teams(
  table: Table,
): Pick<Store, 'members' | 'watchers' | 'willTell' | 'counted' | 'keepCount' | 'countDue' | 'willCount'> {
  return {
    /** The figures of a team's agents, in the order of their ids. */
    async members(teamId) {
      const rows = await table.query(Member, { pk: `${TEAM}${teamId}`, sk: { prefix: 'AGENT#' } });
      return rows.map(({ figure }) => figure);
    },
    watchers: (agentIds) =>
      agentIds ? table.getMany(Watcher, [...agentIds].map(key)) : table.query(Watcher, { pk: WATCHING }),
    /**
     * The one who writes the next instant is the one who tells them then. False: somebody else was
     * quicker, or they watch something else now.
     */
    willTell: ({ agentId, connectionId, toldAt }, at) =>
      table.update(key(agentId), { set: { toldAt: at } }, { equal: { connectionId, toldAt } }),
    counted: () => table.get(Counted, COUNTED),
    async keepCount(counted) {
      const { countedAt } = counted;
      const test = { any: [{ exists: false }, { below: { countedAt } }] };
      try {
        await table.write([{ put: { ...counted, ...COUNTED }, where: { test } }]);
      } catch (error) {
        if (!(error instanceof Conflict)) throw error; // another count is as new
      }
    },
    countDue: async () => (await table.get(Due, DUE))?.dueAt ?? 0,
    willCount: (seen, at) =>
      table.update(DUE, { set: { dueAt: at } }, seen === 0 ? { exists: false } : { equal: { dueAt: seen } }),
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
