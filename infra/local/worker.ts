/**
 * The thread in which the bundles run. Every function sees an environment of its own, while its module is evaluated and in each
 * invocation: `process.env` asks who is running. So a variable that the template forgets is missing here as it is there.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { syncBuiltinESMExports } from 'node:module';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type { LocalFunction } from './functions.ts';
import type { Invocation, Reply, WorkerInput } from './lambdas.ts';

type Handler = (event: unknown, context: unknown) => unknown;
interface Loaded {
  fn: LocalFunction;
  environment: Record<string, string>;
  handler?: Promise<Handler>;
}

class RuntimeError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

function serve(input: WorkerInput, send: (reply: Reply) => void) {
  const current = new AsyncLocalStorage<Loaded>();
  const functions = new Map(
    input.functions.map((fn) => [fn.arn, { fn, environment: environmentOf(fn, input) }] as [string, Loaded]),
  );
  /** Only one module is evaluated at a time, so that its environment is known even where the storage is not carried along. */
  let evaluating: Loaded | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  process.env = environmentProxy(() => (current.getStore() ?? evaluating)?.environment ?? input.environment);
  syncBuiltinESMExports();

  function handlerOf(loaded: Loaded): Promise<Handler> {
    if (loaded.handler) return loaded.handler;
    loaded.handler = after(turn, async () => {
      evaluating = loaded;
      try {
        // The query makes it a module of its own even where two functions have the same code.
        const module: Record<string, unknown> = await import(
          `${pathToFileURL(loaded.fn.file).href}?function=${loaded.fn.arn}`
        );
        return checked(module[loaded.fn.exportName], loaded.fn);
      } finally {
        evaluating = undefined;
      }
    });
    turn = loaded.handler.catch(() => {});
    return loaded.handler;
  }

  return function invoke({ requestId, arn, event, deadline }: Invocation): void {
    const loaded = functions.get(arn);
    if (!loaded) return send({ requestId, errorType: 'ResourceNotFoundException', errorMessage: arn, stack: '' });
    void current.run(loaded, async () => {
      try {
        const handler = await handlerOf(loaded);
        const result = await handler(JSON.parse(event), contextOf(loaded.fn, requestId, deadline));
        send({ requestId, result: JSON.stringify(result) ?? 'null' });
      } catch (error) {
        if (error instanceof Error) {
          const stack = error.stack ?? `${error.name}: ${error.message}`;
          send({ requestId, errorType: error.name, errorMessage: error.message, stack });
        } else {
          const errorMessage = typeof error === 'string' ? error : (JSON.stringify(error) ?? 'undefined');
          send({ requestId, errorType: typeof error, errorMessage, stack: errorMessage });
        }
      }
    });
  };
}

async function after<T>(previous: Promise<unknown>, run: () => Promise<T>): Promise<T> {
  await previous;
  return run();
}

function checked(handler: unknown, fn: LocalFunction): Handler {
  if (typeof handler !== 'function') {
    throw new RuntimeError('Runtime.HandlerNotFound', `${fn.file} does not export a function ${fn.exportName}`);
  }
  if (handler.length > 2) {
    throw new RuntimeError(
      'Runtime.CallbackHandlerDeprecated',
      `${fn.name} takes a callback, which Node 24 on Lambda does not give.`,
    );
  }
  return (event, context) => Reflect.apply(handler, undefined, [event, context]);
}

const environmentOf = (fn: LocalFunction, input: WorkerInput): Record<string, string> => ({
  ...input.environment,
  AWS_ACCESS_KEY_ID: fn.accessKeyId,
  AWS_LAMBDA_FUNCTION_NAME: fn.name,
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMb),
  AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${fn.name}`,
  ...fn.environment,
});

const contextOf = (fn: LocalFunction, requestId: string, deadline: number) => ({
  awsRequestId: requestId,
  functionName: fn.name,
  functionVersion: '$LATEST',
  invokedFunctionArn: fn.arn,
  memoryLimitInMB: String(fn.memoryMb),
  logGroupName: `/aws/lambda/${fn.name}`,
  logStreamName: 'local',
  callbackWaitsForEmptyEventLoop: true,
  getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
});

function environmentProxy(whose: () => Record<string, string>): NodeJS.ProcessEnv {
  return new Proxy<NodeJS.ProcessEnv>(
    {},
    {
      get: (_target, key) => (typeof key === 'string' ? whose()[key] : undefined),
      has: (_target, key) => key in whose(),
      ownKeys: () => Object.keys(whose()),
      getOwnPropertyDescriptor: (_target, key) =>
        typeof key === 'string' && key in whose()
          ? { value: whose()[key], enumerable: true, configurable: true, writable: true }
          : undefined,
      set(_target, key, value) {
        if (typeof key === 'string') whose()[key] = String(value);
        return true;
      },
      deleteProperty: (_target, key) => typeof key === 'string' && Reflect.deleteProperty(whose(), key),
    },
  );
}

if (!parentPort) throw new Error('worker.ts is started by lambdas.ts, as a thread.');
const port = parentPort;
port.on(
  'message',
  serve(workerData, (reply) => port.postMessage(reply)),
);
