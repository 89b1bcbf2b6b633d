/**
 * Which agent had a customer last: known from the moment that they have them, where the channel
 * routes to the last agent (`routeToLastAgent` of its routing policy).
 */
import * as z from 'zod';
import type { ChannelSession } from '../../protocol/shapes/cim.ts';
import type { World } from './conversation.ts';
import { LEAVING } from './task.ts';

export const LastAgent = z.object({ customerId: z.string(), agentId: z.string(), conversationId: z.string() });
export type LastAgent = z.output<typeof LastAgent>;

/** What is no flag is none: the platform's policy is kept as it comes. */
export function routesToLastAgent({ channel }: Pick<ChannelSession, 'channel'>): boolean {
  return channel.channelConfig?.routingPolicy?.['routeToLastAgent'] === true;
}

/**
 * Who has come to look after the customer with this change. Who came for company, or to supervise,
 * is not meant.
 */
export function newlyWith(before: Partial<World>, { conversation, meta }: Partial<World>): LastAgent | null {
  if (!conversation || !meta || !Object.values(meta.sessions).some(routesToLastAgent)) return null;
  const [agentId] =
    Object.entries(conversation.participants).find(([id, { role, taskId }]) => {
      const direction = conversation.tasks[taskId]?.direction;
      const after = direction === 'INBOUND' || direction === 'OUTBOUND' || (direction && LEAVING.includes(direction));
      return after && role === 'PRIMARY' && before.conversation?.participants[id]?.role !== 'PRIMARY';
    }) ?? [];
  return agentId === undefined ? null : { customerId: meta.customer._id, agentId, conversationId: conversation.id };
}
