/**
 * Rolling deploys lose nothing: what was stored under any schema is read, and what another version
 * knows and this one does not survives that this one reads it, decides, and writes it back. Also
 * for as long as both run.
 */
import { DeleteCommand, DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { clientOptions } from '../../infra/local/aws.ts';
import { SCHEMA } from '../../shared/rows/stored.ts';
import { isRecord } from '../../shared/protocol/values.ts';
import { isConfigKind } from '../../shared/protocol/shapes/config.ts';
import type { World } from '../../shared/domain/conversation/conversation.ts';
import { engines } from '../support/ports.ts';
import { releasedCode, type Version } from '../support/released.ts';
import { keptRows, kindOf, NAMED, THEIRS, type Row } from '../support/stored-rows.ts';

const here = engines();
/**
 * By the schema that they write. Schema 0 lost what it did not know; nothing newer may run beside
 * it.
 */
const versions = new Map<number, Version>();
let table: DynamoDBDocumentClient;
beforeAll(async () => {
  table = DynamoDBDocumentClient.from(new DynamoDBClient(clientOptions(here.stack.endpoints.dynamodb)));
  versions.set(SCHEMA, await import('../support/version.ts'));
  const before = await releasedCode(SCHEMA - 1);
  if (before) versions.set(SCHEMA - 1, before);
});

const version = (schema: number): Version => {
  const found = versions.get(schema);
  if (!found) throw new Error(`no code of schema ${schema} is kept`);
  return found;
};

const TableName = () => here.stack.resources.tableName;
const put = (row: Row) => table.send(new PutCommand({ TableName: TableName(), Item: row }));
/** As they lay in their table: without an end of the log that another test has written since. */
async function putAll(rows: readonly Row[]): Promise<void> {
  const heads = rows.filter((row) => kindOf(row) === 'CONVERSATION / HEAD');
  const remove = ({ pk }: Row) => table.send(new DeleteCommand({ TableName: TableName(), Key: { pk, sk: 'LOG' } }));
  await Promise.all(heads.map(remove));
  await Promise.all(rows.map(put));
}
async function rowAt({ pk, sk }: Row): Promise<Row> {
  const { Item } = await table.send(new GetCommand({ TableName: TableName(), Key: { pk, sk }, ConsistentRead: true }));
  return Item as Row;
}

const idOf = ({ pk }: Row) => pk.slice(pk.indexOf('#') + 1);
const nameOf = ({ sk }: Row) => sk.slice(sk.indexOf('#') + 1);

/** What a version makes of a row: how it reads it by the port that is meant for it. */
async function readBy({ reader, connections, requests }: Version, row: Row): Promise<unknown> {
  const { store, config } = reader;
  const id = idOf(row);
  const all = { limit: 500 };
  const newer = { ...all, after: 0 };
  switch (kindOf(row)) {
    case 'AGENT / STATE':
      return store.agent(id);
    case 'AGENT / NOTICE':
      return (await store.notices(id, newer)).find(({ agentSeq }) => agentSeq === row['agentSeq']);
    case 'AGENT / REQUEST':
      return requests.find(id, nameOf(row));
    case 'AGENTS / id':
      return (await store.agentIds(null, 1_000)).find((agentId) => agentId === row.sk);
    case 'CONNECTION / CONNECTION':
      return (await connections.lease(id)) ?? row['lastSeen'] === undefined;
    case 'CONVERSATION / HEAD':
      return store.conversation(id);
    case 'CONVERSATION / META':
      return store.meta(id);
    case 'CONVERSATION / EVENT':
      return (await store.events(id, newer)).find(({ seq }) => seq === row['seq']);
    case 'CONVERSATION / LOG':
      return (await store.conversation(id)) ?? 'read, beside no HEAD';
    case 'CONVERSATION / MESSAGE':
      return 'read no more: what the log holds is found in it';
    case 'CONVERSATION / RECEIPT':
      return (await store.receipts(id)).find(({ taskId }) => taskId === row['taskId']);
    case 'CUSTOMER / id':
      return (await store.conversationsOf(id)).includes(row.sk);
    case 'HANDED / id':
      return (await store.handOuts(id, newer)).length;
    case 'LASTAGENT / AGENT':
      return store.lastAgent(id);
    case 'SESSION / CONVERSATION':
      return store.startedBy(id);
    case 'LIST / REQUEST':
      return (await store.listed(id)).find(({ conversationId }) => conversationId === row['conversationId']);
    case 'LIST / SUBSCRIBER':
      return found(store.subscribers(id), ({ agentId }) => agentId === row['agentId']);
    case 'NAMES / id': {
      const [word = ''] = row.sk.split('#');
      return config.find([word], { after: null, limit: 1 });
    }
    case 'ROUTABLE / id': {
      const standing = await store.routable(id.slice(0, id.lastIndexOf('#')), id.slice(id.lastIndexOf('#') + 1), all);
      return standing.find(({ agentId }) => agentId === row['agentId']);
    }
    case 'WAITING / id':
      return (await store.waiting(id, all)).find(({ taskId }) => taskId === row['taskId']);
    case 'ENTRUSTED / id':
      return (await store.entrusted(1_000)).find(({ conversationId }) => conversationId === row['conversationId']);
    case 'LINES / id':
      return (await store.lines(id, all)).find(({ line }) => line === row.sk);
    case 'TEAM / AGENT':
      return (await store.members(id))[0];
    case 'FLOOR / COUNTED':
      return store.counted();
    case 'FLOOR / DUE':
      return store.countDue();
    case 'WATCHING / id':
      return (await store.watchers()).find(({ agentId }) => agentId === row['agentId']);
    default: {
      if (!isConfigKind(id)) throw new Error(`nobody reads a row of ${kindOf(row)}`);
      const item = await config.get(id, row.sk);
      return (await config.list(id)).find((other) => other.id === item?.id);
    }
  }
}

async function found<T>(pages: AsyncIterable<T[]>, fits: (item: T) => boolean): Promise<T | undefined> {
  for await (const page of pages) {
    const item = page.find(fits);
    if (item) return item;
  }
  return undefined;
}

/**
 * Everything that happens all the time to an agent and to a conversation, as far as the rules of a
 * version let it.
 */
async function useBy({ reader: { store }, transition, decide }: Version, row: Row): Promise<void> {
  const at = Date.now();
  if (kindOf(row) === 'AGENT / STATE') {
    const before = await store.agent(idOf(row));
    if (!before) throw new Error('not there');
    const changed = { ...before, lastAgentSeq: before.lastAgentSeq + 1 };
    const connectionId = before.session?.connectionId ?? '';
    const after = transition(changed, { type: 'connectionLost', at, connectionId, graceSeconds: 60 });
    return store.save({ before: { agents: { [before.id]: before } }, after: { agents: { [before.id]: after } } });
  }
  const [conversation, meta] = await Promise.all([store.conversation(idOf(row)), store.meta(idOf(row))]);
  if (!conversation) throw new Error('not there');
  const before: World = { conversation, meta, agents: {} };
  const notes = { order: String(at) };
  const event = { id: `n-${at}`, name: 'CONVERSATION_DATA_CHANGED', type: 'NOTIFICATION', timestamp: at, data: notes };
  const open = conversation.state !== 'CLOSED' && meta;
  const decision = open ? decide(before, { type: 'addEvent', at, event: event as never }) : null;
  const decided = decision?.world ?? {
    ...before,
    conversation: { ...conversation, lastSeq: conversation.lastSeq + 1 },
  };
  // HEAD is written as well, not only the end of the log.
  const after = { ...decided, conversation: { ...decided.conversation, handsRaised: [`hand ${at}`] } };
  return store.save({ before, after, events: decision?.events ?? [] });
}

/**
 * The same row with a member in each of its objects that no version knows, as if a later one had
 * put it there.
 */
function fromLater<T>(value: T, name = ''): T {
  if (Array.isArray(value)) return value as T;
  if (!isRecord(value) || THEIRS.has(name)) return value;
  const members = Object.entries(value).map(([key, member]) => [key, fromLater(member, key)]);
  return Object.fromEntries([...members, ...(NAMED.has(name) ? [] : [['later', 'kept']])]) as T;
}

/** Where an object has a member that nobody knows. */
function placesOfLater(value: unknown, path = ''): string[] {
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    name === 'later' ? [`${path}.later`] : placesOfLater(member, `${path}.${name}`),
  );
}

