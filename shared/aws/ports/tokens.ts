/** The tokens of the issuer that the environment names. */
import type { Tokens } from '../../edge/http/platform.ts';
import { env } from '../env.ts';
import { tokensOf } from '../oidc.ts';

export const tokens: Tokens = tokensOf({
  issuer: env('OIDC_ISSUER'),
  audience: env('OIDC_AUDIENCE'),
  claims: env('OIDC_CLAIMS'),
  jwksUri: env('OIDC_JWKS_URI'),
});
