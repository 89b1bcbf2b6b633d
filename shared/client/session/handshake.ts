/**
 * Why a socket does not open. A socket does not say, so the manager is asked over HTTP, with the
 * same token.
 */
import { AgentManagerError } from '../errors.ts';
import type { Handshake } from '../../protocol/platform.ts';

/**
 * `GET /handshake` beside the socket, where the HTTP API has the same host; elsewhere it has to be
 * given.
 */
export function handshakeUrlOf(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol === 'wss:' || protocol === 'https:' ? 'https:' : 'http:'}//${host}/handshake`;
}

/**
 * The refusal that only the user can do something about; undefined where there is none, or nobody
 * can say.
 */
export async function refusalOf(
  {
    handshakeUrl,
    openTimeoutMs,
    fetch,
  }: { handshakeUrl: string; openTimeoutMs: number; fetch: (url: string, init: RequestInit) => Promise<Response> },
  token: string,
): Promise<AgentManagerError | undefined> {
  try {
    const response = await fetch(handshakeUrl, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(openTimeoutMs),
    });
    if (![400, 401, 403].includes(response.status)) return undefined;
    const handshake: unknown = await response.json();
    if (!isHandshake(handshake)) return undefined;
    const { code, msg } = handshake.data.content;
    return new AgentManagerError(code ?? 'auth.invalid', msg, { task: 'connect', handshake });
  } catch {
    return undefined;
  }
}

function isHandshake(value: unknown): value is Handshake {
  const content = memberOf(memberOf(value, 'data'), 'content');
  return typeof memberOf(value, 'message') === 'string' && typeof memberOf(content, 'msg') === 'string';
}

function memberOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && key in value
    ? (value as Record<string, unknown>)[key]
    : undefined;
}
