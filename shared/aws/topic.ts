/** The outward topic: SNS FIFO, one group per conversation, so that a consumer sees each conversation's events in order and once. */
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Topic } from '../edge/app.ts';
import { env } from './env.ts';
import { patience } from './patience.ts';

const sns = new SNSClient(patience);
const TopicArn = env('EVENTS_TOPIC_ARN');

export const topic: Topic = {
  /** The message is `{conversationId, seq, event}`; the event's name is an attribute, for filter policies. */
  async publish({ conversationId, seq, event }) {
    await sns.send(
      new PublishCommand({
        TopicArn,
        Message: JSON.stringify({ conversationId, seq, event }),
        MessageGroupId: conversationId,
        MessageDeduplicationId: `${conversationId}#${seq}`.slice(-128),
        MessageAttributes: { name: { DataType: 'String', StringValue: event.name } },
      }),
    );
  },
};
