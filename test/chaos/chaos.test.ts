/**
 * A handful of the runs that `npm run chaos` makes in any number, with fewer messages. A failure
 * names its seed.
 */
import { expect, it } from 'vitest';
import { contactCentre } from '../support/contact-centre.ts';
import { run } from './run.ts';

const centre = contactCentre();
const deadlineMs = 180_000;

it.concurrent.each([1, 2, 3])(
  'everybody hears everything once and in order, however bad the network is (seed %i)',
  async (seed) => {
    const { failure, done } = await run(centre.stack, seed, { messages: 60, deadlineMs });
    expect(failure, `seed ${seed}, after ${JSON.stringify(done)}`).toBeNull();
    const times = Object.values(done).reduce((sum, each) => sum + each, 0);
    expect(times).toBeGreaterThan(10); // there was chaos, however soon it was over
  },
  deadlineMs + 30_000,
);
