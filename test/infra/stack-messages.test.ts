/**
 * Does every message arrive, or end where somebody sees it? Queues, timers, the stream, the topic
 * and the alarms on them.
 */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import {
  all,
  emptyFolder,
  newApp,
  entries,
  functionsOf,
  idIn,
  only,
  stackOf,
  Statements,
  synthesize,
  Text,
} from './stack-fixture.ts';

const stack = stackOf(newApp(), { stage: 'dev', alarmEmail: 'ops@example.com' });
const dev = synthesize(stack);
const functions = functionsOf(dev);
const entryOf = (reference: string): string | undefined =>
  [...functions].find(([, { id }]) => id === idIn(reference))?.[0];

const Queue = z.object({
  SqsManagedSseEnabled: z.boolean(),
  VisibilityTimeout: z.number().optional(),
  MessageRetentionPeriod: z.number().optional(),
  RedrivePolicy: z.object({ deadLetterTargetArn: Text, maxReceiveCount: z.number() }).optional(),
  FifoQueue: z.boolean().optional(),
  DeduplicationScope: z.string().optional(),
  FifoThroughputLimit: z.string().optional(),
});
const queues = all(dev, 'AWS::SQS::Queue', Queue);
const workQueues = queues.filter(({ properties }) => properties.RedrivePolicy);
const deadLetterQueues = queues.filter(({ properties }) => !properties.RedrivePolicy);

const Mapping = z.object({
  FunctionName: Text,
  EventSourceArn: Text,
  BatchSize: z.number(),
  FunctionResponseTypes: z.array(z.string()).default([]),
  ScalingConfig: z.object({ MaximumConcurrency: z.number() }).optional(),
  DestinationConfig: z.object({ OnFailure: z.object({ Destination: Text }) }).optional(),
});
const mappings = all(dev, 'AWS::Lambda::EventSourceMapping', Mapping.loose()).map(({ properties }) => properties);
const mappingOf = (entry: string) => mappings.find(({ FunctionName }) => entryOf(FunctionName) === entry);

describe('A queue of work', () => {
  test('There are three, for lists, timers and sessions.', () => {
    const consumed = workQueues.map(({ id }) => mappings.find(({ EventSourceArn }) => idIn(EventSourceArn) === id));
    expect(consumed.map((mapping) => entryOf(mapping?.FunctionName ?? ''))).toEqual([
      'lists/tell',
      'timers/due',
      'session/greet',
    ]);
  });

  test.each(workQueues.map(({ id, properties }) => [id, properties] as const))(
    '%s hides a message for six times as long as its function may take.',
    (id, { VisibilityTimeout = 0 }) => {
      const mapping = mappings.find(({ EventSourceArn }) => idIn(EventSourceArn) === id);
      const consumer = functions.get(entryOf(mapping?.FunctionName ?? '') ?? '');
      expect(VisibilityTimeout).toBeGreaterThanOrEqual(6 * (consumer?.Timeout ?? Infinity));
    },
  );

  test.each(workQueues.map(({ id, properties }) => [id, properties] as const))(
    '%s gives a message up after five tries, to a queue that keeps it for 14 days.',
    (_, { RedrivePolicy }) => {
      const target = deadLetterQueues.find(({ id }) => id === idIn(RedrivePolicy?.deadLetterTargetArn ?? ''));
      expect(RedrivePolicy?.maxReceiveCount).toBe(5);
      expect(target?.properties.MessageRetentionPeriod).toBe(14 * 24 * 60 * 60);
    },
  );

  test.each(['timers/due', 'session/greet'])('%s gets ten at a time, and each can fail alone.', (entry) => {
    expect(mappingOf(entry)).toMatchObject({
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 50 },
    });
  });

  test('News of lists come one at a time, so that nothing overtakes.', () => {
    expect(mappingOf('lists/tell')).toMatchObject({ BatchSize: 1, FunctionResponseTypes: ['ReportBatchItemFailures'] });
  });

  test('A timer whose function died fires again within a minute.', () => {
    const timers = workQueues.find(({ id }) => id === idIn(mappingOf('timers/due')?.EventSourceArn ?? ''));
    expect(timers?.properties.VisibilityTimeout).toBeLessThanOrEqual(60);
  });

  test('It is standard, as only there a message can have a delay of its own; that of the lists keeps an order.', () => {
    const fifo = workQueues.filter(({ properties }) => properties.FifoQueue);
    expect(fifo.map(({ id }) => id)).toEqual([idIn(mappingOf('lists/tell')?.EventSourceArn ?? '')]);
    const [{ RedrivePolicy } = { RedrivePolicy: undefined }] = fifo.map(({ properties }) => properties);
    const target = deadLetterQueues.find(({ id }) => id === idIn(RedrivePolicy?.deadLetterTargetArn ?? ''));
    expect(target?.properties.FifoQueue).toBe(true);
  });

  test('The conversations of the lists share no throughput.', () => {
    const [news] = workQueues.filter(({ properties }) => properties.FifoQueue);
    expect(news?.properties).toMatchObject({
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
    });
  });

  test('Every queue is encrypted, and refuses whoever does not speak TLS.', () => {
    const policies = all(dev, 'AWS::SQS::QueuePolicy', z.object({ Queues: z.array(Text), PolicyDocument: Statements }));
    for (const { id, properties } of queues) {
      const policy = policies.find((candidate) => candidate.properties.Queues.map(idIn).includes(id));
      expect(properties.SqsManagedSseEnabled).toBe(true);
      expect(policy?.properties.PolicyDocument).toMatchObject([
        { Effect: 'Deny', Action: ['sqs:*'], Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      ]);
    }
  });
});

