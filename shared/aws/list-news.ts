/**
 * The queue by which news of pull lists leave: in order for each conversation, and the same news
 * once within five minutes.
 */
import { createHash } from 'node:crypto';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Lists } from '../edge/app.ts';
import { env } from './env.ts';
import { patience } from './patience.ts';
import { queued } from './queued.ts';

const sqs = new SQSClient(patience);
const QueueUrl = env('LISTS_QUEUE_URL');

export const lists: Lists = {
  async announce(news) {
    const MessageBody = queued(news);
    const MessageDeduplicationId = createHash('sha256').update(MessageBody).digest('hex');
    await sqs.send(
      new SendMessageCommand({ QueueUrl, MessageBody, MessageDeduplicationId, MessageGroupId: news.conversationId }),
    );
  },
};
