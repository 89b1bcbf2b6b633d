/** Does a stack leave nothing behind, however it ends, and keep what it is told to keep? */
import { DynamoDBClient, GetItemCommand, ListTablesCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { describe, expect, test, vi } from 'vitest';
import { clientOptions } from '../../infra/local/aws.ts';
import { passing, startDatabase } from '../../infra/local/engines/dynamodb.ts';
import { start, type LocalStack } from '../../infra/local/start.ts';
import { eventually, seenBy } from './fixtures/local/socket.ts';
import { writeTemplate } from './fixtures/local/template.ts';

const isUp = (endpoint: string): Promise<boolean> =>
  fetch(endpoint).then(
    (response) => response.ok,
    () => false,
  );

/** What the database of a stack without a directory keeps. */
const kept = (endpoint: string): string[] =>
  readdirSync(passing).filter((name) => name.startsWith(`agent-manager-${new URL(endpoint).port}-`));

/** Runs the fixture in a process of its own, and hands over where its database is. */
async function alone(then: string) {
  const script = fileURLToPath(new URL('./fixtures/local/alone.ts', import.meta.url));
  const child = spawn(process.execPath, [script, then], { stdio: ['ignore', 'pipe', 'ignore'] });
  const exited = once(child, 'exit');
  const [endpoint] = await once(createInterface({ input: child.stdout }), 'line');
  return { child, exited, endpoint: String(endpoint) };
}

describe('the database', () => {
  test('ends with a process that is killed without a chance to say so', async () => {
    const { child, endpoint } = await alone('wait');
    expect(await isUp(endpoint)).toBe(true);
    expect(kept(endpoint)).toHaveLength(1);
    child.kill('SIGKILL');
    await eventually(async () => ((await isUp(endpoint)) ? undefined : true));
    await eventually(() => (kept(endpoint).length === 0 ? true : undefined));
  });

  test('ends with a process that crashes', async () => {
    const { exited, endpoint } = await alone('crash');
    expect((await exited)[0]).toBe(1);
    await eventually(async () => ((await isUp(endpoint)) ? undefined : true));
  });

  test('ends with the stack that is stopped', async () => {
    const stack = await start({ template: writeTemplate() });
    expect(kept(stack.database.url)).toHaveLength(1);
    await stack.stop();
    expect(await isUp(stack.database.url)).toBe(false);
    expect(kept(stack.database.url)).toEqual([]);
  });

  test('ends with the start that fails', async () => {
    const busy = await start({ template: writeTemplate() });
    const processes = () => process.getActiveResourcesInfo().filter((kind) => kind === 'ProcessWrap').length;
    const before = processes();
    expect(before).toBeGreaterThan(0);
    const port = Number(new URL(busy.httpUrl).port);
    await expect(start({ template: writeTemplate(), port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await eventually(() => (processes() === before ? true : undefined));
    await busy.stop();
  });
});

test('a database that others use too gets tables of this stack alone, and keeps none of them', async () => {
  const database = await startDatabase(undefined);
  vi.stubEnv('DYNAMODB_ENDPOINT', database.endpoint);
  const stacks = await Promise.all([start({ template: writeTemplate() }), start({ template: writeTemplate() })]);
  const names = stacks.map((stack) => stack.resources.tableName);
  expect(new Set(names).size).toBe(2);
  const client = new DynamoDBClient(clientOptions(database.endpoint));
  expect((await client.send(new ListTablesCommand({}))).TableNames?.toSorted()).toEqual(names.toSorted());
  for (const stack of stacks) await stack.stop();
  expect((await client.send(new ListTablesCommand({}))).TableNames).toEqual([]);
  vi.unstubAllEnvs();
  await database.stop();
});

test('a stack that is stopped leaves nothing that keeps the process alive', async () => {
  const { exited } = await alone('stop');
  const stoppedAt = Date.now();
  expect((await exited)[0]).toBe(0);
  expect(Date.now() - stoppedAt).toBeLessThan(5000);
});

test('what is in DATA_DIR is there again: items, messages, pending executions, the place in the stream', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'agent-manager-data-'));
  const Key = { pk: { S: 'P' }, sk: { S: 'EVENT#kept' } };
  const database = (stack: LocalStack) => new DynamoDBClient(clientOptions(stack.endpoints.dynamodb));
  const published = (stack: LocalStack) =>
    seenBy<DynamoDBStreamEvent>(stack, 'publish').flatMap(({ Records }) =>
      Records.map((record) => record.dynamodb?.Keys?.sk?.S),
    );

  const before = await start({ template: writeTemplate(), dataDir });
  const TableName = before.resources.tableName;
  await database(before).send(new PutItemCommand({ TableName, Item: Key }));
  await eventually(() => (published(before).includes('EVENT#kept') ? true : undefined));
  await new SQSClient(clientOptions(before.endpoints.sqs)).send(
    new SendMessageCommand({ QueueUrl: before.resources.queueUrls.Dead, MessageBody: 'kept message' }),
  );
  await new SFNClient(clientOptions(before.endpoints.sfn)).send(
    new StartExecutionCommand({
      stateMachineArn: before.resources.stateMachineArns.Machine,
      input: JSON.stringify({ at: new Date(Date.now() + 2000).toISOString(), message: 'kept execution' }),
    }),
  );
  await before.stop();

  const after = await start({ template: writeTemplate(), dataDir });
  const receive = async (queue: string) => {
    const QueueUrl = after.resources.queueUrls[queue];
    const command = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 10 });
    return (await new SQSClient(clientOptions(after.endpoints.sqs)).send(command)).Messages?.[0]?.Body;
  };
  expect((await database(after).send(new GetItemCommand({ TableName, Key }))).Item).toEqual(Key);
  expect(await receive('Dead')).toBe('kept message');
  expect(await receive('Later')).toBe('kept execution');
  await database(after).send(new PutItemCommand({ TableName, Item: { ...Key, sk: { S: 'EVENT#new' } } }));
  await eventually(() => (published(after).includes('EVENT#new') ? true : undefined));
  expect(published(after)).toEqual(['EVENT#new']);
  await after.stop();
  rmSync(dataDir, { recursive: true });
});

describe('the guard before npm start', () => {
  const under = (version: string) => {
    const pretend = `Object.defineProperty(process, 'version', { value: '${version}' }); import('./infra/require-node.mjs');`;
    const cwd = fileURLToPath(new URL('../..', import.meta.url));
    return execFileSync(process.execPath, ['-e', pretend], { cwd, encoding: 'utf8', stdio: 'pipe' });
  };

  test.each(['v18.20.0', 'v20.20.2', 'v22.17.1'])('stops under Node %s and says what to do', (version) => {
    expect(() => under(version)).toThrow(new RegExp(`found ${version}.*npm ci`));
  });

  test.each(['v22.18.0', 'v24.0.0', 'v26.1.0'])('is silent under Node %s', (version) => {
    expect(under(version)).toBe('');
  });
});
