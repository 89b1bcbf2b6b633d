/** What a customer who waits may know: their place in line, and how long it will probably take. */
import { describe, expect, it } from 'vitest';
import { contactCentre } from '../support/contact-centre.ts';
import { logOf } from '../support/platform.ts';

const centre = contactCentre();
const noWrapUp = { wrapUp: { enabled: false }, requestTtlSeconds: 3_600 };

/** Somebody who takes one chat at a time. */
async function oneAtATime(queue: string) {
  const mrds = [{ mrdId: 'CHAT', maxAgentTasks: 1 }];
  return (await centre.person(['agent'], { attributes: { [queue]: 1 }, mrds })).ready();
}

async function standing(conversationId: string): Promise<{ placeInLine: unknown; estimatedWaitSeconds: unknown }> {
  const { status, body } = await centre.call('GET', `/conversations/${conversationId}/routing`);
  expect(status).toBe(200);
  return body.tasks[0];
}

describe('Who waits', () => {
  it('has a place in line, by the order in which they will be served', async () => {
    const queue = await centre.queue(noWrapUp);
    const [first, second] = [await centre.customer(queue), await centre.customer(queue)];
    const urgent = await centre.customer(queue, { priority: 9 });
    const places = await Promise.all([urgent, first, second].map(({ conversationId }) => standing(conversationId)));
    expect(places).toMatchObject([1, 2, 3].map((placeInLine) => ({ placeInLine, estimatedWaitSeconds: null })));
  });

  it('moves up as others are served, and learns from it how long it takes', async () => {
    const queue = await centre.queue(noWrapUp);
    const customers = [await centre.customer(queue), await centre.customer(queue)];
    const [last, behind] = [await centre.customer(queue), await centre.customer(queue)];
    const desk = await oneAtATime(queue);
    for (const customer of customers) {
      await desk.accept();
      await centre.passes(15_000);
      await customer.leaves();
    }
    await desk.next('taskRequest', ({ conversationId }) => conversationId === last.conversationId);
    expect(await standing(last.conversationId)).toMatchObject({ placeInLine: null, estimatedWaitSeconds: null }); // rings
    const { placeInLine, estimatedWaitSeconds } = await standing(behind.conversationId);
    expect(placeInLine).toBe(1);
    expect(estimatedWaitSeconds).toBeGreaterThanOrEqual(15);
    expect(estimatedWaitSeconds).toBeLessThan(18); // two were taken in the last half minute
  });

  it('is told through the platform where the queue wants it, ever more seldom', async () => {
    const queue = await centre.queue({ ...noWrapUp, estimateAfterSeconds: 4 });
    const first = await centre.customer(queue);
    const { conversationId } = await centre.customer(queue);
    const told = async () => (await logOf(centre, conversationId)).filter(({ name }) => name === 'EWT_MESSAGE');
    await centre.passes(5_000);
    expect((await told()).map(({ data }) => data)).toMatchObject([
      { queue: { id: queue }, placeInLine: 2, estimatedWaitSeconds: null },
    ]);
    await first.leaves();
    await centre.passes(13_000);
    expect((await told()).map(({ data }) => data.placeInLine)).toEqual([2, 1, 1]);
    const desk = await oneAtATime(queue);
    await desk.accept();
    await centre.passes(20_000);
    expect(await told()).toHaveLength(3);
  });

  it('is told nothing otherwise', async () => {
    const { conversationId } = await centre.customer(await centre.queue(noWrapUp));
    await centre.passes(40_000);
    expect((await logOf(centre, conversationId)).filter(({ name }) => name === 'EWT_MESSAGE')).toEqual([]);
  });
});
