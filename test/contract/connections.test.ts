/**
 * Leases of connections: who is known, who beats, which check goes on, and what a connection that
 * is forgotten or unknown may not do.
 */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { kept } from '../support/kept.ts';

const here = kept();

async function connection(): Promise<string> {
  const id = randomUUID();
  await here.connections.open({ id, agentId: 'amy', epoch: 1, at: 1_000, check: 'first' });
  return id;
}

it('a connection has no lease until one begins, and then the length that was last asked for', async () => {
  const id = await connection();
  expect(await here.connections.lease(id)).toMatchObject({ lastSeen: null, leaseSeconds: null, check: 'first' });
  expect(await here.connections.seen(id, 2_000)).toBeNull();
  expect(await here.connections.beginLease(id, 3_000, 45, 'second')).toBe(true);
  expect(await here.connections.lease(id)).toMatchObject({ lastSeen: 3_000, leaseSeconds: 45, check: 'second' });
  expect(await here.connections.seen(id, 4_000, 150)).toBe(1);
  expect(await here.connections.seen(id, 5_000)).toBe(2);
  expect(await here.connections.lease(id)).toMatchObject({ lastSeen: 5_000, leaseSeconds: 150, check: 'second' });
});

it('frames are counted, with a lease or without', async () => {
  const id = await connection();
  expect(await here.connections.count(id)).toEqual({ frames: 1, hasLease: false });
  expect(await here.connections.count(id)).toEqual({ frames: 2, hasLease: false });
  expect(await here.connections.lease(id)).toMatchObject({ lastSeen: null });
  await here.connections.beginLease(id, 3_000, 45, 'second');
  expect(await here.connections.count(id)).toEqual({ frames: 3, hasLease: true });
  expect(await here.connections.seen(id, 4_000)).toBe(4);
});

it('one check follows another, once', async () => {
  const id = await connection();
  expect(await here.connections.followCheck(id, 'first', 'second')).toBe(true);
  expect(await here.connections.followCheck(id, 'first', 'third')).toBe(false);
  expect(await here.connections.lease(id)).toMatchObject({ check: 'second' });
});

it('a connection that is forgotten or was never there has none, and gets none', async () => {
  const id = await connection();
  await here.connections.beginLease(id, 3_000, 45, 'second');
  await here.connections.forget(id);
  for (const nobody of [id, randomUUID()]) {
    expect(await here.connections.seen(nobody, 4_000, 45)).toBeNull();
    expect(await here.connections.count(nobody)).toBeNull();
    expect(await here.connections.beginLease(nobody, 4_000, 45, 'third')).toBe(false);
    expect(await here.connections.followCheck(nobody, 'second', 'third')).toBe(false);
    expect(await here.connections.lease(nobody)).toBeNull();
  }
});
