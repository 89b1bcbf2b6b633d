/**
 * Signing in as desks do that keep a login of their own: its routes, and what they take. A stack
 * has them only where it is told of a client of the issuer.
 */
import * as z from 'zod';

/**
 * `name` is the file of its Lambda in functions/login. What is asked for by GET is where a browser
 * goes, and there only where the stack is told to which addresses it may return.
 */
export const loginRoutes = [
  { name: 'signIn', method: 'POST', path: '/agent/login' },
  { name: 'refresh', method: 'POST', path: '/agent/refresh' },
  { name: 'leave', method: 'GET', path: '/agent/login' },
  { name: 'return', method: 'GET', path: '/agent/login/callback' },
] as const;
export type LoginRoute = (typeof loginRoutes)[number];
export type LoginRouteName = LoginRoute['name'];

const ByPassword = z.object({ username: z.string().min(1).max(256), password: z.string().min(1).max(1_024) });

/** RFC 7636, 4.1: of 43 to 128 characters that mean nothing in an address. */
const verifier = /^[\w.~-]{43,128}$/;

/** What the issuer has given to a browser, and what whoever sent it there kept to itself. */
const ByCode = z.object({ code: z.string().min(1).max(4_096), code_verifier: z.string().regex(verifier) });

/** What else desks send beside it (of another vendor's login) is dropped. */
export const SignIn = z.union([ByCode, ByPassword]);

export const Refresh = z.object({ refresh_token: z.string().min(1).max(16_384) });

export const LeaveQuery = z.object({
  /** Where to return to: one of the addresses that the stack is told of, letter by letter. */
  redirect: z.string().min(1).max(2_048),
  /** SHA-256 of the `code_verifier`, in base64url (RFC 7636, S256). */
  code_challenge: z.string().regex(/^[\w-]{43}$/),
});

/** As the issuer sends a browser back (RFC 6749, 4.1.2; `iss`: RFC 9207). */
export const ReturnQuery = z.object({
  state: z.string().regex(/^[\w-]{43}$/),
  code: z.string().min(1).max(4_096).optional(),
  error: z.string().max(256).optional(),
  iss: z.string().max(2_048).optional(),
});
