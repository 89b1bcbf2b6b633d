/**
 * What supervisors' figures cost: one change told, counted in the small world and so exact, and
 * what 400 supervisors of 10,000 agents come to a second.
 */
import { Supervised, type Spent } from '../test/support/supervised.ts';
import { table } from './print.ts';

const TEAMS = 400;
const MEMBERS = 25;
/**
 * Of the stream, at the load of the cost model; each has a reader of its own, which tells once a
 * second at most.
 */
const SHARDS = 49;
/** Read units of what was counted last, with 100 queues and lists; three times as many to write. */
const COUNTED = 4;
/** What a partition key takes a second. */
const MOST = { read: 3_000, write: 1_000 };

export async function figures(): Promise<void> {
  const floor = await Supervised.of({ teams: TEAMS, members: MEMBERS });
  await floor.told([null]);
  const change = await floor.told([null]);
  const team = await floor.told(['team-3']);
  const one = await Supervised.of({ teams: 1, members: TEAMS });
  await one.told([null]);
  const large = await one.told(['team-0']);
  const row = (what: string, { calls, readUnits, writeUnits, posts, reads }: Spent) =>
    [what, calls, readUnits, writeUnits, posts, ...['WATCHING', 'TEAM#', 'ROUTABLE'].map(reads)] as const;
  table(
    `One change, told on a floor of ${TEAMS * MEMBERS} agents and ${TEAMS} supervisors`,
    ['what', 'rows and pages', 'RRU', 'WRU', 'posts', 'RRU of WATCHING', 'of all TEAM', 'of ROUTABLE'],
    [
      row('a queue, to all supervisors', change),
      row(`an agent, in a team of ${MEMBERS}`, team),
      row(`an agent, in a team of ${TEAMS} (one supervisor)`, large),
    ],
  );
  // At most: every reader is told of changes in each second, each supervisor is told once, and the
  // floor is counted once.
  const looks = change.reads('WATCHING') - TEAMS;
  const perLook = looks / 2;
  const watching = SHARDS * perLook + perLook + TEAMS;
  const counting = change.reads('ROUTABLE');
  const before = SHARDS * counting;
  const share = (units: number, most: number) => `${Math.ceil(units)} (${((100 * units) / most).toFixed(0)} %)`;
  table(
    `A second in which everything changes, ${SHARDS} readers of the stream: units of each key, and of what it takes`,
    ['partition key', 'RRU, each reader counting (before)', 'RRU', 'WRU'],
    [
      ['WATCHING', share(SHARDS * 2 * perLook, MOST.read), share(watching, MOST.read), share(TEAMS, MOST.write)],
      ['ROUTABLE, all of one line', share(before, MOST.read), share(counting, MOST.read), '0'],
      ['FLOOR', '0', share(SHARDS * (1 + COUNTED), MOST.read), share(SHARDS + 3 * COUNTED, MOST.write)],
      ['TEAM of 25', '3', share(change.reads('TEAM#') / TEAMS, MOST.read), '0'],
    ],
  );
}
