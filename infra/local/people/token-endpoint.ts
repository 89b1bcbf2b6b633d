/**
 * The token endpoint of the development issuer: signs in whoever is in the demo directory, with
 * their id as the password, and again by a refresh token, which is good once.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../http/http.ts';
import { lifeSeconds, makeToken } from './issuer.ts';
import { people } from './people.ts';

export const clientId = 'agent-desk';

/** Who may have a newer token, by their refresh tokens. */
const given = new Map<string, string>();

/** What the issuer answers to a form (RFC 6749, 5). */
export async function grantTo(form: URLSearchParams, nowMs: number = Date.now()): Promise<Response> {
  if (form.get('client_id') !== clientId) return Response.json({ error: 'invalid_client' }, { status: 401 });
  const who = whoBy(form);
  if (who === null) return Response.json({ error: 'unsupported_grant_type' }, { status: 400 });
  if (who === undefined) return Response.json({ error: 'invalid_grant' }, { status: 400 });
  const refreshToken = randomUUID();
  given.set(refreshToken, who);
  return Response.json({
    access_token: await makeToken(who, {}, nowMs),
    token_type: 'Bearer',
    expires_in: lifeSeconds,
    refresh_token: refreshToken,
  });
}

/** undefined: it is not allowed. null: there is no such grant. */
function whoBy(form: URLSearchParams): string | undefined | null {
  const [name, token] = [form.get('username'), form.get('refresh_token') ?? ''];
  if (form.get('grant_type') === 'password')
    return people.find(({ id }) => id === name && id === form.get('password'))?.id;
  if (form.get('grant_type') !== 'refresh_token') return null;
  const who = given.get(token);
  given.delete(token);
  return who;
}

export function answerToken(request: IncomingMessage, response: ServerResponse): void {
  const answered = async () => {
    const answer = await grantTo(new URLSearchParams((await readBody(request, 65_536)).toString()));
    response.writeHead(answer.status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    response.end(await answer.text());
  };
  answered().catch(() => response.destroy()); // whoever asked has gone, or has sent too much
}
