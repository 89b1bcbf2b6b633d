/** A queue that one Lambda consumes: how often a message is tried, where it goes then, how long it stays hidden meanwhile. */
import { Duration } from 'aws-cdk-lib';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { AgentFunction } from './agent-function.ts';

/** Where messages wait for a person. An alarm watches every one of them. */
export class DeadLetterQueue extends Queue {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
  }
}

export class WorkQueue extends Construct {
  readonly queue: Queue;

  /** `consumerTimeout` is that of the Lambda: AWS asks for six times as much before a message is shown again. */
  constructor(scope: Construct, id: string, { consumerTimeout }: { consumerTimeout: Duration }) {
    super(scope, id);
    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout: Duration.seconds(6 * consumerTimeout.toSeconds()),
      deadLetterQueue: { queue: new DeadLetterQueue(this, 'DeadLetters'), maxReceiveCount: 5 },
    });
  }
}

/** Messages are handed over at once, and each fails alone. `maxConcurrency` shields the table from a backlog. */
export function consume(queue: Queue, consumer: AgentFunction, maxConcurrency: number): void {
  consumer.lambda.addEventSource(
    new SqsEventSource(queue, { batchSize: 10, reportBatchItemFailures: true, maxConcurrency }),
  );
}
