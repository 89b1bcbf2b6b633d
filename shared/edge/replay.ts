/** `replayTopic`: events that a desk lacks, in order, a page at a time. Participants only. */
import { Rejection } from '../domain/rejection.ts';
import { cimEvent, oldestWithin, shownLive } from '../domain/wire.ts';
import type { AgentPayload } from '../protocol/agent-events.ts';
import { SNAPSHOT_BYTES } from '../protocol/frame.ts';
import type { App } from './app.ts';
import { fence, type Caller } from './apply.ts';
import { frameOf } from './emit.ts';

const PAGE = 100;

export async function replay(app: App, wanted: AgentPayload<'replayTopic'>, by: Caller): Promise<void> {
  const { conversationId, afterSeq, beforeSeq, limit = PAGE } = wanted;
  const [agent, conversation, meta, events] = await Promise.all([
    app.store.agent(by.agentId),
    app.store.conversation(conversationId),
    app.store.meta(conversationId),
    app.store.events(conversationId, {
      after: afterSeq,
      limit,
      ...(beforeSeq === undefined ? {} : { before: beforeSeq }),
    }),
  ]);
  fence(agent, by);
  if (!conversation || !meta)
    throw new Rejection('conversation.unknown', `There is no conversation ${conversationId}.`);
  if (!conversation.participants[by.agentId])
    throw new Rejection('conversation.notParticipant', 'You are not in this conversation.');
  const shown = events
    .filter(shownLive)
    .map((logged) => ({ seq: logged.seq, cimEvent: JSON.stringify(cimEvent(conversation, meta, logged)) }));
  const page = oldestWithin(SNAPSHOT_BYTES, shown);
  const cut = page.length < shown.length;
  const last = cut ? page.at(-1)?.seq : events.at(-1)?.seq;
  const end = Math.min(conversation.lastSeq, (beforeSeq ?? Infinity) - 1);
  const nextAfterSeq = last !== undefined && last < end ? last : null;
  const data = { conversationId, events: page, afterSeq, nextAfterSeq };
  await app.sockets.post(by.connectionId, frameOf({ event: 'onTopicReplay', data, conversationId }));
}
