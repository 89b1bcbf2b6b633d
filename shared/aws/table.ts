/**
 * The one table, in DynamoDB: what is read is consistent and parsed, and a failed condition becomes
 * the error that the caller knows.
 */
import {
  ConditionalCheckFailedException,
  TransactionCanceledException,
  TransactionConflictException,
  TransactionInProgressException,
} from '@aws-sdk/client-dynamodb';
import { DeleteCommand, PutCommand, QueryCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type * as z from 'zod';
import { Conflict } from '../edge/app.ts';
import { client, TableName } from './dynamodb.ts';
import { item } from './items.ts';
import { numbered, read } from '../rows/stored.ts';
import {
  distinct,
  type Addition,
  type Key,
  type Range,
  type Table,
  type Test,
  type Values,
  type Write,
} from '../rows/table.ts';

async function get<S extends z.ZodType>(schema: S, key: Key): Promise<z.output<S> | null> {
  const found = await item(key);
  return found ? read(schema, found) : null;
}

async function getMany<S extends z.ZodType>(schema: S, keys: readonly Key[]): Promise<z.output<S>[]> {
  const found = await Promise.all(distinct(keys).map(item));
  return found.flatMap((one) => (one ? [read(schema, one)] : []));
}

async function* pages<S extends z.ZodType>(schema: S, range: Range): AsyncGenerator<z.output<S>[]> {
  let start: Record<string, unknown> | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName,
        ...keyCondition(range),
        ConsistentRead: true,
        ScanIndexForward: !range.newestFirst,
        ...(range.limit ? { Limit: range.limit } : {}),
        ...(start ? { ExclusiveStartKey: start } : {}),
      }),
    );
    if (Items.length > 0) yield Items.map((item) => read(schema, item));
    start = LastEvaluatedKey;
  } while (start);
}

/** DynamoDB refuses an empty operand, and one that the expression does not use. */
function keyCondition({ pk, sk }: Range) {
  const [condition, values] = sortKeyCondition(sk);
  return {
    KeyConditionExpression: `pk = :pk${condition}`,
    ExpressionAttributeValues: { ':pk': pk, ...values },
  };
}

function sortKeyCondition(sk: Range['sk']): [condition: string, values: Values] {
  if (!sk) return ['', {}];
  if ('prefix' in sk) return [' AND begins_with(sk, :prefix)', { ':prefix': sk.prefix }];
  if ('after' in sk) return [' AND sk > :after', { ':after': sk.after }];
  return [' AND sk BETWEEN :from AND :to', { ':from': sk.from, ':to': sk.to }];
}

async function query<S extends z.ZodType>(schema: S, range: Range): Promise<z.output<S>[]> {
  const items: z.output<S>[] = [];
  for await (const page of pages(schema, range)) {
    items.push(...page);
    if (range.limit && items.length >= range.limit) return items.slice(0, range.limit);
  }
  return items;
}

/** A single write needs no transaction, and costs half. */
async function write(writes: readonly Write[]): Promise<void> {
  const [only] = writes;
  if (!only) return;
  try {
    if (writes.length > 1) await client.send(new TransactWriteCommand({ TransactItems: writes.map(transactItem) }));
    else if ('put' in only)
      await client.send(new PutCommand({ TableName, Item: numbered(only.put), ...conditionOf(only) }));
    else await client.send(new DeleteCommand({ TableName, Key: only.delete, ...conditionOf(only) }));
  } catch (error) {
    throw explained(error, writes);
  }
}

async function remove(key: Key): Promise<boolean> {
  const { Attributes } = await client.send(new DeleteCommand({ TableName, Key: key, ReturnValues: 'ALL_OLD' }));
  return Attributes !== undefined;
}

async function update(key: Key, { set }: { set: Values }, where: Test): Promise<boolean> {
  return (await changed(key, { set, add: {} }, where)) !== null;
}

async function add<S extends z.ZodType>(
  schema: S,
  key: Key,
  change: Addition,
  where: Test,
): Promise<z.output<S> | null> {
  const now = await changed(key, change, where, 'ALL_NEW');
  return now && read(schema, now);
}