/**
 * The rows of a schema, as if they had been written just now: some of them count for minutes only.
 */
function rowsOf(schema: number): Row[] {
  const fresh = { at: Date.now(), expiresAt: Math.ceil(Date.now() / 1000) + 600 };
  return (keptRows(schema) ?? []).map((row) => (row['expiresAt'] === undefined ? row : { ...row, ...fresh }));
}
const schemas = Array.from({ length: SCHEMA + 1 }, (_, schema) => schema);
/** Rows that are read, changed and written back. */
const changing = (row: Row) => ['AGENT / STATE', 'CONVERSATION / HEAD', 'CONVERSATION / LOG'].includes(kindOf(row));

describe('The code of today', () => {
  it('has kept its rows, and those of all before it', () => {
    expect(schemas.map((schema) => rowsOf(schema).length > 20)).toEqual(schemas.map(() => true));
  });

  it.each(schemas)('reads every row of schema %i', async (schema) => {
    for (const row of rowsOf(schema)) {
      await put(row);
      expect(await readBy(version(SCHEMA), row), `${row.pk} / ${row.sk}`).toBeTruthy();
    }
  });

  it.each(schemas)('changes rows of schema %i and takes nothing away', async (schema) => {
    await putAll(rowsOf(schema));
    for (const row of rowsOf(schema).filter(changing)) {
      await useBy(version(SCHEMA), row);
      const after = await rowAt(row);
      expect(after['schema'], row.pk).toBe(SCHEMA);
      expect(Object.keys(after), row.pk).toEqual(expect.arrayContaining(Object.keys(row)));
    }
  });

  it('refuses a row of a version that may not run beside it', async () => {
    const [row] = rowsOf(SCHEMA).filter(changing);
    if (!row) throw new Error('no row');
    await put({ ...row, schema: SCHEMA + 2 });
    await expect(readBy(version(SCHEMA), row)).rejects.toThrow(`schema ${SCHEMA + 2} is too new`);
  });
});

describe('A row of the next version', () => {
  const beside = [SCHEMA, SCHEMA - 1].filter((schema) => schema > 0);

  it.each(beside)('keeps all that the code of schema %i does not know', async (schema) => {
    const rows = rowsOf(SCHEMA).map((row): Row => ({ ...fromLater(row), schema: schema + 1 }));
    await putAll(rows);
    for (const row of rows.filter(changing)) {
      await useBy(version(schema), row);
      const after = await rowAt(row);
      expect(after['version'], row.pk).not.toBe(row['version']);
      const lost = placesOfLater(row).filter((place) => !placesOfLater(after).includes(place));
      expect(lost, row.pk).toEqual([]);
    }
  });
});
