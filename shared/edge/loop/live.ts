/**
 * Snapshot before live. A desk that gets an event of a conversation that it does not hold leaves that conversation, so a participant gets
 * live events only once the snapshot was posted, and then every event after it, without a gap.
 */
import { topicClosed, topicUnsubscription, wrapupTimerStarted } from '../../domain/conversation/said.ts';
import type { Conversation, LoggedEvent } from '../../domain/conversation/conversation.ts';
import type { Emit } from '../../domain/effect.ts';
import { needsMeta, onCimEvent, onTopicData, shownLive } from '../../domain/shown/wire.ts';
import type { App, Posted } from '../app.ts';
import { applyToConversation } from './apply.ts';
import { frameOf } from './emit.ts';
import { metaFor } from './history.ts';

/** More than this many events never fit into a snapshot of 32 KB. */
const NEWEST = 160;

export interface Desk {
  readonly agentId: string;
  readonly connectionId: string;
  readonly since?: number | undefined;
}

/**
 * Posts `onTopicData`, then whatever happened meanwhile, until nothing is missing; then the participant is live. Where a post is not known to
 * have been taken they are not: the snapshot's deadline shows it again. One who was live already, because they asked twice, may have replaced a
 * newer snapshot by this one: they get what it lacks, too.
 */
export async function goLive(app: App, conversationId: string, desk: Desk): Promise<Posted> {
  const { agentId, connectionId, since } = desk;
  const [conversation, meta, newest] = await Promise.all([
    app.store.conversation(conversationId),
    app.store.meta(conversationId),
    app.store.events(conversationId, { limit: NEWEST, newest: true }),
  ]);
  if (!meta || conversation?.participants[agentId]?.connectionId !== connectionId) return 'sent'; // no longer this desk's business
  const events = newest.filter(({ seq }) => seq <= conversation.lastSeq);
  let seen = events.at(-1)?.seq ?? 0;
  const all = await metaFor(app, conversationId, meta, events);
  const snapshot = JSON.stringify(onTopicData({ ...conversation, lastSeq: seen }, all, agentId, events));
  const shown = await app.sockets.post(connectionId, snapshot, since);
  if (shown !== 'sent') return shown;
  for (;;) {
    const { world } = await applyToConversation(app, conversationId, {
      type: 'snapshotSeen',
      at: app.now(),
      agentId,
      connectionId,
      seq: seen,
    });
    const participant = world.conversation.participants[agentId];
    const ours = participant?.connectionId === connectionId;
    if (ours && world.conversation.lastSeq > seen) {
      const missed: LoggedEvent[] = await app.store.events(conversationId, { after: seen, limit: NEWEST });
      const held = missed.some(needsMeta) ? await app.store.meta(conversationId) : null;
      const metaNow = held && (await metaFor(app, conversationId, held, missed));
      for (const logged of missed) {
        if (shownLive(logged)) {
          const frame = JSON.stringify(onCimEvent(world.conversation, metaNow, logged));
          const told = await app.sockets.post(connectionId, frame);
          if (told !== 'sent') return told;
        }
        seen = logged.seq;
      }
    }
    if (ours && !participant.live) continue;
    for (const said of untold(world.conversation, desk, app.now())) {
      const told = await app.sockets.post(connectionId, frameOf(said));
      if (told !== 'sent') return told;
    }
    return 'sent';
  }
}

/** What nobody says to a desk that does not hold the conversation yet: that a wrap-up runs in it, or that the agent is out of it again. */
function untold(conversation: Conversation, { agentId, connectionId }: Desk, at: number): Emit[] {
  const participant = conversation.participants[agentId];
  if (!participant) {
    const goodbye = topicUnsubscription(conversation, agentId, 'CONVERSATION CLOSED');
    return conversation.state === 'CLOSED' ? [goodbye, topicClosed(conversation, agentId)] : [goodbye];
  }
  const task = conversation.tasks[participant.taskId];
  const wrappingUp = participant.connectionId === connectionId && task?.phase === 'WRAP_UP';
  return wrappingUp ? [wrapupTimerStarted(conversation, task, at)] : [];
}
