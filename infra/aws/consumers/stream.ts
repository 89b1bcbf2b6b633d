/**
 * From the table's stream to a Lambda: what of it, in which batches, and where a batch goes that
 * was given up. AWS lets two Lambdas read a shard.
 */
import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { FilterCriteria, type EventSourceMappingOptions } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { AgentFunction } from '../functions/agent-function.ts';
import { acknowledge } from '../findings.ts';
import { DeadLetterQueue } from './work-queue.ts';

type FilterRules = Parameters<typeof FilterCriteria.filter>[0];

interface Reading extends Omit<EventSourceMappingOptions, 'eventSourceArn' | 'filters' | 'onFailure'> {
  /** A record is handed over that fits one of these. */
  readonly filters: readonly FilterRules[];
  /**
   * A batch that fails is tried until it is as old as this; the queue then names the records, which
   * the stream keeps for a day.
   */
  readonly maxRecordAge: Duration;
}

export function readStream(scope: Construct, table: Table, { lambda }: AgentFunction, reading: Reading): void {
  const deadLetters = new DeadLetterQueue(scope, 'DeadLetters');
  acknowledge(deadLetters, {
    'AwsSolutions-SQS3': 'It is a dead-letter queue: that of a stream, which the rule does not look at.',
  });
  // Not DynamoEventSource, which grants ListStreams on every stream of the account.
  table.grantStream(
    lambda,
    'dynamodb:DescribeStream',
    'dynamodb:GetRecords',
    'dynamodb:GetShardIterator',
    'dynamodb:ListStreams',
  );
  lambda.addEventSourceMapping('Stream', {
    ...reading,
    eventSourceArn: table.tableStreamArn,
    filters: reading.filters.map((rules) => FilterCriteria.filter(rules)),
    // Not SqsDlq, which grants more than sending.
    onFailure: {
      bind() {
        deadLetters.grant(lambda, 'sqs:SendMessage');
        return { destination: deadLetters.queueArn };
      },
    },
  });
}
