/**
 * Small days: the same seed is the same day, figures add up, and a change shows where it should.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Config, configOf } from './config.ts';
import type { Figures } from './figures.ts';
import { optionsOf } from './options.ts';
import { pageOf } from './page.ts';
import { customersPerHour, planOf } from './plan.ts';
import { changes, said } from './report.ts';
import { simulate } from './simulate.ts';

const size = { agents: 14, hours: 0.5, seed: 7 };
const usual = Config.parse({ load: 0.9 });

/** Played once for all who look at it. */
let played: Promise<Figures> | undefined;
const aDay = () => (played ??= simulate(usual, size));

describe('A day', () => {
  it('is the same again for the same seed, and another for another', async () => {
    const first = said('a day', await aDay());
    expect(said('a day', await simulate(usual, size))).toBe(first);
    expect(said('a day', await simulate(usual, { ...size, seed: 8 }))).not.toBe(first);
  });

  it('loses no customer: whoever came was served, gave up or still waits', async () => {
    const { all, queues, points } = await aDay();
    expect(all.arrived).toBe(Math.round(customersPerHour(usual, size) * size.hours));
    expect(all.served).toBeGreaterThan(10);
    for (const { arrived, served, abandoned, waiting } of [all, ...Object.values(queues)])
      expect(arrived).toBe(served + abandoned + waiting);
    const sum = (of: (service: typeof all) => number) => Object.values(queues).reduce((so, one) => so + of(one), 0);
    expect(sum(({ arrived }) => arrived)).toBe(all.arrived);
    expect(points.reduce((so, { arrived }) => so + arrived, 0)).toBe(all.arrived);
    expect(points.at(-1)?.waiting).toBe(all.waiting);
  });

  it('counts who still waits at closing time, where too many come', async () => {
    const { all } = await simulate(Config.parse({ load: 4 }), { agents: 6, hours: 0.2, seed: 3 });
    expect(all.waiting).toBeGreaterThan(0);
    expect(all.abandoned).toBeGreaterThan(0);
    expect(all.arrived).toBe(all.served + all.abandoned + all.waiting);
  });

  it('breaks no invariant, though offers ring out and networks are lost', async () => {
    const rough = { ringOutShare: 0.3, networkLossesPerHour: 8, breakEveryMinutes: 15, breakMinutes: 3 };
    const queues = [
      { id: 'one', share: 1, transfers: { share: 0.5, to: 'two' }, handleSeconds: 120 },
      { id: 'two', handleSeconds: 120 },
    ];
    const { violations, ringOuts, networkLosses, all } = await simulate(Config.parse({ agents: rough, queues }), size);
    expect(violations).toEqual([]);
    expect(ringOuts).toBeGreaterThan(5);
    expect(networkLosses).toBeGreaterThan(10);
    expect(all.transferred).toBeGreaterThan(5);
    expect((await aDay()).violations).toEqual([]);
  });

  it('is found out where something breaks that may not', async () => {
    const { violations } = await simulate(usual, size, undefined, {
      mischief: {
        afterMs: 1_200_000,
        does({ world: { rows } }) {
          // The slots of everybody who talks with a customer are gone, past all rules.
          for (const { pk, sk } of rows.all())
            if (pk.startsWith('AGENT#') && sk === 'STATE')
              rows.update({ pk, sk }, { set: { slots: {} }, add: {} }, { exists: true });
        },
      },
    });
    expect(violations.some((fault) => fault.includes('no slot'))).toBe(true);
  });

  it('costs what its work costs: more messages, more dollars', async () => {
    const silent = Config.parse({ load: 0.9, queues: [{ id: 'general', messages: 0 }] });
    const [less, more] = [await simulate(silent, size), await aDay()];
    expect(less.cost.total).toBeGreaterThan(0);
    expect(more.cost.total).toBeGreaterThan(less.cost.total * 1.2);
    expect(more.cost['DynamoDB writes']).toBeGreaterThan(less.cost['DynamoDB writes']);
  });
});

