/** A conversation that no agent has is offered to the agents of a queue, or of another one. */
import type { QueueConversation } from '../../protocol/platform.ts';
import type { App } from '../app.ts';
import { homeInQueue } from '../home.ts';
import type { Loop } from '../loop/run.ts';

export async function sendToQueue(
  app: App,
  loop: Loop,
  conversationId: string,
  { queue, priority, agentRequestTtl }: QueueConversation,
): Promise<void> {
  const { rules, mrdId } = await homeInQueue(app, queue);
  const move = { rules, mrdId, priority, ttlSeconds: agentRequestTtl };
  await loop.applyToConversation(conversationId, { type: 'moveToQueue', at: app.now(), ...move });
}
