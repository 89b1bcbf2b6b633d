/**
 * The login for its document: what each route takes, answers and refuses. No function reads it; the
 * tests hold every call and every answer against it.
 */
import * as z from 'zod';
import { type LoginRouteName, Refresh, SignIn } from '../login.ts';
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
    error_detail: z.looseObject({ status: z.number().int(), reason: z.string() }),
  }),
});

interface Described {
  readonly body?: z.ZodType;
  readonly answer: z.ZodType;
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
      401: 'The name or the password is wrong, or the token is for somebody else.',
      403: 'Whoever it is has no role that has a desk.',
      ...issuer,
    },
  },
  refresh: {
    body: Refresh,
    answer: z.looseObject({ data: Tokens }),
    refused: { 400: 'The body is no such form.', 401: 'The login is over.', ...issuer },
  },
};
