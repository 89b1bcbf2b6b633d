/**
 * The access token behind an agent's session: when a newer one is asked for, from when on it brings
 * no new customers, when it ends the session, and which tokens are refused from the start.
 */
import { emit, type Emit } from '../effect.ts';
import { Rejection } from '../rejection.ts';
import type { Agent, AgentEvent, HeldSpan, SessionToken, TokenSpan } from './agent.ts';
import { reachable } from './routable.ts';
import { evict } from './slots.ts';

/** So long before its end a newer one is asked for, or in the last quarter of a short life. */
const NOTICE_MS = 60_000;
const NOTICE_SHARE = 1 / 4;

/** The gateway ends every connection after two hours: what is due later is never due. */
const CONNECTION_MS = 2 * 3_600_000;

/** A token from now on. */
export function held(span: HeldSpan, at: number): SessionToken {
  return { ...span, heldSince: at, stage: 'good' };
}

/** Tokens of before a revocation, and those that do not say of when they are. */
export function isRevoked({ tokensFrom }: Pick<Agent, 'tokensFrom'>, span: TokenSpan | undefined): boolean {
  return tokensFrom > 0 && (span?.issuedAt ?? 0) < tokensFrom;
}

export function mustNotBeRevoked(agent: Agent, span: TokenSpan | undefined): void {
  if (isRevoked(agent, span)) throw new Rejection('auth.revoked', 'Your sign-in was revoked. Please sign in again.');
}

/** When what is next because of a token is due (epoch ms). */
export function nextDue({ session, state }: Agent): number | null {
  if (!session?.token || session.lost || state.name === 'LOGOUT') return null;
  const { askAt, lapsesAt, endsAt } = momentsOf(session.token);
  const dueAt = { good: askAt, expiring: lapsesAt, expired: endsAt }[session.token.stage];
  return dueAt < session.since + CONNECTION_MS ? dueAt : null;
}

/** Time has brought the token further: who may have no new customers gives offers back, too. */
export function tokenDue(agent: Agent, { at, connectionId }: AgentEvent & { type: 'tokenDue' }): Agent {
  const { session } = agent;
  if (!session?.token || session.connectionId !== connectionId || session.lost) return agent;
  const { askAt, lapsesAt } = momentsOf(session.token);
  const stage: SessionToken['stage'] = at >= lapsesAt ? 'expired' : at >= askAt ? 'expiring' : 'good';
  if (stage === session.token.stage || stage === 'good') return agent;
  const next = { ...agent, session: { ...session, token: { ...session.token, stage } } };
  return stage === 'expired' ? evict(next, 'REROUTE', at, ({ phase }) => phase === 'RESERVED') : next;
}

/** Is the session to be closed, because its token was not renewed through both graces? */
export function tokenIsOver({ session }: Agent, connectionId: string, at: number): boolean {
  if (!session?.token || session.connectionId !== connectionId) return false;
  return at >= momentsOf(session.token).endsAt;
}

/** The desk is asked for a newer token, and told when it is too late for new customers. */
export function tokenNews(before: Agent, after: Agent, at: number): Emit[] {
  const token = after.session?.token;
  if (!token || token.stage === 'good' || !reachable(after)) return [];
  const known = reachable(before) && before.session?.connectionId === after.session?.connectionId;
  if (known && before.session?.token?.stage === token.stage) return [];
  const { lapsesAt: newCustomersUntil, endsAt: sessionEndsAt } = momentsOf(token);
  const { expiresAt } = token;
  return [emit(after.id, 'tokenExpiring', { expiresAt, newCustomersUntil, sessionEndsAt, now: at })];
}

function momentsOf({ expiresAt, graceMs, heldSince }: SessionToken) {
  const noticeMs = Math.max(0, Math.min(NOTICE_MS, (expiresAt - heldSince) * NOTICE_SHARE));
  return { askAt: expiresAt - noticeMs, lapsesAt: expiresAt + graceMs, endsAt: expiresAt + 2 * graceMs };
}
