/**
 * Schedules of a contact centre, on all cores. Prints the number of each that failed, which replays
 * it, and its shortest history.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import * as z from 'zod';
import { explain } from '../../shared/protocol/values.ts';
import { play } from './schedule.ts';
import { shortest } from './shortest.ts';
import { Tally } from './tally.ts';

/** So often each frame is held against the protocol, which costs a lot. */
const STRICT_EVERY = 10;
const REPORT_EVERY = 500;
/** Of more nobody reads the histories. */
const MOST_HISTORIES = 3;

const HELP = `npm run explore -- [options]

Plays random schedules of a contact centre: the real functions, in memory, every call in any order.

  --schedules <n>   how many (10000)
  --seed <n>        the number of the first; the same number is the same schedule (1)
  --workers <n>     how many at once (as many as there are cores)
  --help            this`;

const Options = z.strictObject({
  schedules: z.coerce.number().int().min(1).default(10_000),
  seed: z.coerce.number().int().min(0).default(1),
  workers: z.coerce.number().int().min(1).max(256).default(availableParallelism()),
});

const Report = z.union([
  z.object({ number: z.number(), faults: z.array(z.string()) }),
  z.object({
    done: z.number(),
    runs: z.number(),
    calls: z.number(),
    tally: z.array(z.tuple([z.string(), z.number()])),
  }),
]);
const Part = z.object({ from: z.number(), step: z.number(), to: z.number() });

if (isMainThread) await main();
else await part(Part.parse(workerData));

async function main(): Promise<void> {
  try {
    const text = { type: 'string' } as const;
    const { values } = parseArgs({
      options: { schedules: text, seed: text, workers: text, help: { type: 'boolean' } },
    });
    const { help, ...rest } = values;
    if (help) return console.log(HELP);
    const options = Options.safeParse(rest);
    if (!options.success) throw new Error(`--${explain(options.error)}`);
    await all(options.data);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

async function all({ schedules, seed: first, workers: most }: z.output<typeof Options>): Promise<void> {
  const began = performance.now();
  const tally = new Tally();
  const failed: number[] = [];
  let [done, runs, calls] = [0, 0, 0];
  const seconds = () => (performance.now() - began) / 1000;
  const rate = () => `${(done / seconds()).toFixed(0)} a second`;
  console.log(`seed ${first}: schedules ${first} to ${first + schedules - 1}`);
  const report = (message: unknown) => {
    const told = Report.parse(message);
    if ('number' in told) {
      failed.push(told.number);
      console.log(`schedule ${told.number} failed: ${told.faults.slice(0, 5).join('; ')}`);
      console.log(`  again: npm run explore -- --schedules 1 --seed ${told.number}`);
      return;
    }
    const before = done;
    done += told.done;
    runs += told.runs;
    calls += told.calls;
    tally.join(told.tally);
    const every = Math.max(1_000, Math.floor(schedules / 20));
    if (Math.floor(before / every) < Math.floor(done / every))
      console.log(`${done} schedules, ${rate()}, ${failed.length} failed`);
  };
  const workers = Math.min(most, schedules);
  const parts = Array.from({ length: workers }, (_, core) => {
    const worker = new Worker(new URL(import.meta.url), {
      workerData: { from: first + core, step: workers, to: first + schedules },
    });
    worker.on('message', report);
    return new Promise<void>((resolve, reject) => worker.on('exit', () => resolve()).on('error', reject));
  });
  await Promise.all(parts);
  console.log(tally.print());
  for (const number of failed.toSorted((a, b) => a - b).slice(0, MOST_HISTORIES)) await tell(number);
  console.log(
    `${done} schedules from seed ${first}: ${runs} functions, ${calls} calls in ${seconds().toFixed(1)} s, ${rate()}, ${failed.length} failed`,
  );
  if (failed.length > 0) console.log(`failed: ${failed.toSorted((a, b) => a - b).join(' ')}`);
  process.exitCode = failed.length > 0 || done < schedules ? 1 : 0;
}

async function tell(number: number): Promise<void> {
  const found = await shortest(number);
  if (!found) return console.log(`schedule ${number} does not fail by itself`);
  console.log(`the shortest history of schedule ${number}: ${found.history.length} lines`);
  for (const line of [...found.history, ...found.faults]) console.log(`  ${line}`);
}

async function part({ from, step, to }: z.output<typeof Part>): Promise<void> {
  Error.stackTraceLimit = 0; // nobody reads where a refusal was made
  let tally = new Tally();
  let [done, runs, calls] = [0, 0, 0];
  const report = () => {
    parentPort?.postMessage({ done, runs, calls, tally: [...tally.counts] });
    tally = new Tally();
    [done, runs, calls] = [0, 0, 0];
  };
  for (let number = from; number < to; number += step) {
    const told = await play(number, { strict: number % STRICT_EVERY === 0, tally });
    if (told.faults.length > 0) parentPort?.postMessage({ number, faults: told.faults });
    done += 1;
    runs += told.runs;
    calls += told.calls;
    if (done === REPORT_EVERY) report();
  }
  report();
}
