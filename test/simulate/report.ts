/**
 * What is said of a day, line by line; of two days, what one would change about the other. The
 * terminal and the page say the same.
 */
import { AS_OF, components } from '../../infra/cost/prices.ts';
import type { Figures, Service } from './figures.ts';

export interface Line {
  readonly name: string;
  readonly value: number;
  readonly said: string;
  /** Whether more of it is better, worse, or neither. */
  readonly good: 'more' | 'less' | 'neither';
}

const count = (value: number) => value.toLocaleString('en');
const percent = (value: number) => `${(value * 100).toFixed(1)} %`;
const seconds = (value: number) => `${value.toFixed(1)} s`;
const usd = (value: number) => `$${value.toFixed(5)}`;

function line(name: string, value: number, say: (value: number) => string, good: Line['good'] = 'neither'): Line {
  return { name, value, said: say(value), good };
}

function linesOfService(service: Service): Line[] {
  return [
    line('customers arrived', service.arrived, count),
    line('served', service.served, count, 'more'),
    line('abandoned', service.abandoned, count, 'less'),
    line('still waiting at closing time', service.waiting, count, 'less'),
    line('handed over', service.transferred, count),
    line('service level', service.serviceLevel, percent, 'more'),
    line('wait, p50', service.waitP50, seconds, 'less'),
    line('wait, p95', service.waitP95, seconds, 'less'),
    line('wait, longest', service.waitMax, seconds, 'less'),
  ];
}

export function linesOf(figures: Figures): Line[] {
  return [
    ...linesOfService(figures.all),
    line('hours of agents', figures.agentHours, (hours) => count(Math.round(hours * 10) / 10)),
    line('occupancy', figures.occupancy, percent),
    line('offers per conversation', figures.offersPerConversation, (value) => value.toFixed(3), 'less'),
    line('offers that rang out', figures.ringOuts, count, 'less'),
    line('networks lost', figures.networkLosses, count),
    line('conflicts', figures.conflicts, count, 'less'),
    line('$ per agent-hour', figures.cost.total, usd, 'less'),
    line('violations of invariants', figures.violations.length, count, 'less'),
  ];
}

/** Tables of a day, each with its title and its header first. */
export function tablesOf(figures: Figures): { title: string; rows: string[][] }[] {
  return [
    {
      title: 'By queue',
      rows: [
        ['queue', 'arrived', 'served', 'abandoned', 'waiting', 'service level', 'wait p50', 'p95', 'longest'],
        ...Object.entries(figures.queues).map(([id, queue]) => [
          id,
          ...[queue.arrived, queue.served, queue.abandoned, queue.waiting].map(count),
          percent(queue.serviceLevel),
          ...[queue.waitP50, queue.waitP95, queue.waitMax].map(seconds),
        ]),
      ],
    },
    {
      title: `$ per agent-hour, prices of ${AS_OF}`,
      rows: [
        ['component', '$'],
        ...components
          .filter((component) => figures.cost[component] > 0)
          .toSorted((a, b) => figures.cost[b] - figures.cost[a])
          .map((component) => [component, usd(figures.cost[component])]),
      ],
    },
    {
      title: 'The hottest key of each kind in its busiest second, and of what DynamoDB takes of a key',
      rows: [
        ['key', 'read units', 'write units', 'share'],
        ...figures.hottest.map(({ key, readUnits, writeUnits, share }) => [
          key,
          count(readUnits),
          count(writeUnits),
          percent(share),
        ]),
      ],
    },
  ];
}

/** What a second day would change, line by line: those that differ, of all and then by queue. */
export function changes(one: Figures, other: Figures): string[] {
  const byQueue = Object.entries(one.queues).flatMap(([id, service]) => {
    const then = other.queues[id];
    return then ? changed(linesOfService(service), linesOfService(then)).map((change) => `${id}, ${change}`) : [];
  });
  return [...changed(linesOf(one), linesOf(other)), ...byQueue];
}

function changed(before: readonly Line[], after: readonly Line[]): string[] {
  return before.flatMap(({ name, value, said, good }, index) => {
    const then = after[index];
    if (!then || then.said === said) return [];
    const verdict = good === 'neither' ? '' : then.value > value === (good === 'more') ? ', better' : ', worse';
    const relative =
      value === 0 ? '' : ` (${then.value > value ? '+' : '−'}${percent(Math.abs(then.value / value - 1))})`;
    return [`${name}: ${said} → ${then.said}${relative}${verdict}`];
  });
}

/** The whole, for a terminal. */
export function said(name: string, figures: Figures): string {
  const lines = linesOf(figures).map((line) => [line.name, line.said]);
  const rest = tablesOf(figures).flatMap(({ title, rows }) => ['', title, ...aligned(rows)]);
  const wrong = figures.violations.slice(0, 20).map((fault) => `  ${fault}`);
  return [name, ...aligned(lines), ...(wrong.length > 0 ? ['', 'Violations', ...wrong] : []), ...rest].join('\n');
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const [first = []] = rows;
  const widths = first.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map(
    (row) =>
      `  ${row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd()}`,
  );
}
