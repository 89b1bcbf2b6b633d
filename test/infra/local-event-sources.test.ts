/**
 * Do queues, streams, topics and state machines reach the Lambdas as they do on AWS, failures
 * included?
 */
import {
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
  StateMachineDoesNotExist,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { DynamoDBRecord, DynamoDBStreamEvent, SQSEvent } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientOptions } from '../../infra/local/aws.ts';
import { start, type LocalStack } from '../../infra/local/start.ts';
import { eventually, seenBy } from './fixtures/local/socket.ts';
import { writeTemplate } from './fixtures/local/template.ts';

let stack: LocalStack;
let dynamodb: DynamoDBClient;
let sqs: SQSClient;
let sns: SNSClient;
let sfn: SFNClient;

beforeAll(async () => {
  stack = await start({ template: writeTemplate(), sweepMs: 100 });
  dynamodb = new DynamoDBClient(clientOptions(stack.endpoints.dynamodb));
  sqs = new SQSClient(clientOptions(stack.endpoints.sqs));
  sns = new SNSClient(clientOptions(stack.endpoints.sns));
  sfn = new SFNClient(clientOptions(stack.endpoints.sfn));
});
afterAll(() => stack.stop());

const send = (queue: string, MessageBody: string) =>
  sqs.send(new SendMessageCommand({ QueueUrl: stack.resources.queueUrls[queue], MessageBody }));

/** Takes messages off a queue until one has this in its body. */
const taken = (queue: string, part: string) =>
  eventually(async () => {
    const QueueUrl = stack.resources.queueUrls[queue];
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }));
    for (const { ReceiptHandle } of Messages) await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    return Messages.find(({ Body }) => Body?.includes(part))?.Body;
  });

const worked = (body: string) =>
  seenBy<SQSEvent>(stack, 'work').flatMap(({ Records }) => Records.filter((record) => record.body === body));

describe('a message', () => {
  test('reaches the Lambda in the shape of SQS', async () => {
    const { MessageId } = await sqs.send(
      new SendMessageCommand({
        QueueUrl: stack.resources.queueUrls.Work,
        MessageBody: 'fine',
        MessageAttributes: { kind: { DataType: 'String', StringValue: 'test' } },
      }),
    );
    const [record] = await eventually(() => (worked('fine').length > 0 ? worked('fine') : undefined));
    expect(record).toMatchObject({
      messageId: MessageId,
      receiptHandle: expect.any(String),
      body: 'fine',
      attributes: { ApproximateReceiveCount: '1', SentTimestamp: expect.stringMatching(/^\d{13}$/) },
      messageAttributes: { kind: { dataType: 'String', stringValue: 'test' } },
      eventSource: 'aws:sqs',
      eventSourceARN: expect.stringMatching(/^arn:aws:sqs:us-east-1:\d{12}:Work$/),
      awsRegion: 'us-east-1',
    });
  });

  test('that the Lambda reports as failed comes back and ends in the dead-letter queue, alone', async () => {
    await Promise.all([send('Work', 'fail'), send('Work', 'good neighbour')]);
    expect(await taken('Dead', 'fail')).toBe('fail');
    expect(worked('fail').map((record) => record.attributes.ApproximateReceiveCount)).toEqual(['1', '2']);
    expect(worked('good neighbour')).toHaveLength(1);
  });

  test('whose Lambda throws comes back and ends in the dead-letter queue', async () => {
    await send('Work', 'throw');
    expect(await taken('Dead', 'throw')).toBe('throw');
    expect(worked('throw')).toHaveLength(2);
  });
});

const put = (sk: string, text: string) =>
  dynamodb.send(
    new PutItemCommand({
      TableName: stack.resources.tableName,
      Item: { pk: { S: 'P' }, sk: { S: sk }, text: { S: text } },
    }),
  );
const published = () => seenBy<DynamoDBStreamEvent>(stack, 'publish').flatMap(({ Records }) => Records);
const keyOf = (record: DynamoDBRecord | undefined) => record?.dynamodb?.Keys?.sk?.S;
const numberOf = (record: DynamoDBRecord | undefined) => record?.dynamodb?.SequenceNumber;

