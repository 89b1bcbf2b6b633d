/**
 * Lines of agents in the table.
 *   which lines serve a queue     LINES#QUEUE#queue / line   a request that looks for an agent
 *   which lines an MRD has        LINES#MRD#mrd / line       whose queue is gone; "why not me?"
 * A row says what its id says, so it is never changed, only renewed: by whoever signs in with the
 * line, when it is half a day old. A line that nobody has is gone a day later. No connection lives
 * longer than two hours.
 */
import { PoolLine, poolLines, poolOfMrd, type Line, type Pool } from '../domain/routing/lines.ts';
import type { Store } from '../edge/app.ts';
import { expiry, type Key, type Table } from './table.ts';

const LIFE_SECONDS = 24 * 3600;
const RENEWED_SECONDS = LIFE_SECONDS / 2;

function key(pool: Pool, line: string): Key {
  return { pk: `LINES#${pool}`, sk: line };
}

export function lines(table: Table): Pick<Store, 'lines' | 'openLines'> {
  return {
    lines: (pool, { after, limit }) =>
      table.query(PoolLine, { pk: `LINES#${pool}`, limit, ...(after === undefined ? {} : { sk: { after } }) }),
    async openLines(wanted, at) {
      const open = await table.getMany(
        PoolLine,
        wanted.map(({ id, mrdId }) => key(poolOfMrd(mrdId), id)),
      );
      const fresh = new Set(open.filter((row) => row.expiresAt > expiry(at, RENEWED_SECONDS)).map(({ line }) => line));
      const missing = wanted.filter(({ id }) => !fresh.has(id));
      await Promise.all(missing.map((line) => write(table, line, expiry(at, LIFE_SECONDS))));
    },
  };
}

/** The row on the MRD is the last: where it is, all are. */
async function write(table: Table, line: Line, expiresAt: number): Promise<void> {
  const rows = poolLines(line, expiresAt).map(({ pool, row }) => ({ put: { ...row, ...key(pool, row.line) } }));
  await Promise.all(rows.slice(0, -1).map((row) => table.write([row])));
  await Promise.all(rows.slice(-1).map((row) => table.write([row])));
}
