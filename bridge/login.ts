/**
 * The login of desks that know one address only: what they post to the bridge is passed on to the
 * manager's HTTP API, and a browser that is to sign in elsewhere is sent there. Nothing is kept.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';

/** As API Gateway answers in the end; the issuer has ten seconds of it. */
const ANSWERS_MS = 25_000;
const MAX_BODY_BYTES = 32 * 1024;

const PATH = /(\/agent\/(?:login|refresh))$/;

export interface LoginOptions {
  /** The manager's HTTP API. */
  readonly loginUrl: string;
  readonly origins: '*' | readonly string[];
}

/** Answers what is about the login; false: it is not. Desks have base paths of their own. */
export function loginDoor({ loginUrl, origins }: LoginOptions) {
  const base = loginUrl.replace(/\/$/, '');
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    const { pathname, search } = urlOf(request);
    const path = PATH.exec(pathname)?.[1];
    if (path === undefined) return false;
    const { origin = '' } = request.headers;
    const headers = { 'cache-control': 'no-store', vary: 'origin', ...allowed(origins, origin) };
    const end = (status: number, more: Record<string, string> = {}, text = '') =>
      void response.writeHead(status, { ...headers, ...more }).end(text);
    const refused = (status: number, message: string) =>
      end(status, { 'content-type': 'application/json' }, JSON.stringify({ message }));
    if (request.method === 'GET') end(302, { location: `${base}${path}${search}` });
    else if (request.method === 'OPTIONS') end(204);
    else if (request.method !== 'POST') refused(404, 'Not Found');
    else
      passedOn(request, `${base}${path}`).then(
        (answer) => end(answer.status, { 'content-type': answer.type }, answer.text),
        (error: unknown) => (error === TOO_LARGE ? refused(413, 'Request Entity Too Large') : refused(503, 'Service Unavailable')), // prettier-ignore
      );
    return true;
  };
}

/** Whatever somebody has written there. */
export function urlOf({ url = '/' }: IncomingMessage): URL {
  return URL.parse(`http://bridge${url}`) ?? new URL('http://bridge/');
}

function allowed(origins: LoginOptions['origins'], origin: string): Record<string, string> {
  if (origins !== '*' && !origins.includes(origin)) return {};
  return {
    'access-control-allow-origin': origins === '*' ? '*' : origin,
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': 'authorization, content-type',
    'access-control-max-age': '3600',
  };
}

const TOO_LARGE = new Error('too large');

async function passedOn(request: IncomingMessage, url: string) {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    const part = Buffer.from(chunk);
    bytes += part.length;
    if (bytes <= MAX_BODY_BYTES) chunks.push(part); // the rest is read, so that the refusal is
  }
  if (bytes > MAX_BODY_BYTES) throw TOO_LARGE;
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: Buffer.concat(chunks),
    redirect: 'error',
    signal: AbortSignal.timeout(ANSWERS_MS),
  });
  const type = response.headers.get('content-type') ?? 'application/json';
  return { status: response.status, type, text: await response.text() };
}
