/**
 * Access tokens of any OIDC issuer: how keys are found and changed, what a token may call things,
 * and whose fault a refusal is.
 */
import { createHmac, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTPayload } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Tokens } from '../../shared/edge/http/platform.ts';

/** An issuer that a test can break. */
interface Issuer {
  readonly url: string;
  /** Paths that were asked for. */
  readonly asked: string[];
  keys: JWK[];
  /** Answers in the place of a document, by its path. */
  instead: Record<string, { status: number; body: string } | 'silence' | 'cut'>;
  stop(): void;
}

const DISCOVERY = '/realms/shop/.well-known/openid-configuration';
const JWKS = '/realms/shop/protocol/certs';

async function startIssuer(): Promise<Issuer> {
  const server: Server = createServer((request, response) => {
    const path = request.url ?? '';
    issuer.asked.push(path);
    const instead = issuer.instead[path];
    if (instead === 'silence') return;
    if (instead === 'cut') return void request.socket.destroy();
    if (instead) return void response.writeHead(instead.status).end(instead.body);
    if (path === DISCOVERY)
      return void response.end(JSON.stringify({ issuer: issuer.url, jwks_uri: `${base}${JWKS}` }));
    if (path === JWKS) return void response.end(JSON.stringify({ keys: issuer.keys }));
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const base = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  const issuer: Issuer = {
    url: `${base}/realms/shop`,
    asked: [],
    keys: [],
    instead: {},
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
  return issuer;
}

interface Key {
  readonly jwk: JWK;
  readonly privateKey: CryptoKey;
}

async function newKey(kid: string): Promise<Key> {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid, use: 'sig', alg: 'RS256' } };
}

let issuer: Issuer;
let key: Key;
beforeAll(async () => {
  issuer = await startIssuer();
  key = await newKey('key-1');
});
afterAll(() => issuer.stop());
beforeEach(() => {
  issuer.asked.length = 0;
  issuer.instead = {};
  issuer.keys = [
    { kty: 'RSA', kid: 'for-encryption', use: 'enc', alg: 'RSA-OAEP', n: key.jwk.n, e: key.jwk.e },
    key.jwk,
  ];
});

/** The verifier of a Lambda that has just started with these variables. */
async function tokensWith(environment: Record<string, string | undefined> = {}): Promise<Tokens> {
  vi.resetModules();
  for (const name of ['OIDC_JWKS_URI', 'OIDC_CLAIMS']) delete process.env[name];
  const variables = { OIDC_ISSUER: issuer.url, OIDC_AUDIENCE: 'agent-manager', ...environment };
  for (const [name, value] of Object.entries(variables)) if (value !== undefined) process.env[name] = value;
  return (await import('../../shared/aws/ports/tokens.ts')).tokens;
}

const seconds = () => Math.floor(Date.now() / 1000);

function sign(claims: JWTPayload = {}, { jwk, privateKey }: Key = key, typ?: string): Promise<string> {
  const whole = { iss: issuer.url, aud: 'agent-manager', sub: 'amy', iat: seconds(), exp: seconds() + 60, ...claims };
  return new SignJWT(whole)
    .setProtectedHeader({ alg: 'RS256', kid: jwk.kid ?? '', ...(typ && { typ }) })
    .sign(privateKey);
}

describe('The keys of the issuer', () => {
  it('are found by discovery, once for many tokens', async () => {
    const tokens = await tokensWith();
    const all = await Promise.all([1, 2, 3].map(async () => tokens.verify(await sign())));
    expect(all.map(({ id }) => id)).toEqual(['amy', 'amy', 'amy']);
    await tokens.verify(await sign());
    expect(issuer.asked).toEqual([DISCOVERY, JWKS]);
  });

  it('are found though the name of the issuer ends in a slash', async () => {
    const tokens = await tokensWith({ OIDC_ISSUER: `${issuer.url}/` });
    expect(await tokens.verify(await sign({ iss: `${issuer.url}/` }))).toMatchObject({ id: 'amy' });
  });

  it('are where the environment says, without asking', async () => {
    const tokens = await tokensWith({ OIDC_JWKS_URI: issuer.url.replace('/realms/shop', JWKS) });
    await tokens.verify(await sign());
    expect(issuer.asked).toEqual([JWKS]);
  });

  it('may change: a new one is fetched when the first token comes with it, and the old one is good as long as it is published', async () => {
    const tokens = await tokensWith();
    const earlier = await sign();
    await tokens.verify(earlier);
    const next = await newKey('key-2');
    issuer.keys = [next.jwk, key.jwk];
    expect(await tokens.verify(await sign({}, next))).toMatchObject({ id: 'amy' });
    expect(await tokens.verify(earlier)).toMatchObject({ id: 'amy' });
    expect(issuer.asked).toEqual([DISCOVERY, JWKS, JWKS]);
    issuer.keys = [next.jwk];
    const third = await newKey('key-3');
    issuer.keys = [third.jwk];
    await tokens.verify(await sign({}, third));
    await expect(tokens.verify(earlier)).rejects.toMatchObject({ code: 'auth.invalid' });
  });

  it('are not fetched again and again for tokens with made-up keys', async () => {
    const tokens = await tokensWith();
    await tokens.verify(await sign());
    for (let index = 0; index < 5; index++) {
      const made = { ...key, jwk: { ...key.jwk, kid: `made-up-${index}` } };
      await expect(tokens.verify(await sign({}, made))).rejects.toMatchObject({ code: 'auth.invalid' });
    }
    expect(issuer.asked.length).toBeLessThanOrEqual(3);
    expect(await tokens.verify(await sign())).toMatchObject({ id: 'amy' });
  });
});

describe('An issuer that cannot be asked', () => {
  it.each<[string, string, Issuer['instead'][string]]>([
    ['does not know itself', DISCOVERY, { status: 404, body: '' }],
    ['fails', DISCOVERY, { status: 500, body: 'oops' }],
    ['answers with a page', DISCOVERY, { status: 200, body: '<html>Sign in</html>' }],
    ['names no keys', DISCOVERY, { status: 200, body: '{"issuer":"x"}' }],
    ['hangs up', DISCOVERY, 'cut'],
    ['does not know its keys', JWKS, { status: 404, body: '' }],
    ['fails to give its keys', JWKS, { status: 503, body: 'later' }],
    ['gives a page for its keys', JWKS, { status: 200, body: '<html>Sign in</html>' }],
    ['gives something else for its keys', JWKS, { status: 200, body: '{"keys":7}' }],
    ['gives broken keys', JWKS, { status: 200, body: '{"keys":[{"kid":"key-1"}]}' }],
    ['hangs up instead of giving its keys', JWKS, 'cut'],
  ])('because it %s is no reason to refuse a token, and is asked again at the next one', async (_, path, answer) => {
    const tokens = await tokensWith();
    const token = await sign();
    issuer.instead = { [path]: answer };
    const failed: unknown = await tokens.verify(token).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(Error);
    expect(failed).not.toHaveProperty('code', expect.stringMatching(/^auth\./));
    expect((failed as Error).name).not.toBe('Rejection');
    issuer.instead = {};
    expect(await tokens.verify(token)).toMatchObject({ id: 'amy' });
  });

  it('because it is silent is given up after some seconds', async () => {
    const tokens = await tokensWith();
    issuer.instead = { [JWKS]: 'silence' };
    await expect(tokens.verify(await sign())).rejects.toMatchObject({ name: 'TimeoutError' });
  }, 20_000);

  it('because it is down does not matter for keys that are known', async () => {
    const tokens = await tokensWith();
    await tokens.verify(await sign());
    issuer.instead = { [DISCOVERY]: 'cut', [JWKS]: 'cut' };
    expect(await tokens.verify(await sign())).toMatchObject({ id: 'amy' });
  });
});

describe('A token', () => {
  it.each<[string, JWTPayload]>([
    ['as audience', { aud: 'agent-manager' }],
    ['among several audiences', { aud: ['account', 'agent-manager'] }],
    ['as authorized party', { aud: 'account', azp: 'agent-manager' }],
    ['as client', { aud: undefined, client_id: 'agent-manager' }],
  ])('may say for whom it is %s', async (_, claims) => {
    expect(await (await tokensWith()).verify(await sign(claims))).toMatchObject({ id: 'amy' });
  });

  it.each<[string, () => JWTPayload, string?]>([
    ['of Keycloak', () => ({ typ: 'Bearer', nonce: 'n-0S6' })],
    ['of Cognito', () => ({ token_use: 'access' })],
    ['by its header', () => ({ nonce: 'n-0S6' }), 'at+jwt'],
    ['by nothing at all', () => ({}), 'JWT'],
    ['a moment ago expired', () => ({ exp: seconds() - 2 })],
    ['good from a moment on', () => ({ nbf: seconds() + 3, iat: seconds() + 3 })],
  ])('may be an access token %s', async (_, claims, typ) => {
    expect(await (await tokensWith()).verify(await sign(claims(), key, typ))).toMatchObject({ id: 'amy' });
  });

  const otherIssuer = { iss: 'https://elsewhere.example' };
  it.each<[string, string, () => Promise<string> | string]>([
    [
      'is for another application',
      'auth.wrongAudience',
      () => sign({ aud: ['account'], azp: 'shop', client_id: 'shop' }),
    ],
    ['is for nobody', 'auth.wrongAudience', () => sign({ aud: undefined })],
    ['has expired', 'auth.expired', () => sign({ exp: seconds() - 6 })],
    ['never expires', 'auth.invalid', () => sign({ exp: undefined })],
    ['ends beyond what a clock can show', 'auth.invalid', () => sign({ exp: 1e300 })],
    [
      'has an extension that must be understood',
      'auth.invalid',
      () =>
        new SignJWT({ iss: issuer.url, aud: 'agent-manager', sub: 'amy', exp: seconds() + 60 })
          .setProtectedHeader({ alg: 'RS256', kid: 'key-1', crit: ['of-theirs'], 'of-theirs': true })
          .sign(key.privateKey, { crit: { 'of-theirs': true } }),
    ],
    ['comes from elsewhere', 'auth.wrongIssuer', () => sign(otherIssuer)],
    ['comes from nowhere', 'auth.wrongIssuer', () => sign({ iss: undefined })],
    ['is not valid yet', 'auth.notYetValid', () => sign({ nbf: seconds() + 10 })],
    ['was issued tomorrow', 'auth.notYetValid', () => sign({ iat: seconds() + 86_400 })],
    ['is an ID token of Keycloak', 'auth.notAccessToken', () => sign({ typ: 'ID' })],
    ['is a refresh token of Keycloak', 'auth.notAccessToken', () => sign({ typ: 'Refresh' })],
    ['is an offline token of Keycloak', 'auth.notAccessToken', () => sign({ typ: 'Offline' })],
    ['is an ID token of Cognito', 'auth.notAccessToken', () => sign({ token_use: 'id' })],
    ['is an ID token by its nonce', 'auth.notAccessToken', () => sign({ nonce: 'n-0S6' })],
    ['is an ID token by its hash', 'auth.notAccessToken', () => sign({ at_hash: 'MTIz' })],
    ['is of another kind', 'auth.notAccessToken', () => sign({ typ: 7 })],
    ['is a logout token', 'auth.notAccessToken', () => sign({}, key, 'logout+jwt')],
    ['names nobody', 'auth.invalid', () => sign({ sub: undefined })],
    ['names nobody by nothing', 'auth.invalid', () => sign({ sub: '' })],
    ['names somebody beyond all length', 'auth.invalid', () => sign({ sub: 'x'.repeat(257) })],
    ['names what every object has', 'auth.invalid', () => sign({ sub: 'constructor' })],
    ['is signed by somebody else', 'auth.invalid', async () => sign({}, { ...(await newKey('key-1')) })],
    ['is signed by a key that nobody knows', 'auth.invalid', async () => sign({}, await newKey('key-9'))],
    [
      'is signed with a key that is for something else',
      'auth.invalid',
      () => sign({}, { ...key, jwk: { kid: 'for-encryption' } }),
    ],
    [
      'names no key',
      'auth.invalid',
      () => new SignJWT({ iss: issuer.url, sub: 'amy' }).setProtectedHeader({ alg: 'RS256' }).sign(key.privateKey),
    ],
    [
      'is not signed',
      'auth.invalid',
      async () => `${encode({ alg: 'none', kid: 'key-1' })}.${(await sign()).split('.')[1]}.`,
    ],
    ['is signed with the public key as a secret', 'auth.invalid', async () => hmac((await sign()).split('.')[1] ?? '')],
    [
      'was changed on the way',
      'auth.invalid',
      async () => (await sign()).replace(/\.[^.]+\./, `.${encode({ sub: 'sam' })}.`),
    ],
    ['is in two parts', 'auth.invalid', async () => (await sign()).split('.').slice(0, 2).join('.')],
    ['is in four parts', 'auth.invalid', async () => `${await sign()}.x`],
    ['is a word', 'auth.invalid', () => 'hello'],
    ['is made of dots', 'auth.invalid', () => '..'],
    ['is a list', 'auth.invalid', () => `${encode([])}.${encode([])}.x`],
    ['is very long', 'auth.invalid', () => 'x'.repeat(100_000)],
  ])('is refused where it %s: %s', async (_, code, token) => {
    const tokens = await tokensWith();
    await expect(tokens.verify(await token())).rejects.toMatchObject({ name: 'Rejection', code });
  });

  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const hmac = (payload: string) => {
    const input = `${encode({ alg: 'HS256', kid: 'key-1' })}.${payload}`;
    return `${input}.${createHmac('sha256', JSON.stringify(key.jwk)).update(input).digest('base64url')}`;
  };
});

describe('What a token says', () => {
  const team = { teamId: 'blue', teamName: 'Blue' };

  it('is read as Keycloak says it', async () => {
    const token = await sign({
      preferred_username: 'amy.adams',
      given_name: 'Amy',
      family_name: 'Adams',
      realm_access: { roles: ['agent', 'offline_access'] },
      team,
      supervisedTeams: [team, 'red', 7, { teamId: 'x' }],
      authorization: { permissions: [{ rsid: 'r-1', rsname: 'state-change', scopes: ['manage'] }] },
    });
    expect(await (await tokensWith()).verify(token)).toEqual({
      id: 'amy',
      user: {
        username: 'amy.adams',
        firstName: 'Amy',
        lastName: 'Adams',
        realm: 'shop',
        roles: ['agent', 'offline_access'],
        team,
        supervisedTeams: [team, { teamId: 'red', teamName: 'red' }],
        permissions: [{ rsid: 'r-1', rsname: 'state-change', scopes: ['manage'] }],
      },
      token: { issuedAt: expect.any(Number), expiresAt: expect.any(Number) },
    });
  });

  it('may be very little: then the agent is called by their id, and has no role and no team', async () => {
    const [iat, exp] = [seconds(), seconds() + 90];
    expect(await (await tokensWith()).verify(await sign({ iat, exp }))).toEqual({
      id: 'amy',
      token: { issuedAt: iat * 1000, expiresAt: exp * 1000 },
      user: {
        username: 'amy',
        firstName: '',
        lastName: '',
        realm: 'shop',
        roles: [],
        team: { teamId: '', teamName: '' },
        supervisedTeams: [],
        permissions: [],
      },
    });
  });

  it.each<[string, object, JWTPayload]>([
    [
      'Cognito',
      { username: 'username', roles: 'cognito:groups', team: 'custom:team' },
      {
        aud: undefined,
        client_id: 'agent-manager',
        username: 'kim',
        'cognito:groups': ['agent'],
        'custom:team': 'blue',
      },
    ],
    [
      'Auth0',
      { username: 'nickname', roles: 'https://shop.example.com/roles', team: 'https://shop.example.com/team' },
      { nickname: 'kim', 'https://shop.example.com/roles': ['agent'], 'https://shop.example.com/team': 'blue' },
    ],
    [
      'a realm with roles per client',
      { roles: 'resource_access.desk.roles', team: 'org.unit' },
      { preferred_username: 'kim', resource_access: { desk: { roles: ['agent'] } }, org: { unit: 'blue' } },
    ],
  ])('is read as %s says it, where the environment names the claims', async (_, names, claims) => {
    const tokens = await tokensWith({ OIDC_CLAIMS: JSON.stringify(names) });
    const { user } = await tokens.verify(await sign(claims));
    expect(user).toMatchObject({ username: 'kim', roles: ['agent'], team: { teamId: 'blue', teamName: 'blue' } });
  });

  it('may name the agent by another claim', async () => {
    const tokens = await tokensWith({ OIDC_CLAIMS: '{"id":"employee.number"}' });
    expect(await tokens.verify(await sign({ sub: randomUUID(), employee: { number: 'e-7' } }))).toMatchObject({
      id: 'e-7',
    });
  });

  it('must be named as JSON, or the function does not even start', async () => {
    await expect(tokensWith({ OIDC_CLAIMS: 'roles=groups' })).rejects.toThrow();
    await expect(tokensWith({ OIDC_AUDIENCE: '' })).rejects.toThrow('OIDC_AUDIENCE');
    await expect(tokensWith({ OIDC_ISSUER: 'shop' })).rejects.toThrow('OIDC_ISSUER');
  });
});
