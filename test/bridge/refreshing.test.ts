/** Newer tokens in the place of desks: when, how often, and what is remembered of it. */
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { refreshing } from '../../bridge/refreshing.ts';
import { listen } from '../../infra/local/http/http.ts';

const NOW = 1_800_000_000_000;
const tokenOf = (life: { from: number; until: number }, name = 't') =>
  `h.${Buffer.from(JSON.stringify({ name, iat: (NOW + life.from) / 1000, exp: (NOW + life.until) / 1000 })).toString('base64url')}.s`; // prettier-ignore

/** The refresh tokens that the manager was shown. */
const shown: string[] = [];
let answer: (brought: string) => { status: number; body: string } = () => ({ status: 503, body: '' });
const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  const { refresh_token: brought } = JSON.parse(body) as { refresh_token: string };
  shown.push(brought);
  await sleep(20);
  const { status, body: said } = answer(brought);
  response.writeHead(status).end(said);
});
let loginUrl = '';
beforeAll(async () => (loginUrl = `http://127.0.0.1:${(await listen(server, 0, '127.0.0.1')).port}/`));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  shown.length = 0;
});

const gives = (token: string) => (brought: string) => ({ status: 200, body: JSON.stringify({ data: { token, refresh_token: `${brought}+` } }) }); // prettier-ignore

function source() {
  const metrics = { refreshes: { newer: 0, over: 0, unreachable: 0 } };
  return { metrics, tokens: refreshing({ loginUrl, metrics, now: () => NOW }) };
}
const login = (token: string, more: object = { refresh_token: 'r' }) => ({ agent: JSON.stringify({ ...more, token }) });

it('A token is good until a minute and a half before its end, of a short life until its last third', async () => {
  const { tokens } = source();
  answer = gives(tokenOf({ from: 0, until: 300_000 }, 'newer'));
  for (const life of [
    { from: -1_000_000, until: 91_000 },
    { from: -4_000, until: 3_000 },
  ]) {
    expect(await tokens(login(tokenOf(life)))).toBe(tokenOf(life));
  }
  expect(shown).toEqual([]);
  for (const life of [
    { from: -1_000_000, until: 89_000 },
    { from: -5_000, until: 2_000 },
    { from: -9, until: -5 },
  ]) {
    expect(await source().tokens(login(tokenOf(life)))).toBe(tokenOf({ from: 0, until: 300_000 }, 'newer'));
  }
});

it('Desks that ask at once ask once, and each refresh token is shown once', async () => {
  const { tokens, metrics } = source();
  const old = login(tokenOf({ from: -300_000, until: 1_000 }));
  answer = gives(tokenOf({ from: -300_000, until: 2_000 }, 'short')); // over soon, too
  await Promise.all([tokens(old), tokens(old), tokens(old)]);
  expect(shown.toSorted()).toEqual(['r', 'r+', 'r++']);
  answer = gives(tokenOf({ from: 0, until: 300_000 }, 'long'));
  const [one, two] = await Promise.all([tokens(old), tokens(old)]);
  expect(one).toBe(two);
  expect(shown.at(-1)).toBe('r+++');
  expect(metrics.refreshes.newer).toBe(4);
});

it('Of an issuer that is away the token that is there is used as long as it lasts, and nothing is forgotten', async () => {
  const { tokens, metrics } = source();
  const old = login(tokenOf({ from: -300_000, until: 1_000 }));
  answer = gives(tokenOf({ from: -300_000, until: 50_000 }, 'held'));
  await tokens(old);
  answer = () => ({ status: 503, body: '' });
  expect(await tokens(old)).toBe(tokenOf({ from: -300_000, until: 50_000 }, 'held'));
  answer = () => ({ status: 200, body: 'not JSON: r+' });
  expect(await tokens(old)).toBe(tokenOf({ from: -300_000, until: 50_000 }, 'held'));
  expect(shown).toEqual(['r', 'r+', 'r+']);
  await expect(tokens(login(tokenOf({ from: -9, until: -5 }), { refresh_token: 'other' }))).rejects.toThrow('No newer token'); // prettier-ignore
  expect(metrics.refreshes).toEqual({ newer: 1, over: 0, unreachable: 3 });
});

it('A login that is over, or that has no refresh token that could be one, is for the manager to judge', async () => {
  const { tokens, metrics } = source();
  answer = () => ({ status: 401, body: '{}' });
  expect(await tokens(login('garbage'))).toBe('garbage');
  expect(metrics.refreshes.over).toBe(1);
  for (const more of [{}, { refresh_token: '' }, { refresh_token: 7 }, { refresh_token: 'x'.repeat(20_000) }])
    expect(await tokens(login('garbage', more))).toBe('garbage');
  expect(await tokens({ agent: 'not JSON', token: 'garbage' })).toBe('garbage');
  expect(shown).toEqual(['r']);
});
