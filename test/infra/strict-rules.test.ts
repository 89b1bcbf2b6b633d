/**
 * Is the world at least as strict as the real one? Every rule refuses what it says, through the
 * front, and lets the nearest pass that AWS takes.
 */
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientOptions } from '../../infra/local/aws.ts';
import { start, type LocalStack } from '../../infra/local/start.ts';
import { allRules } from '../../infra/strict/rules.ts';
import { heldByRuntime } from '../fixtures/refusals-runtime.ts';
import { serviceExamples } from '../fixtures/refusals-services.ts';
import { dynamoExamples } from '../fixtures/refusals-dynamodb.ts';
import { writeTemplate } from './fixtures/local/template.ts';

const names = { table: 'examples' };
/** What the running stack calls them stands in their place as an example is sent. */
const places = { queue: '«queue»', fifoQueue: '«queue».fifo', fifoTopic: '«topic».fifo', machine: '«machine»' };
const examples = [...dynamoExamples(names), ...serviceExamples(places)];

let stack: LocalStack;
let placed: (text: string) => string;
beforeAll(async () => {
  stack = await start({ template: writeTemplate() });
  const sqs = new SQSClient(clientOptions(stack.endpoints.sqs));
  const { QueueUrl: queue = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'examples' }));
  const fifo = { FifoQueue: 'true' };
  await sqs.send(new CreateQueueCommand({ QueueName: 'examples.fifo', Attributes: fifo }));
  const sns = new SNSClient(clientOptions(stack.endpoints.sns));
  const created = new CreateTopicCommand({ Name: 'examples.fifo', Attributes: { FifoTopic: 'true' } });
  const { TopicArn: topic = '' } = await sns.send(created);
  const machine = stack.resources.stateMachineArns['Machine'] ?? '';
  placed = (text) =>
    text.replaceAll('«queue»', queue).replaceAll('«topic».fifo', topic).replaceAll('«machine»', machine);
  const client = new DynamoDBClient(clientOptions(stack.endpoints.dynamodb));
  const attributes = ['pk', 'sk', 'g', 'h'];
  const keys = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: 'HASH' as const },
    { AttributeName: range, KeyType: 'RANGE' as const },
  ];
  await client.send(
    new CreateTableCommand({
      TableName: names.table,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: attributes.map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
      KeySchema: keys('pk', 'sk'),
      GlobalSecondaryIndexes: [{ IndexName: 'by-g', KeySchema: keys('g', 'h'), Projection: { ProjectionType: 'ALL' } }],
    }),
  );
});
afterAll(() => stack.stop());

const targets: Record<string, string> = {
  dynamodb: 'DynamoDB_20120810',
  sqs: 'AmazonSQS',
  states: 'AWSStepFunctions',
};

/** The body and its headers in the protocol of the service: SNS's is a form. */
function spoken(
  service: string,
  operation: string,
  input: Record<string, unknown>,
): { body: string; headers: Record<string, string> } {
  if (service !== 'sns')
    return {
      body: placed(JSON.stringify(input)),
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `${targets[service]}.${operation}` },
    };
  const form = new URLSearchParams({ Action: operation, Version: '2010-03-31' });
  const say = (path: string, value: unknown): void => {
    if (Array.isArray(value)) value.forEach((one, index) => say(`${path}.member.${index + 1}`, one));
    else if (path.endsWith('MessageAttributes'))
      Object.entries(value as object).forEach(([name, attribute], index) => {
        say(`${path}.entry.${index + 1}`, { Name: name, Value: attribute });
      });
    else if (typeof value === 'object' && value !== null)
      for (const [name, member] of Object.entries(value)) say(path === '' ? name : `${path}.${name}`, member);
    else if (typeof value === 'string') form.set(path, placed(value));
  };
  say('', input);
  return { body: form.toString(), headers: { 'content-type': 'application/x-www-form-urlencoded' } };
}

/** Past the SDK, which would refuse some of it by itself. */
async function call(operation: string, rule: string, input: Record<string, unknown>) {
  const broken: (string | undefined)[] = [];
  const quiet = stack.front.listen({ refused: (_call, refusal) => void broken.push(refusal.rule) });
  const [service = ''] = rule.split('.');
  const { body, headers } = spoken(service, operation, input);
  const response = await fetch(stack.endpoints.dynamodb, {
    method: 'POST',
    headers: {
      ...headers,
      'x-amz-date': '20261127T120000Z',
      authorization: `AWS4-HMAC-SHA256 Credential=tester/20261127/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body,
  });
  quiet();
  return { status: response.status, body: await response.text(), broken };
}

describe('A rule', () => {
  it('has an example each, and a source that can be looked up', () => {
    expect(allRules.length).toBeGreaterThan(20);
    const shown = [...examples, ...heldByRuntime].map(({ rule }) => rule);
    expect([...new Set(shown)].toSorted()).toEqual(allRules.map(({ id }) => id).toSorted());
    expect(allRules.filter(({ source }) => source.title === '' || !URL.canParse(source.url))).toEqual([]);
  });

  it.each(examples.map((example) => [`${example.rule} of ${example.operation}`, example] as const))(
    'is held: %s',
    async (_, { rule, operation, refused, passes }) => {
      const refusal = await call(operation, rule, refused);
      expect(refusal).toMatchObject({ status: 400, broken: [rule] });
      if (rule.startsWith('dynamodb.'))
        expect(JSON.parse(refusal.body)).toMatchObject({
          __type: 'com.amazon.coral.validate#ValidationException',
          message: expect.any(String) as string,
        });
      expect(await call(operation, rule, passes)).toMatchObject({ status: 200, broken: [] });
    },
  );

  it.each(heldByRuntime)('is held: $rule', ({ refused, passes, code }) => {
    expect(refused()).toMatchObject({ code, message: expect.any(String) as string });
    expect(passes()).toBeNull();
  });
});
