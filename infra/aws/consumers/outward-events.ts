/**
 * What the rest of the platform hears: every conversation event, once, in order per conversation.
 * Events leave from the stream of the table, so that what was acknowledged to a desk is published
 * even if the Lambda that saved it died right after.
 */
import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { Alias } from 'aws-cdk-lib/aws-kms';
import { FifoThroughputScope, Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { AgentFunction } from '../functions/agent-function.ts';
import { Duty } from '../functions/duty.ts';
import type { Settings } from '../settings.ts';
import { readStream } from './stream.ts';

export class OutwardEvents extends Construct {
  readonly topic: Topic;
  readonly publish: AgentFunction;

  constructor(scope: Construct, id: string, { settings, table }: { settings: Settings; table: Table }) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', {
      fifo: true,
      // The publisher names each event (conversation and seq); equal content may well be said
      // twice.
      contentBasedDeduplication: false,
      // A group is a conversation: without this, all of them share the throughput of one.
      fifoThroughputScope: FifoThroughputScope.MESSAGE_GROUP,
      enforceSSL: true,
      masterKey: Alias.fromAliasName(this, 'TopicKey', 'alias/aws/sns'),
    });
    this.publish = new AgentFunction(this, 'PublishFunction', {
      settings,
      duty: new Duty(this, 'Publishing', settings).mayPublish(this.topic),
      entry: 'stream/publish',
      environment: {},
    });

    readStream(this, table, this.publish, {
      startingPosition: StartingPosition.TRIM_HORIZON,
      filters: [
        {
          eventName: FilterRule.isEqual('INSERT'),
          dynamodb: { NewImage: { sk: { S: FilterRule.beginsWith('EVENT#') } } },
        },
      ],
      // Conversations are published beside each other, so a large batch takes little longer than a
      // small one.
      batchSize: 500,
      // One batch of a shard at a time: with more, Lambda keeps the order of an item (both its
      // keys) but not that of a conversation.
      parallelizationFactor: 1,
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      // A batch that fails holds up every conversation of its shard.
      retryAttempts: 10,
      maxRecordAge: Duration.hours(6),
    });
  }
}
