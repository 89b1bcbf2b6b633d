/**
 * The login of desks with a form of their own: what the issuer is asked, by RFC 6749, and what a
 * stack has of it, where it is told of a client.
 */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { check } from '../../infra/aws/synthesis.ts';
import { issuingOf } from '../../shared/aws/issuing.ts';
import { loginRoutes } from '../../shared/protocol/login.ts';
import { all, functionsOf, grantsOf, newApp, only, stackOf, synthesize } from './stack-fixture.ts';

interface Asked {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingHttpHeaders;
  form: Record<string, string>;
}

const asked: Asked[] = [];
let answer: [number, string] = [200, '{}'];
/** Of the description of the issuer. */
let more: object = {};
const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  const { method, url, headers } = request;
  asked.push({ method, url, headers, form: Object.fromEntries(new URLSearchParams(body)) });
  const [status, text] = method === 'GET' ? [200, JSON.stringify({ issuer, token_endpoint: `${issuer}/token`, ...more })] : answer; // prettier-ignore
  response.writeHead(status, { 'content-type': 'application/json' }).end(text);
});
let issuer = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe('The issuer', () => {
  const form = { grant_type: 'password', username: 'amy', password: 'p&ss=1' };

  test('Is found by discovery, and asked with a form (RFC 6749, 4.3.2) by a client that only has a name.', async () => {
    answer = [200, '{"access_token":"a","token_type":"Bearer","expires_in":300,"refresh_token":"r"}'];
    asked.length = 0;
    const granted = await issuingOf({ issuer, clientId: 'desk' }).grant(form);
    expect(granted).toEqual({ accessToken: 'a', refreshToken: 'r', expiresInSeconds: 300 });
    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual(['GET /.well-known/openid-configuration', 'POST /token']); // prettier-ignore
    expect(asked[1]?.headers['content-type']).toMatch(/^application\/x-www-form-urlencoded/);
    expect(asked[1]?.headers.authorization).toBeUndefined();
    expect(asked[1]?.form).toEqual({ ...form, scope: 'openid', client_id: 'desk' });
  });

  test('Is shown the secret of a client that has one as RFC 6749, 2.3.1 encodes it.', async () => {
    asked.length = 0;
    await issuingOf({ issuer, discoveryUrl: `${issuer}/described`, clientId: 'a desk', clientSecret: 'x:y/ü' }).grant(
      form,
    );
    expect(asked[0]?.url).toBe('/described');
    const shown = Buffer.from(String(asked[1]?.headers.authorization).slice('Basic '.length), 'base64').toString();
    expect(shown).toBe('a+desk:x%3Ay%2F%C3%BC');
    expect(asked[1]?.form).toEqual({ ...form, scope: 'openid' });
  });

  test('Says why it gives no token (RFC 6749, 5.2); what is no answer of an issuer is an error.', async () => {
    const issuing = issuingOf({ issuer, clientId: 'desk' });
    answer = [400, '{"error":"invalid_grant","error_description":"Invalid user credentials"}'];
    expect(await issuing.grant(form)).toEqual({ error: 'invalid_grant' });
    answer = [502, '<html>'];
    await expect(issuing.grant(form)).rejects.toThrow();
    answer = [200, '{"token_type":"Bearer"}'];
    await expect(issuing.grant(form)).rejects.toThrow();
  });
});

test.each([
  ['names another issuer', { issuer: 'https://evil.example.com' }],
  ['has no door', { token_endpoint: undefined }],
])('An issuer whose description %s is asked for nothing.', async (_, wrong) => {
  asked.length = 0;
  more = wrong;
  await expect(issuingOf({ issuer, clientId: 'desk' }).grant({ grant_type: 'password', password: 'x' })).rejects.toThrow(); // prettier-ignore
  more = {};
  expect(asked.map(({ method }) => method)).toEqual(['GET']);
});

test('An issuer is not asked without TLS where it has that.', async () => {
  const ask = async () => Response.json({ issuer: 'https://id.example.com', token_endpoint: 'http://id.example.com/token' }); // prettier-ignore
  const issuing = issuingOf({ issuer: 'https://id.example.com', clientId: 'desk', ask });
  await expect(issuing.grant({ grant_type: 'password', password: 'x' })).rejects.toThrow('TLS');
});

