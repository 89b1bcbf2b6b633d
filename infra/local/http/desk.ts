/**
 * The desk at `/`, and how one signs in here. Every file is served under its own name and nothing
 * else is, so no path of the HTTP API is taken. The development issuer believes whoever says who
 * they are, which is why this exists nowhere else.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { deskFolder } from '../../build-desk.ts';
import { urlOf } from './http.ts';
import { lifeSeconds, makeToken } from '../people/issuer.ts';
import { people } from '../people/people.ts';

const types: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
};

/**
 * Answers what concerns the desk; false where a request does not. `wsPath` is where the WebSocket
 * API is on this host.
 */
export function openDesk(wsPath: string): (request: IncomingMessage, response: ServerResponse) => boolean {
  const files = new Set(existsSync(deskFolder) ? readdirSync(deskFolder) : []);
  files.delete('config.json');
  const settings = { wsUrl: wsPath, httpUrl: '/', development: true };

  return (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    const { pathname, searchParams } = urlOf(request);
    const name = pathname === '/' ? 'index.html' : pathname.slice(1);
    const answer = (status: number, type: string, body: string | Uint8Array) => {
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
      return true;
    };
    const json = (body: unknown, status = 200) => answer(status, 'application/json', JSON.stringify(body));

    if (files.has(name)) return answer(200, types[extname(name)] ?? '', readFileSync(join(deskFolder, name)));
    if (pathname === '/config.json') return json(settings);
    if (pathname === '/oidc/people') return json(people);
    if (pathname !== '/oidc/token') return false;
    const person = people.find(({ id }) => id === searchParams.get('person'));
    if (!person) return json({ error: 'invalid_request', error_description: 'Nobody has this name.' }, 400);
    void makeToken(person.id).then((token) => json({ access_token: token, expires_in: lifeSeconds }));
    return true;
  };
}
