/** Is the world at least as strict as the real one? Every rule refuses what it says, through the front, and lets the nearest pass that AWS takes. */
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientOptions } from '../../infra/local/aws.ts';
import { start, type LocalStack } from '../../infra/local/start.ts';
import { allRules } from '../../infra/strict/rules.ts';
import { dynamoExamples } from '../fixtures/refusals-dynamodb.ts';
import { writeTemplate } from './fixtures/local/template.ts';

const names = { table: 'examples' };
const examples = dynamoExamples(names);

let stack: LocalStack;
beforeAll(async () => {
  stack = await start({ template: writeTemplate() });
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

const targets: Record<string, string> = { dynamodb: 'DynamoDB_20120810' };

/** Past the SDK, which would refuse some of it by itself. */
async function call(operation: string, rule: string, input: unknown) {
  const broken: (string | undefined)[] = [];
  const quiet = stack.front.listen({ refused: (_call, refusal) => void broken.push(refusal.rule) });
  const [service = ''] = rule.split('.');
  const response = await fetch(stack.endpoints.dynamodb, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `${targets[service]}.${operation}`,
      'x-amz-date': '20261127T120000Z',
      authorization: `AWS4-HMAC-SHA256 Credential=tester/20261127/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: JSON.stringify(input),
  });
  quiet();
  return { status: response.status, body: await response.text(), broken };
}

describe('A rule', () => {
  it('has an example each, and a source that can be looked up', () => {
    expect(allRules.length).toBeGreaterThan(20);
    expect([...new Set(examples.map(({ rule }) => rule))].toSorted()).toEqual(allRules.map(({ id }) => id).toSorted());
    expect(allRules.filter(({ source }) => source.title === '' || !URL.canParse(source.url))).toEqual([]);
  });

  it.each(examples.map((example) => [`${example.rule} of ${example.operation}`, example] as const))(
    'is held: %s',
    async (_, { rule, operation, refused, passes }) => {
      const refusal = await call(operation, rule, refused);
      expect(refusal).toMatchObject({ status: 400, broken: [rule] });
      expect(JSON.parse(refusal.body)).toMatchObject({
        __type: 'com.amazon.coral.validate#ValidationException',
        message: expect.any(String) as string,
      });
      expect(await call(operation, rule, passes)).toMatchObject({ status: 200, broken: [] });
    },
  );
});
