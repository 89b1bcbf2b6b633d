/**
 * A proxy in front of an AWS engine that sees every call and may answer in its place, as the service does when it is busy. The code under
 * test is pointed at it by its environment and knows nothing of it.
 */
import { createServer, type IncomingMessage } from 'node:http';

export interface Call {
  /** Such as `TransactWriteItems`. */
  readonly operation: string;
  /** What was asked, parsed. */
  readonly input: Record<string, unknown>;
  /** Lets the engine do it, or something else instead. */
  forward(input?: Record<string, unknown>): Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** Answers a call in the engine's place; `undefined` lets it pass. `lost` does as it says: the caller never gets an answer. */
export type Fault = (call: Call) => Promise<Answer | 'lost' | undefined> | Answer | 'lost' | undefined;

export interface Proxy {
  readonly url: string;
  /** Every call so far, oldest first. */
  readonly calls: Pick<Call, 'operation' | 'input'>[];
  /** Returns the way to end it. Of several the newest is asked first. */
  inject(fault: Fault): () => void;
  stop(): Promise<void>;
}

export async function startProxy(engineUrl: string): Promise<Proxy> {
  const faults: Fault[] = [];
  const calls: Proxy['calls'] = [];

  async function answer(request: IncomingMessage): Promise<Answer | 'lost'> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const text = Buffer.concat(chunks).toString();
    const headers = Object.fromEntries(
      Object.entries(request.headers).flatMap(([name, value]) =>
        typeof value === 'string' && !['host', 'content-length', 'connection'].includes(name) ? [[name, value]] : [],
      ),
    );
    const { method = 'POST' } = request;
    const pass = async (body: string): Promise<Answer> => {
      const sent = method === 'GET' ? { method, headers } : { method, headers, body };
      const response = await fetch(engineUrl.replace(/\/$/, '') + (request.url ?? '/'), sent);
      const answered = await response.text();
      return { status: response.status, body: answered.startsWith('{') ? JSON.parse(answered) : {} };
    };
    const operation = request.headers['x-amz-target']?.toString().split('.').at(-1);
    if (operation === undefined) return pass(text);
    const input: Record<string, unknown> = JSON.parse(text);
    calls.push({ operation, input });
    const call: Call = { operation, input, forward: (other) => pass(other ? JSON.stringify(other) : text) };
    for (const fault of faults.toReversed()) {
      const instead = await fault(call);
      if (instead) return instead;
    }
    return pass(text);
  }

  const server = createServer((request, response) => {
    answer(request).then(
      (answered) => {
        if (answered === 'lost') return void response.destroy();
        response.writeHead(answered.status, { 'content-type': 'application/x-amz-json-1.0' });
        response.end(JSON.stringify(answered.body));
      },
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    calls,
    inject(fault) {
      faults.push(fault);
      return () => {
        const index = faults.indexOf(fault);
        if (index >= 0) faults.splice(index, 1);
      };
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An error as DynamoDB answers it. */
export function dynamoError(type: string, more: Record<string, unknown> = {}, status = 400): Answer {
  const body = { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: `${type}, for a test`, ...more };
  return { status, body };
}

/** A transaction that DynamoDB gave up, for these reasons, one per item. */
export function cancelled(...codes: string[]): Answer {
  const CancellationReasons = codes.map((Code) =>
    Code === 'None' ? { Code } : { Code, Message: `${Code}, for a test` },
  );
  return dynamoError('TransactionCanceledException', { CancellationReasons });
}

/** The next calls of this operation are answered like this. Returns the way to end it before. */
export function next(proxy: Proxy, operation: string, times: number, answered: Answer | 'lost'): () => void {
  let left = times;
  const end = proxy.inject((call) => {
    if (call.operation !== operation) return undefined;
    left -= 1;
    if (left === 0) end();
    return answered;
  });
  return end;
}
