/**
 * What a routing decision costs, in a small world: calls of the table, rows that are read, read
 * units; how that grows with how many agents are free and how many customers wait; what customers
 * who come at once cost each; and how hot the hottest keys are at fifty arrivals a second.
 */
import { Routed, skilled, type Cost } from '../test/support/routed.ts';
import { table } from './print.ts';

const MANY = Number(process.env['MANY'] ?? 10_000);
const QUEUES = [
  skilled('english', 'english'),
  skilled('french', 'french'),
  skilled('sales', 'sales'),
  skilled('sales-only', 'selling'),
  skilled('vip', 'english', { priority: 5 }),
];
const ATTRIBUTES = { english: 7, sales: 5, spanish: 3, region: 2, senior: true };
const MOST_GROWTH = 1.3;
const PER_SECOND = 50;
const SECONDS = 10;

/** So many agents who could take it, and so many customers who wait for others. */
async function floor([agents, waiting]: readonly [agents: number, waiting: number]): Promise<Routed> {
  const one = await new Routed(QUEUES).open();
  await one.agents(agents, ATTRIBUTES);
  await one.settled(async () => {
    for (let count = 0; count < waiting; count++) await one.arrives('french'); // which nobody speaks
  });
  return one;
}

type Decision = (one: Routed) => Promise<Cost>;

const DECISIONS: Record<string, Decision> = {
  'arrival, offered': (one) => one.cost(() => one.arrives('english')),
  'arrival, nobody matches': (one) => one.cost(() => one.arrives('french')),
  'agent freed, nothing for them': async (one) => {
    const [id = ''] = await one.agents(1, ATTRIBUTES, { ready: false });
    return one.cost(() => one.becomes(id, 'READY'));
  },
  'agent freed, offered': async (one) => {
    await one.settled(() => one.arrives('sales-only'));
    const [id = ''] = await one.agents(1, { ...ATTRIBUTES, selling: 9 }, { ready: false });
    return one.cost(() => one.becomes(id, 'READY'));
  },
};

const SIZES: Record<string, readonly (readonly [agents: number, waiting: number])[]> = {
  '100, then 10,000 agents': [
    [100, 0],
    [MANY, 0],
  ],
  '10, then 5,000 wait for others': [
    [100, 10],
    [100, MANY / 2],
  ],
  both: [
    [100, 10],
    [MANY, MANY / 2],
  ],
};

export async function routing(): Promise<void> {
  const rows: string[][] = [];
  for (const [size, sizes] of Object.entries(SIZES)) {
    const [small, large] = await Promise.all(sizes.map(floor));
    if (!small || !large) continue;
    for (const [name, decide] of Object.entries(DECISIONS)) {
      const [before, after] = [await decide(small), await decide(large)];
      const growth = (['calls', 'items', 'readUnits'] as const).map((key) => (after[key] / before[key]).toFixed(2));
      rows.push([size, name, said(before), said(after), growth.join(' / ')]);
    }
  }
  table(
    `Routing: calls / rows read / RRU / WRU per decision, the whole of what is saved included (growth at most ${MOST_GROWTH})`,
    ['', 'decision', 'small', 'large', 'growth of calls / rows / RRU'],
    rows,
  );
  await together();
  await hottest();
}

function said({ calls, items, readUnits, writeUnits }: Cost): string {
  return [calls, items, readUnits, writeUnits].join(' / ');
}

/** Customers who come in the same moment. */
async function together(): Promise<void> {
  const rows: (string | number)[][] = [];
  for (const count of [1, 2, 8, 50]) {
    const one = await floor([Math.min(800, MANY), 0]);
    const cost = await one.cost(() => Promise.all(Array.from({ length: count }, () => one.arrives('english'))));
    rows.push([count, (cost.calls / count).toFixed(1), (cost.items / count).toFixed(1), one.lost]);
  }
  table('Customers who come at once, 800 agents', ['at once', 'calls each', 'rows each', 'lost transactions'], rows);
}

/** Fifty arrivals a second for ten seconds among 10,000 agents. */
async function hottest(): Promise<void> {
  const one = await floor([MANY, 0]);
  one.book.partitions.clear();
  await one.settled(async () => {
    const ends = one.clock.now() + SECONDS * 1000;
    const coming: Promise<unknown>[] = [];
    for (; one.clock.now() < ends; await one.clock.sleep(1000 / PER_SECOND)) coming.push(one.arrives('english'));
    await Promise.all(coming);
  });
  const kinds = [...one.book.partitions].map(([key, { readUnits, writeUnits }]) => ({
    key,
    share: Math.max(readUnits / SECONDS / 3_000, writeUnits / SECONDS / 1_000),
    readUnits,
    writeUnits,
  }));
  table(
    `The hottest keys at ${PER_SECOND} arrivals a second, 10,000 agents (a key takes 3,000 RRU and 1,000 WRU a second; half of that is the bar)`,
    ['partition key', 'RRU/s', 'WRU/s', 'share of what it takes'],
    kinds
      .toSorted((a, b) => b.share - a.share)
      .slice(0, 6)
      .map(({ key, share, readUnits, writeUnits }) => [
        key,
        (readUnits / SECONDS).toFixed(0),
        (writeUnits / SECONDS).toFixed(0),
        `${(share * 100).toFixed(0)} %`,
      ]),
  );
}
