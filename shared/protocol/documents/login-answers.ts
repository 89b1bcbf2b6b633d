/**
 * The login for its document: what each route takes, answers and refuses. No function reads it; the
 * tests hold every call and every answer against it.
 */
import * as z from 'zod';
import { LeaveQuery, type LoginRouteName, Refresh, ReturnQuery, SignIn } from '../login.ts';
import { Id } from '../values.ts';

const Tokens = z.looseObject({
  token: z.string(),
  refresh_token: z.string().optional(),
  /** From now on, in seconds. */
  expires_in: z.number().optional(),
});

const team = z.looseObject({ teamId: z.string(), teamName: z.string() });

/** What desks keep of whoever has signed in, with the tokens inside. */
const KeycloakUser = Tokens.extend({
  id: Id,
  username: z.string(),
  firstName: z.string(),
  lastName: z.string(),
  roles: z.array(z.string()),
  realm: z.string(),
  permittedResources: z.looseObject({
    Resources: z.array(z.looseObject({ rsid: z.string(), rsname: z.string(), scopes: z.array(z.string()) })),
  }),
  attributes: z.looseObject({}),
  userTeam: team,
  supervisedTeams: z.array(team),
});

/** In the shape that desks read of each login service that they know. */
export const LoginRefused = z.looseObject({
  statusCode: z.number().int(),
  error: z.looseObject({
    error_message: z.string(),
    error_detail: z.looseObject({ status: z.number().int(), reason: z.string(), login_url: z.string().optional() }),
  }),
});

interface Described {
  readonly body?: z.ZodType;
  readonly query?: z.ZodObject;
  /** null: 302, to where a browser goes. */
  readonly answer: z.ZodType | null;
  /** By status, why there is a `LoginRefused`. */
  readonly refused: Readonly<Record<number, string>>;
}

const issuer = {
  500: 'The issuer does not let this client do that.',
  503: 'The issuer does not answer.',
} as const;

export const loginApi: Readonly<Record<LoginRouteName, Described>> = {
  signIn: {
    body: SignIn,
    answer: z.looseObject({ data: Tokens.extend({ keycloak_User: KeycloakUser }) }),
    refused: {
      400: 'The body is no such form.',
      401: 'The name or the password is wrong, the code is over, or the token is for somebody else.',
      403: 'Whoever it is has no role that has a desk; or, with a `login_url`, the issuer takes passwords on its own page only.',
      ...issuer,
    },
  },
  refresh: {
    body: Refresh,
    answer: z.looseObject({ data: Tokens }),
    refused: { 400: 'The body is no such form.', 401: 'The login is over.', ...issuer },
  },
  leave: {
    query: LeaveQuery,
    answer: null,
    refused: { 400: 'The address is none that the stack is told of, or there is no challenge.', 503: issuer[503] },
  },
  return: {
    query: ReturnQuery,
    answer: null,
    refused: { 400: 'This browser has not begun to sign in, or it has taken longer than ten minutes.' },
  },
};
