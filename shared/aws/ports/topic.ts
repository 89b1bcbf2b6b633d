/**
 * The outward topic: SNS FIFO, one group per conversation, so that a consumer sees each
 * conversation's events in order and once.
 */
import { PublishBatchCommand, SNSClient, type PublishBatchRequestEntry } from '@aws-sdk/client-sns';
import type { OutwardEvent, Topic } from '../../edge/app.ts';
import { byteLength } from '../../protocol/bytes.ts';
import { env } from '../env.ts';
import { patience } from '../patience.ts';

const sns = new SNSClient(patience);
const TopicArn = env('EVENTS_TOPIC_ARN');

/**
 * What one call may carry: so many messages, and together so much, attributes included (256 KB).
 */
const MOST_MESSAGES = 10;
const MOST_BYTES = 255 * 1024;

export const topic: Topic = {
  /** Ten a call, and all calls at once. */
  async publish(events) {
    const outcomes = await Promise.all(batchesOf(events.map(messageOf)).map(publish));
    return outcomes.flat();
  },
};

/**
 * The message is `{conversationId, seq, event}`; the event's name is an attribute, for filter
 * policies.
 */
function messageOf({ conversationId, seq, event }: OutwardEvent): Omit<PublishBatchRequestEntry, 'Id'> {
  return {
    Message: JSON.stringify({ conversationId, seq, event }),
    MessageGroupId: conversationId,
    MessageDeduplicationId: `${conversationId}#${seq}`.slice(-128),
    MessageAttributes: { name: { DataType: 'String', StringValue: event.name } },
  };
}

/** In their order. One that is too large by itself is alone, and refused alone. */
function batchesOf<M extends { readonly Message?: string | undefined }>(messages: readonly M[]): M[][] {
  const batches: M[][] = [];
  let bytes = Infinity;
  for (const message of messages) {
    const size = byteLength(JSON.stringify(message));
    const batch = batches.at(-1);
    bytes += size;
    if (batch && batch.length < MOST_MESSAGES && bytes <= MOST_BYTES) batch.push(message);
    else {
      batches.push([message]);
      bytes = size;
    }
  }
  return batches;
}

async function publish(batch: readonly Omit<PublishBatchRequestEntry, 'Id'>[]): Promise<PromiseSettledResult<void>[]> {
  const PublishBatchRequestEntries = batch.map((message, index) => ({ ...message, Id: String(index) }));
  try {
    const { Failed = [] } = await sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries }));
    return PublishBatchRequestEntries.map(({ Id }) => {
      const failed = Failed.find((entry) => entry.Id === Id);
      if (!failed) return { status: 'fulfilled', value: undefined };
      return { status: 'rejected', reason: new Error(`SNS did not take it: ${failed.Code} ${failed.Message ?? ''}`) };
    });
  } catch (reason) {
    return batch.map(() => ({ status: 'rejected', reason }));
  }
}