describe('A timer of more than 15 minutes', () => {
  const { properties } = only(
    dev,
    'AWS::StepFunctions::StateMachine',
    z.object({ DefinitionString: Text.pipe(z.string()), StateMachineType: z.string() }),
  );

  test('It waits for an instant, then sends the same message to the timers queue.', () => {
    const timersQueue = idIn(mappingOf('timers/due')?.EventSourceArn ?? '');
    const definition: unknown = JSON.parse(properties.DefinitionString);
    expect(definition).toMatchObject({
      StartAt: 'WaitUntilDue',
      States: {
        WaitUntilDue: { Type: 'Wait', TimestampPath: '$.at', Next: 'SendTimer' },
        SendTimer: {
          Type: 'Task',
          Resource: 'arn:<AWS::Partition>:states:::sqs:sendMessage',
          Parameters: { QueueUrl: `<${timersQueue}>`, 'MessageBody.$': '$.message' },
          Retry: [{ ErrorEquals: ['States.ALL'] }],
          End: true,
        },
      },
    });
  });

  test('It can wait for a year, as only a Standard execution does.', () => {
    expect(properties.StateMachineType).toBe('STANDARD');
  });

  test('The definition is one that Step Functions takes, as asl-validator knows its language.', async () => {
    const file = join(emptyFolder(), 'machine.json');
    writeFileSync(file, properties.DefinitionString.replaceAll('<AWS::Partition>', 'aws'));
    const validator = join(
      import.meta.dirname,
      '..',
      '..',
      'node_modules',
      'asl-validator',
      'dist',
      'bin',
      'asl-validator.js',
    );
    const valid = promisify(execFile)(process.execPath, [validator, '--json-path', file]);
    await expect(valid).resolves.toBeTruthy();
    writeFileSync(file, properties.DefinitionString.replace('"Next":"SendTimer"', '"Next":"Nowhere"'));
    await expect(promisify(execFile)(process.execPath, [validator, '--json-path', file])).rejects.toThrow();
  });

  test('It speaks JSONPath, the only language that the local runtime knows.', () => {
    expect(properties.DefinitionString).not.toContain('QueryLanguage');
  });
});

/** What of the table's stream a mapping hands over. */
function patternsOf(mapping: unknown): unknown[] {
  const Filter = z.object({ FilterCriteria: z.object({ Filters: z.array(z.object({ Pattern: z.string() })) }) });
  return Filter.parse(mapping).FilterCriteria.Filters.map(({ Pattern }): unknown => JSON.parse(Pattern));
}
const tableStream = `<${only(dev, 'AWS::DynamoDB::Table', z.unknown()).id}.StreamArn>`;

