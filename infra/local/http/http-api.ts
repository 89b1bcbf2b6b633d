/**
 * The stand-in for API Gateway's HTTP API: payload format 2.0 in both directions, and its answers
 * where no Lambda is reached.
 */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import { bucketOf, requestRate } from '../../strict/services/gateway-rules.ts';
import { account, apiHost } from '../aws.ts';
import { corsHeaders, preflight } from './cors.ts';
import { BodyTooLarge, readBody, urlOf } from './http.ts';
import type { Lambdas } from '../lambdas/lambdas.ts';
import { routeTable, type Match } from './route-table.ts';
import type { PlatformApi } from '../template/routes.ts';
import { clfTime } from '../gateway/socket-events.ts';

const maxBodyBytes = 10 * 1024 * 1024;

const Header = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const Returned = z.looseObject({
  statusCode: z.coerce.number().int().min(100).max(599),
  headers: z.record(z.string(), Header).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

export type HttpApi = (request: IncomingMessage, response: ServerResponse) => void;

export function openHttpApi(api: PlatformApi, lambdas: Lambdas): HttpApi {
  const find = routeTable(api.routes);
  const asking = bucketOf(api.throttle);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = urlOf(request);
    if (api.cors && preflight(request)) {
      response.writeHead(204, corsHeaders(api.cors, request)).end();
      return;
    }
    const plain = (status: number, message: string): void => {
      response.writeHead(status, {
        'content-type': 'application/json',
        ...(api.cors && corsHeaders(api.cors, request)),
      });
      response.end(JSON.stringify({ message }));
    };
    const tooMany = requestRate.refuse(asking, 'Invoke');
    if (tooMany) return plain(429, tooMany.message);
    let body: Buffer;
    try {
      body = await readBody(request, maxBodyBytes);
    } catch (error) {
      if (error instanceof BodyTooLarge) return plain(413, 'Request Entity Too Large');
      throw error;
    }
    const match = find(request.method ?? 'GET', url.pathname);
    if (!match) return plain(404, 'Not Found');
    const outcome = await lambdas.invoke(match.route.fn, eventOf(api, request, url, match, body));
    const answered = outcome.ok ? answerOf(outcome.result) : undefined;
    if (!answered) return plain(500, 'Internal Server Error');
    response.writeHead(answered.status, {
      ...answered.headers,
      ...(api.cors && corsHeaders(api.cors, request)),
      'apigw-requestid': requestId(),
    });
    response.end(answered.body);
  }

  return (request, response) => {
    answer(request, response).catch((error: unknown) => {
      lambdas.log(`The HTTP API failed: ${error instanceof Error ? error.stack : String(error)}`);
      response.destroy();
    });
  };
}

function eventOf(api: PlatformApi, request: IncomingMessage, url: URL, { route, parameters }: Match, body: Buffer) {
  const { cookie, ...headers } = request.headers;
  const now = Date.now();
  const text = isText(headers['content-type']);
  const sourceIp = request.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '127.0.0.1';
  const forwarded = {
    'x-amzn-trace-id': `Root=1-${Math.floor(now / 1000).toString(16)}-${randomBytes(12).toString('hex')}`,
    'x-forwarded-for': sourceIp,
    'x-forwarded-port': String(request.socket.localPort),
    'x-forwarded-proto': 'http',
  };
  const query = [...url.searchParams.keys()].map((key) => [key, url.searchParams.getAll(key).join(',')]);
  return {
    version: '2.0',
    routeKey: route.key,
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    ...(cookie && { cookies: cookie.split('; ') }),
    headers: {
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
      ...forwarded,
    },
    ...(query.length > 0 && { queryStringParameters: Object.fromEntries(query) }),
    ...(Object.keys(parameters).length > 0 && { pathParameters: parameters }),
    requestContext: {
      accountId: account,
      apiId: api.apiId,
      domainName: apiHost(api.apiId),
      domainPrefix: api.apiId,
      http: {
        method: request.method,
        path: url.pathname,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: requestId(),
      routeKey: route.key,
      stage: '$default',
      time: clfTime(now),
      timeEpoch: now,
    },
    ...(body.length > 0 && { body: body.toString(text ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !text,
  };
}

/** What is not text reaches the Lambda in base64; a form counts as not text. */
const isText = (type: string | undefined): boolean =>
  /^(text\/|application\/([\w.-]+\+)?(json|xml)\b|application\/javascript\b)/i.test(type ?? 'text/plain');

/** Without a status code the whole result is the body of a 200. */
function answerOf(
  result: unknown,
): { status: number; headers: Record<string, string | string[]>; body: Buffer | string } | undefined {
  const hasStatus = typeof result === 'object' && result !== null && 'statusCode' in result;
  if (!hasStatus) {
    const body = typeof result === 'string' ? result : JSON.stringify(result);
    return { status: 200, headers: { 'content-type': 'application/json' }, body };
  }
  const { success, data } = Returned.safeParse(result);
  if (!success) return undefined;
  const lowerCase = Object.entries(data.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
  const headers = { 'content-type': 'text/plain;charset=utf-8', ...Object.fromEntries(lowerCase) };
  return {
    status: data.statusCode,
    headers: data.cookies ? { ...headers, 'set-cookie': data.cookies } : headers,
    body: Buffer.from(data.body ?? '', data.isBase64Encoded ? 'base64' : 'utf8'),
  };
}

const requestId = (): string => `${randomBytes(11).toString('base64url')}=`;
