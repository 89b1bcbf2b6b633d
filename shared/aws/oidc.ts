/**
 * OIDC access tokens: verified against the issuer's keys, and turned into an identity. Which claim
 * means what is configuration, with Keycloak's names as defaults. The keys are found by OIDC
 * discovery unless it is said where they are.
 */
import { JwtVerifier } from 'aws-jwt-verify';
import {
  JwksValidationError,
  JwkValidationError,
  JwtBaseError,
  JwtInvalidAudienceError,
  JwtInvalidIssuerError,
  JwtParseError,
} from 'aws-jwt-verify/error';
import { decomposeUnverifiedJwt } from 'aws-jwt-verify/jwt';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import * as z from 'zod';
import type { TokenSpan } from '../domain/agent/agent.ts';
import { Rejection } from '../domain/rejection.ts';
import { Identity } from '../edge/identity.ts';
import type { Tokens } from '../edge/http/platform.ts';
import { explain, isRecord, parseJson } from '../protocol/values.ts';

const FETCH_MS = 5_000;

/** How far the issuer's clock may be from ours. */
const LEEWAY_SECONDS = 5;

/** Names of claims, or paths to them with dots. */
const Claims = z.object({
  id: z.string().default('sub'),
  username: z.string().default('preferred_username'),
  firstName: z.string().default('given_name'),
  lastName: z.string().default('family_name'),
  roles: z.string().default('realm_access.roles'),
  team: z.string().default('team'),
  supervisedTeams: z.string().default('supervisedTeams'),
  permissions: z.string().default('authorization.permissions'),
});

export interface Issuer {
  readonly issuer: string;
  readonly audience: string;
  /** JSON: the names of claims that are not Keycloak's. */
  readonly claims?: string | undefined;
  readonly jwksUri?: string | undefined;
  /** How documents of the issuer are had. Default: by HTTP. */
  readonly download?: (uri: string) => Promise<ArrayBuffer>;
  /** What time it is, in epoch milliseconds. Default: by the machine's clock. */
  readonly now?: () => number;
}

interface Verified {
  readonly header: Record<string, unknown>;
  readonly payload: Record<string, unknown>;
}

type Verify = (token: string) => Promise<Verified>;

export function tokensOf(of: Issuer): Tokens {
  const claims = Claims.parse(parseJson(of.claims ?? '{}'));
  const now = of.now ?? Date.now;
  let verifier: Promise<Verify> | undefined;
  return {
    async verify(token) {
      verifier ??= makeVerifier(of);
      verifier.catch(() => (verifier = undefined)); // the issuer may be back at the next call
      const verify = await verifier;
      try {
        const { header, payload } = await verify(token);
        mustBeAccessToken(header, payload);
        return { ...identityOf(payload, of.issuer, claims), token: spanOf(payload, now()) };
      } catch (error) {
        throw refusal(error);
      }
    },
  };
}

async function makeVerifier({ issuer, audience, jwksUri, download = byHttp }: Issuer): Promise<Verify> {
  const jwksCache = new SimpleJwksCache({ fetcher: { fetch: download } });
  const verifying = JwtVerifier.create(
    {
      issuer,
      audience: null,
      jwksUri: jwksUri ?? (await discoveredKeys(issuer, download)),
      customJwtCheck: ({ payload }) => checkAudience(payload, audience),
      graceSeconds: Infinity, // times are looked at in one place: `spanOf`
    },
    { jwksCache },
  );
  return async (token) => {
    const payload = await verifying.verify(token);
    const header = { ...decomposeUnverifiedJwt(token).header };
    if ('crit' in header) throw new JwtParseError('It has an extension that must be understood (crit), and is not.');
    return { header, payload: { ...payload } };
  };
}

