/**
 * `npm run explore -- --schedules 1000000 [--seed 1]`: schedules of a contact centre, on all cores.
 * Prints the number of each that failed, which replays it.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import * as z from 'zod';
import { play } from './schedule.ts';

const { values } = parseArgs({
  options: { schedules: { type: 'string', default: '10000' }, seed: { type: 'string', default: '1' } },
});
const schedules = Number(values.schedules);
const first = Number(values.seed);

const Report = z.object({ number: z.number(), faults: z.array(z.string()), steps: z.number() });
const Part = z.object({ from: z.number(), step: z.number(), to: z.number() });

if (isMainThread) await all();
else await part(Part.parse(workerData));

async function all(): Promise<void> {
  const began = performance.now();
  let [done, steps, failed] = [0, 0, 0];
  const cores = Math.min(availableParallelism(), schedules);
  const workers = Array.from({ length: cores }, (_, core) => {
    const worker = new Worker(new URL(import.meta.url), {
      workerData: { from: first + core, step: cores, to: first + schedules },
    });
    worker.on('message', (message: unknown) => {
      const report = Report.parse(message);
      done += 1;
      steps += report.steps;
      if (report.faults.length > 0) {
        failed += 1;
        console.log(`schedule ${report.number} failed: ${report.faults.slice(0, 5).join('; ')}`);
        console.log(`  again: npm run explore -- --schedules 1 --seed ${report.number}`);
      }
      if (done % Math.max(1_000, Math.floor(schedules / 20)) === 0) console.log(`${done} schedules, ${failed} failed`);
    });
    return new Promise<void>((resolve, reject) => worker.on('exit', () => resolve()).on('error', reject));
  });
  await Promise.all(workers);
  const seconds = (performance.now() - began) / 1000;
  console.log(`${done} schedules from seed ${first}: ${steps} steps in ${seconds.toFixed(1)} s, ${failed} failed`);
  process.exitCode = failed > 0 || done < schedules ? 1 : 0;
}

async function part({ from, step, to }: z.output<typeof Part>): Promise<void> {
  for (let number = from; number < to; number += step) {
    const { faults, steps } = await play(number, number % 10 === 0);
    parentPort?.postMessage({ number, faults, steps });
  }
}
