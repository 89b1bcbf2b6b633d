/**
 * The issuer as a client asks it (RFC 6749): found by OIDC discovery. A client with a secret shows
 * it as HTTP Basic, one without only its name.
 */
import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { Issuing } from '../edge/http/login.ts';
import { parseJson } from '../protocol/values.ts';

/** An issuer that hangs is not to hold many functions. */
const ISSUER_MS = 5_000;

type Ask = (url: string, init?: RequestInit & { readonly body?: URLSearchParams }) => Promise<Response>;

export interface IssuingClient {
  readonly issuer: string;
  /** Where the issuer describes itself. Default: beneath its name. */
  readonly discoveryUrl?: string | undefined;
  readonly clientId: string;
  readonly clientSecret?: string | undefined;
  readonly scope?: string | undefined;
  readonly callbackUrl?: string | undefined;
  readonly redirects?: readonly string[] | undefined;
  /** How the issuer is asked. Default: by HTTP. */
  readonly ask?: Ask;
}

const Metadata = z.object({
  issuer: z.string(),
  token_endpoint: z.url(),
  authorization_endpoint: z.url().optional(),
  grant_types_supported: z.array(z.string()).optional(),
});

const Tokens = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).optional(),
  expires_in: z.coerce.number().optional(),
});
/** Nothing but a name gets through, whatever an issuer puts there. */
const Refused = z.object({ error: z.string().regex(/^[a-z_]{1,64}$/) });

export function issuingOf({ issuer, clientId, clientSecret, ask = byHttp, ...more }: IssuingClient): Issuing {
  const { scope = 'openid', callbackUrl, redirects = [] } = more;
  const discoveryUrl = more.discoveryUrl ?? `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const headers: Record<string, string> =
    clientSecret === undefined ? {} : { authorization: basic(clientId, clientSecret) };
  let found: Promise<z.output<typeof Metadata>> | undefined;
  const described = () => {
    found ??= discovered(issuer, discoveryUrl, ask);
    found.catch(() => (found = undefined)); // the issuer may be back at the next call
    return found;
  };
  return {
    issuer,
    redirects,
    callbackUrl,
    newState: () => randomBytes(32).toString('base64url'),
    async grant(form) {
      const { token_endpoint, grant_types_supported: grants } = await described();
      // A password is not shown to an issuer that says it takes none.
      if (form['grant_type'] === 'password' && grants && !grants.includes('password'))
        return { error: 'unsupported_grant_type' };
      const scoped = form['grant_type'] === 'password' ? { ...form, scope } : form;
      const body = new URLSearchParams(clientSecret === undefined ? { ...scoped, client_id: clientId } : scoped);
      const response = await ask(token_endpoint, { method: 'POST', headers, body, redirect: 'error' });
      const answer = parseJson(await response.text());
      if (!response.ok) return Refused.parse(answer);
      const { access_token: accessToken, refresh_token: refreshToken, expires_in } = Tokens.parse(answer);
      return { accessToken, refreshToken, expiresInSeconds: expires_in };
    },
    async page(parameters) {
      const url = new URL(z.string().parse((await described()).authorization_endpoint));
      const asked = { response_type: 'code', client_id: clientId, scope, ...parameters };
      for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
      return url.href;
    },
  };
}

/** RFC 6749, 2.3.1: name and secret are encoded as in a form, and then once more. */
function basic(clientId: string, secret: string): string {
  const [name, word] = [clientId, secret].map((text) => new URLSearchParams({ '': text }).toString().slice(1));
  return `Basic ${Buffer.from(`${name}:${word}`).toString('base64')}`;
}

/** OIDC Discovery, 4.3: a description is that of the issuer which it names, and no other. */
async function discovered(issuer: string, url: string, ask: Ask): Promise<z.output<typeof Metadata>> {
  const response = await ask(url);
  const described = Metadata.parse(parseJson(await response.text()));
  const { token_endpoint, authorization_endpoint = token_endpoint } = described;
  const isPlain = [token_endpoint, authorization_endpoint].some((at) => !at.startsWith('https:'));
  if (described.issuer !== issuer) throw new TypeError('it is the description of another issuer');
  if (issuer.startsWith('https:') && isPlain) throw new TypeError('it would be asked without TLS');
  return described;
}

function byHttp(url: string, init: RequestInit = {}): Promise<Response> {
  return fetch(url, { ...init, signal: AbortSignal.timeout(ISSUER_MS) });
}
