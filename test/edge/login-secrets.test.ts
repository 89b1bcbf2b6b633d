/**
 * No password, code, token or secret reaches a log or an answer, whatever the issuer does: it is
 * one that quotes all that it was told, in every place, and fails in every way.
 */
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { on as leaves } from '../../functions/login/leave.ts';
import { on as refreshes } from '../../functions/login/refresh.ts';
import { on as returns } from '../../functions/login/return.ts';
import { on as signsIn } from '../../functions/login/signIn.ts';
import { listen } from '../../infra/local/http/http.ts';
import { issuingOf } from '../../shared/aws/issuing.ts';
import { tokensOf } from '../../shared/aws/oidc.ts';

const SECRETS = {
  password: 'Secret-Pass-Word-1',
  code: 'Secret-Code-2',
  code_verifier: 'Secret-Verifier-3'.padEnd(43, 'x'),
  refresh_token: 'Secret-Refresh-4',
  client: 'Secret-Client-5',
  token: 'Secret.Access.Token6',
};
const secret = /Secret/;

/** What the issuer answers, given the form that it was sent. */
type Answer = (form: string) => { status?: number; body?: string; type?: string } | 'hang up' | 'silence';

const good = (more: object) => JSON.stringify({ token_type: 'Bearer', expires_in: 300, ...more });
const { password, code, refresh_token: refreshToken, token } = SECRETS;
const answers: Record<string, Answer> = {
  'hangs up': () => 'hang up',
  'is silent': () => 'silence',
  'fails with a page that quotes the form': (form) => ({ status: 500, body: `<pre>${form} ${SECRETS.client}</pre>`, type: 'text/html' }), // prettier-ignore
  'answers JSON that is none and quotes the form': (form) => ({ body: `{"access_token":"${token}", ${form}` }),
  'refuses by a name that is the form': (form) => ({ status: 400, body: JSON.stringify({ error: form, error_description: form }) }), // prettier-ignore
  'refuses by a name that is the password': () => ({ status: 400, body: JSON.stringify({ error: password }) }),
  'refuses as it should, and quotes the form': (form) => ({ status: 400, body: JSON.stringify({ error: 'invalid_grant', error_description: form }) }), // prettier-ignore
  'refuses the client': (form) => ({ status: 401, body: JSON.stringify({ error: 'invalid_client', error_description: form }) }), // prettier-ignore
  'gives a token that is none': () => ({ body: good({ access_token: token, refresh_token: refreshToken }) }),
  'gives tokens of other types': () => ({ body: good({ access_token: [token], refresh_token: { refreshToken } }) }),
  'redirects with the form': (form) => ({ status: 307, body: form }),
  'answers with ten megabytes': () => ({ body: `"${password}`.padEnd(10_000_000, 'x') }),
};

