/** What a desk is told where no connection can come about: why, and at once where none can be. */
import { afterEach, expect, it, vi } from 'vitest';
import { connect, type ConnectOptions } from '../../../shared/client/client.ts';
import { createFakeManager } from '../../../shared/client/testing.ts';

afterEach(() => void vi.unstubAllGlobals());

const failure = (options: ConnectOptions) =>
  connect(options).then(
    () => 'connected',
    ({ code, message }: { code: string; message: string }) => `${code}: ${message}`,
  );

it('Where there is no WebSocket, as in Node 20, a desk hears so at once', async () => {
  vi.stubGlobal('WebSocket', undefined);
  const { WebSocket: _, ...options } = createFakeManager().options;
  expect(await failure(options)).toBe('client.unreachable: There is no WebSocket here: give one in `WebSocket`.');
});

it('Where its address is none, a desk hears so at once', async () => {
  expect(await failure({ ...createFakeManager().options, url: 'nonsense' })).toMatch(
    /^client\.unreachable: Invalid URL/,
  );
});

it('Where nothing comes about in time, a desk hears what the last hindrance was', async () => {
  const token = () => Promise.reject(new Error('The issuer is down.'));
  const options = { ...createFakeManager().options, connectTimeoutMs: 50, token };
  expect(await failure(options)).toBe(
    'client.unreachable: No connection came about in time. There is no token: The issuer is down.',
  );
});

it('Whoever gives up connecting hears so, and no socket opens any more', async () => {
  const manager = createFakeManager();
  const giving = new AbortController();
  manager.drop();
  const refused = failure({ ...manager.options, signal: giving.signal });
  await new Promise((resolve) => setTimeout(resolve, 100));
  giving.abort();
  expect(await refused).toBe('client.closed: Connecting was given up.');
  manager.restore();
  expect(await failure({ ...manager.options, signal: giving.signal })).toBe('client.closed: Connecting was given up.');
  await new Promise((resolve) => setTimeout(resolve, 500)); // twice as long as the client waits at most
  expect(manager.connections).toBe(0);
});

it('Once there is a connection, giving up connecting does not end it', async () => {
  const manager = createFakeManager();
  const giving = new AbortController();
  const agent = await connect({ ...manager.options, signal: giving.signal });
  giving.abort();
  expect([agent.state, manager.connected]).toEqual(['connected', true]);
  agent.close();
});
