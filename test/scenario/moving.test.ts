/** A customer who waits is moved: whoever serves the other queue is asked at once. */
import { describe, expect, it } from 'vitest';
import { contactCentre } from '../support/contact-centre.ts';
import { closings, conversationOf, logOf } from '../support/platform.ts';
import { colleague, nobodyIsHalfInside, tasksOf } from '../support/scene.ts';

const centre = contactCentre();

const move = (conversationId: string, body: unknown) =>
  centre.call('POST', `/conversations/${conversationId}/queue`, body);

describe('A customer who waits', () => {
  it('is moved to another queue, whose agent is asked at once', async () => {
    const [support, sales] = await Promise.all([centre.queue(), centre.queue()]);
    const bob = await colleague(centre, sales);
    const { conversationId } = await centre.customer(support);
    expect(await move(conversationId, { queue: sales, priority: 7 })).toEqual({
      status: 202,
      body: { conversationId },
    });
    await bob.desk.accept();
    expect(await tasksOf(centre, conversationId)).toMatchObject([{ queue: sales, priority: 7, state: 'ACTIVE' }]);
    await nobodyIsHalfInside(centre, conversationId);
  });

  it('is moved while an agent of the first queue is asked, who is asked no longer', async () => {
    const [support, sales] = await Promise.all([centre.queue(), centre.queue()]);
    const [amy, bob] = await Promise.all([colleague(centre, support), colleague(centre, sales)]);
    const { conversationId } = await centre.customer(support);
    await amy.desk.next('taskRequest');
    expect(await move(conversationId, { queue: sales })).toMatchObject({ status: 202 });
    expect((await amy.desk.next('revokeTask')).data).toMatchObject({ conversationId, reason: 'REROUTE' });
    await bob.desk.accept();
    expect(closings(await logOf(centre, conversationId))).toEqual(['REROUTE']);
    await nobodyIsHalfInside(centre, conversationId);
  });

  it('waits for as long as is said last, and not for as long as was said first', async () => {
    const support = await centre.queue({ requestTtlSeconds: 5 });
    const [{ conversationId: longer }, { conversationId: shorter }] = await Promise.all([
      centre.customer(support),
      centre.customer(support),
    ]);
    await move(longer, { queue: support, agentRequestTtl: 60 });
    await move(shorter, { queue: support, agentRequestTtl: 2 });
    await centre.passes(4_000);
    expect(await gaveUp(shorter)).toBe(true);
    await centre.passes(20_000);
    expect(await gaveUp(longer)).toBe(false);
    expect(await conversationOf(centre, longer)).toMatchObject({ tasks: [{ state: { name: 'ACTIVE' } }] });
    await centre.passes(40_000);
    expect(await gaveUp(longer)).toBe(true);
  });
});

async function gaveUp(conversationId: string): Promise<boolean> {
  return (await logOf(centre, conversationId)).some(({ name }) => name === 'NO_AGENT_AVAILABLE');
}
