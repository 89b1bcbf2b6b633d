/** Putting an outside event into a conversation once, however often it is sent. */
import type { Decision } from '../../domain/conversation/conversation.ts';
import { announcedAt, messageId, type OutsideEvent } from '../../domain/handling/message.ts';
import { needsMeta, onCimEvent } from '../../domain/shown/wire.ts';
import { DuplicateMessage, type App } from '../app.ts';
import type { Caller } from '../loop/caller.ts';
import type { Loop } from '../loop/run.ts';
import { metaFor } from '../loop/history.ts';

type Publication =
  | { type: 'publish'; at: number; agentId: string; event: OutsideEvent }
  | { type: 'addEvent'; at: number; event: OutsideEvent };

/**
 * Returns the event's `seq`. The same `data.id` again is answered alike, and its sender gets the
 * echo again: that is what a retry is for.
 */
export async function publishMessage(
  app: App,
  loop: Loop,
  conversationId: string,
  event: Publication,
  by?: Caller,
): Promise<{ seq: number } | undefined> {
  const id = messageId(event.event);
  const seqOf = ({ world, events }: Decision) =>
    (events.find(({ event: { data } }) => data['id'] === id) ?? events[0])?.seq ??
    announcedAt(world.conversation, event.event);
  try {
    const answer = (decision: Decision) => ({ seq: seqOf(decision) });
    const seq = seqOf(await loop.applyToConversation(conversationId, event, { by, answer }));
    return seq === undefined ? undefined : { seq };
  } catch (error) {
    if (!(error instanceof DuplicateMessage)) throw error;
    const seq = await app.store.messageSeq(conversationId, messageId(event.event) ?? '');
    if (seq === null) throw error;
    if (by) await echo(app, conversationId, seq, by);
    return { seq };
  }
}

async function echo(app: App, conversationId: string, seq: number, by: Caller): Promise<void> {
  const [conversation, [logged]] = await Promise.all([
    app.store.conversation(conversationId),
    app.store.events(conversationId, { after: seq - 1, before: seq + 1, limit: 1 }),
  ]);
  if (!conversation || !logged) return;
  const held = needsMeta(logged) ? await app.store.meta(conversationId) : null;
  const meta = held && (await metaFor(app, conversationId, held, [logged])); // somebody else may have used the id first
  await app.sockets.post(by.connectionId, JSON.stringify(onCimEvent(conversation, meta, logged)));
}
