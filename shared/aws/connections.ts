/** Connections (CONNECTION#id / CONNECTION): whose they are, and when a connection with a lease was last heard. Presence is not read from here. */
import * as z from 'zod';
import type { Connections } from '../edge/app.ts';
import { expiry, get, update, write, type Key } from './table.ts';

/** API Gateway closes a connection after two hours; the row stays a little longer. */
const LIFE_SECONDS = 2.5 * 3600;

const Connection = z.object({ agentId: z.string(), lastSeen: z.number().optional() });

function key(id: string): Key {
  return { pk: `CONNECTION#${id}`, sk: 'CONNECTION' };
}

export const connections: Connections = {
  async open({ id, agentId, epoch, at }) {
    await write([{ put: { agentId, epoch, connectedAt: at, expiresAt: expiry(at, LIFE_SECONDS), ...key(id) } }]);
  },
  async seen(id, at, lease) {
    const renewed = await update(key(id), { set: { lastSeen: at } }, { expression: 'attribute_exists(lastSeen)' });
    if (renewed) return 'renewed';
    const first = lease && (await update(key(id), { set: { lastSeen: at } }, { expression: 'attribute_exists(pk)' }));
    return first ? 'first' : 'none';
  },
  async lastSeen(id) {
    return (await get(Connection, key(id)))?.lastSeen ?? null;
  },
  async forget(id) {
    await write([{ delete: key(id) }]);
  },
};
