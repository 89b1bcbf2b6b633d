/** Does the front count what AWS bills, hold each key to what AWS takes, and fail as AWS fails? */
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  type AttributeValue,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientOptions } from '../../infra/local/aws.ts';
import { start, type LocalStack } from '../../infra/local/start.ts';
import type { Chances } from '../../infra/strict/dynamodb/faults.ts';
import { writeTemplate } from './fixtures/local/template.ts';

let stack: LocalStack;
let client: DynamoDBClient;
let TableName: string;
beforeAll(async () => {
  stack = await start({ template: writeTemplate() });
  client = new DynamoDBClient({ ...clientOptions(stack.endpoints.dynamodb, 'somebody'), maxAttempts: 1 });
  TableName = stack.resources.tableName;
});
afterAll(() => stack.stop());

let number = 0;
const partition = () => `P#${(number += 1)}`;
const key = (pk: string, sk = 'ITEM'): Record<string, AttributeValue> => ({ pk: { S: pk }, sk: { S: sk } });
const item = (pk: string, bytes: number, sk?: string) => ({ ...key(pk, sk), text: { S: 'x'.repeat(bytes) } });
const put = (pk: string, bytes = 1, sk?: string) =>
  client.send(new PutItemCommand({ TableName, Item: item(pk, bytes, sk) }));
const get = async (pk: string) =>
  (await client.send(new GetItemCommand({ TableName, Key: key(pk), ConsistentRead: true }))).Item;
const transact = (...pks: string[]) =>
  client.send(
    new TransactWriteItemsCommand({ TransactItems: pks.map((pk) => ({ Put: { TableName, Item: item(pk, 1) } })) }),
  );
const batchGet = (...pks: string[]) =>
  client.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: pks.map((pk) => key(pk)), ConsistentRead: true } } })); // prettier-ignore

describe('The meter', () => {
  it('counts what is read and written for each partition key, and whose call it was', async () => {
    const [one, other] = [partition(), partition()];
    const meter = stack.database.meter();
    await put(one, 4_500);
    await transact(other, one);
    await put(one, 9_000, 'SECOND');
    await batchGet(one, other);
    await client.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: one } },
        ConsistentRead: true,
      }),
    );
    meter.stop();
    await put(other, 100_000);
    expect(meter.calls.map(({ operation, caller, units }) => [operation, caller, units.read, units.write])).toEqual([
      ['PutItem', 'somebody', 0, 5],
      // Twice, and of the item that is replaced by a smaller one its former size.
      ['TransactWriteItems', 'somebody', 0, 12],
      ['PutItem', 'somebody', 0, 9],
      ['BatchGetItem', 'somebody', 2, 0],
      ['Query', 'somebody', 3, 0],
    ]);
    expect(meter.hottest(9)).toEqual([
      { key: one, read: 4, write: 20 },
      { key: other, read: 1, write: 6 },
    ]);
    expect(meter.hottest(1)).toHaveLength(1);
  });

  it('shares a batch out by what each item weighs', async () => {
    const [small, large] = [partition(), partition()];
    await put(small);
    await put(large, 10_000);
    const meter = stack.database.meter();
    await batchGet(large, small);
    meter.stop();
    expect(meter.hottest(2)).toEqual([
      { key: large, read: 3, write: 0 },
      { key: small, read: 1, write: 0 },
    ]);
  });
});

describe('A partition key', () => {
  it('takes 1,000 write units a second and 3,000 read units, and no other key minds', async () => {
    const [hot, cool] = [partition(), partition()];
    let now = 1_000_000;
    const limiter = stack.database.faults.limitKeys({ now: () => now });
    for (let index = 0; index < 4; index++) await put(hot, 300_000);
    await expect(put(hot)).rejects.toMatchObject({
      name: 'ThrottlingException',
      throttlingReasons: [{ reason: 'TableWriteKeyRangeThroughputExceeded' }],
    });
    await put(cool);
    for (let index = 0; index < 41; index++) await get(hot);
    await expect(get(hot)).rejects.toMatchObject({ name: 'ThrottlingException' });
    expect([...limiter.throttled]).toEqual([[hot, 2]]);
    now += 500;
    await put(hot);
    await get(hot);
    limiter.stop();
  }, 60_000);

  it('that is throttled leaves its part of a batch undone, and gives up a transaction for its item', async () => {
    const [hot, cool] = [partition(), partition()];
    const limiter = stack.database.faults.limitKeys({ read: 1, write: 1, now: () => 0 });
    await put(hot);
    await get(hot);
    const { Responses, UnprocessedKeys } = await batchGet(hot, cool);
    expect([Responses?.[TableName], UnprocessedKeys?.[TableName]?.Keys]).toEqual([[], [key(hot)]]);
    await expect(transact(cool, hot)).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      CancellationReasons: [{ Code: 'None' }, { Code: 'ThrottlingError' }],
    });
    await expect(batchGet(hot)).rejects.toMatchObject({ name: 'ThrottlingException' });
    limiter.stop();
    await put(hot);
  });
});

