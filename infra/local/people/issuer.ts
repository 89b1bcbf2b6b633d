/**
 * The OpenID Connect issuer for development: a key made on first use and tokens as Keycloak makes
 * them. The issuer's name is the same whatever the port, so that a token is good for a stack that
 * is not running yet.
 */
import {
  base64url,
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  SignJWT,
  type CryptoKey,
  type JWK,
  type JWTPayload,
} from 'jose';
import { randomUUID } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { personNamed, type Person } from './people.ts';

export const issuer = 'http://127.0.0.1:3000/oidc';
export const audience = 'agent-manager';

const keyFile = fileURLToPath(new URL('../../../.local/dev-key.json', import.meta.url));
export const lifeSeconds = 8 * 3600;

/**
 * What makes a token differ from the one that person gets; each but `claims` makes it one that must
 * be refused.
 */
export interface TokenOverrides {
  claims?: JWTPayload;
  issuer?: string;
  audience?: string;
  /** Negative: it has expired already. */
  expiresInSeconds?: number;
  /**
   * `none`: not signed at all. `otherKey`: signed by a key that the issuer does not publish, under
   * the id of one that it does.
   */
  signature?: 'none' | 'otherKey';
}

/**
 * A token for a person of the demo directory, or for one that a test makes up. `nowMs`: where they
 * go by another clock.
 */
export async function makeToken(
  who: string | Person,
  overrides: TokenOverrides = {},
  nowMs: number = Date.now(),
): Promise<string> {
  const person = typeof who === 'string' ? personNamed(who) : who;
  const now = Math.floor(nowMs / 1000);
  const claims: JWTPayload = {
    exp: now + (overrides.expiresInSeconds ?? lifeSeconds),
    iat: now,
    jti: randomUUID(),
    iss: overrides.issuer ?? issuer,
    aud: overrides.audience ?? audience,
    sub: person.id,
    typ: 'Bearer',
    azp: 'agent-desk',
    scope: 'openid profile',
    realm_access: { roles: person.roles },
    name: `${person.firstName} ${person.lastName}`,
    preferred_username: person.id,
    given_name: person.firstName,
    family_name: person.lastName,
    ...(person.team && { team: person.team }),
    supervisedTeams: person.supervisedTeams ?? [],
    authorization: {
      permissions: Object.entries(person.permissions ?? {}).map(([rsname, scopes]) => ({
        rsid: rsname,
        rsname,
        scopes,
      })),
    },
    ...overrides.claims,
  };
  const { kid, key } = await signingKey();
  if (overrides.signature === 'none') return `${encoded({ alg: 'none', typ: 'JWT' })}.${encoded(claims)}.`;
  const used = overrides.signature === 'otherKey' ? (await generateKeyPair('RS256')).privateKey : key;
  return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid }).sign(used);
}

/**
 * The documents that the issuer serves under `/oidc`, by path; `base` is where this stack serves
 * them.
 */
export async function issuerDocuments(base: string): Promise<Record<string, unknown>> {
  const { kid, n, e } = readKey() ?? (await makeKey());
  return {
    '/oidc/.well-known/openid-configuration': {
      issuer,
      jwks_uri: `${base}/oidc/jwks.json`,
      token_endpoint: `${base}/oidc/token`,
      grant_types_supported: ['password', 'refresh_token'],
      response_types_supported: ['token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
    },
    '/oidc/jwks.json': { keys: [{ kty: 'RSA', use: 'sig', alg: 'RS256', kid, n, e }] },
  };
}

async function signingKey(): Promise<{ kid: string; key: CryptoKey | Uint8Array }> {
  const jwk = readKey() ?? (await makeKey());
  return { kid: jwk.kid ?? '', key: await importJWK(jwk, 'RS256') };
}

const readKey = (): JWK | undefined => (existsSync(keyFile) ? JSON.parse(readFileSync(keyFile, 'utf8')) : undefined);

/**
 * Two processes may come first at once: the file appears whole, and both use the one that is there.
 */
async function makeKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = await exportJWK(privateKey);
  const draft = `${keyFile}.${randomUUID()}`;
  mkdirSync(dirname(keyFile), { recursive: true });
  writeFileSync(draft, JSON.stringify({ ...jwk, kid: await calculateJwkThumbprint(jwk) }), { mode: 0o600 });
  try {
    linkSync(draft, keyFile);
  } catch (error) {
    if (!existsSync(keyFile)) throw error;
  } finally {
    rmSync(draft);
  }
  return readKey() ?? jwk;
}

const encoded = (value: unknown): string => base64url.encode(JSON.stringify(value));
