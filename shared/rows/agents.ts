/**
 * Agents in the table.
 *   the agent and all they hold   AGENT#id / STATE               every agent event
 *   who there is                  AGENTS / id                    the platform's list
 *   who can take a task now       ROUTABLE#mrd#line / since#agent  routing, longest available first
 *   who watches a list now        LIST#id / SUBSCRIBER#agent     what happens on it
 *   how they are, for supervisors TEAM#id / AGENT#agent          figures (teams.ts)
 *   who watches teams now         WATCHING / agent               figures (teams.ts)
 * All but the directory are derived from the state and written with it, so they cannot disagree.
 */
import * as z from 'zod';
import { Agent } from '../domain/agent/agent.ts';
import { Subscriber, subscriberEntries, type Listed } from '../domain/handling/pull-list.ts';
import { partitionOf, Routable, routableEntries, type Waiting } from '../domain/routing/routing.ts';
import { memberEntries, watcher, type Member } from '../domain/shown/team.ts';
import type { Store } from '../edge/app.ts';
import { unchanged, type Key, type Table, type Write } from './table.ts';
import { kept } from './stored.ts';
import { watcherWrites } from './teams.ts';

function key(id: string): Key {
  return { pk: `AGENT#${id}`, sk: 'STATE' };
}

export const Stored = kept(Agent);

const DIRECTORY = 'AGENTS';
const Entry = z.object({ sk: z.string() });

export function agents(table: Table): Pick<Store, 'agent' | 'agents' | 'agentIds' | 'routable' | 'subscribers'> {
  const agent = (id: string) => table.get(Stored, key(id));
  return {
    agent,
    async agents(ids) {
      const [only, ...more] = ids;
      if (only === undefined) return [];
      if (more.length > 0) return table.getMany(Stored, ids.map(key));
      const found = await agent(only);
      return found ? [found] : [];
    },
    async agentIds(after, limit) {
      const behind = after === null ? {} : { sk: { after } };
      const entries = await table.query(Entry, { pk: DIRECTORY, limit, ...behind });
      return entries.map(({ sk }) => sk);
    },
    routable: (mrdId, line, { after, limit }) =>
      table.query(Routable, {
        pk: `ROUTABLE#${mrdId}#${line}`,
        limit,
        ...(after === undefined ? {} : { sk: { after } }),
      }),
    subscribers: (listId) => table.pages(Subscriber, { pk: `LIST#${listId}`, sk: { prefix: 'SUBSCRIBER#' } }),
  };
}

/** The writes that bring an agent from one state to the next. */
export function agentWrites(before: Agent | undefined, after: Agent): Write[] {
  if (before === after) return [];
  const version = before?.version ?? 0;
  return [
    { put: { ...after, version: version + 1, ...key(after.id) }, where: unchanged(version) },
    ...(version === 0 ? [{ put: { pk: DIRECTORY, sk: after.id } }] : []),
    ...indexWrites('ROUTABLE', before ? routableEntries(before) : new Map(), routableEntries(after)),
    ...indexWrites('LIST', before ? subscriberEntries(before) : new Map(), subscriberEntries(after)),
    ...indexWrites('TEAM', before ? memberEntries(before) : new Map(), memberEntries(after)),
    ...watcherWrites(before ? watcher(before) : null, watcher(after)),
  ];
}

/** Entries are keyed `<partition>#<sort key>`; only what differs is written. */
export function indexWrites<T extends Routable | Waiting | Subscriber | Listed | Member>(
  index: string,
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
): Write[] {
  const keyOf = (entryKey: string, entry: T): Key => {
    const partition = 'listId' in entry ? entry.listId : 'teamId' in entry ? entry.teamId : partitionOf(entry);
    return { pk: `${index}#${partition}`, sk: entryKey.slice(partition.length + 1) };
  };
  const gone = [...before].filter(([entryKey]) => !after.has(entryKey));
  const changed = [...after].filter(
    ([entryKey, entry]) => JSON.stringify(before.get(entryKey)) !== JSON.stringify(entry),
  );
  return [
    ...gone.map(([entryKey, entry]): Write => ({ delete: keyOf(entryKey, entry) })),
    ...changed.map(([entryKey, entry]): Write => ({ put: { ...entry, ...keyOf(entryKey, entry) } })),
  ];
}
