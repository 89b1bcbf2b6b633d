/**
 * Desks that sign in through a bridge, which gets newer tokens in their place: at an OIDC server
 * that is not ours, whose tokens last three seconds.
 */
import { connect as dial } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openBridge } from '../../bridge/server.ts';
import { listen } from '../../infra/local/http/http.ts';
import { connectTo, type RealSocket } from '../support/socket-io-clients.ts';
import { Browser } from '../support/real-issuer.ts';
import { DESK, post, signingIn, word } from '../support/signing-in.ts';

const people = {
  amy: { password: 'secret', claims: { preferred_username: 'amy', realm_access: { roles: ['agent'] } } },
};
/** Without a newer token a session would be over two seconds after its end. */
const environment = { TOKEN_GRACE_SECONDS: '1' };

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

async function centre(rotates: boolean) {
  const here = await signingIn({ people, rotates, tokenSeconds: 3, environment });
  let running = true;
  ends.push(() => running && here.stop());
  const bridge = async () => {
    const { wsUrl: url, httpUrl: loginUrl } = here.stack;
    const opened = openBridge({ manager: { url, backoff: { baseMs: 50, maxMs: 200 } }, loginUrl, patienceMs: 1_000, origins: ['https://desk.example.com'] }); // prettier-ignore
    const { port } = await listen(opened.server, 0, '127.0.0.1');
    ends.push(() => opened.stop());
    return { ...opened, origin: `http://127.0.0.1:${port}` };
  };
  const login = async (origin: string) => {
    const { verifier, challenge } = word();
    const code = await here.codeOf(new Browser(DESK), challenge);
    const { status, data } = await post(`${origin}/agent-manager/agent/login`, { code, code_verifier: verifier });
    expect(status).toBe(200);
    return data?.keycloak_User ?? {};
  };
  const stopIssuer = () => here.provider.stop();
  const stop = async () => {
    running = false;
    await here.stop();
  };
  return { here, bridge, login, stopIssuer, stop };
}

/** A desk as it keeps its login: what it was told, and that alone, whenever it connects. */
function desk(origin: string, login: object, version: 2 | 4 = 4) {
  const token = 'token' in login ? String(login.token) : '';
  const socket = connectTo(origin, {
    path: '/agent-manager/socket.io',
    token,
    login,
    version,
    transports: ['websocket'],
  });
  const heard: string[] = [];
  socket.any((event) => heard.push(event));
  socket.on('disconnect', () => heard.push('disconnect'));
  socket.refused(({ message }) => heard.push(`refused: ${message}`));
  ends.push(() => socket.disconnect());
  return { socket, heard };
}

type Here = Awaited<ReturnType<typeof centre>>;

/** A login whose token has been exchanged for a newer one at a bridge, which its desk has left. */
async function wentOn(
  { origin, metrics }: Awaited<ReturnType<Here['bridge']>>,
  login: Here['login'],
): Promise<Awaited<ReturnType<Here['login']>>> {
  const kept = await login(origin);
  const { socket } = desk(origin, kept);
  await vi.waitFor(() => expect(metrics.refreshes.newer).toBeGreaterThanOrEqual(1), 20_000);
  socket.disconnect();
  return kept;
}

const works = (socket: RealSocket) =>
  new Promise((resolve) =>
    socket.emit('changeAgentState', { action: 'agentState', state: { name: 'READY' } }, resolve),
  );

describe.each([2, 4] as const)('A desk with a client of %i.x that has signed in through a bridge', (version) => {
  it('goes on for longer than its token lasts, and so it does after it was loaded again.', async () => {
    const { bridge, login } = await centre(true);
    const { origin, metrics } = await bridge();
    const kept = await login(origin);
    const { socket, heard } = desk(origin, kept, version);
    await vi.waitFor(() => expect(metrics.refreshes.newer).toBeGreaterThanOrEqual(2), 20_000);
    expect(await works(socket)).toMatchObject({ status: 'ok' });
    expect(heard.filter((event) => /disconnect|refused/.test(event))).toEqual([]);
    socket.disconnect();
    const again = desk(origin, kept, version);
    await vi.waitFor(() => expect(again.heard).toContain('agentPresence'));
    expect(metrics.refreshes.over).toBe(0);
  });
});

