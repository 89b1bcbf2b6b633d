/**
 * The engines behind the stack, through the SDK: for what no desk and no platform can do, such as a
 * timer that comes at the wrong time.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { clientOptions } from '../../infra/local/aws.ts';
import type { LocalStack } from '../../infra/local/start.ts';
import type { Timer } from '../../shared/domain/effect.ts';
import type { Key, Values } from '../../shared/rows/table.ts';
import { rowsIn, smallOf } from './small-stack.ts';

export const sqsOf = oncePerStack((stack) => new SQSClient(clientOptions(stack.endpoints.sqs)));

export const tableOf = oncePerStack((stack) => {
  const client = new DynamoDBClient(clientOptions(stack.endpoints.dynamodb));
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
});

/** A client costs more than most of what is asked of it. */
export function oncePerStack<T>(make: (stack: LocalStack) => T): (stack: LocalStack) => T {
  const made = new WeakMap<LocalStack, T>();
  return (stack) => {
    const one = made.get(stack) ?? make(stack);
    made.set(stack, one);
    return one;
  };
}

/** One item of the table, as it is stored. */
export async function itemOf(stack: LocalStack, pk: string, sk: string): Promise<Record<string, unknown>> {
  const rows = rowsIn(stack);
  if (rows) {
    const row = rows.get({ pk, sk });
    if (!row) throw new Error(`there is no item ${pk} ${sk}`);
    return row.item;
  }
  const { Item } = await tableOf(stack).send(
    new GetCommand({ TableName: stack.resources.tableName, Key: { pk, sk }, ConsistentRead: true }),
  );
  if (!Item) throw new Error(`there is no item ${pk} ${sk}`);
  return Item;
}

/** Puts rows into the table as they are, however many. */
export async function putRows(stack: LocalStack, rows: readonly (Key & Values)[]): Promise<void> {
  const kept = rowsIn(stack);
  if (kept) return rows.forEach((put) => kept.write([{ put }]));
  for (let from = 0; from < rows.length; from += 25) {
    const requests = rows.slice(from, from + 25).map((Item) => ({ PutRequest: { Item } }));
    await tableOf(stack).send(new BatchWriteCommand({ RequestItems: { [stack.resources.tableName]: requests } }));
  }
}

export function timersQueueOf(stack: LocalStack): string {
  const url = stack.environment('timers/due')['TIMERS_QUEUE_URL'];
  if (!url) throw new Error('timers/due has no TIMERS_QUEUE_URL');
  return url;
}

/** What time it is in a stack. */
export function nowIn(stack: LocalStack): number {
  return smallOf(stack)?.time.clock.now() ?? Date.now();
}

/** Puts a timer's message into the queue by hand. `dueAt` says when it should have come. */
export async function ring(stack: LocalStack, timer: Timer, dueAt = nowIn(stack)): Promise<void> {
  const small = smallOf(stack);
  if (small) return small.small.world.timers.send({ timer, dueAt });
  await ringWith(stack, JSON.stringify({ timer, dueAt }));
}

export async function ringWith(stack: LocalStack, MessageBody: string): Promise<void> {
  await sqsOf(stack).send(new SendMessageCommand({ QueueUrl: timersQueueOf(stack), MessageBody }));
}

/** How often the queue of the timers hands a message over (infra/aws). */
const RECEIVED_AT_MOST = 5;

/**
 * Lets a timer fire now, past the queue, and waits until it has done what it does. Handed over
 * again where it was given back, as by the queue: a busy machine may take longer than a function.
 */
export async function fire(stack: LocalStack, timer: Timer, dueAt = nowIn(stack)): Promise<void> {
  const Records = [{ messageId: 'by-hand', body: JSON.stringify({ timer, dueAt }) }];
  for (let received = 1; ; received++) {
    const outcome = await stack.invoke('timers/due', { Records });
    if (outcome.ok && JSON.stringify(outcome.result) === '{"batchItemFailures":[]}') return;
    if (received < RECEIVED_AT_MOST) continue;
    const errors = stack.logs().filter((line) => /ERROR|failed/.test(line));
    throw new Error(`the timer failed: ${JSON.stringify(outcome)}\n${errors.slice(-3).join('\n')}`);
  }
}
