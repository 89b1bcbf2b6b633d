/**
 * What becomes of a numbered stream whose parts arrive late, twice, in another order, or not at
 * all.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  announce,
  arrive,
  fill,
  giveUp,
  missing,
  startAfter,
  type Sequence,
} from '../../../shared/client/session/sequence.ts';

/** Lets these arrive one after the other; what was due, in order. */
function arriving(seqs: readonly number[], from: Sequence<string> = startAfter(0)) {
  let sequence = from;
  const due: number[] = [];
  for (const seq of seqs) {
    const [next, now] = arrive(sequence, seq, `event ${seq}`);
    sequence = next;
    due.push(...now.map(([at]) => at));
  }
  return { sequence, due };
}

describe('Events that arrive', () => {
  it.each([
    ['in order', [1, 2, 3], [1, 2, 3], null],
    ['twice', [1, 1, 2, 1, 2], [1, 2], null],
    ['late', [2, 3, 1], [1, 2, 3], null],
    ['in reverse', [3, 2, 1], [1, 2, 3], null],
    ['without the first', [2, 3], [], { afterSeq: 0, beforeSeq: 2 }],
    ['without one between', [1, 2, 4, 6], [1, 2], { afterSeq: 2, beforeSeq: 4 }],
  ])('%s are shown in order and once, and what is missing is known', (_, seqs, shown, gap) => {
    const { sequence, due } = arriving(seqs);
    expect(due).toEqual(shown);
    expect(missing(sequence)).toEqual(gap);
  });

  it('begin after what was there before', () => {
    expect(arriving([3, 4, 5, 6], startAfter(4)).due).toEqual([5, 6]);
  });

  it('are shown in order and once however they are mixed and repeated', () => {
    const mixed = fc.integer({ min: 1, max: 40 }).chain((length) => {
      const all = Array.from({ length }, (_, index) => index + 1);
      return fc.tuple(fc.shuffledSubarray(all, { minLength: length }), fc.array(fc.constantFrom(...all)));
    });
    fc.assert(
      fc.property(mixed, fc.boolean(), ([order, again], first) => {
        const arrivals = first ? [...again, ...order] : [...order, ...again];
        expect(arriving(arrivals).due).toEqual(order.toSorted((a, b) => a - b));
      }),
    );
  });
});

describe('A gap', () => {
  it('is known from an announcement before anything after it has come', () => {
    expect(missing(announce(startAfter(4), 9))).toEqual({ afterSeq: 4, beforeSeq: 10 });
    expect(missing(announce(startAfter(4), 3))).toBeNull();
  });

  it('is closed by a page, of which some numbers may not exist', () => {
    const { sequence } = arriving([1, 6]);
    const [next, due] = fill(sequence, [[3, 'three']], 5);
    expect(due.map(([seq]) => seq)).toEqual([3, 6]);
    expect(missing(next)).toBeNull();
  });

  it('shrinks with each page, and what has come meanwhile is shown once', () => {
    const [first, due] = fill(arriving([1, 3, 9]).sequence, [[2, 'two'], [3, 'three']], 5); // prettier-ignore
    expect(due.map(([seq]) => seq)).toEqual([2, 3]);
    expect(missing(first)).toEqual({ afterSeq: 5, beforeSeq: 9 });
    const [second, rest] = fill(first, [], 8);
    expect(rest.map(([seq]) => seq)).toEqual([9]);
    expect(missing(second)).toBeNull();
  });

  it('may be larger than what a page that overtook it says: nothing is shown twice', () => {
    const { sequence } = arriving([1, 2, 3]);
    const [next, due] = fill(sequence, [[2, 'two'], [3, 'three']], 3); // prettier-ignore
    expect(due).toEqual([]);
    expect(next.seen).toBe(3);
  });

  it('that will never be filled keeps nothing back for ever', () => {
    const [next, due] = giveUp(arriving([1, 4, 7]).sequence);
    expect(due.map(([seq]) => seq)).toEqual([4, 7]);
    expect(missing(next)).toBeNull();
  });
});
