/**
 * Snapshot before live. A desk that gets an event of a conversation that it does not hold leaves
 * that conversation, so a participant gets live events only once the snapshot was posted, and then
 * every event after it, without a gap.
 */
import { topicClosed, topicUnsubscription, wrapupTimerStarted } from '../../domain/conversation/said.ts';
import type { Conversation } from '../../domain/conversation/conversation.ts';
import type { Emit } from '../../domain/effect.ts';
import { needsMeta, onCimEvent, shownLive } from '../../domain/shown/wire.ts';
import type { App, Desk, Posted } from '../app.ts';
import { frameOf } from '../loop/frames.ts';
import { metaFor } from '../loop/history.ts';
import { saveConversation } from '../loop/save.ts';
import type { Steps } from '../loop/saved.ts';
import { NEWEST, showSnapshot } from '../loop/snapshot.ts';

type Shown = Desk & { readonly conversationId: string };

/**
 * Shows a conversation to a participant's desk, who then is live in it. Says what became of the
 * posts; `sent` also where the conversation is no longer this desk's business.
 */
export async function* show(app: App, shown: Shown): Steps<Posted> {
  const { posted, seen } = await showSnapshot(app, shown.conversationId, shown);
  return posted === 'sent' && seen !== null ? yield* goLive(app, shown, seen) : posted;
}

/**
 * Posts whatever happened since the snapshot, until nothing is missing; then the participant is
 * live. Where a post is not known to have been taken they are not: the snapshot's deadline shows it
 * again. One who was live already, because they asked twice, may have replaced a newer snapshot by
 * this one: they get what it lacks, too.
 */
async function* goLive(app: App, { conversationId, agentId, connectionId }: Shown, shown: number): Steps<Posted> {
  const desk = { agentId, connectionId };
  for (let seen = shown; ;) {
    const event = { type: 'snapshotSeen' as const, at: app.now(), agentId, connectionId, seq: seen };
    const saved = await saveConversation(app, conversationId, event);
    yield saved;
    const { conversation } = saved.decision.world;
    const participant = conversation.participants[agentId];
    const ours = participant?.connectionId === connectionId;
    if (ours && conversation.lastSeq > seen) {
      const missed = await app.store.events(conversationId, { after: seen, limit: NEWEST });
      const held = missed.some(needsMeta) ? await app.store.meta(conversationId) : null;
      const meta = held && (await metaFor(app, conversationId, held, missed));
      for (const logged of missed) {
        if (shownLive(logged)) {
          const frame = JSON.stringify(onCimEvent(conversation, meta, logged));
          const told = await app.sockets.post(connectionId, frame);
          if (told !== 'sent') return told;
        }
        seen = logged.seq;
      }
    }
    if (ours && !participant.live) continue;
    for (const said of untold(conversation, desk, app.now())) {
      const told = await app.sockets.post(connectionId, frameOf(said));
      if (told !== 'sent') return told;
    }
    return 'sent';
  }
}

/**
 * What nobody says to a desk that does not hold the conversation yet: that a wrap-up runs in it, or
 * that the agent is out of it again.
 */
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
