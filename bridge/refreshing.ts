/**
 * Newer tokens for desks that cannot get them: by the refresh token of their login, before the one
 * that they brought is over. What has been had stays in memory, because issuers may give a refresh
 * token once only, and a desk that is loaded again brings that of its login.
 */
import * as z from 'zod';
import { tokenOf, type Credentials } from '../shared/client/faces/old-desk.ts';
import { AgentManagerError } from '../shared/client/errors.ts';
import { freshToken } from '../shared/client/session/fresh-token.ts';
import { parseJson } from '../shared/protocol/values.ts';
import type { Metrics } from './metrics.ts';
import type { TokenSource } from './tokens.ts';

export interface RefreshingOptions {
  /** The manager's HTTP API, which signs desks in. */
  readonly loginUrl: string;
  readonly metrics: Pick<Metrics, 'refreshes'>;
  readonly now?: () => number;
}

interface Held {
  readonly token: string;
  readonly refreshToken: string;
}

/** A newer one is had as early as the manager asks for it, and a little earlier. */
const EARLY_MS = 90_000;
const EARLY_SHARE = 1 / 3;
/** So many logins are remembered, and those that were used last. */
const MOST_HELD = 10_000;
const ISSUER_MS = 10_000;

export function refreshing({ loginUrl, metrics, now = Date.now }: RefreshingOptions): TokenSource {
  /** By the refresh token that the desk has brought. */
  const held = new Map<string, Promise<Held>>();
  const ask = (url: string, init: RequestInit) => fetch(url, { ...init, signal: AbortSignal.timeout(ISSUER_MS) });

  async function refreshed(brought: string, last: Held, isNew: boolean): Promise<string> {
    const asked = freshToken(loginUrl, last.refreshToken, ask);
    // Whoever asks meanwhile waits for the same; an issuer that is away takes nothing away.
    const kept = asked.catch(() => last);
    held.delete(brought);
    held.set(brought, kept);
    try {
      const { token } = await asked;
      metrics.refreshes.newer += 1;
      const [oldest = brought] = held.keys();
      if (held.size > MOST_HELD) held.delete(oldest);
      return token;
    } catch (error) {
      const isOver = error instanceof AgentManagerError && error.code === 'auth.expired';
      metrics.refreshes[isOver ? 'over' : 'unreachable'] += 1;
      if (isOver || isNew) held.delete(brought);
      // Of a login that is over the manager says so; of an issuer that is away nobody does.
      if (isOver || spanOf(last.token).end > now()) return last.token;
      throw error;
    }
  }

  return async (credentials) => {
    const token = await tokenOf(credentials);
    const brought = refreshTokenIn(credentials);
    if (brought === undefined) return token;
    for (;;) {
      const pending = held.get(brought);
      const last = pending ? await pending : { token, refreshToken: brought };
      if (held.get(brought) !== pending) continue; // somebody else has asked meanwhile
      const latest = spanOf(token).end > spanOf(last.token).end ? token : last.token;
      const { start, end } = spanOf(latest);
      if (end - now() > Math.min(EARLY_MS, (end - start) * EARLY_SHARE)) return latest;
      return refreshed(brought, { ...last, token: latest }, pending === undefined);
    }
  };
}

/** As long as the manager takes them. */
const Login = z.looseObject({ refresh_token: z.string().min(1).max(16_384).optional().catch(undefined) });
/** The login object of a desk, or the JSON of it. */
const Shown = z.preprocess((login) => (typeof login === 'string' ? parseJson(login) : login), Login.catch({}));

function refreshTokenIn({ agent, refresh_token: beside }: Credentials): string | undefined {
  return Login.parse({ refresh_token: beside }).refresh_token ?? Shown.parse(agent).refresh_token;
}

const Span = z.object({ iat: z.number().optional(), exp: z.number() });

/** In epoch milliseconds. One that cannot be read is for the manager to judge. */
function spanOf(token: string): { start: number; end: number } {
  const claims = parseJson(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  const { success, data } = Span.safeParse(claims);
  return success ? { start: (data.iat ?? 0) * 1000, end: data.exp * 1000 } : { start: 0, end: -Infinity };
}