describe('A desk behind a bridge', () => {
  it('finds any other bridge as good, where its issuer lets a refresh token be used again.', async () => {
    const { bridge, login } = await centre(false);
    const [one, two] = [await bridge(), await bridge()];
    const kept = await wentOn(one, login);
    const again = desk(two.origin, kept);
    await vi.waitFor(() => expect(again.heard).toContain('agentPresence'));
    expect(two.metrics.refreshes).toMatchObject({ newer: 1, over: 0 });
  });

  it('is sent to its login where it is over, and not before.', async () => {
    const { bridge, login } = await centre(true);
    const [one, two] = [await bridge(), await bridge()];
    const kept = await wentOn(one, login);
    // Of what the issuer has given once another bridge knows nothing.
    const again = desk(two.origin, kept);
    await vi.waitFor(() => expect(again.heard).toContain('refused: login-failed'), 20_000);
    expect(two.metrics.refreshes.newer).toBe(0);
    expect(two.metrics.refreshes.over).toBeGreaterThan(0);
  });

  it('is not sent there because the issuer is away.', async () => {
    const { bridge, login, stopIssuer } = await centre(true);
    const { origin, metrics } = await bridge();
    const { heard } = desk(origin, await login(origin));
    await vi.waitFor(() => expect(heard).toContain('agentPresence'));
    stopIssuer();
    await vi.waitFor(() => expect(metrics.cuts.unreachable).toBeGreaterThan(1), 20_000);
    expect(metrics.refreshes.unreachable).toBeGreaterThan(0);
    expect(heard).not.toContain('refused: login-failed');
  });
});

describe('A bridge', () => {
  it('passes on what is about the login, from pages that it knows, and nothing else.', async () => {
    const { bridge, here } = await centre(true);
    const { origin } = await bridge();
    const url = `${origin}/agent-manager/agent/login`;
    const refused = await fetch(url, { method: 'POST', headers: { origin: 'https://desk.example.com' }, body: '{"username":"amy","password":"x"}' }); // prettier-ignore
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({ error: { error_detail: { login_url: `${here.stack.httpUrl}/agent/login` } } }); // prettier-ignore
    expect(refused.headers.get('access-control-allow-origin')).toBe('https://desk.example.com');
    const before = await fetch(url, { method: 'OPTIONS', headers: { origin: 'https://evil.example.com' } });
    expect([before.status, before.headers.get('access-control-allow-origin')]).toEqual([204, null]);
    const sent = await fetch(`${url}?redirect=https%3A%2F%2Fa&code_challenge=b`, { redirect: 'manual' });
    expect(sent.headers.get('location')).toBe(`${here.stack.httpUrl}/agent/login?redirect=https%3A%2F%2Fa&code_challenge=b`); // prettier-ignore
    expect((await fetch(url, { method: 'POST', body: 'x'.repeat(40_000) })).status).toBe(413);
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(404);
    expect((await fetch(`${origin}/agent/login/callback`)).status).toBe(404);
    expect((await fetch(`${origin}/conversations`)).status).toBe(404);
  });

  it('outlives an address that is none.', async () => {
    const { bridge } = await centre(true);
    const { origin } = await bridge();
    for (const target of ['//', '*', 'http://', '/\\', '/agent/login?%']) {
      const wire = dial(Number(new URL(origin).port), '127.0.0.1');
      const said = new Promise((resolve) => wire.once('data', (bytes) => resolve(String(bytes).split('\r\n')[0])));
      wire.write(`GET ${target} HTTP/1.1\r\nhost: a\r\n\r\n`);
      expect(await said).toMatch(/^HTTP\/1.1 (404|302|400)/);
      wire.destroy();
    }
    expect((await fetch(`${origin}/health`)).status).toBe(200);
  });
});
