/**
 * The thread in which the bundles run. Every function sees an environment of its own, while its
 * module is evaluated and in each invocation: `process.env` asks who is running. So a variable that
 * the template forgets is missing here as it is there.
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
  instances: Instance[];
}

/**
 * A module of its own, as each concurrent invocation has on Lambda: what one keeps in memory the
 * other does not know.
 */
interface Instance {
  handler: Promise<Handler>;
  busy: number;
}

/**
 * So many of a function: enough to show what relies on there being one. On Lambda there is no such
 * limit.
 */
const MOST_INSTANCES = 2;

class RuntimeError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

function serve(input: WorkerInput, send: (reply: Reply) => void) {
  const current = new AsyncLocalStorage<Loaded>();
  const functions = new Map(
    input.functions.map(
      (fn) => [fn.arn, { fn, environment: environmentOf(fn, input), instances: [] }] as [string, Loaded],
    ),
  );
  /**
   * Only one module is evaluated at a time, so that its environment is known even where the storage
   * is not carried along.
   */
  let evaluating: Loaded | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  let made = 0;

  process.env = environmentProxy(() => (current.getStore() ?? evaluating)?.environment ?? input.environment);
  syncBuiltinESMExports();

  function instanceOf(loaded: Loaded): Instance {
    const { instances } = loaded;
    const [idlest] = instances.toSorted((a, b) => a.busy - b.busy);
    if (idlest && (idlest.busy === 0 || instances.length === MOST_INSTANCES)) return idlest;
    const number = (made += 1);
    const handler = after(turn, async () => {
      evaluating = loaded;
      try {
        // The query makes it a module of its own even where two functions have the same code.
        const module: Record<string, unknown> = await import(
          `${pathToFileURL(loaded.fn.file).href}?function=${loaded.fn.arn}&instance=${number}`
        );
        return checked(module[loaded.fn.exportName], loaded.fn);
      } finally {
        evaluating = undefined;
      }
    });
    turn = handler.catch(() => {});
    const instance = { handler, busy: 0 };
    // What fails as it is loaded is loaded anew the next time, as on Lambda.
    handler.catch(() => instances.splice(instances.indexOf(instance), 1));
    instances.push(instance);
    return instance;
  }

  return function invoke({ requestId, arn, event, deadline }: Invocation): void {
    const loaded = functions.get(arn);
    if (!loaded) return send({ requestId, errorType: 'ResourceNotFoundException', errorMessage: arn, stack: '' });
    void current.run(loaded, async () => {
      const instance = instanceOf(loaded);
      instance.busy += 1;
      try {
        const handler = await instance.handler;
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
      } finally {
        instance.busy -= 1;
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
