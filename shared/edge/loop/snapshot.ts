/**
 * A conversation as a desk is shown it: `onTopicData`, with as many of the newest events as one
 * frame holds.
 */
import { onTopicData } from '../../domain/shown/wire.ts';
import type { App, Desk, Posted } from '../app.ts';
import { described, metaFor } from './history.ts';

/** More than this many events never fit into a snapshot of 32 KB. */
export const NEWEST = 160;

/**
 * `seen`: the newest event that it holds; null where the conversation is no longer this desk's
 * business, so that nothing was posted.
 */
export async function showSnapshot(
  app: App,
  conversationId: string,
  { agentId, connectionId, since }: Desk,
): Promise<{ posted: Posted; seen: number | null }> {
  const [whole, newest] = await Promise.all([
    described(app, conversationId),
    app.store.events(conversationId, { limit: NEWEST, newest: true }),
  ]);
  if (whole?.conversation.participants[agentId]?.connectionId !== connectionId) return { posted: 'sent', seen: null };
  const { conversation, meta } = whole;
  const events = newest.filter(({ seq }) => seq <= conversation.lastSeq);
  const seen = events.at(-1)?.seq ?? 0;
  const all = await metaFor(app, conversationId, meta, events);
  const snapshot = JSON.stringify(onTopicData({ ...conversation, lastSeq: seen }, all, agentId, events, app.now()));
  return { posted: await app.sockets.post(connectionId, snapshot, since), seen };
}
