/**
 * Can a function do what its role does not allow? Each call of each is held against the grants of
 * the template, and refused as AWS refuses it.
 */
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { DeleteItemCommand, DynamoDBClient, PutItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientOptions } from '../../infra/local/aws.ts';
import { writtenGrants } from '../../infra/local/lambdas/grants.ts';
import { start, type LocalStack } from '../../infra/local/start.ts';
import { needsOf } from '../../infra/strict/iam/needs.ts';
import { judge } from '../grants/report.ts';

let stack: LocalStack;
beforeAll(async () => {
  // What is refused here is meant to be: it is not for the report on what the tests of everything
  // else do.
  delete process.env['GRANTS'];
  stack = await start();
});
afterAll(() => stack.stop());

const arnOf = (service: string, resource: string): string => `arn:${service}:${resource}`;
const key = { pk: { S: 'AGENT#a' }, sk: { S: 'STATE' } };
const table = () => stack.resources.tableName;
const queue = (name: RegExp): string =>
  Object.entries(stack.resources.queueUrls).find(([id]) => name.test(id))?.[1] ?? '';

/** What a call comes to: `done`, or the name of what it was refused with. */
async function outcome(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'done';
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}

const database = (caller: string) => new DynamoDBClient(clientOptions(stack.endpoints.dynamodb, caller));

describe('A function that wants what its role does not allow', () => {
  it('is refused an item, alone and in a transaction with what is allowed', async () => {
    const put = { TableName: table(), Item: key };
    const gone = { TableName: table(), Key: key };
    const replays = database('agent.replayTopic');
    expect(await outcome(replays.send(new PutItemCommand(put)))).toBe('done');
    expect(await outcome(replays.send(new DeleteItemCommand(gone)))).toBe('AccessDeniedException');
    const both = { TransactItems: [{ Put: put }, { Delete: { ...gone, Key: { ...key, sk: { S: 'OTHER' } } } }] };
    expect(await outcome(replays.send(new TransactWriteItemsCommand(both)))).toBe('AccessDeniedException');
    expect(await outcome(database('agent.publishCimEvent').send(new TransactWriteItemsCommand(both)))).toBe('done');
    expect(stack.logs().join('\n')).toContain('not authorized to perform: dynamodb:DeleteItem');
  });

  it('is refused a queue, a machine and a topic', async () => {
    const sqs = new SQSClient(clientOptions(stack.endpoints.sqs, 'agent.heartbeat'));
    const news = {
      QueueUrl: queue(/^ListsNewsQueue/),
      MessageBody: '{}',
      MessageGroupId: 'g',
      MessageDeduplicationId: 'd',
    };
    expect(await outcome(sqs.send(new SendMessageCommand(news)))).toBe('AccessDeniedException');
    const [stateMachineArn] = Object.values(stack.resources.stateMachineArns);
    const sfn = new SFNClient(clientOptions(stack.endpoints.sfn, 'agent.heartbeat'));
    expect(await outcome(sfn.send(new StartExecutionCommand({ stateMachineArn })))).toBe('AccessDeniedException');
    const event = {
      TopicArn: stack.resources.topicArn,
      Message: '{}',
      MessageGroupId: 'g',
      MessageDeduplicationId: 'd',
    };
    const sns = (caller: string) => new SNSClient(clientOptions(stack.endpoints.sns, caller));
    expect(await outcome(sns('agent.heartbeat').send(new PublishCommand(event)))).toMatch(/^AuthorizationError/);
    expect(await outcome(sns('stream.publish').send(new PublishCommand(event)))).toBe('done');
  });

  it('is refused a connection, by what it wants to do to it', async () => {
    const gateway = (caller: string) =>
      new ApiGatewayManagementApiClient({ ...clientOptions(stack.endpoints.management, caller), maxAttempts: 1 });
    const post = () => new PostToConnectionCommand({ ConnectionId: 'L0SM9cOFvHcCIhw=', Data: 'x' });
    const close = () => new DeleteConnectionCommand({ ConnectionId: 'L0SM9cOFvHcCIhw=' });
    expect(await outcome(gateway('lists.tell').send(post()))).toBe('GoneException');
    expect(await outcome(gateway('lists.tell').send(close()))).toBe('ForbiddenException');
    expect(await outcome(gateway('socket.connect').send(post()))).toBe('ForbiddenException');
    expect(await outcome(gateway('timers.due').send(close()))).toBe('GoneException');
  });
});

