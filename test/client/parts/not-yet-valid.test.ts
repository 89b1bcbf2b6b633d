/**
 * A token that is not yet valid, because somebody's clock is wrong: a desk waits until it is, and
 * says meanwhile what it waits for.
 */
import { describe, expect, it } from 'vitest';
import { connect, io, type Agent, type ConnectOptions } from '../../../shared/client/client.ts';
import { createFakeManager } from '../../../shared/client/testing.ts';
import { VirtualClock } from '../../../shared/memory/clock.ts';
import { jumping } from '../../support/reach.ts';

const SOON = 'The token is not yet valid.';

/** A manager for whom the token is good so much later, and how often it was asked meanwhile. */
function clockAhead() {
  const time = new VirtualClock();
  const clock = jumping(time);
  const manager = createFakeManager({ clock });
  let asked = 0;
  const { fetch } = manager.options;
  const options: ConnectOptions = {
    ...manager.options,
    clock,
    backoff: { baseMs: 1_000, maxMs: 30_000 },
    fetch: (url, init) => {
      asked += 1;
      return fetch?.(url, init) ?? Promise.reject(new Error('there is no fetch'));
    },
  };
  manager.refuseConnections('auth.notYetValid', SOON);
  const passes = (ms: number) => time.runUntil(time.now() + ms);
  return { manager, options, passes, asked: () => asked };
}

describe('A desk whose token is not yet valid', () => {
  it('is connected once it is, however long that takes', async () => {
    const { manager, options, passes, asked } = clockAhead();
    let agent: Agent | undefined;
    void connect({ ...options, connectTimeoutMs: 3_600_000 }).then((connected) => (agent = connected));
    await passes(600_000);
    expect([agent, manager.connections]).toEqual([undefined, 0]);
    const before = asked();
    expect(before).toBeGreaterThan(10); // it did not give up
    expect(before).toBeLessThan(200); // nor hurry
    manager.refuseConnections(undefined);
    await passes(31_000);
    expect([agent?.state, manager.connections]).toEqual(['connected', 1]);
    agent?.close();
  });

  it('that waits no longer says why', async () => {
    const { options, passes } = clockAhead();
    const refused = connect({ ...options, connectTimeoutMs: 20_000 }).catch((error: unknown) => error);
    await passes(21_000);
    expect(await refused).toMatchObject({ code: 'auth.notYetValid', message: expect.stringContaining(SOON) });
  });

  it('of socket.io hears it each time, and then connects', async () => {
    const { manager, options, passes } = clockAhead();
    const codes: (string | undefined)[] = [];
    const socket = io(options.url, { ...options, auth: { token: 'early' } });
    socket.on('connect_error', (error: { data?: { content: { code?: string } } }) =>
      codes.push(error.data?.content.code),
    );
    await passes(120_000);
    expect(codes.length).toBeGreaterThan(2);
    expect(new Set(codes)).toEqual(new Set(['auth.notYetValid']));
    expect(socket.connected).toBe(false);
    manager.refuseConnections(undefined);
    await passes(31_000);
    expect(socket.connected).toBe(true);
    socket.disconnect();
  });
});