/** What DynamoDB returns of the item; null if the test failed. */
async function changed(key: Key, { set, add }: Addition, where: Test, ReturnValues: 'NONE' | 'ALL_NEW' = 'NONE') {
  const [sets, adds] = [Object.keys(set), Object.keys(add)];
  const names = [...sets, ...adds];
  const values: Values = { ...set, ...add };
  const parts = [
    ...(sets.length > 0 ? [`SET ${sets.map((name) => `#${name} = :${name}`).join(', ')}`] : []),
    ...(adds.length > 0 ? [`ADD ${adds.map((name) => `#${name} :${name}`).join(', ')}`] : []),
  ];
  const test = expressed(where);
  try {
    const { Attributes = {} } = await client.send(
      new UpdateCommand({
        TableName,
        Key: key,
        UpdateExpression: parts.join(' '),
        ConditionExpression: test.expression,
        ExpressionAttributeNames: { ...Object.fromEntries(names.map((name) => [`#${name}`, name])), ...test.names },
        ExpressionAttributeValues: {
          ...Object.fromEntries(names.map((name) => [`:${name}`, values[name]])),
          ...test.values,
        },
        ReturnValues,
      }),
    );
    return Attributes;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return null;
    throw error;
  }
}

function transactItem(item: Write) {
  return 'put' in item
    ? { Put: { TableName, Item: numbered(item.put), ...conditionOf(item) } }
    : { Delete: { TableName, Key: item.delete, ...conditionOf(item) } };
}

function conditionOf({ where }: Write) {
  if (!where) return {};
  const { expression, names, values } = expressed(where.test);
  return {
    ConditionExpression: expression,
    ...(Object.keys(names).length > 0 ? { ExpressionAttributeNames: names } : {}),
    ...(Object.keys(values).length > 0 ? { ExpressionAttributeValues: values } : {}),
  };
}

/** A test in DynamoDB's words, which refuses names and values that its expression does not use. */
function expressed(test: Test): { expression: string; names: Record<string, string>; values: Values } {
  if ('exists' in test)
    return { expression: `attribute_${test.exists ? '' : 'not_'}exists(pk)`, names: {}, values: {} };
  if ('has' in test)
    return { expression: `attribute_exists(#${test.has})`, names: { [`#${test.has}`]: test.has }, values: {} };
  if ('any' in test) {
    const tests = test.any.map(expressed);
    return {
      expression: tests.map(({ expression }) => `(${expression})`).join(' OR '),
      names: Object.assign({}, ...tests.map(({ names }) => names)) as Record<string, string>,
      values: Object.assign({}, ...tests.map(({ values }) => values)) as Values,
    };
  }
  const [sign, members] = 'equal' in test ? (['=', test.equal] as const) : (['<', test.below] as const);
  const names = Object.keys(members);
  return {
    expression: names.map((name) => `#${name} ${sign} :if_${name}`).join(' AND '),
    names: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    values: Object.fromEntries(names.map((name) => [`:if_${name}`, members[name]])),
  };
}

/**
 * Why a transaction is given up although it may succeed the next time. The SDK does not try these
 * again: it cannot know what they were based on.
 */
const PASSING = new Set([
  'ConditionalCheckFailed',
  'TransactionConflict',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
]);

/**
 * Losing a race, in any of the ways in which DynamoDB says so, is a `Conflict`, unless the
 * condition that failed means something else.
 */
function explained(error: unknown, writes: readonly Write[]): unknown {
  const conflict = () => new Conflict('others were quicker', { cause: error });
  if (error instanceof ConditionalCheckFailedException) return (writes[0]?.where?.otherwise ?? conflict)();
  if (error instanceof TransactionConflictException || error instanceof TransactionInProgressException)
    return conflict();
  if (!(error instanceof TransactionCanceledException)) return error;
  const reasons = error.CancellationReasons ?? [];
  const failed = writes.filter((_, index) => reasons[index]?.Code === 'ConditionalCheckFailed');
  const meaning = failed.find(({ where }) => where?.otherwise)?.where?.otherwise;
  if (meaning) return meaning();
  const lasting = reasons.some(({ Code = 'None' }) => Code !== 'None' && !PASSING.has(Code));
  return lasting ? error : conflict();
}

export const table: Table = { get, getMany, pages, query, write, remove, update, add };
