/**
 * Signing in by name and password, and a newer token for a refresh token, at the configured issuer:
 * in the shapes of desks that keep a login of their own. Nothing that is sent here is kept, and
 * none of it reaches a log.
 */
import * as z from 'zod';
import { Rejection } from '../../domain/rejection.ts';
import { codes } from '../../protocol/codes.ts';
import { Refresh, SignIn } from '../../protocol/login.ts';
import { parseJson } from '../../protocol/values.ts';
import type { Log } from '../app.ts';
import { toContext } from '../identity.ts';
import type { HttpEvent, HttpResult, Tokens } from './platform.ts';

/** What the issuer gives (RFC 6749, 5.1). */
export interface Granted {
  readonly accessToken: string;
  readonly refreshToken?: string | undefined;
  readonly expiresInSeconds?: number | undefined;
}

export interface Issuing {
  /**
   * Asks the issuer for tokens. `{error}` is why it gives none (RFC 6749, 5.2). Throws where it
   * does not answer.
   */
  grant(form: Readonly<Record<string, string>>): Promise<Granted | { readonly error: string }>;
}

interface Surroundings {
  readonly issuing: Issuing;
  readonly tokens: Tokens;
  readonly log: Log;
}

/** Why nobody is signed in, in words for the person at the desk. */
class Denied extends Error {
  readonly status: number;
  constructor(status: number, reason: string) {
    super(reason);
    this.status = status;
  }
}

/** `POST /agent/login`: `{username, password}`. */
export const signIn = answering(SignIn, async (surroundings, { username, password }) => {
  const form = { grant_type: 'password', username, password, scope: 'openid' };
  const granted = await grantedBy(surroundings, form, 'Provided User Credentials are not valid');
  const identity = await surroundings.tokens.verify(granted.accessToken);
  toContext(identity); // who could not open a socket is told here
  const { id, user } = identity;
  const { token, refresh_token } = shown(granted);
  const keycloak_User = {
    id,
    username: user.username,
    firstName: user.firstName,
    lastName: user.lastName,
    roles: user.roles,
    realm: user.realm,
    permittedResources: { Resources: user.permissions },
    attributes: {},
    userTeam: user.team,
    supervisedTeams: user.supervisedTeams,
    token,
    refresh_token,
  };
  return { ...shown(granted), keycloak_User };
});

/** `POST /agent/refresh`: `{refresh_token}`. */
export const refresh = answering(Refresh, async (surroundings, { refresh_token }) => {
  const form = { grant_type: 'refresh_token', refresh_token };
  const granted = await grantedBy(surroundings, form, 'The login is over: sign in again');
  await surroundings.tokens.verify(granted.accessToken);
  return shown({ refreshToken: refresh_token, ...granted });
});

async function grantedBy({ issuing, log }: Surroundings, form: Record<string, string>, invalid: string) {
  const answer = await issuing.grant(form).catch((error: unknown) => {
    throw away(log, error);
  });
  if (!('error' in answer)) return answer;
  if (answer.error === 'invalid_grant') throw new Denied(401, invalid);
  log.error('the issuer signs nobody in', { code: answer.error });
  throw new Denied(500, `The issuer does not sign in this way: ${answer.error}`);
}

/**
 * Of an error only its kind is logged: the message of one that could not be read may quote what was
 * said.
 */
function away(log: Log, error: unknown): Denied {
  const { name, code } = Kind.parse(error);
  log.error('the issuer signs nobody in: it does not answer', { name, code });
  return new Denied(503, 'The issuer does not answer, please try again');
}

const Kind = z
  .object({ name: z.string().catch(''), cause: z.object({ code: z.string() }).optional().catch(undefined) })
  .catch({ name: '' })
  .transform(({ name, cause }) => ({ name, code: cause?.code }));

function shown({ accessToken, refreshToken, expiresInSeconds }: Granted) {
  return { token: accessToken, refresh_token: refreshToken, expires_in: expiresInSeconds };
}

function answering<S extends z.ZodType>(
  schema: S,
  run: (surroundings: Surroundings, body: z.output<S>) => Promise<object>,
) {
  return async (surroundings: Surroundings, event: HttpEvent): Promise<HttpResult> => {
    try {
      const text = event.isBase64Encoded ? Buffer.from(event.body ?? '', 'base64').toString() : (event.body ?? '');
      const { success, data } = schema.safeParse(parseJson(text));
      if (!success)
        throw new Denied(400, `Expected ${Object.keys(z.toJSONSchema(schema).properties ?? {}).join(' and ')}`);
      return answer(200, { data: await run(surroundings, data) });
    } catch (error) {
      if (error instanceof Denied) return denied(error.status, error.message);
      if (error instanceof Rejection) return denied(codes[error.code].status, error.message);
      const { status, message } = away(surroundings.log, error); // its keys cannot be had
      return denied(status, message);
    }
  };
}

/** As desks read it: `error` of a newer one, `statusCode` of an older one. */
function denied(status: number, reason: string): HttpResult {
  const error_message = 'Error Occured While Generating User Access Token';
  return answer(status, { statusCode: status, error: { error_message, error_detail: { status, reason } } });
}

function answer(statusCode: number, body: unknown): HttpResult {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  return { statusCode, headers, body: JSON.stringify(body) };
}
