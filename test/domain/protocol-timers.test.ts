/** PROTOCOL.md names every timer that there is, and no other, and draws each phase of a task. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Task } from '../../shared/domain/conversation/task.ts';
import { Timer } from '../../shared/domain/effect.ts';

const BACKUP = 'what a process left undone';

/** By what the table calls it. */
const NAMES = {
  offerExpired: ['offer'],
  receiptDue: ['receipt of an offer'],
  requestExpired: ['time to live of a request', 'overdue request'],
  estimateDue: ['estimate'],
  placeRequest: ['routing step', 'passing over after RONA, decline', 'ageing', BACKUP],
  slaReached: ['agent SLA'],
  silenceDue: ['silence of the customer'],
  holdExpired: ['hold; parked'],
  wrapUpExpired: ['wrap-up'],
  entrustExpired: ['nobody of ours has it'],
  graceExpired: ['grace of a lost connection'],
  sessionCheck: ['lease of a connection'],
  tokenDue: ['token'],
  snapshotDue: ['snapshot'],
  closeConnection: ['left-over connection'],
  retentionDue: ['retention'],
  findWork: [BACKUP],
  releaseTask: [BACKUP],
  listNews: [BACKUP],
  profilesDue: [BACKUP],
  queueDue: [BACKUP],
  greetingDue: [BACKUP],
} as const satisfies Record<Timer['kind'], readonly string[]>;

const document = readFileSync(new URL('../../shared/protocol/PROTOCOL.md', import.meta.url), 'utf8');
const section = document.slice(document.indexOf('\n## Timers\n'), document.indexOf('\n## Pull lists\n'));
const cells = section
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .slice(2)
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

describe('The table of timers', () => {
  it('has a row for each kind of timer, and none for what is no timer', () => {
    const kinds = Timer.options.map(({ shape }) => shape.kind.value);
    expect(kinds.toSorted()).toEqual(Object.keys(NAMES).toSorted());
    expect(cells.map(([name = '']) => name).toSorted()).toEqual([...new Set(Object.values(NAMES).flat())].toSorted());
  });

  it.each(cells.map((row): [string, string[]] => [row[0] ?? '', row]))(
    'says of it whose it is, how long, what ends it, and who hears what: %s',
    (_, row) => {
      expect(row).toHaveLength(6);
      expect(row.filter((cell) => cell === '')).toEqual([]);
    },
  );
});

it('The diagram has each phase of a task.', () => {
  const [, diagram = ''] = document.split('stateDiagram-v2');
  const drawn = diagram.slice(0, diagram.indexOf('```'));
  for (const { shape } of Task.options) expect(drawn).toContain(`${shape.phase.value} -->`);
});
