/**
 * Signing in on the issuer's own page, at an OIDC server that is not ours: by its code flow with
 * PKCE, with newer tokens by its refresh tokens; and what it makes of a password.
 */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { connect } from '../../shared/client/client.ts';
import { Browser } from '../support/real-issuer.ts';
import { DESK, post, signingIn, word } from '../support/signing-in.ts';

const OTHER = 'https://desk.example.com/other?a=1&b=2';
const people = {
  amy: {
    password: 'a good password',
    claims: { preferred_username: 'amy', given_name: 'Amy', realm_access: { roles: ['agent'] }, team: 'support' },
  },
  guest: { password: 'guest', claims: { preferred_username: 'guest' } },
};

let here: Awaited<ReturnType<typeof signingIn>>;
beforeAll(async () => (here = await signingIn({ people, redirects: [OTHER] })));
afterAll(() => here.stop());

const say = (path: string, body: unknown) => post(`${here.stack.httpUrl}${path}`, body);

const opens = async (token = '') =>
  (await fetch(`${here.stack.httpUrl}/handshake`, { headers: { authorization: `Bearer ${token}` } })).status;

describe('Whoever signs in on the page of the issuer', () => {
  test('gets by the code what desks keep, opens a socket with it, and later gets newer ones.', async () => {
    const { verifier, challenge } = word();
    const code = await here.codeOf(new Browser(DESK), challenge);
    const { status, data } = await say('/agent/login', { code, code_verifier: verifier });
    expect(status).toBe(200);
    expect(data?.['keycloak_User']).toMatchObject({
      id: 'amy',
      username: 'amy',
      firstName: 'Amy',
      roles: ['agent'],
      userTeam: { teamId: 'support', teamName: 'support' },
      token: data?.token,
      refresh_token: data?.refresh_token,
    });
    const desk = await connect({ url: here.stack.wsUrl, token: data?.token ?? '', WebSocket });
    expect(desk.id).toBe('amy');
    desk.close();

    const newer = await say('/agent/refresh', { refresh_token: data?.refresh_token });
    expect(newer.status).toBe(200);
    expect(newer.data?.token).not.toBe(data?.token);
    expect(newer.data?.refresh_token).not.toBe(data?.refresh_token); // this issuer gives each once
    expect(await opens(newer.data?.token)).toBe(200);
    expect((await say('/agent/refresh', { refresh_token: data?.refresh_token })).status).toBe(401);
  });

  test('comes back to the address that was asked for, which keeps its own parameters.', async () => {
    const { verifier, challenge } = word();
    const code = await here.codeOf(new Browser(OTHER), challenge, 'amy', OTHER);
    expect((await say('/agent/login', { code, code_verifier: verifier })).status).toBe(200);
  });

  test('may have two tabs at it, and leaves no cookie behind.', async () => {
    const browser = new Browser(DESK);
    const [one, two] = [word(), word()];
    const first = await browser.go(here.begin(one.challenge));
    await browser.go(here.begin(two.challenge));
    expect(browser.cookies(here.stack.httpUrl).filter((name) => name.startsWith('agent-login-'))).toHaveLength(2);
    const home = await browser.go(first.url, { name: 'amy', password: people.amy.password });
    const code = new URLSearchParams(new URL(home.url).hash.slice(1)).get('code');
    expect((await say('/agent/login', { code, code_verifier: one.verifier })).status).toBe(200);
    // Who is signed in at the issuer is not asked again.
    expect((await browser.go(here.begin(two.challenge))).url).toMatch(/#code=/);
    expect(browser.cookies(here.stack.httpUrl).filter((name) => name.startsWith('agent-login-'))).toHaveLength(1);
  });

  test('and would rather not, is told at the desk that nothing came of it.', async () => {
    const browser = new Browser(DESK);
    const form = await browser.go(here.begin(word().challenge));
    expect((await browser.go(form.url, { cancel: 'yes' })).url).toBe(`${DESK}#error=access_denied`);
  });

  test('without a role that has a desk reads why.', async () => {
    const { verifier, challenge } = word();
    const code = await here.codeOf(new Browser(DESK), challenge, 'guest');
    const { status, error } = await say('/agent/login', { code, code_verifier: verifier });
    expect([status, error?.error_detail.reason]).toEqual([403, expect.stringContaining('neither the role agent nor supervisor')]); // prettier-ignore
  });
});

describe('A code', () => {
  test('is good once.', async () => {
    const { verifier, challenge } = word();
    const body = { code: await here.codeOf(new Browser(DESK), challenge), code_verifier: verifier };
    expect((await say('/agent/login', body)).status).toBe(200);
    expect((await say('/agent/login', body)).status).toBe(401);
  });

  test('is good for the desk alone that has begun: who reads it in an address has nothing.', async () => {
    const code = await here.codeOf(new Browser(DESK), word().challenge);
    const { status, error } = await say('/agent/login', { code, code_verifier: word().verifier });
    expect([status, error?.error_detail.reason]).toEqual([401, expect.stringContaining('sign in again')]);
  });
});

test('A password is not shown to an issuer that takes none; the desk reads where to go instead.', async () => {
  const before = here.provider.asked.length;
  const { status, error } = await say('/agent/login', { username: 'amy', password: people.amy.password });
  const loginUrl = `${here.stack.httpUrl}/agent/login`;
  expect(status).toBe(403);
  expect(error?.error_detail).toMatchObject({ reason: expect.stringContaining(loginUrl) as string, login_url: loginUrl }); // prettier-ignore
  expect(here.provider.asked.slice(before)).not.toContain('POST /token');
});

describe('Nobody is sent', () => {
  test.each([
    ['to a stranger', { redirect: 'https://evil.example.com/' }],
    ['to what only begins like a desk', { redirect: `${DESK}.evil.example.com` }],
    ['to a stranger with the name of a desk', { redirect: 'https://desk.example.com@evil.example.com/signed-in.html' }],
    ['to another page of a desk', { redirect: 'https://desk.example.com/' }],
    ['to what a browser reads otherwise', { redirect: 'https://desk.example.com\\@evil.example.com' }],
    ['to a script', { redirect: 'javascript:alert(1)' }],
    ['with a line of its own', { redirect: `${DESK}\r\nset-cookie: a=b` }],
    ['nowhere', { redirect: '' }],
    ['without a challenge', { code_challenge: '' }],
    ['with the word itself, short', { code_challenge: 'short' }],
  ])('%s.', async (_, wrong) => {
    const query = new URLSearchParams({ redirect: DESK, code_challenge: word().challenge, ...wrong });
    const response = await fetch(`${here.stack.httpUrl}/agent/login?${query}`, { redirect: 'manual' });
    expect(response.status).toBe(400);
    expect(response.headers.get('location')).toBeNull();
    expect(response.headers.getSetCookie()).toEqual([]);
    expect(await response.json()).toMatchObject({ statusCode: 400, error: { error_detail: { status: 400 } } });
  });
});

describe('A browser that has not begun', () => {
  const back = (query: Record<string, string>, cookie = '') =>
    fetch(`${here.stack.httpUrl}/agent/login/callback?${new URLSearchParams(query)}`, { redirect: 'manual', headers: { cookie } }); // prettier-ignore

  /** Somebody signs in as far as the way back, and keeps that for another. */
  async function halfway() {
    const { challenge } = word();
    const browser = new Browser(`${here.stack.httpUrl}/agent/login/callback`);
    const form = await browser.go(here.begin(challenge));
    const { url } = await browser.go(form.url, { name: 'amy', password: people.amy.password });
    return { browser, url };
  }

  test('is not signed in by the way back of another.', async () => {
    const { browser, url } = await halfway();
    const victim = await fetch(url, { redirect: 'manual' });
    expect(victim.status).toBe(400);
    expect(victim.headers.get('location')).toBeNull();
    expect((await browser.step(url)).headers.get('location')).toMatch(
      /^https:\/\/desk\.example\.com\/signed-in\.html#code=/,
    );
  });

  test('cannot say itself where to go.', async () => {
    const state = randomBytes(32).toString('base64url');
    const cookie = `agent-login-${state}=${encodeURIComponent('https://evil.example.com/')}`;
    const response = await back({ state, code: 'a' }, cookie);
    expect([response.status, response.headers.get('location')]).toEqual([400, null]);
    const known = `agent-login-${state}=${encodeURIComponent(DESK)}`;
    expect((await back({ state, code: 'a' }, known)).headers.get('location')).toBe(`${DESK}#code=a`);
    // The answer of another issuer (RFC 9207).
    expect((await back({ state, code: 'a', iss: 'https://evil.example.com' }, known)).status).toBe(400);
    // What the issuer says is a part of the fragment, and no more.
    expect((await back({ state, code: 'a#b\r\nx: y&token=c' }, known)).headers.get('location')).toBe(`${DESK}#code=a%23b%0D%0Ax%3A+y%26token%3Dc`); // prettier-ignore
    expect((await back({ state, error: 'a b<script>' }, known)).headers.get('location')).toBe(`${DESK}#error=server_error`); // prettier-ignore
  });

  test.each<Record<string, string>>([
    {},
    { state: 'short', code: 'a' },
    { state: 'x'.repeat(43) },
    { state: `${'x'.repeat(42)};`, code: 'a' },
  ])('has no way back: %j.', async (query) => {
    const response = await back(query);
    expect([response.status, response.headers.get('location'), response.headers.getSetCookie()]).toEqual([400, null, []]); // prettier-ignore
  });
});
