/** A conversation that no agent has is offered to the agents of a queue, or of another one. */
import type { QueueConversation } from '../../protocol/platform.ts';
import { pendingRequest } from '../../domain/handling/queueing.ts';
import type { App } from '../app.ts';
import { choosing, homeBy, requiring } from '../home.ts';
import { hasRole, who, type Identity } from '../identity.ts';
import type { Loop } from '../loop/run.ts';
import { preferredFor } from './preferred.ts';

export async function sendToQueue(
  app: App,
  loop: Loop,
  conversationId: string,
  { queue, priority, agentRequestTtl, preferredAgents, requiredAttributes }: QueueConversation,
  identity: Identity,
): Promise<void> {
  const [conversation, meta] = await Promise.all([
    app.store.conversation(conversationId),
    app.store.meta(conversationId),
  ]);
  const pending = conversation && pendingRequest(conversation);
  const { home, priority: there } = await homeBy(app, queue, { inside: pending?.rules.queue?.id === queue });
  const session = meta?.sessions[meta.latestSessionId];
  const { rules, mrdId, list } = choosing(requiring(home, requiredAttributes), session);
  const at = app.now();
  const by = hasRole(identity, ['supervisor']) ? who(identity) : undefined;
  if (list) return void (await loop.applyToConversation(conversationId, { type: 'moveOntoList', at, home, by }));
  const preferred = await preferredFor(app, preferredAgents, session, meta?.customer._id);
  const move = { rules, mrdId, priority: there ?? priority, ttlSeconds: agentRequestTtl, preferred };
  await loop.applyToConversation(conversationId, { type: 'moveToQueue', at, by, ...move });
}
