/**
 * Makes the template's tables in the engine, and deletes what their time to live has ended: no
 * engine here does that by itself.
 */
import {
  CreateTableCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ResourceInUseException,
  ScanCommand,
  type CreateTableCommandInput,
  type ScanCommandInput,
} from '@aws-sdk/client-dynamodb';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { clientOptions, TemplateError } from '../aws.ts';
import type { Database } from './dynamodb.ts';
import type { Identities } from '../template/names.ts';
import { propertiesOf, type Resolve } from '../template/resolve.ts';
import { ofType, type LocalResource, type Template } from '../template/template.ts';

const Keys = z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));
const Index = z.object({
  IndexName: z.string(),
  KeySchema: Keys,
  Projection: z.object({
    ProjectionType: z.enum(['ALL', 'INCLUDE', 'KEYS_ONLY']).optional(),
    NonKeyAttributes: z.array(z.string()).optional(),
  }),
});
const Table = z.object({
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) })),
  KeySchema: Keys,
  GlobalSecondaryIndexes: z.array(Index).optional(),
  LocalSecondaryIndexes: z.array(Index).optional(),
  StreamSpecification: z
    .object({ StreamViewType: z.enum(['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES']) })
    .optional(),
  TimeToLiveSpecification: z.object({ AttributeName: z.string().optional(), Enabled: z.boolean() }).optional(),
});

export interface Tables {
  /** The name of each table by logical id. */
  names: Record<string, string>;
  stop(): Promise<void>;
}

/** Makes every table, tells `identities` the ARN of its stream, and starts sweeping. */
export async function createTables(
  template: Template,
  resolve: Resolve,
  identities: Identities,
  database: Database,
  sweepMs: number,
): Promise<Tables> {
  const client = new DynamoDBClient(clientOptions(database.endpoint));
  const resources = ofType(template, 'AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable');
  const tables = await Promise.all(resources.map((resource) => createTable(client, resource, resolve, identities)));
  const sweeping = tables.flatMap(({ name, keys, ttl }) => (ttl ? [{ name, keys, ttl }] : []));
  const stopping = new AbortController();
  // One after the other: a sweep of much that has ended may take longer than the time between two.
  const swept = Promise.all(sweeping.map((table) => sweepOn(client, table, sweepMs, stopping.signal)));
  return {
    names: Object.fromEntries(tables.map(({ id, name }) => [id, name])),
    async stop() {
      stopping.abort();
      await swept;
      if (database.shared) await Promise.all(tables.map(({ name }) => drop(client, name)));
      client.destroy();
    },
  };
}

async function createTable(client: DynamoDBClient, resource: LocalResource, resolve: Resolve, identities: Identities) {
  const identity = identities.get(resource.id);
  if (!identity) throw new TemplateError(`${resource.id} has no name.`);
  const properties = propertiesOf(resolve, resource, Table);
  const name = identity.ref;
  const stream = await made(client, {
    TableName: name,
    AttributeDefinitions: properties.AttributeDefinitions,
    KeySchema: properties.KeySchema,
    GlobalSecondaryIndexes: properties.GlobalSecondaryIndexes,
    LocalSecondaryIndexes: properties.LocalSecondaryIndexes,
    BillingMode: 'PAY_PER_REQUEST',
    StreamSpecification: properties.StreamSpecification && { StreamEnabled: true, ...properties.StreamSpecification },
  });
  if (stream && properties.StreamSpecification) identity.attributes.StreamArn = stream;
  const ttl = properties.TimeToLiveSpecification;
  return {
    id: resource.id,
    name,
    keys: properties.KeySchema.map((key) => key.AttributeName),
    ttl: ttl?.Enabled ? ttl.AttributeName : undefined,
  };
}

async function made(client: DynamoDBClient, input: CreateTableCommandInput): Promise<string | undefined> {
  try {
    const { TableDescription } = await client.send(new CreateTableCommand(input));
    return TableDescription?.LatestStreamArn;
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
    const { Table: kept } = await client.send(new DescribeTableCommand({ TableName: input.TableName }));
    return kept?.LatestStreamArn;
  }
}

const drop = (client: DynamoDBClient, name: string): Promise<unknown> =>
  client.send(new DeleteTableCommand({ TableName: name })).catch(() => {});

interface Sweeping {
  readonly name: string;
  readonly keys: string[];
  readonly ttl: string;
}

async function sweepOn(client: DynamoDBClient, table: Sweeping, everyMs: number, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    await sleep(everyMs, undefined, { signal: stopping }).catch(() => {});
    // A sweep that fails because the engine is going down has nothing to say; the next one tries
    // again.
    await sweep(client, table, stopping).catch(() => {});
  }
}

/**
 * Deletes the items whose instant has passed, each on the condition that nobody has prolonged it
 * meanwhile.
 */
async function sweep(client: DynamoDBClient, { name, keys, ttl }: Sweeping, stopping: AbortSignal): Promise<void> {
  const ended = {
    TableName: name,
    ExpressionAttributeValues: { ':now': { N: String(Math.floor(Date.now() / 1000)) } },
  };
  const keyNames = Object.fromEntries(keys.map((key, index) => [`#key${index}`, key]));
  let from: ScanCommandInput['ExclusiveStartKey'];
  do {
    const page = await client.send(
      new ScanCommand({
        ...ended,
        FilterExpression: '#ttl <= :now',
        ProjectionExpression: Object.keys(keyNames).join(', '),
        ExpressionAttributeNames: { '#ttl': ttl, ...keyNames },
        ExclusiveStartKey: from,
      }),
    );
    for (const Key of page.Items ?? []) {
      if (stopping.aborted) return;
      const onlyThen = { ConditionExpression: '#ttl <= :now', ExpressionAttributeNames: { '#ttl': ttl } };
      await client.send(new DeleteItemCommand({ ...ended, ...onlyThen, Key })).catch(() => {});
    }
    from = page.LastEvaluatedKey;
  } while (from && !stopping.aborted);
}
