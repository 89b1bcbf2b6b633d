/**
 * What SQS refuses: delays, sizes, texts and names of messages, batches, and what a receiver asks
 * for.
 */
import { bookOf, type Check, type Refusal, type Rule } from '../rule.ts';
import { recordOf, type Input } from '../call.ts';
import { attributeFault, isMessageText, isOrderName, messageBytes, recordsOf } from './messages.ts';

const guide = 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide';
const api = (page: string) => ({
  title: `SQS API: ${page}`,
  url: `https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_${page}.html`,
});
const quotas = { title: 'SQS message quotas', url: `${guide}/quotas-messages.html` };

const invalid = (message: string, code = 'InvalidParameterValue'): Refusal => ({ code, message });

const MOST_BYTES = 1_048_576;
const MOST_DELAY_SECONDS = 900;

const sending = ['SendMessage', 'SendMessageBatch'] as const;
const batches = ['SendMessageBatch', 'DeleteMessageBatch', 'ChangeMessageVisibilityBatch'] as const;

/** The messages of a call: one, or those of its batch. */
const messagesOf = (input: Input): Input[] => ('Entries' in input ? recordsOf(input['Entries']) : [input]);

function perMessage(
  id: string,
  source: Rule['source'],
  refuse: (message: Input, queue: string) => Refusal | null,
): Rule {
  return {
    id: `sqs.${id}`,
    service: 'sqs',
    operations: sending,
    source,
    refuse(input) {
      for (const message of messagesOf(input)) {
        const refusal = refuse(message, String(input['QueueUrl']));
        if (refusal) return refusal;
      }
      return null;
    },
  };
}

function range(id: string, operation: string, member: string, from: number, to: number): Rule {
  return {
    id: `sqs.${id}`,
    service: 'sqs',
    operations: [operation],
    source: api(operation),
    refuse({ [member]: value }) {
      if (value === undefined || (Number(value) >= from && Number(value) <= to)) return null;
      return invalid(
        `Value ${JSON.stringify(value)} for parameter ${member} is invalid. Reason: Must be between ${from} and ${to}.`,
      );
    },
  };
}

export const sqsRules: readonly Rule[] = [
  perMessage('message.delay', api('SendMessage'), ({ DelaySeconds: delay }) =>
    delay === undefined || (Number.isInteger(delay) && Number(delay) >= 0 && Number(delay) <= MOST_DELAY_SECONDS)
      ? null
      : invalid(
          `Value ${JSON.stringify(delay)} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.`,
        ),
  ),
  perMessage('message.delay-fifo', api('SendMessage'), ({ DelaySeconds: delay }, queue) =>
    delay !== undefined && queue.endsWith('.fifo')
      ? invalid(
          `Value ${JSON.stringify(delay)} for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.`,
        )
      : null,
  ),
  perMessage('message.text', quotas, ({ MessageBody: body }) => {
    if (typeof body !== 'string' || body === '')
      return invalid('The request must contain the parameter MessageBody.', 'MissingParameter');
    return isMessageText(body)
      ? null
      : invalid(
          'Invalid binary character was found in the message body, the set of allowed characters is #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF',
          'InvalidMessageContents',
        );
  }),
  perMessage('message.attribute-count', quotas, ({ MessageAttributes: attributes }) =>
    Object.keys(recordOf(attributes) ?? {}).length > 10
      ? invalid('Number of message attributes exceeds the allowed maximum of 10.')
      : null,
  ),
  perMessage('message.attributes', quotas, ({ MessageAttributes: attributes }) => {
    const fault = attributeFault(attributes);
    return fault === undefined ? null : invalid(fault);
  }),
  perMessage('message.group', quotas, ({ MessageGroupId: group }) =>
    group === undefined || isOrderName(group)
      ? null
      : invalid(
          'Value for parameter MessageGroupId is invalid. Reason: MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length.',
        ),
  ),
  perMessage('message.deduplication', quotas, ({ MessageDeduplicationId: id }) =>
    id === undefined || isOrderName(id)
      ? null
      : invalid(
          'Value for parameter MessageDeduplicationId is invalid. Reason: MessageDeduplicationId can only include alphanumeric and punctuation characters. 1 to 128 in length.',
        ),
  ),
  {
    id: 'sqs.message.size',
    service: 'sqs',
    operations: sending,
    source: quotas,
    refuse(input) {
      const bytes = messagesOf(input).map(({ MessageBody, MessageAttributes }) => messageBytes(MessageBody, MessageAttributes)); // prettier-ignore
      if (bytes.reduce((sum, one) => sum + one, 0) <= MOST_BYTES) return null;
      return 'Entries' in input
        ? invalid('Batch requests cannot be longer than 1048576 bytes.', 'AWS.SimpleQueueService.BatchRequestTooLong')
        : invalid('One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.');
    },
  },
  {
    id: 'sqs.batch.entries',
    service: 'sqs',
    operations: batches,
    source: api('SendMessageBatch'),
    refuse({ Entries }) {
      const ids = recordsOf(Entries).map(({ Id }) => String(Id));
      if (ids.length === 0)
        return invalid(
          'There should be at least one entry in the request.',
          'AWS.SimpleQueueService.EmptyBatchRequest',
        );
      if (ids.length > 10)
        return invalid(
          'Maximum number of entries per request are 10.',
          'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
        );
      if (new Set(ids).size < ids.length)
        return invalid(
          'Two or more batch entries in the request have the same Id.',
          'AWS.SimpleQueueService.BatchEntryIdsNotDistinct',
        );
      return ids.every((id) => /^[\w-]{1,80}$/.test(id))
        ? null
        : invalid(
            'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
            'AWS.SimpleQueueService.InvalidBatchEntryId',
          );
    },
  },
  range('receive.number', 'ReceiveMessage', 'MaxNumberOfMessages', 1, 10),
  range('receive.wait', 'ReceiveMessage', 'WaitTimeSeconds', 0, 20),
  range('receive.visibility', 'ReceiveMessage', 'VisibilityTimeout', 0, 43_200),
];

export const sqsBook = (): Check => bookOf('sqs', sqsRules, ({ input }) => input);
