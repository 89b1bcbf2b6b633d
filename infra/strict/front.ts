/**
 * Stands between whoever calls AWS here and the local engines. A call that a check refuses is
 * answered as AWS would; every other one goes, through the layers that tests put in, to the engine,
 * whose bytes are the answer.
 */
import { Agent, request as send, type IncomingMessage, type RequestOptions, type ServerResponse } from 'node:http';
import { answerOf, refusalOf, wireOf, type Answer } from './answer.ts';
import { callOf, type Call, type Input, type Service } from './call.ts';
import type { Check, Refusal } from './rule.ts';

/** Passes the call on, or another input in its place. */
export type Pass = (input?: Input) => Promise<Answer>;

/**
 * Sees each call that no check has refused, and may answer in its place; `undefined` lets it pass,
 * `lost` is an answer that never comes. Of several the newest is asked first.
 */
export type Layer = (call: Call, pass: Pass) => Answer | 'lost' | undefined | Promise<Answer | 'lost' | undefined>;

export interface Listener {
  /** Every call as it comes. */
  called?(call: Call): void;
  /** One that a check has refused. */
  refused?(call: Call, refusal: Refusal): void;
}

export interface Front {
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Returns the way to take the layer out again. */
  intercept(layer: Layer): () => void;
  /** Returns the way to listen no more. */
  listen(listener: Listener): () => void;
  stop(): void;
}

export interface FrontOptions {
  /** Where each service's engine listens. */
  readonly engines: Partial<Record<Service, string>>;
  readonly checks: readonly Check[];
}

/** One request as it came. */
interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** Called with what ends the request to the engine, where the caller goes away. */
  readonly onAbort: (abort: () => void) => void;
}

class Lost extends Error {}

export function openFront({ engines, checks }: FrontOptions): Front {
  const agent = new Agent({ keepAlive: true });
  const layers: Layer[] = [];
  const listeners = new Set<Listener>();
  const hosts = new Map(
    Object.entries(engines).map(([service, url]) => {
      const { hostname, port } = new URL(url);
      return [service, { hostname, port }];
    }),
  );

  function engine(request: Request, service: Service, body: Buffer, target?: string): Promise<Answer> {
    const host = hosts.get(service);
    if (!host) return Promise.reject(new Lost(`nothing serves ${service}`));
    const { connection: _, 'transfer-encoding': _coding, ...headers } = request.headers;
    headers['content-length'] = String(body.length);
    if (target !== undefined) headers['x-amz-target'] = target;
    return exchange({ agent, ...host, method: request.method, path: request.path, headers }, body, request.onAbort);
  }

  async function answer(request: Request): Promise<Answer> {
    const call = callOf(request.headers, request.body);
    if (!call) return { status: 400, body: { __type: 'MissingAuthenticationTokenException', message: 'This is no call to AWS.' } }; // prettier-ignore
    for (const listener of listeners) listener.called?.(call);
    const ask = async (operation: string, input: Input): Promise<Input> => {
      const target = `${String(request.headers['x-amz-target']).split('.')[0]}.${operation}`;
      const { status, body } = await engine(request, call.service, Buffer.from(JSON.stringify(input)), target);
      if (status !== 200) throw new Error(`${operation} was refused: ${JSON.stringify(body)}`);
      return body;
    };
    for (const check of checks) {
      const judged = check(call, ask);
      const refusal = judged instanceof Promise ? await judged : judged;
      if (!refusal) continue;
      for (const listener of listeners) listener.refused?.(call, refusal);
      return refusalOf(call, refusal);
    }
    const through = (index: number, body: Buffer): Promise<Answer> | Answer => {
      const layer = layers[index];
      if (!layer) return engine(request, call.service, body);
      const pass: Pass = async (input) => through(index - 1, input ? Buffer.from(JSON.stringify(input)) : body);
      return Promise.resolve(layer(call, pass)).then((instead) => {
        if (instead === 'lost') throw new Lost('the answer was lost, for a test');
        return instead ?? through(index - 1, body);
      });
    };
    return through(layers.length - 1, request.body);
  }

  return {
    handle(request, response) {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const [first] = chunks;
        const body = first && chunks.length === 1 ? first : Buffer.concat(chunks);
        const { method = 'POST', url: path = '/', headers } = request;
        const onAbort = (abort: () => void) => void response.once('close', abort);
        answer({ method, path, headers, body, onAbort }).then(
          (answered) => {
            const { status, headers: said, bytes } = wireOf(answered);
            response.writeHead(status, { ...said, 'content-length': Buffer.byteLength(bytes) }).end(bytes);
          },
          // What the engine does not answer is not answered here either.
          () => response.destroy(),
        );
      });
    },
    intercept(layer) {
      layers.push(layer);
      return () => {
        const index = layers.indexOf(layer);
        if (index >= 0) layers.splice(index, 1);
      };
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop: () => agent.destroy(),
  };
}

function exchange(options: RequestOptions, body: Buffer, onAbort: (abort: () => void) => void): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const out = send(options, (answered) => {
      const chunks: Buffer[] = [];
      answered.on('data', (chunk: Buffer) => chunks.push(chunk));
      answered.on('error', reject);
      answered.on('end', () => resolve(answerOf(answered.statusCode ?? 500, answered.headers, Buffer.concat(chunks))));
    });
    out.on('error', (error) => {
      // The engine has closed a connection that was kept: it has not seen this call.
      if (out.reusedSocket && 'code' in error && error.code === 'ECONNRESET')
        exchange(options, body, onAbort).then(resolve, reject);
      else reject(error);
    });
    onAbort(() => out.destroy());
    out.end(body);
  });
}
