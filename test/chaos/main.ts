/**
 * `npm run chaos -- --seeds 1000`: that many runs against one stack. `--from 17` begins with
 * another seed, so `--from 17 --seeds 1` is one run again; `--at-once` says how many go on side by
 * side, by default as many as there are cores.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { build } from '../../infra/build.ts';
import { start } from '../../infra/local/start.ts';
import { synth } from '../../infra/synth.ts';
import { run, type Report } from './run.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20' },
    from: { type: 'string', default: '1' },
    'at-once': { type: 'string', default: String(availableParallelism()) },
  },
});
const [seeds, from, atOnce] = [values.seeds, values.from, values['at-once']].map(Number) as [number, number, number];

await build();
const stack = await start({ demo: true, template: await synth() });
const reports: Report[] = [];
let next = from;

async function runOn(): Promise<void> {
  while (next < from + seeds) {
    const report = await run(stack, next++, { messages: 200, deadlineMs: 600_000 });
    reports.push(report);
    if (report.failure) console.log(`seed ${report.seed} FAILED after ${report.ms} ms: ${report.failure}`);
    if (reports.length % 20 === 0) console.log(`${reports.length} of ${seeds}, ${failed().length} failed`);
  }
}

const failed = () => reports.filter(({ failure }) => failure !== null);
const startedAt = Date.now();
await Promise.all(Array.from({ length: Math.min(atOnce, seeds) }, runOn));

const done: Record<string, number> = {};
for (const report of reports)
  for (const [what, times] of Object.entries(report.done)) done[what] = (done[what] ?? 0) + times;
const times = reports.map(({ ms }) => ms).toSorted((a, b) => a - b);
console.log(`${reports.length} runs in ${Math.round((Date.now() - startedAt) / 1000)} s, ${failed().length} failed: ${failed().map(({ seed }) => seed).join(' ') || '-'}`); // prettier-ignore
console.log(`a run took ${times.at(0)} to ${times.at(-1)} ms, half of them at most ${times.at(times.length / 2)} ms`);
console.log(`the networks: ${Object.entries(done).map(([what, count]) => `${what} ${count}`).join(', ')}`); // prettier-ignore
await stack.stop();
process.exit(failed().length > 0 ? 1 : 0);
