/**
 * `replayTopic`: events that a desk lacks, in order, in as many frames as they take. Participants
 * only.
 */
import { Rejection } from '../../domain/rejection.ts';
import { onTopicReplay } from '../../domain/shown/wire.ts';
import type { AgentPayload } from '../../protocol/agent-events.ts';
import { answerWith } from './answer.ts';
import type { App } from '../app.ts';
import { fence, type Caller } from '../loop/caller.ts';
import { described, metaFor } from '../loop/history.ts';

const PAGE = 100;

export async function replay(app: App, wanted: AgentPayload<'replayTopic'>, by: Caller): Promise<void> {
  const { conversationId, afterSeq, beforeSeq, limit = PAGE } = wanted;
  const [agent, whole, events] = await Promise.all([
    app.store.agent(by.agentId),
    described(app, conversationId),
    app.store.events(conversationId, {
      after: afterSeq,
      limit,
      ...(beforeSeq === undefined ? {} : { before: beforeSeq }),
    }),
  ]);
  fence(agent, by);
  if (!whole) throw new Rejection('conversation.unknown', `There is no conversation ${conversationId}.`);
  const { conversation, meta } = whole;
  if (!conversation.participants[by.agentId])
    throw new Rejection('conversation.notParticipant', 'You are not in this conversation.');
  const last = events.at(-1)?.seq;
  const end = Math.min(conversation.lastSeq, (beforeSeq ?? Infinity) - 1);
  const nextAfterSeq = last !== undefined && last < end ? last : null;
  const all = await metaFor(app, conversationId, meta, events);
  for (const frame of onTopicReplay({ conversation, meta: all, afterSeq }, events, nextAfterSeq))
    await answerWith(app, by, JSON.stringify(frame));
}
