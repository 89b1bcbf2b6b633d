/** The issuer as a client of it, that the environment names, may ask it for tokens. */
import type { Issuing } from '../../edge/http/login.ts';
import { env } from '../env.ts';
import { issuingOf } from '../issuing.ts';

export const issuing: Issuing = issuingOf({
  issuer: env('OIDC_ISSUER'),
  discoveryUrl: env('OIDC_DISCOVERY_URL'),
  clientId: env('LOGIN_CLIENT_ID'),
  clientSecret: env('LOGIN_CLIENT_SECRET'),
  scope: env('LOGIN_SCOPE'),
  callbackUrl: env('LOGIN_CALLBACK_URL'),
  redirects: env('LOGIN_REDIRECTS')?.split(' '),
});
