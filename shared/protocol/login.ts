/**
 * Signing in as desks do that keep a login of their own: its routes, and what they take. A stack
 * has them only where it is told of a client of the issuer.
 */
import * as z from 'zod';

/** `name` is the file of its Lambda in functions/login. */
export const loginRoutes = [
  { name: 'signIn', method: 'POST', path: '/agent/login' },
  { name: 'refresh', method: 'POST', path: '/agent/refresh' },
] as const;
export type LoginRoute = (typeof loginRoutes)[number];
export type LoginRouteName = LoginRoute['name'];

/** What else desks send beside it (of another vendor's login) is dropped. */
export const SignIn = z.object({ username: z.string().min(1).max(256), password: z.string().min(1).max(1_024) });

export const Refresh = z.object({ refresh_token: z.string().min(1).max(16_384) });
