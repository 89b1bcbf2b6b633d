/** "Why was this not routed?" tells of those whom there are. */
import { expect, it } from 'vitest';
import { explainRouting } from '../../shared/edge/http/explain.ts';
import { Routed, skilled } from '../support/routed.ts';

it('names no line of agents of whom nobody has signed in for a day', async () => {
  const floor = await new Routed([skilled('french', 'french', { requestTtlSeconds: 7 * 86_400 })]).open();
  await floor.agents(1, { french: 9 }, { ready: false });
  await floor.clock.runUntil(floor.clock.now() + 20 * 3_600_000);
  await floor.agents(1, { french: 1 }, { ready: false });
  const conversationId = await floor.settled(() => floor.arrives('french'));
  const lines = async () => {
    const [task] = await explainRouting(floor.small.app(), conversationId);
    return task?.lines.map(({ attributes }) => attributes['french']).toSorted();
  };
  expect(await lines()).toEqual([1, 9]);
  await floor.clock.runUntil(floor.clock.now() + 10 * 3_600_000);
  expect(await lines()).toEqual([1]);
});
