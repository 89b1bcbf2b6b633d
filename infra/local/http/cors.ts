/**
 * The headers that an HTTP API with a CORS configuration adds by itself, and the preflights that it
 * answers without a Lambda.
 */
import type { IncomingMessage } from 'node:http';
import type { PlatformApi } from '../template/routes.ts';

type Cors = NonNullable<PlatformApi['cors']>;

export const preflight = ({ method, headers }: IncomingMessage): boolean =>
  method === 'OPTIONS' && Boolean(headers.origin && headers['access-control-request-method']);

export function corsHeaders(cors: Cors, request: IncomingMessage): Record<string, string> {
  const { origin } = request.headers;
  const any = cors.AllowOrigins.includes('*');
  if (!origin || !(any || cors.AllowOrigins.some((allowed) => matches(allowed, origin)))) return {};
  return {
    'access-control-allow-origin': any ? '*' : origin,
    ...(!any && { vary: 'Origin' }),
    ...(cors.AllowCredentials && { 'access-control-allow-credentials': 'true' }),
    ...(cors.ExposeHeaders.length > 0 && { 'access-control-expose-headers': cors.ExposeHeaders.join(',') }),
    ...(preflight(request) && {
      'access-control-allow-methods': cors.AllowMethods.join(','),
      'access-control-allow-headers': cors.AllowHeaders.join(','),
      ...(cors.MaxAge !== undefined && { 'access-control-max-age': String(cors.MaxAge) }),
    }),
  };
}

/** `https://*` allows every origin of that scheme. */
const matches = (allowed: string, origin: string): boolean =>
  allowed.endsWith('*') ? origin.startsWith(allowed.slice(0, -1)) : allowed === origin;
