/**
 * Days as one page with charts (uPlot), which holds all that it needs and loads nothing from
 * anywhere.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Figures, Point } from './figures.ts';
import { changes, linesOf, tablesOf } from './report.ts';

export interface Shown {
  readonly name: string;
  readonly figures: Figures;
}

/** What is drawn: each curve with its colour. */
const CHARTS: readonly {
  title: string;
  curves: readonly [name: string, of: (point: Point) => number, colour: string][];
}[] = [
  {
    title: 'Customers per part of the day',
    curves: [
      ['arrived', ({ arrived }) => arrived, '#2563eb'],
      ['abandoned', ({ abandoned }) => abandoned, '#dc2626'],
    ],
  },
  {
    title: 'Agents signed in, their places, and how many are taken',
    curves: [
      ['signed in', ({ agents }) => agents, '#6b7280'],
      ['places', ({ places }) => places, '#16a34a'],
      ['taken', ({ taken }) => taken, '#ea580c'],
    ],
  },
  { title: 'Customers who wait', curves: [['waiting', ({ waiting }) => waiting, '#7c3aed']] },
  { title: 'Wait of those who were answered, p95 in seconds', curves: [['p95', ({ waitP95 }) => waitP95, '#0891b2']] },
];

export function pageOf(title: string, days: readonly Shown[]): string {
  const [one, other] = days;
  const compared = one && other ? changes(one.figures, other.figures) : [];
  const charts = CHARTS.map(({ title: name, curves }) => ({
    title: name,
    series: days.flatMap((day, index) =>
      curves.map(([curve, , colour]) => ({
        label: days.length > 1 ? `${curve}, ${day.name}` : curve,
        stroke: colour,
        dash: index > 0 ? [6, 4] : [],
      })),
    ),
    data: [
      one?.figures.points.map(({ minute }) => minute / 60) ?? [],
      ...days.flatMap(({ figures }) => curves.map(([, of]) => figures.points.map(of))),
    ],
  }));
  const body = [
    `<h1>${escaped(title)}</h1>`,
    ...(days.length > 1
      ? [`<h2>What would change</h2><ul>${compared.map((line) => `<li>${escaped(line)}</li>`).join('')}</ul>`]
      : []),
    '<div id="charts"></div>',
    '<div class="days">',
    ...days.map(dayOf),
    '</div>',
  ].join('\n');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title>
<style>${library('uPlot.min.css')}
body{font:14px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:1200px;padding:0 1rem;color:#111;background:#fff}
#charts,.days{display:grid;grid-template-columns:repeat(auto-fit,minmax(480px,1fr));gap:1.5rem}
table{border-collapse:collapse;margin:.5rem 0 1.5rem}td,th{padding:.15rem .8rem .15rem 0;text-align:left;vertical-align:top}
th{border-bottom:1px solid #ccc}td:not(:first-child){font-variant-numeric:tabular-nums}</style></head>
<body>
${body}
<script>${library('uPlot.iife.min.js')}</script>
<script>
const charts = ${JSON.stringify(charts).replaceAll('<', '\\u003c')};
const hour = (value) => Math.floor(value) + ':' + String(Math.round((value % 1) * 60)).padStart(2, '0');
for (const { title, series, data } of charts) {
  const hours = { label: 'hour', value: (_, value) => value === null ? '' : hour(value) };
  new uPlot({ title, width: 560, height: 260, scales: { x: { time: false } }, series: [hours, ...series],
    axes: [{ values: (_, values) => values.map(hour) }, {}] }, data, document.getElementById('charts'));
}
</script>
</body></html>
`;
}

function dayOf({ name, figures }: Shown): string {
  const lines = linesOf(figures).map((line) => [line.name, line.said]);
  const tables = tablesOf(figures).map(
    ({ title, rows: [header = [], ...rows] }) => `<h3>${escaped(title)}</h3>${table(rows, header)}`,
  );
  const wrong = figures.violations.slice(0, 100).map((fault) => [fault]);
  return `<section><h2>${escaped(name)}</h2>${table(lines)}${wrong.length > 0 ? `<h3>Violations</h3>${table(wrong)}` : ''}${tables.join('')}</section>`;
}

function table(rows: readonly (readonly string[])[], header: readonly string[] = []): string {
  const row = (cells: readonly string[], tag: string) =>
    `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('')}</tr>`;
  return `<table>${header.length > 0 ? row(header, 'th') : ''}${rows.map((cells) => row(cells, 'td')).join('')}</table>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** A file of uPlot, which nothing in it can end early. */
function library(file: string): string {
  const path = createRequire(import.meta.url).resolve(`uplot/dist/${file}`);
  return readFileSync(path, 'utf8').replaceAll('</script', '<\\/script');
}
