/** What SNS refuses: sizes and names of what is published. */
import { bookOf, type Check, type Refusal, type Rule } from '../rule.ts';
import type { Input } from '../call.ts';
import { attributeFault, isOrderName, messageBytes, recordsOf } from './messages.ts';

const api = (page: string) => ({
  title: `SNS API: ${page}`,
  url: `https://docs.aws.amazon.com/sns/latest/api/API_${page}.html`,
});

const invalid = (message: string, code = 'InvalidParameter'): Refusal => ({
  code,
  message: code === 'InvalidParameter' ? `Invalid parameter: ${message}` : message,
});

const MOST_BYTES = 262_144;
const publishing = ['Publish', 'PublishBatch'] as const;

const entriesOf = (input: Input): Input[] => recordsOf(input['PublishBatchRequestEntries']);

const messagesOf = (input: Input, operation: string): Input[] =>
  operation === 'PublishBatch' ? entriesOf(input) : [input];

function perMessage(id: string, refuse: (message: Input, topic: string) => Refusal | null): Rule {
  return {
    id: `sns.message.${id}`,
    service: 'sns',
    operations: publishing,
    source: api('Publish'),
    refuse(input, operation) {
      for (const message of messagesOf(input, operation)) {
        const refusal = refuse(message, String(input['TopicArn']));
        if (refusal) return refusal;
      }
      return null;
    },
  };
}

export const snsRules: readonly Rule[] = [
  perMessage('text', ({ Message: text }) => (text ? null : invalid('Empty message'))),
  perMessage('subject', ({ Subject: subject }) =>
    subject === undefined || (typeof subject === 'string' && /^[\x21-\x7e][\x20-\x7e]{0,99}$/.test(subject))
      ? null
      : invalid('Subject'),
  ),
  perMessage('attributes', ({ MessageAttributes: attributes }) => {
    const fault = attributeFault(attributes);
    return fault === undefined ? null : invalid(fault, 'ParameterValueInvalid');
  }),
  perMessage('group', ({ MessageGroupId: group }, topic) => {
    if (group === undefined)
      return topic.endsWith('.fifo') ? invalid('The MessageGroupId parameter is required for FIFO topics') : null;
    return isOrderName(group) ? null : invalid('MessageGroupId Reason: can only include alphanumeric and punctuation characters, 1 to 128 in length'); // prettier-ignore
  }),
  perMessage(
    'deduplication',
    ({ MessageDeduplicationId: id }) =>
    id === undefined || isOrderName(id) ? null : invalid('MessageDeduplicationId Reason: can only include alphanumeric and punctuation characters, 1 to 128 in length'), // prettier-ignore
  ),
  {
    id: 'sns.message.size',
    service: 'sns',
    operations: publishing,
    source: api('Publish'),
    refuse(input, operation) {
      const bytes = messagesOf(input, operation).map(({ Message, MessageAttributes }) => messageBytes(Message, MessageAttributes)); // prettier-ignore
      if (bytes.reduce((sum, one) => sum + one, 0) <= MOST_BYTES) return null;
      return operation === 'PublishBatch'
        ? invalid('The length of all the messages put together is more than the limit.', 'BatchRequestTooLong')
        : invalid('Message too long');
    },
  },
  {
    id: 'sns.batch.entries',
    service: 'sns',
    operations: ['PublishBatch'],
    source: api('PublishBatch'),
    refuse(input) {
      const ids = entriesOf(input).map(({ Id }) => String(Id));
      if (ids.length === 0) return invalid('The batch request does not contain any entries.', 'EmptyBatchRequest');
      if (ids.length > 10)
        return invalid('The batch request contains more entries than permissible.', 'TooManyEntriesInBatchRequest');
      return new Set(ids).size < ids.length
        ? invalid('Two or more batch entries in the request have the same Id.', 'BatchEntryIdsNotDistinct')
        : null;
    },
  },
  {
    id: 'sns.batch.entry-id',
    service: 'sns',
    operations: ['PublishBatch'],
    source: api('PublishBatchRequestEntry'),
    refuse(input) {
      return entriesOf(input).every(({ Id }) => /^[\w-]{1,80}$/.test(String(Id)))
        ? null
        : invalid('The Id of a batch entry in a batch request doesn\'t abide by the specification.', 'InvalidBatchEntryId'); // prettier-ignore
    },
  },
];

export const snsBook = (): Check => bookOf('sns', snsRules, ({ input }) => input);
