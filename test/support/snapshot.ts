/** Snapshots in tests: each is held against the protocol and against what a frame carries. */
import { byteLength } from '../../shared/protocol/bytes.ts';
import { expect } from 'vitest';
import type { LoggedEvent, StoredEvent, World } from '../../shared/domain/conversation/conversation.ts';
import { onTopicData } from '../../shared/domain/shown/wire.ts';
import { MAX_FRAME_BYTES } from '../../shared/protocol/frame.ts';
import { managerEvents } from '../../shared/protocol/manager-events.ts';
import { explain } from '../../shared/protocol/values.ts';
import { metaOf, NOW } from './world.ts';

export const connector = { id: 'web', type: 'CONNECTOR', senderName: 'WEB' };

/** An event of the log; without a body it is nothing that desks look into. */
export function logged(seq: number, event: Partial<StoredEvent> = {}): LoggedEvent {
  return {
    seq,
    event: { id: `e${seq}`, name: 'BOT_SUBSCRIBED', type: 'NOTIFICATION', timestamp: NOW, data: {}, ...event },
  };
}

/** A message of the customer with a text of so many bytes. */
export function said(seq: number, length: number): LoggedEvent {
  const data = {
    id: `m${seq}`,
    header: { sender: connector },
    body: { type: 'PLAIN', markdownText: 'é'.repeat(length / 2) },
  };
  return logged(seq, { name: 'CUSTOMER_MESSAGE', type: 'MESSAGE', channelSessionId: 'web-1', data });
}

/** The snapshot for Amy, which every desk can show and every frame can carry. */
export function snapshot(world: World, events: readonly LoggedEvent[] = []) {
  const conversation = { ...world.conversation, lastSeq: events.at(-1)?.seq ?? world.conversation.lastSeq };
  const frame = onTopicData(conversation, metaOf(world), 'amy', events);
  const { error } = managerEvents.onTopicData.safeParse(frame.data);
  expect(error ? explain(error) : 'passes').toBe('passes');
  expect(byteLength(JSON.stringify(frame))).toBeLessThanOrEqual(MAX_FRAME_BYTES);
  return frame.data;
}

export function seqs({ firstSeq, lastSeq, truncated, topicData }: ReturnType<typeof snapshot>) {
  return { firstSeq, lastSeq, truncated, events: topicData.topicEvents.length };
}
