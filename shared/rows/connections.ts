/**
 * Connections (CONNECTION#id / CONNECTION): whose they are, and when a connection with a lease was
 * last heard. Presence is not read from here.
 */
import * as z from 'zod';
import type { Connections } from '../edge/app.ts';
import { expiry, type Key, type Table } from './table.ts';

/** API Gateway closes a connection after two hours; the row stays a little longer. */
const LIFE_SECONDS = 2.5 * 3600;

const Connection = z.object({
  lastSeen: z.number().nullable().default(null),
  leaseSeconds: z.number().nullable().default(null),
  check: z.string().nullable().default(null),
  /** Frames that were counted so far. */
  frames: z.number().default(0),
});

function key(id: string): Key {
  return { pk: `CONNECTION#${id}`, sk: 'CONNECTION' };
}

export function connections(table: Table): Connections {
  return {
    async open({ id, agentId, epoch, at, check }) {
      const expiresAt = expiry(at, LIFE_SECONDS);
      await table.write([{ put: { agentId, epoch, connectedAt: at, check, expiresAt, ...key(id) } }]);
    },
    lease(id) {
      return table.get(Connection, key(id));
    },
    async seen(id, at, leaseSeconds) {
      const set = { lastSeen: at, ...(leaseSeconds === undefined ? {} : { leaseSeconds }) };
      const now = await table.add(Connection, key(id), { set, add: { frames: 1 } }, { has: 'lastSeen' });
      return now && now.frames;
    },
    async count(id) {
      const now = await table.add(Connection, key(id), { set: {}, add: { frames: 1 } }, { exists: true });
      return now && { frames: now.frames, hasLease: now.lastSeen !== null };
    },
    beginLease(id, at, leaseSeconds, check) {
      return table.update(key(id), { set: { lastSeen: at, leaseSeconds, check } }, { exists: true });
    },
    followCheck(id, check, next) {
      // Where none was named, the last one that names its follower is the one that goes on.
      return table.update(key(id), { set: { check: next } }, check === null ? { exists: true } : { equal: { check } });
    },
    async forget(id) {
      await table.write([{ delete: key(id) }]);
    },
  };
}
