/**
 * A proxy in front of the database that notes every call: what it was, when it ran, and the capacity that it took. Counts what a
 * change costs without touching the code that makes it.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { startDatabase } from '../../infra/local/dynamodb.ts';

export interface DatabaseCall {
  readonly operation: string;
  /** Milliseconds, `performance.now()`. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly readUnits: number;
  readonly writeUnits: number;
}

export interface Probe {
  readonly endpoint: string;
  readonly calls: DatabaseCall[];
  stop(): Promise<void>;
}

const WRITES = ['PutItem', 'UpdateItem', 'DeleteItem', 'TransactWriteItems', 'BatchWriteItem'];
const READS = ['GetItem', 'BatchGetItem', 'Query', 'TransactGetItems'];

/** Every call is held for `holdMs`, so that calls which are made together also overlap on a busy machine. */
export async function startProbe(holdMs: number): Promise<Probe> {
  const database = await startDatabase(undefined);
  const calls: DatabaseCall[] = [];
  const server = createServer(
    (request, response) => void forward({ to: database.endpoint, holdMs, calls }, request, response),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    calls,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await database.stop();
    },
  };
}

/** How many calls had to wait for another one: the longest chain in which each began after the one before had ended. */
export function callsInSequence(calls: readonly DatabaseCall[]): number {
  let chain = 0;
  let free = -Infinity;
  for (const call of calls.toSorted((a, b) => a.endedAt - b.endedAt)) {
    if (call.startedAt < free) continue;
    chain += 1;
    free = call.endedAt;
  }
  return chain;
}

async function forward(
  { to, holdMs, calls }: { to: string; holdMs: number; calls: DatabaseCall[] },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const startedAt = performance.now();
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const operation =
    String(request.headers['x-amz-target'] ?? '')
      .split('.')
      .at(-1) ?? '';
  const measured = READS.includes(operation) || WRITES.includes(operation);
  const text = Buffer.concat(chunks).toString();
  const body = measured ? JSON.stringify({ ...(JSON.parse(text) as object), ReturnConsumedCapacity: 'TOTAL' }) : text;
  const headers = Object.fromEntries(
    Object.entries(request.headers).flatMap(([name, value]) =>
      ['host', 'content-length', 'connection'].includes(name) || typeof value !== 'string' ? [] : [[name, value]],
    ),
  );
  if (measured) await sleep(holdMs);
  const method = request.method ?? 'POST';
  const answer = await fetch(to + (request.url ?? '/'), { method, headers, ...(method === 'GET' ? {} : { body }) });
  const answered = await answer.text();
  if (measured) {
    const units = answer.ok ? unitsOf(answered) : 0;
    const isWrite = WRITES.includes(operation);
    calls.push({
      operation,
      startedAt,
      endedAt: performance.now(),
      readUnits: isWrite ? 0 : units,
      writeUnits: isWrite ? units : 0,
    });
  }
  const type = answer.headers.get('content-type') ?? 'application/x-amz-json-1.0';
  response.writeHead(answer.status, { 'content-type': type }).end(answered);
}

function unitsOf(answered: string): number {
  const { ConsumedCapacity = [] } = JSON.parse(answered) as { ConsumedCapacity?: Capacity | Capacity[] };
  return [ConsumedCapacity].flat().reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
}

interface Capacity {
  readonly CapacityUnits?: number;
}
