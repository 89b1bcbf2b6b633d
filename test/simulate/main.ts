/**
 * `npm run simulate -- --agents 1000 --hours 8 --seed 1`: plays a day, prints what came of it, and
 * draws it as a page. Two configurations are played at once, each on a core of its own.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import type { Config } from './config.ts';
import type { Figures } from './figures.ts';
import { HELP, optionsOf, type Asked } from './options.ts';
import { pageOf } from './page.ts';
import { customersPerHour, type Size } from './plan.ts';
import { changes, said } from './report.ts';
import { simulate } from './simulate.ts';

/** How often in a day it is said how far it is. */
const TOLD = 16;

interface Task {
  readonly name: string;
  readonly config: Config;
  readonly size: Size;
  readonly perHour: number;
}

if (isMainThread) await main();
else parentPort?.postMessage(await played(workerData as Task));

async function main(): Promise<void> {
  let asked: Asked | null;
  try {
    asked = optionsOf(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    process.exitCode = 2;
    return;
  }
  if (!asked) return console.log(HELP);
  const { size, days, page } = asked;
  const [first, second] = days;
  if (!first) return;
  const perHour = customersPerHour(first.config, size);
  const tasks = days.map(({ name, config }) => ({ name, config, size, perHour: config.customersPerHour ?? perHour }));
  const began = performance.now();
  const results = second ? await Promise.all(tasks.map(elsewhere)) : await Promise.all(tasks.map(played));
  const tookSeconds = (performance.now() - began) / 1_000;

  const title = `A day of ${size.agents} agents, ${size.hours} hours, seed ${size.seed}`;
  const shown = results.map((figures, index) => ({ name: days[index]?.name ?? '', figures }));
  for (const { name, figures } of shown) console.log(`\n${said(`${title}: ${name}`, figures)}`);
  const [one, other] = results;
  if (one && other && second) {
    const lines = changes(one, other);
    console.log(`\nWith ${second.name} instead of ${first.name}, on the same day`);
    console.log((lines.length > 0 ? lines : ['nothing would change']).map((line) => `  ${line}`).join('\n'));
  }
  mkdirSync(dirname(page), { recursive: true });
  writeFileSync(page, pageOf(title, shown));
  const { user, system } = process.cpuUsage();
  const memory = Math.round(process.memoryUsage().rss / 1024 / 1024);
  const took = `${tookSeconds.toFixed(0)} s (${((user + system) / 1e6).toFixed(0)} s of a core)`;
  console.log(`\n${page} draws it. Played in ${took}, with ${memory} MB.`);
  if (results.some(({ violations }) => violations.length > 0)) process.exitCode = 1;
}

function played({ name, config, size, perHour }: Task): Promise<Figures> {
  const began = performance.now();
  const every = Math.max(1, Math.round((size.hours * 60) / TOLD));
  const progress = (minute: number) => {
    if (minute % every > 0) return;
    const seconds = ((performance.now() - began) / 1_000).toFixed(0);
    console.error(`${name}: ${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')} h after ${seconds} s`);
  };
  return simulate(config, size, perHour, { progress });
}

function elsewhere(task: Task): Promise<Figures> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: task });
    worker.on('message', resolve).on('error', reject);
  });
}
