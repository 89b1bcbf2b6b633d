/**
 * Does the stand-in for the HTTP API hand over and take back what API Gateway does in payload
 * format 2.0?
 */
import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { start, type LocalStack } from '../../infra/local/start.ts';
import { writeTemplate } from './fixtures/local/template.ts';

let stack: LocalStack;

beforeAll(async () => {
  stack = await start({ template: writeTemplate() });
});
afterAll(() => stack.stop());

test('an event has the parts of the request where a Lambda looks for them', async () => {
  const response = await fetch(`${stack.httpUrl}/things/a%20kind/an%2Fid?x=1&x=2&y=a%20b`, {
    method: 'PUT',
    headers: { 'X-Mixed': 'Case', 'content-type': 'application/json', cookie: 'one=1; two=2' },
    body: '{"a":1}',
  });
  const event = await response.json();
  expect(event).toMatchObject({
    version: '2.0',
    routeKey: 'PUT /things/{kind}/{id}',
    rawPath: '/things/a%20kind/an%2Fid',
    rawQueryString: 'x=1&x=2&y=a%20b',
    cookies: ['one=1', 'two=2'],
    headers: { 'x-mixed': 'Case', 'x-forwarded-for': '127.0.0.1' },
    queryStringParameters: { x: '1,2', y: 'a b' },
    pathParameters: { kind: 'a kind', id: 'an/id' },
    requestContext: {
      http: { method: 'PUT', path: '/things/a%20kind/an%2Fid', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1' },
      stage: '$default',
      routeKey: 'PUT /things/{kind}/{id}',
    },
    body: '{"a":1}',
    isBase64Encoded: false,
  });
  expect(event.headers).not.toHaveProperty('cookie');
});

test('an event without a query or a body has neither', async () => {
  const response = await fetch(`${stack.httpUrl}/things/a/b`, { method: 'PUT' });
  const event = await response.json();
  expect(event).not.toHaveProperty('queryStringParameters');
  expect(event).not.toHaveProperty('body');
});

test('a body that is not text is handed over in base64', async () => {
  const headers = { 'content-type': 'application/octet-stream' };
  const response = await fetch(`${stack.httpUrl}/things/a/b`, { method: 'PUT', headers, body: Buffer.from([0, 255]) });
  expect(await response.json()).toMatchObject({ body: 'AP8=', isBase64Encoded: true });
});

test('the status, headers and cookies of the Lambda arrive', async () => {
  const response = await fetch(`${stack.httpUrl}/things/a/b`, { method: 'PUT' });
  expect(response.status).toBe(201);
  expect(response.headers.get('x-made')).toBe('yes');
  expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
});

test('a result without a status is the body of a 200', async () => {
  const response = await fetch(`${stack.httpUrl}/object`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/json');
  expect(await response.json()).toEqual({ hello: 'world' });
});

test('a literal path is preferred to a parameter', async () => {
  const response = await fetch(`${stack.httpUrl}/things/special/b`, { method: 'PUT' });
  expect(await response.json()).toMatchObject({ routeKey: 'PUT /things/special/{id}', pathParameters: { id: 'b' } });
});

test.each([
  ['an unknown path', 'GET', '/nowhere'],
  ['a method that the path does not have', 'POST', '/things/a/b'],
  ['a path that is too long', 'PUT', '/things/a/b/c'],
])('%s is 404', async (_name, method, path) => {
  const response = await fetch(stack.httpUrl + path, { method });
  expect(response.status).toBe(404);
  expect(await response.json()).toEqual({ message: 'Not Found' });
});

test('a path that is no URL does not end the stack', async () => {
  const status = await new Promise((resolve, reject) => {
    request(`${stack.httpUrl}`, { path: '//' }, (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end();
  });
  expect(status).toBe(404);
});

test('a Lambda that throws is 500 and says nothing of why', async () => {
  const response = await fetch(`${stack.httpUrl}/throws`);
  expect(response.status).toBe(500);
  expect(await response.text()).toBe('{"message":"Internal Server Error"}');
  expect(stack.logs().some((line) => line.includes('on purpose'))).toBe(true);
});

test('a body over 10 MB is 413', async () => {
  const put = (bytes: number) => fetch(`${stack.httpUrl}/things/a/b`, { method: 'PUT', body: 'x'.repeat(bytes) });
  expect((await put(10 * 1024 * 1024 + 1)).status).toBe(413);
});

test('a preflight from an origin of the configuration is answered without a Lambda', async () => {
  const ask = (origin: string) =>
    fetch(`${stack.httpUrl}/object`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'GET' },
    });
  const allowed = await ask('https://desk.example');
  expect(allowed.status).toBe(204);
  expect(allowed.headers.get('access-control-allow-origin')).toBe('https://desk.example');
  expect(allowed.headers.get('access-control-allow-headers')).toBe('authorization');
  expect((await ask('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
});

test('an answer to an origin of the configuration may be read by it', async () => {
  const response = await fetch(`${stack.httpUrl}/object`, { headers: { origin: 'https://desk.example' } });
  expect(response.headers.get('access-control-allow-origin')).toBe('https://desk.example');
});