describe('an item', () => {
  test('that passes the filter reaches the Lambda in the shape of a stream', async () => {
    await put('EVENT#1', 'first');
    const record = await eventually(() => published().find((it) => keyOf(it) === 'EVENT#1'));
    expect(record).toMatchObject({
      eventID: expect.any(String),
      eventName: 'INSERT',
      eventSource: 'aws:dynamodb',
      awsRegion: 'us-east-1',
      dynamodb: {
        ApproximateCreationDateTime: expect.any(Number),
        Keys: { pk: { S: 'P' }, sk: { S: 'EVENT#1' } },
        NewImage: { text: { S: 'first' } },
        SequenceNumber: expect.any(String),
        StreamViewType: 'NEW_IMAGE',
      },
      eventSourceARN: expect.stringContaining('stream'),
    });
  });

  test('that the filter does not name never reaches it: another key, or a change', async () => {
    await put('META', 'other');
    await put('EVENT#changed', 'once');
    await dynamodb.send(
      new UpdateItemCommand({
        TableName: stack.resources.tableName,
        Key: { pk: { S: 'P' }, sk: { S: 'EVENT#changed' } },
        UpdateExpression: 'SET #text = :twice',
        ExpressionAttributeNames: { '#text': 'text' },
        ExpressionAttributeValues: { ':twice': { S: 'twice' } },
      }),
    );
    await put('EVENT#after', 'last');
    await eventually(() => published().find((record) => keyOf(record) === 'EVENT#after'));
    expect(published().filter((record) => keyOf(record) === 'META')).toEqual([]);
    expect(published().filter((record) => keyOf(record) === 'EVENT#changed')).toHaveLength(1);
  });

  test('reaches it after those before it, and before those behind it', async () => {
    const keys = Array.from({ length: 25 }, (_, i) => `EVENT#order${String(i).padStart(2, '0')}`);
    for (const key of keys) await put(key, 'x');
    const inOrder = () =>
      published()
        .map(keyOf)
        .filter((key) => key?.startsWith('EVENT#order'));
    await eventually(() => (inOrder().length === keys.length ? true : undefined));
    expect(inOrder()).toEqual(keys);
  });

  test('that fails for good is given up after its attempts, and the one behind it is not lost', async () => {
    await put('EVENT#bad', 'bad');
    await eventually(() => published().find((record) => keyOf(record) === 'EVENT#bad'));
    await put('EVENT#behind', 'fine');
    const report = JSON.parse(await taken('Dead', 'DDBStreamBatchInfo'));
    const [first, ...again] = published().filter((record) => keyOf(record) === 'EVENT#bad');
    expect(again).toHaveLength(2);
    expect(report.requestContext.condition).toBe('RetryAttemptsExhausted');
    expect(report.DDBStreamBatchInfo).toMatchObject({
      batchSize: 1,
      startSequenceNumber: numberOf(first),
    });
    await eventually(() => published().find((record) => keyOf(record) === 'EVENT#behind'));
  });

  test('that makes its Lambda throw is given up alone: the batch is cut in halves', async () => {
    await put('EVENT#hold', 'hold'); // Held for a moment, so that those that follow are one batch.
    for (const text of ['1', '2', 'throw', '4', '5']) await put(`EVENT#cut${text}`, text);
    const report = JSON.parse(await taken('Dead', 'DDBStreamBatchInfo'));
    await eventually(() => published().find((record) => keyOf(record) === 'EVENT#cut5'));
    const thrown = published().find((record) => keyOf(record) === 'EVENT#cutthrow');
    expect(report.DDBStreamBatchInfo).toMatchObject({
      batchSize: 1,
      startSequenceNumber: numberOf(thrown),
    });
  });

  describe('where the mapping has a window', () => {
    const item = (pk: string, sk: string) => ({ pk: { S: `GATHER#${pk}` }, sk: { S: sk } });
    const TableName = () => stack.resources.tableName;
    const save = (pk: string, sk: string) =>
      dynamodb.send(new PutItemCommand({ TableName: TableName(), Item: item(pk, sk) }));
    /** The batches with changes of this partition: what happened to which key. */
    const batches = (pk: string) =>
      seenBy<DynamoDBStreamEvent>(stack, 'gather')
        .map(({ Records }) => Records.filter(({ dynamodb: change }) => change?.Keys?.['pk']?.S === `GATHER#${pk}`))
        .filter((records) => records.length > 0)
        .map((records) => records.map((record) => `${record.eventName} ${keyOf(record)}`).toSorted());
    const arrived = (pk: string, count: number) =>
      eventually(() => (batches(pk).flat().length >= count ? batches(pk) : undefined));

    test('is handed over together with all that follow within it, deletions too', async () => {
      await save('few', 'a');
      expect(await arrived('few', 1)).toEqual([['INSERT a']]);
      const gone = new DeleteItemCommand({ TableName: TableName(), Key: item('few', 'a') });
      await Promise.all([save('few', 'b'), save('few', 'c'), dynamodb.send(gone), save('few', 'd')]);
      expect((await arrived('few', 5)).slice(1)).toEqual([['INSERT b', 'INSERT c', 'INSERT d', 'REMOVE a']]);
    });

    test('is handed over in as many batches as payloads of 6 MB take', async () => {
      const text = { S: '"'.repeat(390_000) }; // twice as long in JSON
      const put = (sk: string) => new PutItemCommand({ TableName: TableName(), Item: { ...item('large', sk), text } });
      await Promise.all(Array.from({ length: 9 }, (_, index) => dynamodb.send(put(String(index)))));
      const sizes = (await arrived('large', 9)).map((batch) => batch.length);
      expect(Math.max(...sizes)).toBeLessThan(9);
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(9);
    });

    test('is handed over at once where the batch is full', async () => {
      await Promise.all(Array.from({ length: 23 }, (_, index) => save('many', String(index))));
      expect((await arrived('many', 23)).map((batch) => batch.length)).toEqual([10, 10, 3]);
    });
  });

  test('whose time to live is over is deleted, and one whose is not stays', async () => {
    const item = (sk: string, secondsLeft: number) => ({
      pk: { S: 'TTL' },
      sk: { S: sk },
      expiresAt: { N: String(Math.floor(Date.now() / 1000) + secondsLeft) },
    });
    const TableName = stack.resources.tableName;
    for (const Item of [item('over', -1), item('later', 60)])
      await dynamodb.send(new PutItemCommand({ TableName, Item }));
    const found = async (sk: string) =>
      (await dynamodb.send(new GetItemCommand({ TableName, Key: { pk: { S: 'TTL' }, sk: { S: sk } } }))).Item;
    await eventually(async () => ((await found('over')) ? undefined : true));
    expect(await found('later')).toBeDefined();
  });
});

