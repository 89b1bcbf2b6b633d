/**
 * What is used of a token after the handshake: what a session keeps of it, and what the newest one
 * says of its owner.
 */
import type { HeldSpan, User } from '../domain/agent/agent.ts';
import type { App } from './app.ts';
import type { Identity } from './identity.ts';

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
