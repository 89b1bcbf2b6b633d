/** The one table: reads are consistent and parsed, writes name what they rely on, and a failed condition becomes the error that the caller knows. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  TransactionCanceledException,
  TransactionConflictException,
  TransactionInProgressException,
} from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { Conflict } from '../edge/app.ts';
import { env } from './env.ts';
import { patience } from './patience.ts';
import { numbered, read } from './stored.ts';

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

type Values = Record<string, unknown>;

interface Condition {
  readonly expression: string;
  readonly names?: Record<string, string>;
  readonly values?: Values;
  /** What a failure of this condition means. Default: a `Conflict`. */
  readonly otherwise?: () => Error;
}

/** One write of a change. Several are written all or not at all. */
export type Write =
  { readonly put: Key & Values; readonly where?: Condition } | { readonly delete: Key; readonly where?: Condition };

// What others send may hold numbers beyond 2^53: as exact here as in every desk, and never a BigInt, which is no JSON.
const client = DynamoDBDocumentClient.from(new DynamoDBClient(patience), {
  marshallOptions: { removeUndefinedValues: true, allowImpreciseNumbers: true },
  unmarshallOptions: { wrapNumbers: Number },
});
const TableName = env('TABLE_NAME');

/** The item does not exist yet. */
export function absent(otherwise?: () => Error): Condition {
  return { expression: 'attribute_not_exists(pk)', ...(otherwise ? { otherwise } : {}) };
}

/** The item is still the one that was read; version 0 is an item that did not exist. */
export function unchanged(version: number): Condition {
  if (version === 0) return absent();
  return { expression: '#version = :version', names: { '#version': 'version' }, values: { ':version': version } };
}

/** An item, or null. */
export async function get<S extends z.ZodType>(schema: S, key: Key): Promise<z.output<S> | null> {
  const { Item } = await client.send(new GetCommand({ TableName, Key: key, ConsistentRead: true }));
  return Item ? read(schema, Item) : null;
}

/** How often in a row DynamoDB, where it is busy, may answer for none of the items that were asked for. */
const MOST_IN_VAIN = 6;

/** Those of the items that exist, each once however often it is asked for, in no order. */
export async function getMany<S extends z.ZodType>(schema: S, keys: readonly Key[]): Promise<z.output<S>[]> {
  const found: z.output<S>[] = [];
  let left = [...new Map(keys.map((key) => [JSON.stringify([key.pk, key.sk]), key])).values()];
  for (let inVain = 0; left.length > 0;) {
    const asked = left.slice(0, 100);
    const batch = { [TableName]: { Keys: asked, ConsistentRead: true } };
    const { Responses, UnprocessedKeys } = await client.send(new BatchGetCommand({ RequestItems: batch }));
    found.push(...(Responses?.[TableName] ?? []).map((item) => read(schema, item)));
    const again = (UnprocessedKeys?.[TableName]?.Keys ?? []).map((key) => KeyShape.parse(key));
    left = [...again, ...left.slice(100)];
    if (again.length === 0) continue;
    inVain = again.length < asked.length ? 0 : inVain + 1;
    if (inVain > MOST_IN_VAIN) throw new Error(`${again.length} items could not be read: DynamoDB has no time`);
    await sleep(Math.random() * 50 * 2 ** inVain);
  }
  return found;
}

const KeyShape = z.object({ pk: z.string(), sk: z.string() });

export interface Range {
  readonly pk: string;
  /** Sort keys that begin with `prefix`, or from `from` to `to` (both included), or behind `after`. Missing: the whole partition. None may be empty. */
  readonly sk?:
    { readonly prefix: string } | { readonly from: string; readonly to: string } | { readonly after: string };
  readonly limit?: number;
  readonly newestFirst?: boolean;
}

/** Items of one partition, in order of their sort keys, a page of at most 1 MB at a time. */
export async function* pages<S extends z.ZodType>(schema: S, range: Range): AsyncGenerator<z.output<S>[]> {
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

/** The whole range, or its first page where a limit is given. */
export async function query<S extends z.ZodType>(schema: S, range: Range): Promise<z.output<S>[]> {
  const items: z.output<S>[] = [];
  for await (const page of pages(schema, range)) {
    items.push(...page);
    if (range.limit && items.length >= range.limit) return items.slice(0, range.limit);
  }
  return items;
}

/** Writes all or nothing. A single write needs no transaction, and costs half. */
export async function write(writes: readonly Write[]): Promise<void> {
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

/** Deletes an item. False if there was none. */
export async function remove(key: Key): Promise<boolean> {
  const { Attributes } = await client.send(new DeleteCommand({ TableName, Key: key, ReturnValues: 'ALL_OLD' }));
  return Attributes !== undefined;
}

/** Changes some attributes of an item. False if the condition did not hold. */
export async function update(key: Key, change: { set: Values }, where: Condition): Promise<boolean> {
  const names = Object.keys(change.set);
  const set = names.map((name) => `#${name} = :${name}`).join(', ');
  try {
    await client.send(
      new UpdateCommand({
        TableName,
        Key: key,
        UpdateExpression: `SET ${set}`,
        ConditionExpression: where.expression,
        ExpressionAttributeNames: { ...Object.fromEntries(names.map((name) => [`#${name}`, name])), ...where.names },
        ExpressionAttributeValues: {
          ...Object.fromEntries(names.map((name) => [`:${name}`, change.set[name]])),
          ...where.values,
        },
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

/** Seconds since the epoch, for the attribute `expiresAt` by which DynamoDB deletes an item some time later. */
export function expiry(at: number, afterSeconds: number): number {
  return Math.ceil(at / 1000) + afterSeconds;
}

function transactItem(item: Write) {
  return 'put' in item
    ? { Put: { TableName, Item: numbered(item.put), ...conditionOf(item) } }
    : { Delete: { TableName, Key: item.delete, ...conditionOf(item) } };
}

function conditionOf({ where }: Write) {
  if (!where) return {};
  return {
    ConditionExpression: where.expression,
    ...(where.names ? { ExpressionAttributeNames: where.names } : {}),
    ...(where.values ? { ExpressionAttributeValues: where.values } : {}),
  };
}

/** Why a transaction is given up although it may succeed the next time. The SDK does not try these again: it cannot know what they were based on. */
const PASSING = new Set([
  'ConditionalCheckFailed',
  'TransactionConflict',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
]);

/** Losing a race, in any of the ways in which DynamoDB says so, is a `Conflict`, unless the condition that failed means something else. */
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
