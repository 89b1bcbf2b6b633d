/**
 * The token endpoint of the issuer (RFC 6749): found by OIDC discovery unless it is said where it
 * is. A client with a secret shows it as HTTP Basic, one without only its name.
 */
import * as z from 'zod';
import type { Issuing } from '../edge/http/login.ts';
import { parseJson } from '../protocol/values.ts';

const ISSUER_MS = 10_000;

type Ask = (url: string, init?: RequestInit & { readonly body?: URLSearchParams }) => Promise<Response>;

export interface IssuingClient {
  readonly issuer: string;
  readonly tokenUrl?: string | undefined;
  readonly clientId: string;
  readonly clientSecret?: string | undefined;
  /** How the issuer is asked. Default: by HTTP. */
  readonly ask?: Ask;
}

const Tokens = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).optional(),
  expires_in: z.coerce.number().optional(),
});
const Refused = z.object({ error: z.string().min(1).max(256) });

export function issuingOf({ issuer, tokenUrl, clientId, clientSecret, ask = byHttp }: IssuingClient): Issuing {
  let found: Promise<string> | undefined = tokenUrl === undefined ? undefined : Promise.resolve(tokenUrl);
  const headers: Record<string, string> =
    clientSecret === undefined ? {} : { authorization: basic(clientId, clientSecret) };
  return {
    async grant(form) {
      found ??= discovered(issuer, ask);
      found.catch(() => (found = undefined)); // the issuer may be back at the next call
      const body = new URLSearchParams(clientSecret === undefined ? { ...form, client_id: clientId } : form);
      const response = await ask(await found, { method: 'POST', headers, body, redirect: 'error' });
      const answer = parseJson(await response.text());
      if (!response.ok) return Refused.parse(answer);
      const { access_token: accessToken, refresh_token: refreshToken, expires_in } = Tokens.parse(answer);
      return { accessToken, refreshToken, expiresInSeconds: expires_in };
    },
  };
}

/** RFC 6749, 2.3.1: name and secret are encoded as in a form, and then once more. */
function basic(clientId: string, secret: string): string {
  const [name, word] = [clientId, secret].map((text) => new URLSearchParams({ '': text }).toString().slice(1));
  return `Basic ${Buffer.from(`${name}:${word}`).toString('base64')}`;
}

async function discovered(issuer: string, ask: Ask): Promise<string> {
  const response = await ask(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  return z.object({ token_endpoint: z.url() }).parse(parseJson(await response.text())).token_endpoint;
}

function byHttp(url: string, init: RequestInit = {}): Promise<Response> {
  return fetch(url, { ...init, signal: AbortSignal.timeout(ISSUER_MS) });
}
