/** A conversation that no agent has is offered to the agents of a queue, or of another one. */
import type { QueueConversation } from '../../protocol/platform.ts';
import type { App } from '../app.ts';
import { homeInQueue } from '../home.ts';
import type { Loop } from '../loop/run.ts';
import { preferredFor } from './preferred.ts';

export async function sendToQueue(
  app: App,
  loop: Loop,
  conversationId: string,
  { queue, priority, agentRequestTtl, preferredAgents }: QueueConversation,
): Promise<void> {
  const [{ rules, mrdId }, meta] = await Promise.all([homeInQueue(app, queue), app.store.meta(conversationId)]);
  const session = meta?.sessions[meta.latestSessionId];
  const preferred = await preferredFor(app, preferredAgents, session, meta?.customer._id);
  const move = { rules, mrdId, priority, ttlSeconds: agentRequestTtl, preferred };
  await loop.applyToConversation(conversationId, { type: 'moveToQueue', at: app.now(), ...move });
}
