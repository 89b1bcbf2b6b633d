/** Connections (CONNECTION#id / CONNECTION): whose they are, and when a connection with a lease was last heard. Presence is not read from here. */
import * as z from 'zod';
import type { Connections } from '../edge/app.ts';
import { expiry, type Key, type Table } from './table.ts';

/** API Gateway closes a connection after two hours; the row stays a little longer. */
const LIFE_SECONDS = 2.5 * 3600;

const Connection = z.object({
  agentId: z.string(),
  lastSeen: z.number().optional(),
  leaseSeconds: z.number().nullable().default(null),
});

function key(id: string): Key {
  return { pk: `CONNECTION#${id}`, sk: 'CONNECTION' };
}

export function connections(table: Table): Connections {
  return {
    async open({ id, agentId, epoch, at }) {
      const expiresAt = expiry(at, LIFE_SECONDS);
      await table.write([{ put: { agentId, epoch, connectedAt: at, expiresAt, ...key(id) } }]);
    },
    async seen(id, at, leaseSeconds) {
      const set = leaseSeconds === undefined ? { lastSeen: at } : { lastSeen: at, leaseSeconds };
      if (await table.update(key(id), { set }, { has: 'lastSeen' })) return 'renewed';
      const first = leaseSeconds !== undefined && (await table.update(key(id), { set }, { exists: true }));
      return first ? 'first' : 'none';
    },
    async lease(id) {
      const { lastSeen, leaseSeconds = null } = (await table.get(Connection, key(id))) ?? {};
      return lastSeen === undefined ? null : { lastSeen, leaseSeconds };
    },
    async forget(id) {
      await table.write([{ delete: key(id) }]);
    },
  };
}
