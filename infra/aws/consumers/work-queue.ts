/**
 * A queue that one Lambda consumes: how often a message is tried, where it goes then, how long it
 * stays hidden meanwhile.
 */
import { Duration } from 'aws-cdk-lib';
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { AgentFunction } from '../functions/agent-function.ts';

/** Where messages wait for a person. An alarm watches every one of them. */
export class DeadLetterQueue extends Queue {
  constructor(scope: Construct, id: string, { fifo }: { fifo?: true } = {}) {
    super(scope, id, {
      ...(fifo && { fifo }),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
  }
}

export class WorkQueue extends Construct {
  readonly queue: Queue;

  /**
   * `consumerTimeout` is that of the Lambda: AWS asks for six times as much before a message is
   * shown again. With `fifo` the messages of a group come one after the other, and groups do not
   * share a throughput.
   */
  constructor(scope: Construct, id: string, { consumerTimeout, fifo }: { consumerTimeout: Duration; fifo?: true }) {
    super(scope, id);
    this.queue = new Queue(this, 'Queue', {
      ...(fifo && {
        fifo,
        deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
        fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
      }),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout: Duration.seconds(6 * consumerTimeout.toSeconds()),
      deadLetterQueue: {
        queue: new DeadLetterQueue(this, 'DeadLetters', { ...(fifo && { fifo }) }),
        maxReceiveCount: 5,
      },
    });
  }
}

/**
 * Messages are handed over at once, and each fails alone; of a FIFO queue one at a time, so that
 * nothing overtakes. `maxConcurrency` shields the table from a backlog.
 */
export function consume(queue: Queue, consumer: AgentFunction, maxConcurrency: number): void {
  // Not SqsEventSource, which grants more than what Lambda needs to poll:
  // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
  queue.grant(consumer.lambda, 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes');
  consumer.lambda.addEventSourceMapping('Queue', {
    eventSourceArn: queue.queueArn,
    batchSize: queue.fifo ? 1 : 10,
    reportBatchItemFailures: true,
    maxConcurrency,
  });
}
