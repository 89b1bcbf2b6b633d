/**
 * What is said, as frames: events of a conversation as desks see them, and what is said to one
 * agent.
 */
import type { Decision } from '../../domain/conversation/conversation.ts';
import { needsMeta, onCimEvent, shownLive } from '../../domain/shown/wire.ts';
import type { App } from '../app.ts';
import { metaFor } from './history.ts';

/** By `seq`. Made before the save, so that what cannot be shown is not stored either. */
export async function framesOf(app: App, { world, events }: Decision): Promise<ReadonlyMap<number, string>> {
  const shown = events.filter(shownLive);
  const { conversation } = world;
  const held = world.meta ?? (shown.some(needsMeta) ? await app.store.meta(conversation.id) : null);
  const meta = held && (await metaFor(app, conversation.id, held, shown));
  return new Map(shown.map((logged) => [logged.seq, JSON.stringify(onCimEvent(conversation, meta, logged))]));
}

/** The frame of something that is said to one agent. */
export function frameOf({
  event,
  data,
  conversationId,
  agentSeq,
}: {
  event: string;
  data: unknown;
  conversationId?: string | undefined;
  agentSeq?: number | undefined;
}): string {
  return JSON.stringify({ event, data, conversationId, agentSeq });
}
