/**
 * What the rest of the platform hears: every conversation event, once, in order per conversation. Events leave from the stream of
 * the table, so that what was acknowledged to a desk is published even if the Lambda that saved it died right after.
 */
import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Alias } from 'aws-cdk-lib/aws-kms';
import { FifoThroughputScope, Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { AgentFunction } from './agent-function.ts';
import { acknowledge } from './findings.ts';
import type { Settings } from './settings.ts';
import { DeadLetterQueue } from './work-queue.ts';

export class OutwardEvents extends Construct {
  readonly topic: Topic;
  readonly publish: AgentFunction;

  constructor(scope: Construct, id: string, { settings, table }: { settings: Settings; table: Table }) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', {
      fifo: true,
      // The publisher names each event (conversation and seq); equal content may well be said twice.
      contentBasedDeduplication: false,
      // A group is a conversation: without this, all of them share the throughput of one.
      fifoThroughputScope: FifoThroughputScope.MESSAGE_GROUP,
      enforceSSL: true,
      masterKey: Alias.fromAliasName(this, 'TopicKey', 'alias/aws/sns'),
    });
    this.publish = new AgentFunction(this, 'PublishFunction', {
      settings,
      entry: 'stream/publish',
      environment: {},
    }).bindTopic(this.topic);

    const deadLetters = new DeadLetterQueue(this, 'DeadLetters');
    acknowledge(deadLetters, {
      'AwsSolutions-SQS3': 'It is a dead-letter queue: that of a stream, which the rule does not look at.',
    });
    // Not DynamoEventSource, which grants ListStreams on every stream of the account.
    table.grantStream(
      this.publish.lambda,
      'dynamodb:DescribeStream',
      'dynamodb:GetRecords',
      'dynamodb:GetShardIterator',
      'dynamodb:ListStreams',
    );
    this.publish.lambda.addEventSourceMapping('Stream', {
      eventSourceArn: table.tableStreamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      filters: [
        FilterCriteria.filter({
          eventName: FilterRule.isEqual('INSERT'),
          dynamodb: { NewImage: { sk: { S: FilterRule.beginsWith('EVENT#') } } },
        }),
      ],
      batchSize: 100,
      // One batch of a shard at a time: with more, Lambda keeps the order of an item but not that of a conversation.
      parallelizationFactor: 1,
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      // A batch that fails holds up every conversation of its shard; the queue then names the records, which the stream
      // keeps for a day.
      retryAttempts: 10,
      maxRecordAge: Duration.hours(6),
      onFailure: new SqsDlq(deadLetters),
    });
  }
}
