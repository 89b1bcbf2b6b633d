/**
 * From a queue to a Lambda: what it handled is deleted, what it did not comes back when its
 * visibility timeout ends.
 */
import {
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SQSClient,
  type Message,
  type MessageAttributeValue,
} from '@aws-sdk/client-sqs';
import { setTimeout as sleep } from 'node:timers/promises';
import { clientOptions, region } from '../aws.ts';
import { failedItems, type Mapping, type Poller } from './mapping.ts';
import type { Lambdas } from '../lambdas/lambdas.ts';

/** As many batches at once as Lambda starts with where the mapping sets no limit. */
const defaultConcurrency = 5;

export function pollQueue(mapping: Mapping, queueUrl: string, lambdas: Lambdas, endpoint: string): Poller {
  const client = new SQSClient(clientOptions(endpoint, mapping.fn.accessKeyId));
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();
  const limit = mapping.ScalingConfig?.MaximumConcurrency ?? defaultConcurrency;

  async function receive(): Promise<Message[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: Math.min(mapping.BatchSize ?? 10, 10),
      WaitTimeSeconds: 20,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    });
    const { Messages } = await client.send(command, { abortSignal: stopping.signal });
    return Messages ?? [];
  }

  async function deliver(messages: Message[]): Promise<void> {
    const records = messages.map((message) => recordOf(message, mapping.EventSourceArn));
    const outcome = await lambdas.invoke(mapping.fn, { Records: records });
    if (!outcome.ok) return;
    const failed = mapping.reportsItems
      ? failedItems(outcome.result, new Set(records.map(({ messageId }) => messageId)))
      : [];
    const done = failed ? messages.filter(({ MessageId }) => !failed.includes(MessageId ?? '')) : [];
    if (done.length === 0) return;
    const Entries = done.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    await client.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
  }

  async function poll(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        const messages = await receive();
        if (messages.length === 0) continue;
        const batch = deliver(messages).catch((error: Error) => lambdas.log(`${mapping.id}: ${error.message}`));
        running.add(batch);
        void batch.finally(() => running.delete(batch));
        if (running.size >= limit) await Promise.race(running);
      } catch (error) {
        if (stopping.signal.aborted) return;
        lambdas.log(`${mapping.id}: ${error instanceof Error ? error.message : String(error)}`);
        await sleep(1000, undefined, { signal: stopping.signal }).catch(() => {});
      }
    }
  }

  const polling = poll();
  return {
    async stop() {
      stopping.abort();
      await polling;
      await Promise.all(running);
      client.destroy();
    },
  };
}

const recordOf = (message: Message, eventSourceARN: string) => ({
  messageId: message.MessageId ?? '',
  receiptHandle: message.ReceiptHandle,
  body: message.Body,
  attributes: message.Attributes,
  messageAttributes: Object.fromEntries(
    Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [name, attributeOf(value)]),
  ),
  md5OfBody: message.MD5OfBody,
  ...(message.MD5OfMessageAttributes && { md5OfMessageAttributes: message.MD5OfMessageAttributes }),
  eventSource: 'aws:sqs',
  eventSourceARN,
  awsRegion: region,
});

const attributeOf = ({ StringValue, BinaryValue, DataType }: MessageAttributeValue) => ({
  ...(StringValue !== undefined && { stringValue: StringValue }),
  ...(BinaryValue && { binaryValue: Buffer.from(BinaryValue).toString('base64') }),
  stringListValues: [],
  binaryListValues: [],
  dataType: DataType,
});