describe('The same day under two configurations', () => {
  const speaking = (share: number) =>
    Config.parse({
      load: 0.8,
      skills: { spanish: { share } },
      queues: [
        { id: 'general', share: 1 },
        {
          id: 'spanish',
          share: 1,
          settings: {
            steps: [{ expressions: [{ attribute: 'spanish', operator: '>=', value: 5 }], timeoutSeconds: 3_600 }],
          },
        },
      ],
    });

  it('has the same customers and the same agents', () => {
    const perHour = customersPerHour(speaking(0.2), size);
    const [few, many] = [planOf(speaking(0.2), size, perHour), planOf(speaking(0.8), size, perHour)];
    const who = ({ customers }: typeof few) =>
      customers.map(({ number, comesAt, queue, patienceMs, moments }) => [
        number,
        comesAt,
        queue.id,
        patienceMs,
        moments,
      ]);
    expect(who(many)).toEqual(who(few));
    const speakers = ({ workers }: typeof few) =>
      workers.flatMap(({ id, attributes }) => (attributes['spanish'] ? id : []));
    expect(speakers(many)).toEqual(expect.arrayContaining(speakers(few)));
    expect(speakers(many).length).toBeGreaterThan(speakers(few).length);
  });

  it('shows that more agents with a skill shorten the waits of those who need it', async () => {
    const perHour = customersPerHour(speaking(0.2), size);
    const [few, many] = [await simulate(speaking(0.2), size, perHour), await simulate(speaking(0.8), size, perHour)];
    expect(many.all.arrived).toBe(few.all.arrived);
    const lost = ({ queues }: Figures) => (queues['spanish']?.abandoned ?? 0) + (queues['spanish']?.waiting ?? 0);
    expect(lost(many)).toBeLessThan(lost(few));
    expect(many.all.serviceLevel).toBeGreaterThan(few.all.serviceLevel);
    for (const said of ['service level', 'spanish, service level'])
      expect(changes(few, many).find((line) => line.startsWith(said))).toMatch(/→.*better$/);
    expect(changes(few, few)).toEqual([]);
  });
});

describe('The page', () => {
  it('holds all that it needs, and loads nothing from anywhere', async () => {
    const figures = await aDay();
    const page = pageOf('A day & a half', [{ name: 'x', figures }]);
    expect(page).toContain('A day &amp; a half');
    expect(page).toContain('uPlot');
    expect(page).not.toMatch(/(src|href)=["']|url\(|@import|fetch\(|XMLHttpRequest/);
    expect(page.match(/<script>/g)).toHaveLength(2);
    expect(page.match(/<\/script>/g)).toHaveLength(2);
  });
});

describe('What is asked for', () => {
  const file = (text: string) => {
    const path = join(mkdtempSync(join(tmpdir(), 'simulate-')), 'day.json');
    writeFileSync(path, text);
    return path;
  };

  it('has a default, or is what was said', () => {
    expect(optionsOf([])).toMatchObject({ size: { agents: 100, hours: 8, seed: 1 } });
    const asked = optionsOf(['--agents', '7', '--compare', file('{"load":0.5}')]);
    expect(asked?.size.agents).toBe(7);
    expect(asked?.days.map(({ config }) => config.load)).toEqual([0.75, 0.5]);
    expect(optionsOf(['--help'])).toBeNull();
  });

  it.each([
    [['--agents', 'many'], /^--agents: /],
    [['--agents', '0'], /^--agents: /],
    [['--hours', '100'], /^--hours: /],
    [['--seed', '-1'], /--seed/],
    [['--agent', '1'], /--agent/],
    [['--config', '/nowhere.json'], /^\/nowhere.json cannot be read/],
  ])('is refused where it is wrong: %j', (args, message) => {
    expect(() => optionsOf(args)).toThrow(message);
  });

  it.each([
    ['{', /is not JSON/],
    ['{"loud": 1}', /loud/],
    ['{"queues": []}', /queues/],
    ['{"queues": [{"id": "abc"}, {"id": "abc"}]}', /queues.1.id: there are two queues abc/],
    [
      '{"queues": [{"id": "abc", "transfers": {"share": 1, "to": "xyz"}}]}',
      /transfers.to: there is no other queue xyz/,
    ],
    ['{"queues": [{"id": "abc", "settings": {"acceptSeconds": 0}}]}', /queues.0.settings.acceptSeconds/],
    ['{"agents": {"ringOutShare": 2}}', /agents.ringOutShare/],
  ])('is a configuration, or is told what is wrong with it: %s', (text, message) => {
    expect(() => configOf(text, 'day.json')).toThrow(message);
    expect(() => configOf(text, 'day.json')).toThrow(/^day.json/);
  });
});
