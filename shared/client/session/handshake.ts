/**
 * Why a socket does not open. A socket does not say, so the manager is asked over HTTP, with the
 * same token; where nobody answers, the token itself may say that it is over.
 */
import { AgentManagerError } from '../errors.ts';
import type { Handshake } from '../../protocol/platform.ts';

interface Asking {
  /** Where to ask, one after the other until the manager answers. */
  readonly handshakeUrls: readonly string[];
  readonly openTimeoutMs: number;
  readonly fetch: (url: string, init: RequestInit) => Promise<Pick<Response, 'ok' | 'status' | 'json'>>;
}

/**
 * The refusal that only the user can do something about; undefined where there is none, or nobody
 * can say. `nowMs`: by the manager's clock, as far as that is known.
 */
export async function refusalOf(asking: Asking, token: string, nowMs: number): Promise<AgentManagerError | undefined> {
  for (const url of asking.handshakeUrls) {
    const answer = await answerOf(asking, url, token);
    if (answer) return answer.ok ? undefined : refused(answer.handshake);
  }
  return endOf(token) < nowMs - CLOCK_MS ? refused(EXPIRED) : undefined;
}

/** How far the clock of a desk may be ahead. */
const CLOCK_MS = 60_000;

/** What the manager says of a token that is over. */
const EXPIRED: Handshake = {
  message: 'login-failed',
  data: { content: { key: 'AUTH', msg: 'The token has expired.', code: 'auth.expired' } },
};

function refused(handshake: Handshake): AgentManagerError {
  const { code, msg } = handshake.data.content;
  return new AgentManagerError(code ?? 'auth.invalid', msg, { task: 'connect', handshake });
}

/** Undefined: that was not the manager. */
async function answerOf(
  { openTimeoutMs, fetch }: Asking,
  url: string,
  token: string,
): Promise<{ ok: boolean; handshake: Handshake } | undefined> {
  try {
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(openTimeoutMs),
      redirect: 'error', // a token goes where it was sent, and nowhere else
    });
    if (![200, 400, 401, 403].includes(response.status)) return undefined;
    const handshake: unknown = await response.json();
    return isHandshake(handshake) ? { ok: response.ok, handshake } : undefined;
  } catch {
    return undefined;
  }
}

/** When a token says that it ends, in epoch milliseconds; Infinity where it cannot be read. */
function endOf(token: string): number {
  try {
    const claims: unknown = JSON.parse(atob((token.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/')));
    const end = memberOf(claims, 'exp');
    return typeof end === 'number' ? end * 1000 : Infinity;
  } catch {
    return Infinity;
  }
}

function isHandshake(value: unknown): value is Handshake {
  const content = memberOf(memberOf(value, 'data'), 'content');
  return typeof memberOf(value, 'message') === 'string' && typeof memberOf(content, 'msg') === 'string';
}

export function memberOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && key in value
    ? (value as Record<string, unknown>)[key]
    : undefined;
}
