/**
 * The executions of state machines. A name is one execution for good: starting it again with the
 * same input while it runs answers alike, anything else is refused, as in a Standard workflow.
 * Pending ones are kept in a file, if there is one, and started again.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import * as z from 'zod';

const State = z.looseObject({
  Type: z.string(),
  Next: z.string().optional(),
  Resource: z.string().optional(),
  QueryLanguage: z.string().optional(),
});
export const Definition = z.looseObject({
  StartAt: z.string(),
  States: z.record(z.string(), State),
  QueryLanguage: z.string().optional(),
});

export interface Machine {
  arn: string;
  definition: z.output<typeof Definition>;
  /** Runs from the start; `waited` names the Wait state that is over already. */
  run(input: z.core.util.JSONType, waited: string | undefined): { abort(): void; result: Promise<unknown> };
}

/** An error with the code by which the SDK finds its exception. */
export class StatesError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const Pending = z.object({ machine: z.string(), name: z.string(), input: z.string(), startedAt: z.number() });
type Pending = z.output<typeof Pending>;
interface Execution extends Pending {
  arn: string;
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';
  stoppedAt?: number;
  output?: string;
  cause?: string;
  abort(): void;
}

const Start = z.object({
  stateMachineArn: z.string(),
  name: z.string().max(80).optional(),
  input: z.string().default('{}'),
});
const Named = z.object({ executionArn: z.string() });
const List = z.object({ stateMachineArn: z.string(), statusFilter: z.string().optional() });

/** Node's timers count milliseconds in 31 bits; a longer wait is a chain of hops. */
const hopMs = 2 ** 31 - 1;

export function openExecutions(dataDir: string | undefined) {
  const file = dataDir && join(dataDir, 'executions.json');
  const machines = new Map<string, Machine>();
  const executions = new Map<string, Execution>();

  function keep(): void {
    if (!file) return;
    const pending = [...executions.values()].filter((execution) => execution.status === 'RUNNING');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.draft`, JSON.stringify(pending.map((execution) => Pending.parse(execution))));
    renameSync(`${file}.draft`, file);
  }

  function start(pending: Pending): Execution {
    const machine = machines.get(pending.machine);
    if (!machine)
      throw new StatesError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${pending.machine}'`);
    const arn = `${pending.machine.replace(':stateMachine:', ':execution:')}:${pending.name}`;
    const known = executions.get(arn);
    if (known) {
      if (known.status === 'RUNNING' && known.input === pending.input) return known;
      throw new StatesError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
    }
    const input = parseInput(pending.input);
    const execution: Execution = { ...pending, arn, status: 'RUNNING', abort: () => {} };
    executions.set(arn, execution);
    const end = (status: Execution['status'], told: Partial<Execution>) => {
      if (execution.status !== 'RUNNING') return;
      Object.assign(execution, told, { status, stoppedAt: Date.now() });
      keep();
    };
    const instant = firstInstant(machine, input);
    const run = () => {
      const running = machine.run(input, instant === undefined ? undefined : machine.definition.StartAt);
      execution.abort = () => running.abort();
      running.result.then(
        (output) => end('SUCCEEDED', { output: JSON.stringify(output) }),
        (error: Error) => end('FAILED', { cause: error.message }),
      );
    };
    if (instant === undefined) run();
    else execution.abort = at(instant, run);
    return execution;
  }

  function named(executionArn: string): Execution {
    const execution = executions.get(executionArn);
    if (!execution) throw new StatesError('ExecutionDoesNotExist', `Execution Does Not Exist: '${executionArn}'`);
    return execution;
  }

  return {
    define(defined: Machine[]): void {
      for (const machine of defined) machines.set(machine.arn, machine);
      const kept = file && existsSync(file) ? z.array(Pending).parse(JSON.parse(readFileSync(file, 'utf8'))) : [];
      for (const pending of kept) if (machines.has(pending.machine)) start(pending);
    },

    call(action: string, body: unknown): unknown {
      switch (action) {
        case 'StartExecution': {
          const { stateMachineArn, name = randomUUID(), input } = Start.parse(body);
          const execution = start({ machine: stateMachineArn, name, input, startedAt: Date.now() });
          keep();
          return { executionArn: execution.arn, startDate: execution.startedAt / 1000 };
        }
        case 'StopExecution': {
          const execution = named(Named.parse(body).executionArn);
          if (execution.status === 'RUNNING') {
            Object.assign(execution, { status: 'ABORTED', stoppedAt: Date.now() });
            execution.abort();
            keep();
          }
          return { stopDate: (execution.stoppedAt ?? Date.now()) / 1000 };
        }
        case 'DescribeExecution': {
          const execution = named(Named.parse(body).executionArn);
          return { ...summary(execution), input: execution.input, output: execution.output, cause: execution.cause };
        }
        case 'ListExecutions': {
          const { stateMachineArn, statusFilter } = List.parse(body);
          const all = [...executions.values()].filter((execution) => execution.machine === stateMachineArn);
          const wanted = all.filter((execution) => !statusFilter || execution.status === statusFilter);
          return { executions: wanted.toReversed().map(summary) };
        }
        default:
          throw new StatesError('UnknownOperationException', `${action} does not run here.`);
      }
    },

    /**
     * Ends the waiting without ending the executions: those kept in the file go on at the next
     * start.
     */
    stop(): void {
      for (const execution of executions.values()) {
        if (execution.status !== 'RUNNING') continue;
        execution.status = 'ABORTED';
        execution.abort();
      }
    },
  };
}

const summary = (execution: Execution) => ({
  executionArn: execution.arn,
  stateMachineArn: execution.machine,
  name: execution.name,
  status: execution.status,
  startDate: execution.startedAt / 1000,
  ...(execution.stoppedAt && { stopDate: execution.stoppedAt / 1000 }),
});

function parseInput(text: string): z.core.util.JSONType {
  try {
    return z.json().parse(JSON.parse(text));
  } catch {
    throw new StatesError('InvalidExecutionInput', 'The input is not JSON.');
  }
}

/**
 * The instant until which an execution waits before anything else, if it begins with such a wait.
 */
function firstInstant(machine: Machine, input: unknown): number | undefined {
  const state = machine.definition.States[machine.definition.StartAt];
  if (state?.Type !== 'Wait') return undefined;
  const path = z
    .string()
    .regex(/^\$\.\w+$/)
    .safeParse(state.TimestampPath);
  const text = path.success ? z.looseObject({}).safeParse(input).data?.[path.data.slice(2)] : state.Timestamp;
  const instant = z.iso.datetime({ offset: true }).safeParse(text);
  return instant.success ? Date.parse(instant.data) : undefined;
}

/**
 * Calls `run` at an instant however far it is, and not before this turn of the event loop has
 * ended.
 */
function at(instant: number, run: () => void): () => void {
  let timer: NodeJS.Timeout;
  const hop = () => {
    const left = instant - Date.now();
    timer = left > hopMs ? setTimeout(hop, hopMs) : setTimeout(run, Math.max(0, left));
  };
  hop();
  return () => clearTimeout(timer);
}
