/**
 * Starts the engines and the front before them, and makes in them what the template names. After
 * this every reference in the template can be resolved.
 */
import { createServer } from 'node:http';
import { dynamoBook } from '../../strict/dynamodb/book.ts';
import { databaseOf, type Database } from '../../strict/dynamodb/database.ts';
import { openSchemas } from '../../strict/dynamodb/schemas.ts';
import { openFront, type Front } from '../../strict/front.ts';
import { snsBook } from '../../strict/services/sns-rules.ts';
import { sqsBook } from '../../strict/services/sqs-rules.ts';
import { statesBook } from '../../strict/services/states-rules.ts';
import type { Check } from '../../strict/rule.ts';
import { startDatabase } from './dynamodb.ts';
import { listen } from '../http/http.ts';
import { identify, type Identities } from '../template/names.ts';
import { createQueues, startQueues } from './queues.ts';
import { resolver, type Resolve } from '../template/resolve.ts';
import { startStateMachines } from './state-machines.ts';
import { createTables } from './tables.ts';
import type { Template } from '../template/template.ts';
import type { EngineUrls } from '../lambdas/variables.ts';

/** Remembers how to close something, and hands it back. What was opened last is closed first. */
export type Opened = <T>(thing: T, close: (thing: T) => Promise<unknown> | void) => T;

export interface Engines {
  /** Of the front, for whoever calls AWS here. */
  urls: EngineUrls;
  front: Front;
  database: Database & {
    /** The engine behind the front. */
    url: string;
  };
  resolve: Resolve;
  identities: Identities;
  /** `Ref` of every resource of a type, by logical id. */
  refs(type: string): Record<string, string>;
}

interface EngineOptions {
  /** Looks at each call before its service does: who may do what. */
  authorize: Check;
  dataDir: string | undefined;
  sweepMs: number;
}

const stop = (thing: { stop(): Promise<void> }) => thing.stop();

export async function startEngines(
  template: Template,
  { authorize, dataDir, sweepMs }: EngineOptions,
  opened: Opened,
): Promise<Engines> {
  const [database, queues] = await all([
    startDatabase(dataDir).then((it) => opened(it, stop)),
    startQueues(dataDir).then((it) => opened(it, stop)),
  ]);
  const machines = opened(await startStateMachines(queues.endpoint, dataDir), stop);

  const schemas = openSchemas();
  const front = openFront({
    engines: { dynamodb: database.endpoint, sqs: queues.endpoint, sns: queues.endpoint, states: machines.endpoint },
    checks: [authorize, dynamoBook(schemas), sqsBook(), snsBook(), statesBook()],
  });
  const { port } = await listen(
    createServer((request, response) => front.handle(request, response)),
    0,
    '127.0.0.1',
  ).then((it) => opened(it, ({ close }) => close().then(() => front.stop())));
  const url = `http://127.0.0.1:${port}`;

  // Tables of another run may be in an engine that is not ours, and must not be mistaken for this
  // run's.
  const tableSuffix = database.shared && !dataDir ? `-${crypto.randomUUID()}` : '';
  const identities = identify(template, { queuesUrl: url, tableSuffix });
  const resolve = resolver(template, identities);
  await all([
    createTables(template, resolve, identities, database, sweepMs).then((it) => opened(it, stop)),
    createQueues(template, resolve, identities, queues.endpoint),
  ]);
  machines.define(template, resolve, (id) => identities.get(id)?.ref);
  return {
    urls: { dynamodb: url, sqs: url, sns: url, sfn: url },
    front,
    database: { url: database.endpoint, ...databaseOf(front, schemas) },
    resolve,
    identities,
    refs: (type) =>
      Object.fromEntries([...identities].filter(([, it]) => it.type === type).map(([id, it]) => [id, it.ref])),
  };
}

/**
 * Waits for all even where one fails, so that what the others have opened is known and is closed.
 */
export async function all<T extends readonly Promise<unknown>[]>(
  promises: readonly [...T],
): Promise<{ [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}
