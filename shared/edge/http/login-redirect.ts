/**
 * Signing in on the issuer's own page: a browser is sent there and brought back. The code that it
 * brings is good for whoever knows the word whose hash was sent along (RFC 7636), which is the
 * desk, and is exchanged as a password is: `POST /agent/login`. So nothing is kept here, and no
 * token is in an address.
 */
import * as z from 'zod';
import { LeaveQuery, ReturnQuery } from '../../protocol/login.ts';
import { away, denied, type Issuing, type LoginResult } from './login.ts';
import type { Log } from '../app.ts';
import type { HttpEvent } from './platform.ts';

interface Surroundings {
  readonly issuing: Issuing;
  readonly log: Log;
}

/** How long somebody may take at the issuer's page. */
const COOKIE_SECONDS = 600;

/** `GET /agent/login?redirect=…&code_challenge=…` */
export async function leave({ issuing, log }: Surroundings, event: HttpEvent): Promise<LoginResult> {
  const { redirects, callbackUrl } = issuing;
  const { success, data } = LeaveQuery.safeParse(event.queryStringParameters);
  if (!success) return denied(400, 'Expected redirect and code_challenge (RFC 7636, S256)');
  const { redirect, code_challenge } = data;
  if (callbackUrl === undefined || !redirects.includes(redirect))
    return denied(400, 'The address to return to is none that this stack is told of');
  const state = issuing.newState();
  try {
    const asked = { redirect_uri: callbackUrl, state, code_challenge, code_challenge_method: 'S256' };
    return found(await issuing.page(asked), cookie(callbackUrl, state, redirect, COOKIE_SECONDS));
  } catch (error) {
    const { status, message } = away(log, error);
    return denied(status, message);
  }
}

const Cookies = z.object({ cookies: z.array(z.string()).catch([]) });

/** `GET /agent/login/callback`, as the issuer calls it through the browser. */
export function comeBack({ issuing, log }: Surroundings, event: HttpEvent): LoginResult {
  const { redirects, callbackUrl = '', issuer } = issuing;
  const { success, data } = ReturnQuery.safeParse(event.queryStringParameters);
  if (!success) return denied(400, 'That is no answer of an issuer');
  const { state, code, error, iss = issuer } = data;
  const began = `${nameOf(callbackUrl, state)}=`;
  const kept = Cookies.parse(event).cookies.find((one) => one.startsWith(began));
  const redirect = redirects.find((one) => encodeURIComponent(one) === kept?.slice(began.length));
  // Of a login that was begun elsewhere, or by somebody else, nothing comes to the desk.
  if (redirect === undefined || iss !== issuer)
    return denied(400, 'This browser has not begun to sign in, or has taken too long: begin again at the desk');
  const over = cookie(callbackUrl, state, '', 0);
  if (code !== undefined && error === undefined) return found(`${redirect}#${new URLSearchParams({ code })}`, over);
  const why = /^[a-z_]{1,64}$/.exec(error ?? '')?.[0] ?? 'server_error';
  log.warn('the issuer signs nobody in', { code: why });
  return found(`${redirect}#${new URLSearchParams({ error: why })}`, over);
}

/** The cookie is named by the state, so each tab has its own; a browser that has it, began. */
function nameOf(callbackUrl: string, state: string): string {
  return `${isSecure(callbackUrl) ? '__Host-' : ''}agent-login-${state}`;
}

function cookie(callbackUrl: string, state: string, redirect: string, seconds: number): string {
  const more = [
    'Path=/',
    `Max-Age=${seconds}`,
    'HttpOnly',
    'SameSite=Lax',
    ...(isSecure(callbackUrl) ? ['Secure'] : []),
  ];
  return [`${nameOf(callbackUrl, state)}=${encodeURIComponent(redirect)}`, ...more].join('; ');
}

/** Everywhere but on a developer's machine. */
function isSecure(callbackUrl: string): boolean {
  return callbackUrl.startsWith('https:');
}

function found(location: string, set: string): LoginResult {
  const headers = { location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' };
  return { statusCode: 302, headers, cookies: [set], body: '' };
}
