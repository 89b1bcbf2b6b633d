/** How long what was said is kept: a conversation expires some time after its end. */
import type { App } from '../app.ts';

const DAY_MS = 86_400_000;

/** A conversation has ended a moment ago: from now on its rows know when they are to go. */
export async function retain(app: App, { conversationId }: { conversationId: string }): Promise<void> {
  const { retentionDays } = app.settings;
  if (retentionDays === 0) return;
  const conversation = await app.store.conversation(conversationId);
  if (!conversation?.endedAt) return;
  if (await app.store.expire(conversationId, conversation.endedAt + retentionDays * DAY_MS)) return;
  const dueAt = app.now();
  await app.timers.start([{ key: `retention#${dueAt}`, dueAt, timer: { kind: 'retentionDue', conversationId } }]);
}