let answer: Answer = () => 'hang up';
let issuer = '';
let described = true;
const server = createServer(async (request, response) => {
  if (request.method === 'GET') {
    const endpoints = { issuer, token_endpoint: `${issuer}/token`, authorization_endpoint: `${issuer}/page`, jwks_uri: `${issuer}/keys` }; // prettier-ignore
    if (!described) return void response.destroy();
    return void response.end(request.url === '/keys' ? '{"keys":[]}' : JSON.stringify(endpoints));
  }
  let form = '';
  for await (const chunk of request) form += String(chunk);
  const said = answer(form);
  if (said === 'hang up') return void response.destroy();
  if (said === 'silence') return;
  const { status = 200, body = '', type = 'application/json' } = said;
  response.writeHead(status, { 'content-type': type, location: `${issuer}/elsewhere?${form}` }).end(body);
});
beforeAll(async () => {
  const { port } = await listen(server, 0, '127.0.0.1');
  issuer = `http://127.0.0.1:${port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const callbackUrl = 'https://api.example.com/agent/login/callback';
const DESK = 'https://desk.example.com/';

/** The ports of the functions, with the issuer as on AWS, and a log that says all it is told. */
function ports() {
  const lines: string[] = [];
  const say = (message: string, fields?: Record<string, unknown>) =>
    void lines.push(JSON.stringify([message, fields], (_, value: unknown) => (value instanceof Error ? `${value.stack} ${String(value.cause)}` : value))); // prettier-ignore
  const issuing = issuingOf({
    issuer,
    clientId: 'desk',
    clientSecret: SECRETS.client,
    callbackUrl,
    redirects: [DESK],
    ask: (url, init = {}) => fetch(url, { ...init, signal: AbortSignal.timeout(300) }),
  });
  const tokens = tokensOf({ issuer, audience: 'agent-manager' });
  return { lines, issuing, tokens, log: { info: say, warn: say, error: say } };
}

const bodies = {
  'a password': [signsIn, { username: 'amy', password }],
  'a code': [signsIn, { code, code_verifier: SECRETS.code_verifier }],
  'a refresh token': [refreshes, { refresh_token: refreshToken }],
} as const;

const mostlyRefused = /^\{"statusCode":(401|500|503),"error":\{"error_message":"[^"]+","error_detail":\{"status":\d+,"reason":"[^"]+"\}\}\}$/; // prettier-ignore

describe.each(Object.entries(bodies))('Whoever sends %s', (_, [{ run }, body]) => {
  it.each(Object.entries(answers))(
    'to an issuer that %s is refused, and none of it is said anywhere',
    async (__, one) => {
      answer = one;
      const { lines, ...some } = ports();
      const result = await run(some, { body: JSON.stringify(body) });
      expect(result).toMatchObject({ body: expect.stringMatching(mostlyRefused) as string });
      expect(JSON.stringify(result)).not.toMatch(secret);
      expect(lines.join('\n')).not.toMatch(secret);
    },
  );

  it('to an issuer that is away is refused, too', async () => {
    described = false;
    const { lines, ...some } = ports();
    const result = await run(some, { body: JSON.stringify(body) });
    described = true;
    expect(result).toMatchObject({ statusCode: 503 });
    expect(lines.join('\n')).toMatch(/it does not answer/);
    expect(lines.join('\n')).not.toMatch(secret);
  });

  it.each([
    ['not JSON', (text: string) => `${text}]`],
    ['in base64', (text: string) => Buffer.from(text).toString('base64')],
    ['with forty kilobytes', (text: string) => `${text.slice(0, -1)},"more":"${'x'.repeat(40_000)}"}`],
    ['in a list', (text: string) => `[${text}]`],
    ['as numbers', () => '{"username":1,"password":2}'],
  ])('%s is refused without a word of it', async (__, spoiled) => {
    const { lines, ...some } = ports();
    const result = await run(some, { body: spoiled(JSON.stringify(body)) });
    expect(result).toMatchObject({ statusCode: 400 });
    expect([JSON.stringify(result), ...lines].join('\n')).not.toMatch(secret);
  });
});

it('A browser on its way leaves no code in a log, whatever the issuer says', async () => {
  const { lines, ...some } = ports();
  const query = { redirect: DESK, code_challenge: 'c'.repeat(43) };
  const left = await leaves.run(some, { queryStringParameters: query });
  expect(left).toMatchObject({ statusCode: 302 });
  const state = 's'.repeat(43);
  const cookies = [`__Host-agent-login-${state}=${encodeURIComponent(DESK)}`];
  const back = { state, code, error: password };
  for (const queryStringParameters of [
    back,
    { ...back, error: undefined },
    { ...back, iss: 'https://evil.example.com' },
    { ...back, state: 'x' },
  ])
    // prettier-ignore
    for (const some_cookies of [cookies, []]) await returns.run(some, { queryStringParameters, cookies: some_cookies });
  expect(lines).toHaveLength(1); // that the issuer signs nobody in
  expect(lines.join('\n')).not.toMatch(secret);
});

it('On AWS the cookie is for this host alone, over TLS, out of the reach of scripts, and for ten minutes', async () => {
  const { lines: _, ...some } = ports();
  const query = { redirect: DESK, code_challenge: 'c'.repeat(43) };
  expect(await leaves.run(some, { queryStringParameters: query })).toMatchObject({
    cookies: [
      expect.stringMatching(/^__Host-agent-login-[\w-]{43}=https%3A%2F%2Fdesk\.example\.com%2F; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax; Secure$/), // prettier-ignore
    ],
    headers: { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' },
  });
});
