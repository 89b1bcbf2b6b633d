/**
 * A newer access token for a login that is kept elsewhere: for whoever holds the refresh token in
 * the place of a desk, such as the server side of a bridge.
 */
import { AgentManagerError } from '../errors.ts';
import { memberOf } from './handshake.ts';

/**
 * Asks `POST /agent/refresh` of the manager's HTTP API. Issuers may give a refresh token once only:
 * keep the one that comes back. Rejects with `auth.expired` where the login is over, and with
 * `client.unreachable` where it may be tried again.
 */
export async function freshToken(
  httpUrl: string,
  refreshToken: string,
  ask: (url: string, init: RequestInit & { readonly body: string }) => Promise<Response> = (url, init) =>
    fetch(url, init),
): Promise<{ token: string; refreshToken: string }> {
  const body = JSON.stringify({ refresh_token: refreshToken });
  const headers = { 'content-type': 'application/json' };
  const url = `${httpUrl.replace(/\/$/, '')}/agent/refresh`;
  const response = await ask(url, { method: 'POST', headers, body }).catch(() => undefined);
  if (response?.status === 401)
    throw new AgentManagerError('auth.expired', 'The login is over: sign in again.', { task: 'connect' });
  const answer: unknown = response?.ok ? await response.json().catch(() => undefined) : undefined;
  const data = memberOf(answer, 'data');
  const [token, next] = [memberOf(data, 'token'), memberOf(data, 'refresh_token')];
  if (typeof token !== 'string')
    throw new AgentManagerError('client.unreachable', 'No newer token was given.', { task: 'connect' });
  return { token, refreshToken: typeof next === 'string' ? next : refreshToken };
}
