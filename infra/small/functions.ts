/**
 * The functions, run in this process: called with the events that Lambdas get, and what they return
 * goes the way of what Lambdas return.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Ports, Trigger } from '../../shared/edge/trigger.ts';
import type { CostMeter } from '../cost/meter.ts';
import { entryPoints, root } from '../functions.ts';
import type { Lambdas, Outcome } from '../local/lambdas/lambdas.ts';
import { answerSize, eventSize } from '../strict/services/lambda-rules.ts';

/** By `<folder>/<name>`. */
export type Functions = ReadonlyMap<string, Trigger>;

const keptLines = 5_000;

let loaded: Promise<Functions> | undefined;

/** All that there are, once per process: they keep nothing between two events. */
export function loadFunctions(): Promise<Functions> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<Functions> {
  const modules = entryPoints().map(async ({ folder, name, source }): Promise<[string, Trigger]> => {
    const { on } = (await import(pathToFileURL(join(root, source)).href)) as { on: Trigger };
    return [`${folder}/${name}`, on];
  });
  return new Map(await Promise.all(modules));
}

/** What differs from Lambda: nothing times out, and nobody is asked what they may. */
export function runFunctions(
  functions: Functions,
  ports: Omit<Ports, 'log'>,
  { print, costs }: { print: boolean; costs?: CostMeter | undefined },
) {
  const lines: string[] = [];
  const say = (line: string) => {
    costs?.logged(line);
    lines.push(line);
    if (lines.length > keptLines) lines.shift();
    if (print) process.stderr.write(`${line}\n`);
  };
  const logging = (level: string) => (message: string, fields?: Record<string, unknown>) =>
    say(JSON.stringify({ level, message, ...fields }, (_, value) => (value instanceof Error ? value.stack : value)));
  const log = { info: logging('INFO'), warn: logging('WARN'), error: logging('ERROR') };

  async function invoke(name: string, event: unknown): Promise<Outcome> {
    const trigger = functions.get(name);
    if (!trigger) throw new Error(`There is no function ${name}.`);
    costs?.invoked(name);
    const payload = JSON.stringify(event) ?? 'null';
    const tooLarge = eventSize.refuse(payload, 'Invoke');
    if (tooLarge) return { ok: false, errorType: tooLarge.code, errorMessage: tooLarge.message };
    try {
      const answer = JSON.stringify((await trigger.run({ ...ports, log }, JSON.parse(payload))) ?? null);
      const refused = answerSize.refuse(answer, 'Invoke');
      if (refused) throw Object.assign(new Error(refused.message), { name: refused.code });
      return { ok: true, result: JSON.parse(answer) };
    } catch (error) {
      const { name: errorType, message: errorMessage } = error instanceof Error ? error : new Error(String(error));
      say(`${name} failed: ${error instanceof Error ? error.stack : String(error)}`);
      return { ok: false, errorType, errorMessage };
    }
  }
  const lambdas: Lambdas = {
    invoke: (fn, event) => invoke(fn.name, event),
    log: say,
    logs: () => [...lines],
    stop: async () => {},
  };
  return { invoke, log, lambdas };
}
