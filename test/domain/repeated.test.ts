/**
 * What was said is known again; what was not is taken for known seldom, and what is stored stays
 * small.
 */
import { expect, it } from 'vitest';
import { ANYTHING, MARKS, marked, mayHold, NOTHING, Said } from '../../shared/domain/conversation/repeated.ts';

const marks = (count: number, from = 0) => Array.from({ length: count }, (_, n) => `message ${from + n}`);

it.each([1, 50, MARKS, MARKS + 1, 2 * MARKS, 5 * MARKS + 7])('of %i marks the newest are known', (count) => {
  const said = marked(NOTHING, marks(count));
  const newest = marks(count).slice(-MARKS);
  expect(newest.filter((mark) => !mayHold(said, mark))).toEqual([]);
});

it('what was never said is seldom taken for known, however much was said', () => {
  for (const count of [0, 100, MARKS, 2 * MARKS - 1, 10 * MARKS]) {
    const said = marked(NOTHING, marks(count));
    const taken = marks(2_000, 1_000_000).filter((mark) => mayHold(said, mark));
    expect(taken.length, `after ${count}`).toBeLessThan(60);
  }
});

it('has a bound', () => {
  expect(JSON.stringify(marked(NOTHING, marks(10 * MARKS))).length).toBeLessThan(700);
});

it('where nothing is known of what was said, anything may have been; and is forgotten as the rest is', () => {
  expect(mayHold(ANYTHING, 'message x')).toBe(true);
  expect(mayHold(marked(ANYTHING, marks(MARKS)), 'message x')).toBe(true);
  expect(mayHold(marked(ANYTHING, marks(MARKS + 1)), 'message x')).toBe(false);
});

it('is stored as it is', () => {
  const said = marked(NOTHING, marks(300));
  expect(Said.parse(JSON.parse(JSON.stringify(said)))).toEqual(said);
});