async function discoveredKeys(issuer: string, download: typeof byHttp): Promise<string> {
  const document = parseJson(
    Buffer.from(await download(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`)).toString(),
  );
  return z.object({ jwks_uri: z.url() }).parse(document).jwks_uri;
}

async function byHttp(uri: string): Promise<ArrayBuffer> {
  const response = await fetch(uri, { signal: AbortSignal.timeout(FETCH_MS) });
  if (!response.ok) throw new Error(`${uri} answered ${response.status}`);
  return response.arrayBuffer();
}

/**
 * Issuers disagree on where an access token says for whom it is: `aud`, or `azp`, or `client_id`
 * (Cognito).
 */
function checkAudience(payload: Record<string, unknown>, audience: string): void {
  const { aud, azp, client_id: clientId } = payload;
  if (![aud, azp, clientId].flat().includes(audience)) {
    throw new JwtInvalidAudienceError('not meant for us', aud, audience);
  }
}

/** How issuers name access tokens: Keycloak (`typ`), Cognito (`token_use`), RFC 9068 (header). */
const ACCESS = {
  typ: ['bearer', 'dpop', 'at+jwt'],
  tokenUse: ['access'],
  header: ['jwt', 'at+jwt', 'application/at+jwt'],
};
/** What only ID tokens have to say, of an issuer that does not name what it issues. */
const OF_ID_TOKENS = ['nonce', 'at_hash', 'c_hash'];

/**
 * An ID token says who somebody is to the page that they signed in to, and a refresh token is for
 * the issuer alone: neither opens a door.
 */
function mustBeAccessToken(header: Verified['header'], payload: Verified['payload']): void {
  const { typ, token_use: use } = payload;
  const oneOf = (known: readonly string[], name: unknown) =>
    name === undefined || (typeof name === 'string' && known.includes(name.toLowerCase()));
  const named = [typ, use].some((name) => name !== undefined) || /at\+jwt$/i.test(String(header['typ']));
  const fits =
    oneOf(ACCESS.typ, typ) &&
    oneOf(ACCESS.tokenUse, use) &&
    oneOf(ACCESS.header, header['typ']) &&
    (named || !OF_ID_TOKENS.some((claim) => Object.hasOwn(payload, claim)));
  if (!fits) throw new Rejection('auth.notAccessToken', 'This is an ID or refresh token. Send the access token.');
}

/** In seconds, as far as a `Date` goes. */
const LAST = 8.64e12;

const Times = z.object({ exp: z.number().max(LAST), nbf: z.number().optional(), iat: z.number().optional() });

/** From when until when it is good; throws where that is not now, give or take the leeway. */
function spanOf(payload: Verified['payload'], nowMs: number): TokenSpan {
  const { exp, nbf, iat } = Times.parse(payload);
  if (exp * 1000 + LEEWAY_SECONDS * 1000 <= nowMs)
    throw new Rejection('auth.expired', 'The token has expired. Please sign in again.');
  if ([nbf, iat].some((from = 0) => from * 1000 - LEEWAY_SECONDS * 1000 > nowMs))
    throw new Rejection('auth.notYetValid', 'The token is not yet valid. Is the clock of the issuer right, and ours?');
  return { issuedAt: (iat ?? 0) * 1000, expiresAt: exp * 1000 };
}

const Team = z.object({ teamId: z.string(), teamName: z.string() });
const NO_TEAM = { teamId: '', teamName: '' };

/** In characters. Names are shown again and again, to everybody in a conversation. */
const LONGEST_NAME = 128;

function identityOf(payload: Record<string, unknown>, issuer: string, claims: z.output<typeof Claims>): Identity {
  const text = (path: string) => z.string().catch('').parse(at(payload, path));
  const name = (path: string) => text(path).slice(0, LONGEST_NAME).toWellFormed();
  const username = name(claims.username) || name(claims.id);
  return Identity.parse({
    id: text(claims.id),
    user: {
      username,
      firstName: name(claims.firstName),
      lastName: name(claims.lastName),
      realm: issuer.split('/').at(-1) ?? '',
      roles: z.array(z.string()).catch([]).parse(at(payload, claims.roles)),
      team: teamOf(at(payload, claims.team)) ?? NO_TEAM,
      supervisedTeams: z
        .array(z.unknown())
        .catch([])
        .parse(at(payload, claims.supervisedTeams))
        .flatMap((team) => teamOf(team) ?? []),
      permissions: z
        .array(z.object({ rsid: z.string(), rsname: z.string(), scopes: z.array(z.string()).default([]) }))
        .catch([])
        .parse(at(payload, claims.permissions)),
    },
  });
}

/** A team is an object, or a bare name. */
function teamOf(claim: unknown): z.output<typeof Team> | undefined {
  if (typeof claim === 'string' && claim) return { teamId: claim, teamName: claim };
  const team = Team.safeParse(claim);
  return team.success ? team.data : undefined;
}

/**
 * A claim by its name, which may have dots of its own (`https://shop.example/roles`), or by the
 * path to it.
 */
function at(payload: Record<string, unknown>, path: string): unknown {
  if (Object.hasOwn(payload, path)) return payload[path];
  return path.split('.').reduce<unknown>((value, name) => (isRecord(value) ? value[name] : undefined), payload);
}

/**
 * Everything that a token can do wrong is the client's fault; an issuer that does not answer is
 * not.
 */
function refusal(error: unknown): unknown {
  if (error instanceof JwtInvalidIssuerError)
    return new Rejection('auth.wrongIssuer', 'The token comes from another issuer.');
  if (error instanceof JwtInvalidAudienceError)
    return new Rejection('auth.wrongAudience', 'The token is meant for another application.');
  const issuersFault = error instanceof JwksValidationError || error instanceof JwkValidationError;
  const tokensFault = error instanceof JwtBaseError || error instanceof z.ZodError;
  if (issuersFault || !tokensFault) return error;
  const fault = error instanceof z.ZodError ? ` (${explain(error)})` : '';
  return new Rejection('auth.invalid', `The token is not a valid access token${fault}.`);
}
