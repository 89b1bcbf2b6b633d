/**
 * Are the tokens of the development issuer such as an OpenID Connect provider gives, and can a test
 * make those that must be refused?
 */
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { audience, issuer } from '../../infra/local/people/issuer.ts';
import { config, people } from '../../infra/local/people/people.ts';
import { start, type LocalStack } from '../../infra/local/start.ts';
import { configSchemas, isConfigKind } from '../../shared/protocol/shapes/config.ts';
import { writeTemplate } from './fixtures/local/template.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
let stack: LocalStack;

beforeAll(async () => {
  stack = await start({ template: writeTemplate() });
});
afterAll(() => stack.stop());

async function verify(token: string) {
  const discovery = await fetch(`${stack.httpUrl}/oidc/.well-known/openid-configuration`);
  const document = await discovery.json();
  expect(document.issuer).toBe(issuer);
  const { payload } = await jwtVerify(token, createRemoteJWKSet(new URL(document.jwks_uri)), { issuer, audience });
  return payload;
}

describe('a token', () => {
  test('says who the agent is, in the claims of Keycloak', async () => {
    expect(await verify(await stack.token('amy'))).toMatchObject({
      sub: 'amy',
      preferred_username: 'amy',
      given_name: 'Amy',
      realm_access: { roles: ['agent'] },
      team: { teamId: 'blue', teamName: 'Blue' },
      supervisedTeams: [],
    });
  });

  test('of a supervisor names the teams that they supervise', async () => {
    expect(await verify(await stack.token('sam'))).toMatchObject({
      realm_access: { roles: ['supervisor'] },
      supervisedTeams: [{ teamId: 'blue', teamName: 'Blue' }],
    });
  });

  test('can be made for a person that a test makes up', async () => {
    const token = await stack.token({ id: 'dora', firstName: 'Dora', lastName: 'D', roles: ['agent'] });
    expect(await verify(token)).toMatchObject({ sub: 'dora', realm_access: { roles: ['agent'] } });
  });

  test.each([
    ['has expired', { expiresInSeconds: -60 }, /exp/],
    ['is of another issuer', { issuer: 'https://evil.example' }, /iss/],
    ['is for another audience', { audience: 'other' }, /aud/],
    ['is signed by another key', { signature: 'otherKey' as const }, /signature/],
    ['is not signed', { signature: 'none' as const }, /alg/i],
  ])('that %s is refused', async (_name, overrides, message) => {
    await expect(verify(await stack.token('amy', overrides))).rejects.toThrow(message);
  });

  test('carries the claims that a test adds', async () => {
    expect(decodeJwt(await stack.token('amy', { claims: { team: 'odd' } })).team).toBe('odd');
  });
});

describe('npm run -s token', () => {
  const run = (...names: string[]) =>
    execFileSync(process.execPath, ['infra/local/token.ts', ...names], { cwd: root, encoding: 'utf8', stdio: 'pipe' });

  test('prints a token that a running stack takes, and nothing else', async () => {
    const printed = run('bob');
    expect(printed).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    expect((await verify(printed.trim())).sub).toBe('bob');
  });

  test('for an unknown name fails and says which there are', () => {
    expect(() => run('zoe')).toThrow(/Nobody is called zoe.*amy, bob, carol, sam, platform/s);
  });

  test('keeps the key to its owner', () => {
    run('amy');
    expect(statSync(`${root}/.local/dev-key.json`).mode & 0o777).toBe(0o600);
  });
});

describe('the demo directory', () => {
  test.each(
    Object.entries(config).flatMap(([kind, items]) =>
      Object.entries(items).map(([id, body]) => [kind, id, body] as const),
    ),
  )('has a valid %s %s', (kind, _id, body) => {
    if (!isConfigKind(kind)) throw new Error(`${kind} is no kind of configuration`);
    expect(configSchemas[kind].safeParse(body).error).toBeUndefined();
  });

  test('has a profile for every agent', () => {
    const agents = people.filter(({ roles }) => roles.includes('agent')).map(({ id }) => id);
    expect(Object.keys(config.agents ?? {})).toEqual(expect.arrayContaining(agents));
  });
});
