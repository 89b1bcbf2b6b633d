/** Putting an outside event into a conversation once, however often it is sent. */
import type { Decision, LoggedEvent } from '../../domain/conversation/conversation.ts';
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
 * Returns the event's `seq`, or that it was dropped. The same `data.id` again is answered alike,
 * and its sender gets the echo again: that is what a retry is for.
 */
export async function publishMessage(
  app: App,
  loop: Loop,
  conversationId: string,
  event: Publication,
  by?: Caller,
): Promise<{ seq: number } | { dropped: true }> {
  const id = messageId(event.event);
  const seqOf = ({ world, events }: Decision) =>
    (events.find(({ event: { data } }) => data['id'] === id) ?? events[0])?.seq ??
    announcedAt(world.conversation, event.event);
  const answer = (decision: Decision) => {
    const seq = seqOf(decision);
    return seq === undefined ? { dropped: true as const } : { seq };
  };
  try {
    return answer(await loop.applyToConversation(conversationId, event, { by, answer }));
  } catch (error) {
    if (!(error instanceof DuplicateMessage)) throw error;
    const { logged } = error;
    if (by) await echo(app, conversationId, logged, by);
    return { seq: logged.seq };
  }
}

async function echo(app: App, conversationId: string, logged: LoggedEvent, by: Caller): Promise<void> {
  const conversation = await app.store.conversation(conversationId);
  if (!conversation) return;
  const held = needsMeta(logged) ? await app.store.meta(conversationId) : null;
  const meta = held && (await metaFor(app, conversationId, held, [logged])); // somebody else may have used the id first
  await app.sockets.post(by.connectionId, JSON.stringify(onCimEvent(conversation, meta, logged)));
}