describe('A stack', () => {
  const context = { stage: 'dev', loginClientId: 'desk', loginClientSecretName: 'desk-secret' };
  const redirects = { loginRedirects: 'https://a.example/in, https://b.example/?x=1', corsOrigins: 'https://a.example,https://b.example' }; // prettier-ignore
  const template = synthesize(stackOf(newApp(), context));
  const withPage = synthesize(stackOf(newApp(), { ...context, ...redirects }));
  const login = functionsOf(template).get('login/signIn');

  test('Has the routes where it knows a client of the issuer, and not else.', () => {
    const routes = (of: typeof template) =>
      all(of, 'AWS::ApiGatewayV2::Route', z.object({ RouteKey: z.string() })).map(({ properties }) => properties.RouteKey); // prettier-ignore
    const keys = loginRoutes.map(({ method, path }) => `${method} ${path}`);
    const posts = keys.filter((key) => key.startsWith('POST'));
    expect(posts).toHaveLength(2);
    expect(
      routes(template)
        .filter((key) => keys.includes(key))
        .toSorted(),
    ).toEqual(posts.toSorted());
    expect(routes(withPage)).toEqual(expect.arrayContaining(keys));
    expect(routes(synthesize(stackOf(newApp(), { stage: 'dev' }))).filter((key) => keys.includes(key))).toEqual([]);
  });

  test('Tells its functions where the issuer sends browsers to, and where they may return to.', () => {
    const { LOGIN_REDIRECTS, LOGIN_CALLBACK_URL } = functionsOf(withPage).get('login/return')?.Environment.Variables ?? {}; // prettier-ignore
    expect(LOGIN_REDIRECTS).toBe('https://a.example/in https://b.example/?x=1');
    expect(JSON.stringify(LOGIN_CALLBACK_URL)).toMatch(/PlatformApi\w+\.ApiEndpoint>\/agent\/login\/callback/);
    const own = synthesize(stackOf(newApp(), { ...context, ...redirects, loginCallbackUrl: 'https://c.example/agent/login/callback' })); // prettier-ignore
    expect(functionsOf(own).get('login/signIn')?.Environment.Variables['LOGIN_CALLBACK_URL']).toBe('https://c.example/agent/login/callback'); // prettier-ignore
    expect(login?.Environment.Variables).not.toHaveProperty('LOGIN_CALLBACK_URL');
  });

  test.each([
    ['http://a.example/in', 'must be whole https addresses'],
    ['https://a.example/in#x', 'must be whole https addresses'],
    ['https://u:p@a.example/in', 'must be whole https addresses'],
    ['a.example', 'must be whole https addresses'],
    ['https://other.example/', 'must be pages of corsOrigins, which does not name https://other.example'],
  ])('Is not made with the address %s.', (loginRedirects, why) => {
    expect(() => stackOf(newApp(), { ...context, ...redirects, loginRedirects })).toThrow(why);
    expect(() => stackOf(newApp(), { ...context, ...redirects, loginClientId: undefined })).toThrow('loginClientId');
  });

  test('Passes the rules of CDK and cdk-nag.', () => {
    const app = newApp();
    check(app);
    stackOf(app, { ...context, ...redirects });
    expect(() => app.synth()).not.toThrow();
  });

  test('Logs no part of an address behind its `?`, where codes are.', () => {
    const Stage = z.looseObject({ AccessLogSettings: z.object({ Format: z.string() }) });
    const formats = all(withPage, 'AWS::ApiGatewayV2::Stage', Stage).map(({ properties }) => properties.AccessLogSettings.Format); // prettier-ignore
    expect(formats).not.toEqual([]);
    const logged = formats.flatMap((format) =>
      [...format.matchAll(/\$context\.([\w.]+)/g)].map(([, name = '']) => name),
    );
    expect(logged).toContain('path');
    expect(logged.filter((name) => /query|uri|header|cookie|body|token/i.test(name))).toEqual([]);
  });

  test('Throttles them by themselves.', () => {
    const Stage = z.object({ StageName: z.literal('$default'), RouteSettings: z.record(z.string(), z.unknown()) });
    const stage = all(template, 'AWS::ApiGatewayV2::Stage', z.unknown()).find(({ properties }) => Stage.safeParse(properties).success); // prettier-ignore
    const narrow = { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 100 };
    const refreshes = { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 };
    expect(Stage.parse(stage?.properties).RouteSettings).toEqual({ 'POST /agent/login': narrow, 'POST /agent/refresh': refreshes }); // prettier-ignore
  });

  test('Gives their functions a role that may do nothing but log.', () => {
    expect(login && grantsOf(template, login).every((grant) => grant.startsWith('logs:'))).toBe(true);
    only(template, 'AWS::DynamoDB::Table', z.unknown());
  });

  test('Has the secret by its name, from Secrets Manager.', () => {
    const secret = JSON.stringify(login?.Environment.Variables['LOGIN_CLIENT_SECRET']);
    expect(secret).toContain('{{resolve:secretsmanager:desk-secret');
  });
});