describe('A database that strikes by seed', () => {
  const always = (chances: Omit<Chances, 'seed'>) => stack.database.faults.bySeed({ seed: 1, ...chances });
  const nameOf = (error: unknown) => (error instanceof Error ? error.name : 'done');
  const became = (call: Promise<unknown>) => call.then(() => 'done', nameOf);

  it('answers as DynamoDB does, and does what it says', async () => {
    const pk = partition();
    let chaos = always({ conflict: 1 });
    expect(await became(put(pk))).toBe('TransactionConflictException');
    await expect(transact(pk, partition())).rejects.toMatchObject({
      CancellationReasons: expect.arrayContaining([{ Code: 'None' }, expect.objectContaining({ Code: 'TransactionConflict' })]) as unknown, // prettier-ignore
    });
    expect(await became(get(pk))).toBe('done');
    chaos.stop();
    chaos = always({ throttle: 1 });
    expect(await became(get(pk))).toMatch(/^(ThrottlingException|ProvisionedThroughputExceededException)$/);
    chaos.stop();
    chaos = always({ error: 1 });
    expect(await became(put(pk))).toBe('InternalServerError');
    chaos.stop();
    expect(await get(pk)).toBeUndefined();
    chaos = always({ doneAndError: 1, slow: 1, slowMs: 1 });
    expect(await became(put(pk))).toBe('InternalServerError');
    chaos.stop();
    expect(chaos.struck).toMatchObject({ doneAndError: 1, slow: 1, conflict: 0 });
    expect(await get(pk)).toEqual(item(pk, 1));
  });

  it('does a batch in part and says what it left', async () => {
    const pks = Array.from({ length: 6 }, partition);
    const chaos = always({ unprocessed: 1 });
    const writes = pks.map((pk) => ({ PutRequest: { Item: item(pk, 1) } }));
    const { UnprocessedItems } = await client.send(
      new BatchWriteItemCommand({ RequestItems: { [TableName]: writes } }),
    );
    const left = UnprocessedItems?.[TableName]?.length ?? 0;
    expect(left).toBeGreaterThan(0);
    chaos.stop();
    expect((await batchGet(...pks)).Responses?.[TableName]).toHaveLength(6 - left);
  });

  it('strikes the same calls again for the same seed, and others for another', async () => {
    const fates = async (seed: number) => {
      const chaos = stack.database.faults.bySeed({ seed, throttle: 0.3, error: 0.2 });
      const found: string[] = [];
      for (let index = 0; index < 30; index++) found.push(await became(put('P#fates')));
      chaos.stop();
      expect(chaos.struck.throttle + chaos.struck.error).toBe(found.filter((fate) => fate !== 'done').length);
      return found;
    };
    const [first, again, other] = [await fates(7), await fates(7), await fates(8)];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    expect(new Set(first).size).toBeGreaterThan(2);
  });
});

describe('The front', () => {
  it('knows whose call each is: a Lambda signs with a key of its own', async () => {
    const callers = new Set<string>();
    const quiet = stack.front.listen({ called: ({ service, operation, caller }) => callers.add(`${service}:${operation} ${caller}`) }); // prettier-ignore
    await stack.invoke('Engines', { body: 'x' });
    quiet();
    expect([...callers]).toEqual(
      expect.arrayContaining(['dynamodb:PutItem Engines', 'sqs:SendMessage Engines', 'states:StartExecution Engines']),
    );
  });

  it('says in the log whose call was refused, and by which rule', async () => {
    const empty = { TableName, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': { S: '' } } };
    await expect(client.send(new QueryCommand(empty))).rejects.toMatchObject({ name: 'ValidationException' });
    expect(stack.logs().at(-1)).toContain('dynamodb:Query of somebody was refused as AWS does (dynamodb.key.operand-empty)'); // prettier-ignore
  });
});
