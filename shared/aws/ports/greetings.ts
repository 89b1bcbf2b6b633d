/**
 * The session queue: what a desk must be told after it connected, because nothing can be posted
 * from `$connect` itself.
 */
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Greetings } from '../../edge/app.ts';
import { env } from '../env.ts';
import { patience } from '../patience.ts';
import { queued } from '../queued.ts';

const sqs = new SQSClient(patience);
const QueueUrl = env('SESSIONS_QUEUE_URL');

export const greetings: Greetings = {
  async enqueue(greeting) {
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: queued(greeting) }));
  },
};
