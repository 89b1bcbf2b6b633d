/**
 * What Lambda refuses of functions, of their events and answers, and of who reads a stream. Held by
 * the local runtime itself.
 */
import type { Refusal, Rule } from '../rule.ts';

const quotas = (what: string) => ({
  title: `Lambda quotas: ${what}`,
  url: 'https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html',
});

const invalid = (code: string, message: string): Refusal => ({ code, message });

const MOST_ENVIRONMENT_BYTES = 4 * 1024;
/** As its error says, which is 6 MB and something. */
const MOST_PAYLOAD_BYTES = 6_291_556;
const MOST_READERS = 2;

export const environmentSize: Rule<Record<string, string>> = {
  id: 'lambda.environment.size',
  service: 'lambda',
  operations: ['CreateFunction'],
  source: quotas('environment variables, 4 KB together'),
  refuse(variables) {
    return Buffer.byteLength(JSON.stringify(variables)) <= MOST_ENVIRONMENT_BYTES
      ? null
      : invalid('InvalidParameterValueException', 'Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit.'); // prettier-ignore
  },
};

export const eventSize: Rule<string> = {
  id: 'lambda.payload.event',
  service: 'lambda',
  operations: ['Invoke'],
  source: quotas('invocation payload, 6 MB each for request and response'),
  refuse(event) {
    return Buffer.byteLength(event) <= MOST_PAYLOAD_BYTES
      ? null
      : invalid('RequestEntityTooLargeException', `Request must be smaller than ${MOST_PAYLOAD_BYTES} bytes for the InvokeFunction operation`); // prettier-ignore
  },
};

export const answerSize: Rule<string> = {
  id: 'lambda.payload.answer',
  service: 'lambda',
  operations: ['Invoke'],
  source: quotas('invocation payload, 6 MB each for request and response'),
  refuse(answer) {
    return Buffer.byteLength(answer) <= MOST_PAYLOAD_BYTES
      ? null
      : invalid('Function.ResponseSizeTooLarge', `Response payload size exceeded maximum allowed payload size (${MOST_PAYLOAD_BYTES} bytes).`); // prettier-ignore
  },
};

/** Of the mappings that read one stream. */
export const streamReaders: Rule<readonly unknown[]> = {
  id: 'lambda.event-source.stream-readers',
  service: 'lambda',
  operations: ['CreateEventSourceMapping'],
  source: {
    title: 'DynamoDB Streams: no more than two processes should read from a shard at the same time',
    url: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html',
  },
  refuse(mappings) {
    return mappings.length <= MOST_READERS
      ? null
      : invalid('LimitExceededException', `${mappings.length} functions read one stream; a shard takes two readers.`);
  },
};

/**
 * What a queue's mapping may ask for, beside which Lambda would give its messages back too early.
 */
export const queueMapping: Rule<{ batchSize: number; windowSeconds: number; fifo: boolean }> = {
  id: 'lambda.event-source.queue-batch',
  service: 'lambda',
  operations: ['CreateEventSourceMapping'],
  source: {
    title: 'Lambda with SQS: batch size and window',
    url: 'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html',
  },
  refuse({ batchSize, windowSeconds, fifo }) {
    if (batchSize < 1 || batchSize > (fifo ? 10 : 10_000) || windowSeconds > 300)
      return invalid('InvalidParameterValueException', `A batch of ${batchSize} within ${windowSeconds} s`);
    return batchSize > 10 && windowSeconds < 1
      ? invalid('InvalidParameterValueException', 'Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10') // prettier-ignore
      : null;
  },
};

export const lambdaRules = [environmentSize, eventSize, answerSize, streamReaders, queueMapping] as const;
