/** A limit of conversations of one queue for an agent, on the wire. */
import { describe, expect, it } from 'vitest';
import { contactCentre } from '../support/contact-centre.ts';
import { agent, colleague, scene, tasksOf } from '../support/scene.ts';

const centre = contactCentre();
const settings = { wrapUp: { enabled: false }, maxPerAgent: 1 };

describe('A queue that gives an agent one conversation at a time', () => {
  it('leaves the second customer to somebody else, or waiting, and says why', async () => {
    const limited = await centre.queue(settings);
    const usual = await centre.queue({ wrapUp: { enabled: false } });
    const amy = await colleague(centre, limited, usual);
    const first = await centre.customer(limited);
    await amy.desk.accept();
    const second = await centre.customer(limited);
    const other = await centre.customer(usual);
    expect((await amy.desk.accept()).data.conversationId).toBe(other.conversationId);
    await centre.passes(5_000);
    expect(await tasksOf(centre, second.conversationId)).toEqual([expect.objectContaining({ state: 'QUEUED' })]);
    const { body } = await centre.call('GET', `/conversations/${second.conversationId}/routing`);
    expect(body.tasks[0].availableNow.find(({ agentId }: { agentId: string }) => agentId === amy.id).failed).toBe(
      'has 1 conversations of this queue, as many as one may',
    );
    await first.leaves();
    expect((await amy.desk.accept()).data.conversationId).toBe(second.conversationId);
  });

  it('takes a changed limit at once', async () => {
    const queue = await centre.queue(settings);
    const amy = await colleague(centre, queue);
    await centre.customer(queue);
    await amy.desk.accept();
    const second = await centre.customer(queue);
    await centre.passes(3_000);
    const { body } = await centre.call('GET', `/config/queues/${queue}`);
    const { id: _, ...rest } = body;
    await centre.call('PUT', `/config/queues/${queue}`, { ...rest, maxPerAgent: 2 });
    expect((await amy.desk.accept()).data.conversationId).toBe(second.conversationId);
  });

  it('does not stop a colleague who asks for them by name', async () => {
    const story = await scene(centre, { support: settings, sales: settings });
    const own = await centre.customer(story.sales);
    await story.bob.desk.accept();
    const { conversationId } = story;
    expect(await story.amy.desk.ask('directTransferRequest', { conversationId, ...agent(story.bob.id) })).toMatchObject(
      { status: 'ok' },
    );
    expect((await story.bob.desk.accept()).data.conversationId).toBe(conversationId);
    expect(conversationId).not.toBe(own.conversationId);
  });
});
