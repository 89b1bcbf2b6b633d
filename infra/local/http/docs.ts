/**
 * `/docs`: what the protocol says, for people and for programs. It loads nothing, from anywhere
 * else least of all, and is served on this machine only.
 */
import { existsSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import * as z from 'zod';
import { page, style } from '../../papers/page.ts';
import { papersFolder } from '../../papers/folder.ts';
import { urlOf } from './http.ts';

const Document = z.record(z.string(), z.json());

/** Only names that a document may have, so that no path leads elsewhere. */
const file = /^\/docs\/((?:schemas\/)?\w+\.json)$/;

/** Answers what is below `/docs`; false where a request is not. */
export function answerDocs(request: IncomingMessage, response: ServerResponse): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  const { pathname } = urlOf(request);
  const answer = (type: string, body: string) => {
    response.writeHead(200, {
      'content-type': type,
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'",
    });
    response.end(body);
    return true;
  };
  if (pathname === '/docs' || pathname === '/docs/')
    return answer('text/html; charset=utf-8', page(kept('asyncapi.json'), kept('openapi.json')));
  if (pathname === '/docs/style.css') return answer('text/css; charset=utf-8', style);
  const name = file.exec(pathname)?.[1];
  if (name === undefined || !existsSync(join(papersFolder, name))) return false;
  return answer('application/json', readFileSync(join(papersFolder, name), 'utf8'));
}

function kept(name: string) {
  return Document.parse(JSON.parse(readFileSync(join(papersFolder, name), 'utf8')));
}
