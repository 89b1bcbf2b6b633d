/**
 * Writes what no desk and no platform can bring about: a request for a further agent in a
 * conversation, as if a process had died right after saving it.
 */
import { TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { LocalStack } from '../../infra/local/start.ts';
import { Conversation } from '../../shared/domain/conversation/conversation.ts';
import { placeOf, poolOf, waitingEntries } from '../../shared/domain/routing/routing.ts';
import type { TaskIn } from '../../shared/domain/conversation/task.ts';
import type { Key, Values } from '../../shared/rows/table.ts';
import { itemOf, nowIn, putRows, tableOf } from './engines.ts';
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
  const pk = `CONVERSATION#${conversationId}`;
  const conversation = Conversation.parse(await itemOf(stack, pk, 'HEAD'));
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
      declinePolicy: 'KEEP',
      declineSeconds: 120,
      autoAccept: false,
      slaPolicy: 'KEEP',
      wrapUpSeconds: null,
      stepsOpenAfter: [0],
      agentSlaSeconds: null,
      platformSeconds: 3_600,
      afterAgents: 'QUEUE',
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
  const items = [
    ...(await edited(stack, pk, 'HEAD', () => ({ tasks: after.tasks }))),
    ...entries.map(([, entry]) => ({ ...entry, pk: `WAITING#${poolOf(entry)}`, sk: placeOf(entry) })),
  ];
  const small = smallOf(stack);
  if (small) small.small.world.rows.write(items.map((put) => ({ put })));
  else {
    const TransactItems = items.map((Item) => ({ Put: { TableName: stack.resources.tableName, Item } }));
    await tableOf(stack).send(new TransactWriteCommand({ TransactItems }));
  }
  return task.id;
}

/** Changes an item as it is stored, and its version with it; with HEAD the LOG beside it. */
export async function editByHand(
  stack: LocalStack,
  pk: string,
  sk: string,
  change: (item: Record<string, unknown>) => Record<string, unknown>,
): Promise<void> {
  await putRows(stack, await edited(stack, pk, sk, change));
}

async function edited(
  stack: LocalStack,
  pk: string,
  sk: string,
  change: (item: Record<string, unknown>) => Record<string, unknown>,
): Promise<(Key & Values)[]> {
  const item = await itemOf(stack, pk, sk);
  const changed = change(item);
  if (sk !== 'HEAD') return [{ ...item, ...changed, version: Number(item['version']) + 1, pk, sk }];
  const logEnd = await itemOf(stack, pk, 'LOG');
  const version = Number(logEnd['version']) + 1;
  const { lastSeq = logEnd['lastSeq'] } = changed;
  return [
    { ...item, ...changed, version, pk, sk },
    { ...logEnd, lastSeq, head: version, version, pk, sk: 'LOG' },
  ];
}

/** An entry of an agent's log, as if a day had passed. */
export async function expireByHand(stack: LocalStack, agentId: string, agentSeq: number): Promise<void> {
  const small = smallOf(stack);
  if (small) {
    const key = { pk: `AGENT#${agentId}`, sk: `NOTICE#${String(agentSeq).padStart(12, '0')}` };
    const expiresAt = Math.floor(nowIn(stack) / 1000) - 1;
    if (!small.small.world.rows.update(key, { set: { expiresAt }, add: {} }, { exists: true }))
      throw new Error(`there is no ${key.sk}`);
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
