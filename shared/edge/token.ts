/**
 * What is used of a token after the handshake: what a session keeps of it, and what the newest one
 * says of its owner.
 */
import type { HeldSpan, User } from '../domain/agent/agent.ts';
import { Rejection } from '../domain/rejection.ts';
import type { App } from './app.ts';
import { hasRole, type Identity } from './identity.ts';

export function tokenOf({ settings }: Pick<App, 'settings'>, { token }: Identity): HeldSpan | undefined {
  return token && { ...token, graceMs: settings.tokenGraceSeconds * 1000 };
}

/**
 * The token of the handshake travels with each frame, and a newer one may have come since
 * (`refreshToken`). Costs a read, so it is asked only where a claim decides.
 */
export async function claimsOf(app: Pick<App, 'store'>, { id, user }: Identity): Promise<User> {
  return (await app.store.agent(id))?.user ?? user;
}

/** The ids of the teams that somebody supervises. Refuses who is no supervisor. */
export async function supervisedBy(app: Pick<App, 'store'>, identity: Identity): Promise<string[]> {
  const user = await claimsOf(app, identity);
  if (!hasRole({ user }, ['supervisor'])) throw new Rejection('role.forbidden', 'Only a supervisor may do this.');
  return user.supervisedTeams.map(({ teamId }) => teamId);
}
