/**
 * A small stack that signs agents in at an issuer that is not ours, and what a desk does to sign
 * in on its page.
 */
import { createHash, randomBytes } from 'node:crypto';
import * as z from 'zod';
import { freePort } from '../../infra/local/engines/dynamodb.ts';
import { startSmall } from '../../infra/start/small.ts';
import { issuingOf } from '../../shared/aws/issuing.ts';
import { tokensOf } from '../../shared/aws/oidc.ts';
import { Browser, realIssuer, type RealIssuerOptions } from './real-issuer.ts';

export const DESK = 'https://desk.example.com/signed-in.html';
const audience = 'agent-manager';

export interface SigningInOptions extends Pick<RealIssuerOptions, 'people' | 'rotates' | 'tokenSeconds'> {
  /** Where browsers may return to, beside the desk. */
  readonly redirects?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

export async function signingIn({ redirects = [], environment = {}, ...options }: SigningInOptions) {
  const port = await freePort();
  const callbackUrl = `http://127.0.0.1:${port}/agent/login/callback`;
  const client = { clientId: 'agent-desk', clientSecret: 'a secret/with: all+that%26' };
  const provider = await realIssuer({ ...client, callbackUrl, audience, ...options });
  const { issuer } = provider;
  const identity = {
    tokens: tokensOf({ issuer, audience }),
    issuing: issuingOf({
      issuer,
      ...client,
      callbackUrl,
      redirects: [DESK, ...redirects],
    }),
  };
  const stack = await startSmall({ port, host: '127.0.0.1', demo: false, identity, environment });
  return {
    stack,
    provider,
    /** Where a desk sends its browser. */
    begin: (challenge: string, redirect = DESK) =>
      `${stack.httpUrl}/agent/login?${new URLSearchParams({ redirect, code_challenge: challenge })}`,
    /** The code with which a browser comes home. */
    async codeOf(browser: Browser, challenge: string, name = 'amy', redirect = DESK): Promise<string> {
      const form = await browser.go(this.begin(challenge, redirect));
      const home = await browser.go(form.url, { name, password: options.people[name]?.password ?? '' });
      if (home.url.split('#')[0] !== redirect) throw new Error('the browser has not come home');
      return new URLSearchParams(new URL(home.url).hash.slice(1)).get('code') ?? '';
    },
    async stop() {
      provider.stop();
      await stack.stop();
      if (provider.faults.length > 0) throw new Error(provider.faults.join('\n'));
    },
  };
}

/** What a desk does before it sends its browser away. */
export function word() {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

const Answer = z.object({
  data: z
    .looseObject({
      token: z.string(),
      refresh_token: z.string(),
      expires_in: z.number(),
      keycloak_User: z.looseObject({}).optional(),
    }) // prettier-ignore
    .optional(),
  error: z.object({ error_detail: z.looseObject({ reason: z.string() }) }).optional(),
});

export async function post(url: string, body: unknown) {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: response.status, ...Answer.parse(await response.json()) };
}
