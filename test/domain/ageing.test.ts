/** A place in line that ages: strict among those who came together, and nobody waits for ever. */
import { describe, expect, it } from 'vitest';
import { follows } from '../../shared/domain/handling/queueing.ts';
import { lagSeconds, rankOf } from '../../shared/domain/routing/ageing.ts';
import { concernedBy } from '../../shared/domain/routing/in-force.ts';
import { placeOf, waitingEntries, type Waiting } from '../../shared/domain/routing/routing.ts';
import { configSchemas } from '../../shared/protocol/shapes/config.ts';
import { arrival, NOW, queued, rules } from '../support/world.ts';

type Who = { queuePriority?: number; priority?: number; after?: number; ageingSeconds?: number };

/** Who waits, after so many seconds. */
function waits({ queuePriority = 1, priority = 1, after = 0, ageingSeconds = 300 }: Who, id = 't1'): Waiting {
  const task = queued(id, { rules: rules({ queuePriority, ageingSeconds }), priority, enqueuedAt: NOW + after * 1000 });
  const [entry] = waitingEntries(arrival([task]).conversation).values();
  if (!entry) throw new Error('nobody waits');
  return entry;
}

const isBefore = (one: Who, other: Who) => placeOf(waits(one)) < placeOf(waits(other, 't2'));

describe('A place in line', () => {
  it.each<[string, Who, Who, boolean]>([
    ['who came first, of the same priority', {}, { after: 0.001 }, true],
    ['however long ago', { after: -90_000 }, {}, true],
    ['the higher priority, within five minutes', { priority: 2, after: 299 }, {}, true],
    ['the lower one, after that', { priority: 2, after: 301 }, {}, false],
    ['an urgent one, within five minutes for each priority', { priority: 10, after: 2_699 }, {}, true],
    ['a patient one, after that', { priority: 10, after: 2_701 }, {}, false],
    ['who is back from an offer', { priority: 11, after: 299 }, { priority: 10 }, true],
    ['who waits on after their time, last', { priority: 0 }, { priority: 1, after: 299 }, false],
    ['the higher queue, whatever the priority of the tasks', { queuePriority: 2 }, { priority: 10 }, true],
    ['the higher queue, for an hour', { queuePriority: 2, after: 3_599 }, {}, true],
    ['the lower queue, after that', { queuePriority: 2, after: 3_601 }, {}, false],
    ['the higher priority for longer, where the queue says so', { priority: 2, after: 1_000, ageingSeconds: 86_400 }, { ageingSeconds: 86_400 }, true], // prettier-ignore
    ['the lower one sooner, where its own queue says so', { priority: 2, after: 11, ageingSeconds: 9 }, { ageingSeconds: 9 }, false], // prettier-ignore
  ])('is before the other: %s', (_, one, other, expected) => expect(isBefore(one, other)).toBe(expected));

  it('never comes to more than ten hours by default, and is bounded by the own queue alone', () => {
    expect(lagSeconds({ queuePriority: 1, priority: 0, ageingSeconds: 300 })).toBeLessThan(10 * 3_600);
    const bound = lagSeconds({ queuePriority: 1, priority: 0, ageingSeconds: 10 });
    for (const ageingSeconds of [1, 300, 86_400])
      for (const queuePriority of [1, 10])
        expect(
          isBefore(
            { priority: 0, ageingSeconds: 10 },
            { queuePriority, priority: 11, after: bound + 0.001, ageingSeconds },
          ),
        ).toBe(true);
  });

  it('fits into its key, as far as clocks and settings go', () => {
    const last = rankOf({ queuePriority: 1, priority: 0, enqueuedAt: Date.UTC(2200, 0), ageingSeconds: 86_400 });
    expect(last.map((number) => String(number).length)).toEqual([2, 2, 13]);
  });

  it('of a request from before there was ageing is before all others, and as it was', () => {
    const old = placeOf({ ...waits({ queuePriority: 3, priority: 4 }), ageingSeconds: undefined });
    expect(old).toBe(`96#95#0${NOW}#t1`);
    expect(old < placeOf(waits({ queuePriority: 10, priority: 11, after: -1_000 }))).toBe(true);
  });

  it('is given up to one that came low, while urgent ones come without end', () => {
    let line = [waits({}, 'low')];
    for (let second = 1; second < 10_000; second++) {
      line = [...line, waits({ priority: 10, after: second }, `high-${second}`)].toSorted((a, b) =>
        placeOf(a) < placeOf(b) ? -1 : 1,
      );
      const [served, ...rest] = line; // as many are served as come
      if (served?.taskId === 'low') return expect(second).toBe(2_701);
      line = rest;
    }
    expect.fail('the patient one was never served');
  });

  it('follows its queue where that changes', () => {
    const body = configSchemas.queues.parse({ name: 'support', mrdId: 'CHAT' });
    const task = queued('t1', { rules: rules({ ageingSeconds: 300 }) });
    expect(follows(task, body)).toBe(true);
    expect(follows(task, { ...body, ageingSeconds: 10 })).toBe(false);
    const [before, after] = [body, { ...body, ageingSeconds: 10 }].map((queue) => ({ ...queue, id: 'support' }));
    expect(concernedBy('queues', 'support', before ?? null, after ?? null)).toHaveLength(1);
  });
});