describe('The figures for supervisors', () => {
  const stream = mappingOf('stream/team');

  test('They follow every change of an agent, of who waits and who is ready, of what stands on lists, and of queues and lists themselves.', () => {
    expect(stream?.EventSourceArn).toBe(tableStream);
    const prefixes = ['TEAM#', 'WAITING#', 'ROUTABLE#', 'ENTRUSTED', 'CONFIG#queues', 'CONFIG#lists'].map((prefix) => ({
      prefix,
    }));
    expect(patternsOf(stream)).toEqual([
      { dynamodb: { Keys: { pk: { S: prefixes } } } },
      { dynamodb: { Keys: { pk: { S: [{ prefix: 'LIST#' }] }, sk: { S: [{ prefix: 'REQUEST#' }] } } } },
    ]);
  });

  test("A second's changes are told together, and those from before the mapping are not told.", () => {
    expect(stream).toMatchObject({ MaximumBatchingWindowInSeconds: 1, BatchSize: 1000, StartingPosition: 'LATEST' });
  });

  test('What cannot be told for a minute is given up, where somebody sees it.', () => {
    expect(stream).toMatchObject({ MaximumRetryAttempts: 3, MaximumRecordAgeInSeconds: 60 });
    const destination = idIn(stream?.DestinationConfig?.OnFailure.Destination ?? '');
    expect(deadLetterQueues.map(({ id }) => id)).toContain(destination);
    expect(destination).not.toBe(idIn(mappingOf('stream/publish')?.DestinationConfig?.OnFailure.Destination ?? ''));
  });

  test('They and the events for the platform are the two readers that a shard can have.', () => {
    const readers = mappings.filter(({ EventSourceArn }) => EventSourceArn === tableStream);
    expect(readers).toHaveLength(2);
    expect(new Set(readers.map(({ FunctionName }) => entryOf(FunctionName)))).toEqual(
      new Set(['stream/publish', 'stream/team']),
    );
  });
});

describe('An event for the platform', () => {
  const stream = mappingOf('stream/publish');
  const Topic = z.object({
    FifoTopic: z.boolean().optional(),
    ContentBasedDeduplication: z.boolean().optional(),
    FifoThroughputScope: z.string().optional(),
    KmsMasterKeyId: Text.optional(),
    TopicName: z.string().optional(),
  });
  const topics = all(dev, 'AWS::SNS::Topic', Topic);

  test('It leaves when it is stored: new EVENT items of the stream, nothing else.', () => {
    expect(stream?.EventSourceArn).toBe(tableStream);
    expect(patternsOf(stream)).toEqual([
      { eventName: ['INSERT'], dynamodb: { NewImage: { sk: { S: [{ prefix: 'EVENT#' }] } } } },
    ]);
  });

  test('It keeps the order of its conversation, and is not lost while the mapping is made.', () => {
    expect(stream).toMatchObject({ ParallelizationFactor: 1, StartingPosition: 'TRIM_HORIZON' });
  });

  test('One that cannot be published is singled out, tried again and then put where somebody sees it.', () => {
    expect(stream).toMatchObject({
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRetryAttempts: 10,
    });
    const destination = idIn(stream?.DestinationConfig?.OnFailure.Destination ?? '');
    expect(deadLetterQueues.map(({ id }) => id)).toContain(destination);
  });

  test('The topic is FIFO, encrypted, and does not take equal content for the same event.', () => {
    const fifo = topics.filter(({ properties }) => properties.FifoTopic);
    expect(fifo.map(({ properties }) => properties)).toMatchObject([
      {
        ContentBasedDeduplication: false,
        FifoThroughputScope: 'MessageGroup',
        KmsMasterKeyId: 'arn:<AWS::Partition>:kms:<AWS::Region>:<AWS::AccountId>:alias/aws/sns',
      },
    ]);
  });

  test('No topic takes a message without TLS.', () => {
    const policies = all(dev, 'AWS::SNS::TopicPolicy', z.object({ Topics: z.array(Text), PolicyDocument: Statements }));
    for (const { id } of topics) {
      const policy = policies.find((candidate) => candidate.properties.Topics.map(idIn).includes(id));
      expect(policy?.properties.PolicyDocument[0]).toMatchObject({
        Effect: 'Deny',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      });
    }
  });
});

