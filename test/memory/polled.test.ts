/** How stories look again by a clock of their own. */
import { expect, it } from 'vitest';
import { polled } from '../support/polled.ts';

/** A clock that goes on so many times, and what is seen at each of its instants. */
function seen(times: number, see: (instant: number) => unknown) {
  let instant = 0;
  const passes = async () => instant < times && ((instant += 1), true);
  let looks = 0;
  const look = () => ((looks += 1), see(instant));
  return { poll: polled(look, passes, 'what is seen'), looks: () => looks };
}

it('looks until it is so, and no longer', async () => {
  const { poll, looks } = seen(9, (instant) => instant);
  await poll.toBe(3);
  expect(looks()).toBe(3);
});

it('looks once more after the clock has come to its end, and then says what it saw last', async () => {
  const { poll, looks } = seen(9, (instant) => [instant]);
  await expect(poll.toEqual([])).rejects.toThrow('what is seen: expected [ 9 ] to deeply equal []');
  expect(looks()).toBe(10);
});

it('knows what is not so, and takes what cannot be seen yet for that', async () => {
  const { poll, looks } = seen(9, (instant) => {
    if (instant < 5) throw new Error('not there');
    return instant;
  });
  await poll.not.toBe(5);
  expect(looks()).toBe(6);
  await expect(seen(2, () => Promise.reject(new Error('never there'))).poll.toBe(1)).rejects.toThrow('never there');
});
