/**
 * Signing in by name and password, and a newer token for a refresh token, at the configured issuer:
 * in the shapes of desks that keep a login of their own. Nothing that is sent here is kept, and
 * none of it reaches a log.
 */
import * as z from 'zod';
import { Rejection } from '../../domain/rejection.ts';
import { keycloakUser } from '../../domain/shown/presence.ts';
import { byteLength } from '../../protocol/bytes.ts';
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
  /** Its name, as it says it itself. */
  readonly issuer: string;
  /** The addresses to which a browser may return that signs in on the issuer's own page. */
  readonly redirects: readonly string[];
  /** Where the issuer sends browsers back to; undefined: nobody signs in so. */
  readonly callbackUrl?: string | undefined;
  /** 256 bits in base64url that nobody guesses. */
  newState(): string;
  /**
   * Asks the issuer for tokens. `{error}` is why it gives none (RFC 6749, 5.2). Throws where it
   * does not answer.
   */
  grant(form: Readonly<Record<string, string>>): Promise<Granted | { readonly error: string }>;
  /** The address of the issuer's own page, for a code (RFC 6749, 4.1.1). Throws as `grant`. */
  page(parameters: Readonly<Record<string, string>>): Promise<string>;
}

export type LoginResult = HttpResult & { readonly cookies?: readonly string[] };

interface Surroundings {
  readonly issuing: Issuing;
  readonly tokens: Tokens;
  readonly log: Log;
}

/** Why nobody is signed in, in words for the person at the desk. */
export class Denied extends Error {
  readonly status: number;
  /** Where they can sign in instead. */
  readonly loginUrl: string | undefined;
  constructor(status: number, reason: string, loginUrl?: string) {
    super(reason);
    this.status = status;
    this.loginUrl = loginUrl;
  }
}

/** Longer than any form of ours, and far below what takes long to read. */
const MAX_BODY_BYTES = 32 * 1024;

/** `POST /agent/login`: `{username, password}`, or `{code, code_verifier}`. */
export const signIn = answering(SignIn, 'username and password', async (surroundings, body) => {
  const granted = await grantedBy(surroundings, ...formOf(surroundings.issuing, body));
  const identity = await surroundings.tokens.verify(granted.accessToken);
  toContext(identity); // who could not open a socket is told here
  const { id, user } = identity;
  const { token, refresh_token } = shown(granted);
  const keycloak_User = { ...keycloakUser(id, user), token, refresh_token };
  return { ...shown(granted), keycloak_User };
});

/** `POST /agent/refresh`: `{refresh_token}`. */
export const refresh = answering(Refresh, 'refresh_token', async (surroundings, { refresh_token }) => {
  const form = { grant_type: 'refresh_token', refresh_token };
  const granted = await grantedBy(surroundings, form, 'The login is over: sign in again');
  await surroundings.tokens.verify(granted.accessToken);
  return shown({ ...granted, refreshToken: granted.refreshToken ?? refresh_token });
});

type Form = Readonly<Record<string, string>>;

/** What the issuer is asked, and what its `invalid_grant` means then. */
function formOf({ callbackUrl }: Issuing, body: z.output<typeof SignIn>): [form: Form, invalid: string] {
  if ('password' in body) return [{ grant_type: 'password', ...body }, 'Provided User Credentials are not valid'];
  if (callbackUrl === undefined) throw new Denied(400, 'Expected username and password');
  const { code, code_verifier } = body;
  const form = { grant_type: 'authorization_code', code, code_verifier, redirect_uri: callbackUrl };
  return [form, 'The code is over, or is for another browser: sign in again'];
}

async function grantedBy({ issuing, log }: Surroundings, form: Form, invalid: string) {
  const answer = await issuing.grant(form).catch((error: unknown) => {
    throw away(log, error);
  });
  if (!('error' in answer)) return answer;
  const { error } = answer;
  if (error === 'invalid_grant') throw new Denied(401, invalid);
  const { callbackUrl } = issuing;
  if (form['grant_type'] === 'password' && NO_PASSWORDS.includes(error) && callbackUrl !== undefined) {
    const loginUrl = callbackUrl.replace(/\/callback$/, '');
    throw new Denied(403, `Passwords are taken on the issuer's own page only: sign in at ${loginUrl}`, loginUrl);
  }
  log.error('the issuer signs nobody in', { code: error });
  throw new Denied(500, `The issuer does not sign in this way: ${error}`);
}

/** How issuers say that a client may not ask with a password. */
const NO_PASSWORDS = ['unsupported_grant_type', 'unauthorized_client'];

/**
 * Of an error only its kind is logged: the message of one that could not be read may quote what was
 * said.
 */
export function away(log: Log, error: unknown): Denied {
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
  expected: string,
  run: (surroundings: Surroundings, body: z.output<S>) => Promise<object>,
) {
  return async (surroundings: Surroundings, event: HttpEvent): Promise<LoginResult> => {
    try {
      const text = event.isBase64Encoded ? Buffer.from(event.body ?? '', 'base64').toString() : (event.body ?? '');
      const { success, data } = schema.safeParse(byteLength(text) > MAX_BODY_BYTES ? undefined : parseJson(text));
      if (!success) throw new Denied(400, `Expected ${expected}`);
      return answer(200, { data: await run(surroundings, data) });
    } catch (error) {
      if (error instanceof Rejection) return denied(codes[error.code].status, error.message);
      // Else its keys cannot be had.
      const { status, message, loginUrl } = error instanceof Denied ? error : away(surroundings.log, error);
      return denied(status, message, loginUrl);
    }
  };
}

/** As desks read it: `error` of a newer one, `statusCode` of an older one. */
export function denied(status: number, reason: string, loginUrl?: string): LoginResult {
  const error_message = 'Error Occured While Generating User Access Token';
  const error_detail = { status, reason, ...(loginUrl === undefined ? {} : { login_url: loginUrl }) };
  return answer(status, { statusCode: status, error: { error_message, error_detail } });
}

function answer(statusCode: number, body: unknown): LoginResult {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  return { statusCode, headers, body: JSON.stringify(body) };
}
