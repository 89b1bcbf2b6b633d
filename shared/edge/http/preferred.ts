/** Whom a customer is to be offered to first: those who are named, then their last agent. */
import { routesToLastAgent } from '../../domain/conversation/last-agent.ts';
import { preferring, type Preferred } from '../../domain/choosing/preferred.ts';
import type { ChannelSession } from '../../protocol/shapes/cim.ts';
import type { PreferredAgents } from '../../protocol/platform.ts';
import type { App } from '../app.ts';

export async function preferredFor(
  app: App,
  named: PreferredAgents | undefined,
  session: ChannelSession | undefined,
  customerId: string | undefined,
): Promise<Preferred | undefined> {
  const wanted = session && customerId !== undefined && routesToLastAgent(session);
  const last = wanted ? await app.store.lastAgent(customerId) : null;
  return preferring(named, last?.agentId ?? null);
}
