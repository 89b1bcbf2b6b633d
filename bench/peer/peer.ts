/**
 * Messages a second through our local runtime, and through a socket.io server that writes as much
 * (server.ts): runs in pairs, ours first and last in turn, so that what else happens on the machine
 * strikes both. Each desk says its next message when the one before is acknowledged and heard.
 *
 *   npm run bench -- peer --desks 1 --desks 16 --in-flight 1 --pairs 7 --seconds 3 --bytes 200 --small
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { table } from '../print.ts';
import { cpuOf } from './cpu.ts';
import { ours, peer as socketIo, type Side, type SpeakingDesk } from './sides.ts';

interface Load {
  readonly desks: number;
  /** Messages that each desk has under way at once. */
  readonly inFlight: number;
  readonly seconds: number;
  readonly bytes: number;
}

interface Run {
  readonly perSecond: number;
  /** Of the server with its engine, per message; `NaN` where the system does not say. */
  readonly cpuMs: number;
}

/** So many messages are said before anything is measured, if that does not take too long. */
const WARMING = 2_000;
const MOST_WARMING_MS = 30_000;
/** Nobody is at work where the processes take less of one processor than this. */
const QUIET_SHARE = 0.15;
const LOOK_MS = 250;
const MOST_LOOKS = 40;

export async function peer(): Promise<void> {
  const { values } = parseArgs({
    allowPositionals: true,
    options: {
      desks: { type: 'string', multiple: true, default: ['1', '16'] },
      'in-flight': { type: 'string', default: '1' },
      pairs: { type: 'string', default: '7' },
      seconds: { type: 'string', default: '3' },
      bytes: { type: 'string', default: '200' },
      small: { type: 'boolean', default: false },
    },
  });
  const { small } = values;
  const sides: Side[] = [];
  try {
    for (const start of [ours, socketIo]) sides.push(await start(small));
    for (const desks of values.desks.map(Number)) {
      const load = { desks, inFlight: Number(values['in-flight']), seconds: Number(values.seconds), bytes: Number(values.bytes) }; // prettier-ignore
      await compare(sides, load, Number(values.pairs));
    }
  } finally {
    await Promise.all(sides.map((side) => side.stop()));
  }
}

async function compare(sides: readonly Side[], load: Load, pairs: number): Promise<void> {
  const halls = await Promise.all(sides.map(async (side) => ({ side, desks: await desksAt(side, load.desks) })));
  const run = async ({ side, desks }: (typeof halls)[number]): Promise<Run> => {
    await Promise.all(desks.map((desk) => desk.live()));
    await quiet(sides);
    return measured(side, desks, load);
  };
  for (const { desks } of halls) await warm(desks, load);
  const rows: Run[][] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const order = pair % 2 === 0 ? [0, 1] : [1, 0];
    const runs: Run[] = [];
    for (const index of order) runs[index] = await run(halls[index] as (typeof halls)[number]);
    rows.push(runs);
  }
  for (const { desks } of halls) for (const desk of desks) desk.close();
  print(sides, load, rows);
}

async function desksAt(side: Side, count: number): Promise<SpeakingDesk[]> {
  const desks: SpeakingDesk[] = [];
  while (desks.length < count) desks.push(await side.desk());
  return desks;
}

/** Until the code is compiled as well as it will be, or nearly. */
async function warm(desks: readonly SpeakingDesk[], { bytes }: Load): Promise<void> {
  const until = performance.now() + MOST_WARMING_MS;
  let left = WARMING;
  const speaking = desks.map(async (desk) => {
    while (left-- > 0 && performance.now() < until) await desk.say('x'.repeat(bytes));
  });
  await Promise.all(speaking);
}

async function measured({ pid }: Side, desks: readonly SpeakingDesk[], load: Load): Promise<Run> {
  const text = 'x'.repeat(load.bytes);
  const cpuBefore = cpuOf(pid) ?? Number.NaN;
  const since = performance.now();
  const until = since + load.seconds * 1_000;
  let said = 0;
  const speaking = desks.flatMap((desk) =>
    Array.from({ length: load.inFlight }, async () => {
      while (performance.now() < until) {
        await desk.say(text);
        said += 1;
      }
    }),
  );
  await Promise.all(speaking);
  const seconds = (performance.now() - since) / 1_000;
  return { perSecond: said / seconds, cpuMs: ((cpuOf(pid) ?? Number.NaN) - cpuBefore) / said };
}

/** Whatever a run has left to be done, such as events for others, is done before the next. */
async function quiet(sides: readonly Side[]): Promise<void> {
  const spent = () => sides.reduce((sum, { pid }) => sum + (cpuOf(pid) ?? 0), 0);
  for (let looks = 0, before = spent(); looks < MOST_LOOKS; looks++) {
    await sleep(LOOK_MS);
    const now = spent();
    if (now - before < QUIET_SHARE * LOOK_MS) return;
    before = now;
  }
}

function print([one, other]: readonly Side[], load: Load, rows: readonly Run[][]): void {
  const ratio = (of: (run: Run) => number) => rows.map(([a, b]) => (a && b ? of(a) / of(b) : Number.NaN));
  const ratios = ratio(({ perSecond }) => perSecond);
  const each = (index: number, of: (run: Run) => number) => rows.map((runs) => of(runs[index] as Run));
  const cells = (of: (values: readonly number[]) => number) => [
    ...[0, 1].map((index) => of(each(index, ({ perSecond }) => perSecond)).toFixed(0)),
    of(ratios).toFixed(2),
    ...[0, 1].map((index) => of(each(index, ({ cpuMs }) => cpuMs)).toFixed(2)),
  ];
  const names = [one?.name ?? '', other?.name ?? ''];
  table(
    `Durable messages of ${load.bytes} bytes, ${load.desks} desk${load.desks === 1 ? '' : 's'}, ${load.inFlight} under way at each, ${load.seconds} s a run`,
    ['pair', ...names.map((name) => `${name}/s`), 'ratio', ...names.map((name) => `${name} CPU ms`)],
    [
      ...rows.map((_, index) => [index + 1, ...cells((values) => values[index] ?? Number.NaN)]),
      ['median', ...cells(quantile(0.5))],
      ['middle half from', ...cells(quantile(0.25))],
      ['to', ...cells(quantile(0.75))],
    ],
  );
}

/** Between two values in proportion. */
const quantile =
  (share: number) =>
  (values: readonly number[]): number => {
    const sorted = values.toSorted((a, b) => a - b);
    const at = share * (sorted.length - 1);
    const [low = Number.NaN, high = low] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
    return low + (high - low) * (at - Math.floor(at));
  };