describe('A call needs', () => {
  it.each([
    ['dynamodb', 'Query', { TableName: 't', IndexName: 'i' }, ['dynamodb:Query arn:dynamodb:table/t/index/i']],
    ['dynamodb', 'BatchGetItem', { RequestItems: { t: {} } }, ['dynamodb:BatchGetItem arn:dynamodb:table/t']],
    [
      'dynamodb',
      'TransactWriteItems',
      { TransactItems: [{ ConditionCheck: { TableName: 't' } }, { Update: { TableName: 'u' } }] },
      ['dynamodb:ConditionCheckItem arn:dynamodb:table/t', 'dynamodb:UpdateItem arn:dynamodb:table/u'],
    ],
    ['dynamodb', 'ListTables', {}, ['dynamodb:ListTables *']],
    ['sqs', 'SendMessageBatch', { QueueUrl: 'http://h/1/q.fifo' }, ['sqs:SendMessage arn:sqs:q.fifo']],
    ['sns', 'PublishBatch', { TopicArn: 'arn:t' }, ['sns:Publish arn:t']],
    ['states', 'StartExecution', { stateMachineArn: 'arn:m' }, ['states:StartExecution arn:m']],
  ] as const)('for %s:%s what AWS documents', (service, operation, input, needs) => {
    const found = needsOf({ service, operation, input }, arnOf);
    expect(found.map(({ action, resource }) => `${action} ${resource}`)).toEqual(needs);
  });
});

describe('A policy', () => {
  const fn = {
    id: 'F',
    type: 'AWS::Lambda::Function',
    metadata: {},
    properties: { Role: { 'Fn::GetAtt': ['R', 'Arn'] } },
  };
  const withStatement = (statement: object) => {
    const properties = { Roles: [{ Ref: 'R' }], PolicyDocument: { Version: '2012-10-17', Statement: [statement] } };
    const role = { id: 'R', type: 'AWS::IAM::Role', metadata: {}, properties: {} };
    const iam = [role, { id: 'P', type: 'AWS::IAM::Policy', metadata: {}, properties }];
    return () => writtenGrants({ folder: '', parameters: {}, resources: [fn], iam });
  };
  const statement = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: 'arn:aws:sqs:::q' };

  it('is refused where it says more than can be evaluated here', () => {
    expect(withStatement(statement)()).toHaveLength(1);
    expect(withStatement({ ...statement, Condition: { Bool: { 'aws:SecureTransport': 'true' } } })).toThrow(/^P /);
    expect(withStatement({ ...statement, Effect: 'Deny' })).toThrow(/^P /);
  });
});

describe('The report', () => {
  const granted = ['A', 'B'];

  it('is content where all that is granted is used, or has a reason', () => {
    expect(judge({ granted, lines: ['used A'], reasons: { B: 'for a Friday' } })).toEqual([]);
  });

  it('takes an item that was read alone for one that is read with others, of the same role only', () => {
    const both = ['T dynamodb:GetItem t', 'T dynamodb:BatchGetItem t', 'L dynamodb:GetItem t'];
    expect(judge({ granted: both, lines: ['used T dynamodb:BatchGetItem t'], reasons: {} })).toEqual([
      'granted and never used: L dynamodb:GetItem t',
    ]);
    expect(judge({ granted: both.slice(0, 2), lines: ['used T dynamodb:GetItem t'], reasons: {} })).toEqual([]);
  });

  it.each([
    ['nothing was gathered', [], {}, /No stack/],
    ['a call was outside of every grant', ['used A', 'used B', 'outside x sqs:SendMessage q'], {}, /^outside .*q$/],
    ['a grant is not used and has no reason', ['used A'], {}, /never used: B/],
    ['a grant with a reason is not granted any more', ['used A', 'used B'], { C: 'for a Friday' }, /not granted: C/],
  ])('is not, where %s', (_, lines, reasons, complaint) => {
    expect(judge({ granted, lines, reasons })).toEqual([expect.stringMatching(complaint)]);
  });
});