describe('An alarm', () => {
  const Watched = z.object({
    Namespace: z.string().default(''),
    MetricName: z.string().default(''),
    Dimensions: z.array(z.object({ Name: z.string(), Value: Text })).default([]),
  });
  const Alarm = Watched.extend({
    Threshold: z.number(),
    AlarmActions: z.array(Text),
    AlarmDescription: z.string().min(10),
    TreatMissingData: z.literal('notBreaching'),
  });
  const alarms = all(dev, 'AWS::CloudWatch::Alarm', Alarm).map(({ properties }) => properties);
  const on = (namespace: string, metric: string) =>
    alarms.filter(({ Namespace, MetricName }) => Namespace === namespace && MetricName === metric);
  const dimension = (name: string) => (alarm: z.output<typeof Alarm>) =>
    alarm.Dimensions.find(({ Name }) => Name === name)?.Value ?? '';

  test('There is one for every function that throws.', () => {
    const watched = on('AWS/Lambda', 'Errors').map(dimension('FunctionName')).map(entryOf);
    expect(new Set(watched)).toEqual(new Set(entries));
    expect(watched).toHaveLength(entries.length);
  });

  test('There is one for every queue where work was given up.', () => {
    const watched = on('AWS/SQS', 'ApproximateNumberOfMessagesVisible').map(dimension('QueueName')).map(idIn);
    expect(watched.toSorted()).toEqual(deadLetterQueues.map(({ id }) => id).toSorted());
    expect(watched).toHaveLength(5);
  });

  test('There is one for late timers, on the metric of this stage.', () => {
    expect(on('AgentManager', 'TimerLateness')).toMatchObject([
      {
        Dimensions: [
          { Name: 'service', Value: functions.get('timers/due')?.Environment.Variables['POWERTOOLS_SERVICE_NAME'] },
        ],
      },
    ]);
  });

  test('There is one for events that reach the platform late, and for figures that reach supervisors late.', () => {
    const watched = on('AWS/Lambda', 'IteratorAge').map(dimension('FunctionName')).map(entryOf);
    expect(new Set(watched)).toEqual(new Set(['stream/publish', 'stream/team']));
  });

  test('There is one for a long timer that will never fire.', () => {
    const machine = only(dev, 'AWS::StepFunctions::StateMachine', z.unknown()).id;
    expect(on('AWS/States', 'ExecutionsFailed').map(dimension('StateMachineArn')).map(idIn)).toEqual([machine]);
  });

  test.each([
    ['HTTP', '5xx'],
    ['WEBSOCKET', 'ExecutionError'],
    ['WEBSOCKET', 'IntegrationError'],
  ])('The %s API has one for %s.', (protocol, metric) => {
    const apis = all(dev, 'AWS::ApiGatewayV2::Api', z.object({ ProtocolType: z.string() }));
    const api = apis.find(({ properties }) => properties.ProtocolType === protocol)?.id;
    expect(on('AWS/ApiGateway', metric).map(dimension('ApiId')).map(idIn)).toEqual([api]);
  });

  test('There is one for each queue whose messages wait, later for timers, which may be delayed for 15 minutes.', () => {
    const waiting = on('AWS/SQS', 'ApproximateAgeOfOldestMessage').map((alarm): [string | undefined, number] => {
      const source = mappings.find(
        ({ EventSourceArn }) => idIn(EventSourceArn) === idIn(dimension('QueueName')(alarm)),
      );
      return [entryOf(source?.FunctionName ?? ''), alarm.Threshold];
    });
    expect(Object.fromEntries(waiting)).toEqual({ 'session/greet': 30, 'lists/tell': 60, 'timers/due': 960 });
  });

  test('There is one for functions that the account does not run, and one before it comes to that.', () => {
    expect(on('AWS/Lambda', 'Throttles')).toMatchObject([{ Dimensions: [], Threshold: 0 }]);
    expect(on('AWS/Lambda', 'ConcurrentExecutions')).toMatchObject([{ Dimensions: [], Threshold: 800 }]);
  });

  test('There is one for frames that are refused, and one for the 429s of the platform, counted from its access log.', () => {
    expect(on('AWS/ApiGateway', 'ClientError')).toHaveLength(1);
    const [filter] = all(
      dev,
      'AWS::Logs::MetricFilter',
      z.object({ FilterPattern: z.string(), MetricTransformations: z.array(z.object({ MetricName: z.string() })) }),
    );
    expect(filter?.properties.FilterPattern).toBe('{ $.status = "429" }');
    expect(on('AgentManager', filter?.properties.MetricTransformations[0]?.MetricName ?? '')).toHaveLength(1);
  });

  test('There is one each for reads and for writes that the table throttles: what did not happen has no number to add.', () => {
    for (const metric of ['ReadThrottleEvents', 'WriteThrottleEvents']) {
      const table = only(dev, 'AWS::DynamoDB::Table', z.unknown()).id;
      expect(on('AWS/DynamoDB', metric).map(dimension('TableName')).map(idIn)).toEqual([table]);
    }
  });

  test('Each tells the one topic that CloudWatch may publish to and that mails the operator.', () => {
    const told = new Set(alarms.flatMap(({ AlarmActions }) => AlarmActions));
    expect(told.size).toBe(1);
    const [topic = ''] = told;
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'ops@example.com',
      TopicArn: { Ref: idIn(topic) },
    });
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      Topics: [{ Ref: idIn(topic) }],
      PolicyDocument: {
        Statement: [
          { Effect: 'Deny' },
          { Effect: 'Allow', Action: 'sns:Publish', Principal: { Service: 'cloudwatch.amazonaws.com' } },
        ],
      },
    });
  });
});
