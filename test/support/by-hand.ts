/**
 * Writes what no desk and no platform can bring about: a request for a further agent in a
 * conversation, as if a process had died right after saving it.
 */
import { PutCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { LocalStack } from '../../infra/local/start.ts';
import { Conversation } from '../../shared/domain/conversation/conversation.ts';
import { placeOf, poolOf, waitingEntries } from '../../shared/domain/routing/routing.ts';
import type { TaskIn } from '../../shared/domain/conversation/task.ts';
import { itemOf, nowIn, tableOf } from './engines.ts';
import { smallOf } from './small-stack.ts';

/**
 * A queued task that nobody has tried to place: its WAITING entry is written, and no timer runs.
 * Returns its id.
 */
export async function queueByHand(
  stack: LocalStack,
  conversationId: string,
  queue: string,
  direction: TaskIn<'QUEUED'>['direction'] = 'INBOUND',
): Promise<string> {
  const key = { pk: `CONVERSATION#${conversationId}`, sk: 'HEAD' };
  const item = await itemOf(stack, key.pk, key.sk);
  const conversation = Conversation.parse(item);
  const at = nowIn(stack);
  const task: TaskIn<'QUEUED'> = {
    id: `by-hand-${at}`,
    phase: 'QUEUED',
    direction,
    mode: 'QUEUE',
    mrdId: 'CHAT',
    rules: {
      queue: { id: queue, name: queue },
      queuePriority: 1,
      acceptSeconds: 30,
      requestTtlSeconds: 300,
      ronaPolicy: 'KEEP',
      wrapUpSeconds: null,
      stepsOpenAfter: [0],
      agentSlaSeconds: null,
    },
    priority: 1,
    enqueuedAt: at,
    routedSince: at,
    ttl: { timerId: `by-hand-${at}-ttl`, expiresAt: at + 300_000 },
    passOver: {},
  };
  const after = { ...conversation, tasks: { ...conversation.tasks, [task.id]: task } };
  const before = waitingEntries(conversation);
  const entries = [...waitingEntries(after)].filter(([sk]) => !before.has(sk));
  const small = smallOf(stack);
  if (small) {
    small.small.world.rows.write([
      { put: { ...item, ...after, ...key, version: conversation.version + 1 } },
      ...entries.map(([, entry]) => ({
        put: { ...entry, pk: `WAITING#${poolOf(entry)}`, sk: placeOf(entry) },
      })),
    ]);
    return task.id;
  }
  const TableName = stack.resources.tableName;
  await tableOf(stack).send(
    new TransactWriteCommand({
      TransactItems: [
        { Put: { TableName, Item: { ...item, ...after, version: conversation.version + 1 } } },
        ...entries.map(([, entry]) => ({
          Put: {
            TableName,
            Item: { ...entry, pk: `WAITING#${poolOf(entry)}`, sk: placeOf(entry) },
          },
        })),
      ],
    }),
  );
  return task.id;
}

/** Changes an item as it is stored, and its version with it. */
export async function editByHand(
  stack: LocalStack,
  pk: string,
  sk: string,
  change: (item: Record<string, unknown>) => Record<string, unknown>,
): Promise<void> {
  const item = await itemOf(stack, pk, sk);
  const Item = { ...item, ...change(item), version: Number(item['version']) + 1 };
  const small = smallOf(stack);
  if (small) return small.small.world.rows.write([{ put: { ...Item, pk, sk } }]);
  await tableOf(stack).send(new PutCommand({ TableName: stack.resources.tableName, Item }));
}

/** An entry of an agent's log, as if a day had passed. */
export async function expireByHand(stack: LocalStack, agentId: string, agentSeq: number): Promise<void> {
  const small = smallOf(stack);
  if (small) {
    const key = { pk: `AGENT#${agentId}`, sk: `NOTICE#${String(agentSeq).padStart(12, '0')}` };
    const expiresAt = Math.floor(nowIn(stack) / 1000) - 1;
    if (!small.small.world.rows.update(key, { expiresAt }, { exists: true })) throw new Error(`there is no ${key.sk}`);
    return;
  }
  await tableOf(stack).send(
    new UpdateCommand({
      TableName: stack.resources.tableName,
      Key: { pk: `AGENT#${agentId}`, sk: `NOTICE#${String(agentSeq).padStart(12, '0')}` },
      UpdateExpression: 'SET expiresAt = :past',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':past': Math.floor(Date.now() / 1000) - 1 },
    }),
  );
}
