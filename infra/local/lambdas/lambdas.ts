/**
 * Runs the bundles in one worker thread per stack, as many invocations at once as come. What
 * differs from Lambda: a function has a few instances of its module, which concurrent invocations
 * share where they are more, and an invocation that timed out is answered but goes on running.
 */
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import { answerSize, eventSize } from '../../strict/services/lambda-rules.ts';
import type { LocalFunction, NamedFunction } from './functions.ts';

export type Outcome = { ok: true; result: unknown } | { ok: false; errorType: string; errorMessage: string };

export interface Lambdas {
  invoke(fn: NamedFunction, event: unknown): Promise<Outcome>;
  logs(): string[];
  log(line: string): void;
  stop(): Promise<void>;
}

/**
 * What the threads say to each other. Events and results travel as JSON, as they do between Lambda
 * and its runtime.
 */
export interface Invocation {
  requestId: string;
  arn: string;
  event: string;
  deadline: number;
}
export type Reply = { requestId: string } & (
  { result: string } | { errorType: string; errorMessage: string; stack: string }
);
export interface WorkerInput {
  functions: LocalFunction[];
  /** What every function sees besides its own variables. */
  environment: Record<string, string>;
}

const keptLines = 5000;

/** `heard` gets each line that a function writes. */
export function startLambdas(
  input: WorkerInput,
  printLogs: boolean,
  heard: (line: string) => void = () => {},
): Lambdas {
  const lines: string[] = [];
  const pending = new Map<string, (outcome: Outcome) => void>();
  const timeouts = new Map(input.functions.map(({ arn, timeoutMs }) => [arn, timeoutMs]));
  let worker: Worker | undefined;
  let stopping = false;

  function log(line: string): void {
    lines.push(line);
    if (lines.length > keptLines) lines.shift();
    if (printLogs) process.stderr.write(`${line}\n`);
  }

  function listenTo(stream: Readable): void {
    createInterface({ input: stream }).on('line', (line) => {
      heard(line);
      log(line);
    });
  }

  /**
   * As Lambda does after a crash: what was running has failed, the next invocation gets a fresh
   * start.
   */
  function running(): Worker {
    if (worker) return worker;
    const started = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: input,
      env: {},
      execArgv: [],
      stdout: true,
      stderr: true,
    });
    listenTo(started.stdout);
    listenTo(started.stderr);
    started.on('message', (reply: Reply) => {
      if ('result' in reply) pending.get(reply.requestId)?.(answered(reply.result));
      else pending.get(reply.requestId)?.({ ok: false, errorType: reply.errorType, errorMessage: reply.errorMessage });
      if ('stack' in reply) log(reply.stack);
    });
    started.on('error', (error) => crashed(error instanceof Error ? (error.stack ?? error.message) : String(error)));
    started.on('exit', (code) => {
      if (worker === started) crashed(`exit code ${code}`);
    });
    worker = started;
    return started;
  }

  function crashed(why: string): void {
    worker = undefined;
    if (stopping) return;
    const line = `The worker that runs the Lambdas crashed with ${pending.size} invocations in it: ${why}`;
    log(line);
    if (!printLogs) process.stderr.write(`${line}\n`);
    for (const settle of pending.values()) {
      settle({ ok: false, errorType: 'Runtime.ExitError', errorMessage: 'Runtime exited without providing a reason' });
    }
  }

  running();
  return {
    log,
    logs: () => [...lines],

    invoke(fn, event) {
      if (stopping) return Promise.resolve({ ok: false, errorType: 'Stopped', errorMessage: 'The stack is stopping.' });
      const payload = JSON.stringify(event) ?? 'null';
      const tooLarge = eventSize.refuse(payload, 'Invoke');
      if (tooLarge) return Promise.resolve({ ok: false, errorType: tooLarge.code, errorMessage: tooLarge.message });
      const requestId = randomUUID();
      const timeoutMs = timeouts.get(fn.arn) ?? 3000;
      return new Promise((resolve) => {
        const settle = (outcome: Outcome) => {
          clearTimeout(timer);
          if (!pending.delete(requestId)) return;
          if (!outcome.ok) log(`${fn.name} failed: ${outcome.errorType}: ${outcome.errorMessage}`);
          resolve(outcome);
        };
        const timer = setTimeout(() => {
          const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`;
          settle({ ok: false, errorType: 'Sandbox.Timedout', errorMessage });
        }, timeoutMs);
        pending.set(requestId, settle);
        const deadline = Date.now() + timeoutMs;
        const invocation: Invocation = { requestId, arn: fn.arn, event: payload, deadline };
        running().postMessage(invocation);
      });
    },

    async stop() {
      stopping = true;
      for (const settle of pending.values())
        settle({ ok: false, errorType: 'Stopped', errorMessage: 'The stack is stopping.' });
      await worker?.terminate();
    },
  };
}

function answered(result: string): Outcome {
  const tooLarge = answerSize.refuse(result, 'Invoke');
  if (tooLarge) return { ok: false, errorType: tooLarge.code, errorMessage: tooLarge.message };
  return { ok: true, result: JSON.parse(result) };
}