test('a FIFO topic delivers to the queue that subscribes to it', async () => {
  await sns.send(
    new PublishCommand({
      TopicArn: stack.resources.topicArn,
      Message: 'outward',
      MessageGroupId: 'conversation',
      MessageDeduplicationId: '1',
    }),
  );
  expect(await taken('Listening', 'outward')).toBe('outward');
});

describe('an execution', () => {
  const stateMachineArn = () => stack.resources.stateMachineArns.Machine;
  const startAt = (at: number, message: string, name?: string) =>
    sfn.send(
      new StartExecutionCommand({
        stateMachineArn: stateMachineArn(),
        name,
        input: JSON.stringify({ at: new Date(at).toISOString(), message }),
      }),
    );
  const describeIt = (executionArn: string | undefined) => sfn.send(new DescribeExecutionCommand({ executionArn }));

  test('waits until its instant and then sends its message', async () => {
    const at = Date.now() + 400;
    const { executionArn } = await startAt(at, 'on time');
    expect((await describeIt(executionArn)).status).toBe('RUNNING');
    expect(await taken('Later', 'on time')).toBe('on time');
    expect(Date.now()).toBeGreaterThanOrEqual(at);
    await eventually(async () => ((await describeIt(executionArn)).status === 'SUCCEEDED' ? true : undefined));
  });

  test('whose instant has passed sends at once', async () => {
    await startAt(Date.now() - 60_000, 'late');
    expect(await taken('Later', 'late')).toBe('late');
  });

  test('that waits for longer than 24.8 days does not fire at once', async () => {
    const { executionArn } = await startAt(Date.now() + 40 * 24 * 3_600_000, 'in forty days');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await describeIt(executionArn)).status).toBe('RUNNING');
    await sfn.send(new StopExecutionCommand({ executionArn }));
  });

  test('that is stopped sends nothing', async () => {
    const { executionArn } = await startAt(Date.now() + 200, 'never');
    await sfn.send(new StopExecutionCommand({ executionArn }));
    expect((await describeIt(executionArn)).status).toBe('ABORTED');
    await startAt(Date.now() + 400, 'never mind');
    expect(await taken('Later', 'never')).toBe('never mind');
  });

  test('has its name for good: the same again is the same, another input is refused', async () => {
    const at = Date.now() + 60_000;
    const first = await startAt(at, 'named', 'one');
    expect((await startAt(at, 'named', 'one')).executionArn).toBe(first.executionArn);
    await expect(startAt(at, 'other', 'one')).rejects.toBeInstanceOf(ExecutionAlreadyExists);
    const { executions } = await sfn.send(
      new ListExecutionsCommand({ stateMachineArn: stateMachineArn(), statusFilter: 'RUNNING' }),
    );
    expect(executions?.map(({ name }) => name)).toContain('one');
  });

  test('of an unknown machine is refused', async () => {
    const unknown = new StartExecutionCommand({ stateMachineArn: `${stateMachineArn()}x` });
    await expect(sfn.send(unknown)).rejects.toBeInstanceOf(StateMachineDoesNotExist);
  });
});
