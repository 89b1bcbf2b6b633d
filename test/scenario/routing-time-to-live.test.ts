/** How long a request looks for an agent, and what becomes of it when the time is over. */
import { describe, expect, it } from 'vitest';
import { contactCentre } from '../support/contact-centre.ts';
import { agentOf, closings, conversationOf, logOf } from '../support/platform.ts';

const centre = contactCentre();

async function agentFor(queue: string) {
  const person = await centre.person(['agent'], { attributes: { [queue]: 1 } });
  return { person, desk: await person.ready() };
}

const gaveUp = (conversationId: string) =>
  centre.eventually(async () =>
    (await logOf(centre, conversationId)).find(({ name }) => name === 'NO_AGENT_AVAILABLE'),
  );

describe('A request for an agent', () => {
  it('ends when nobody takes it in its time, and the platform hears that no agent is available', async () => {
    const queue = await centre.queue({ requestTtlSeconds: 1 });
    const { conversationId } = await centre.customer(queue);
    const event = await gaveUp(conversationId);
    expect(event.data.requestType).toEqual({ direction: 'INBOUND', mode: 'QUEUE', metadata: {} });
    expect(closings(await logOf(centre, conversationId))).toEqual(['NO_AGENT_AVAILABLE']);
    expect(await conversationOf(centre, conversationId)).toMatchObject({
      state: 'CREATED',
      tasks: [{ activeMedia: [{ state: 'QUEUED', priority: 0 }] }], // the customer waits on
    });
  });

  it('is offered to an agent who comes after its time', async () => {
    const queue = await centre.queue({ requestTtlSeconds: 1 });
    const { conversationId } = await centre.customer(queue);
    await gaveUp(conversationId);
    const { desk } = await agentFor(queue);
    expect((await desk.next('taskRequest')).data.conversationId).toBe(conversationId);
  });

  it('has the time that the platform asks for, not that of the queue', async () => {
    const queue = await centre.queue({ requestTtlSeconds: 3_000 });
    const { conversationId } = await centre.customer(queue, { agentRequestTtl: 1 });
    await gaveUp(conversationId);
  });

  it('that rings when its time is over may still be accepted', async () => {
    const queue = await centre.queue({ requestTtlSeconds: 1, acceptSeconds: 30 });
    const { desk } = await agentFor(queue);
    const { conversationId } = await centre.customer(queue);
    const { data } = await desk.next('taskRequest');
    await desk.never('revokeTask', 2_500);
    desk.send('topicSubscription', { conversationId, taskId: data.taskId });
    await desk.next('onTopicData');
    const log = await logOf(centre, conversationId);
    expect(log.map(({ name }) => name)).not.toContain('NO_AGENT_AVAILABLE');
    expect(await conversationOf(centre, conversationId)).toMatchObject({ state: 'ACTIVE' });
  });

  it('that rings when its time is over ends when it is not answered, and the customer waits on', async () => {
    const queue = await centre.queue({ requestTtlSeconds: 1, acceptSeconds: 2 });
    const { person, desk } = await agentFor(queue);
    const { desk: other } = await agentFor(queue);
    const { conversationId } = await centre.customer(queue);
    const { conversationId: sameWait } = (await desk.next('taskRequest')).data;
    expect(sameWait).toBe(conversationId);
    await desk.next('revokeTask');
    await gaveUp(conversationId);
    expect(closings(await logOf(centre, conversationId))).toEqual(['NO_AGENT_AVAILABLE']);
    expect((await other.next('taskRequest')).data.conversationId).toBe(conversationId);
    expect(await agentOf(centre, person.id)).toMatchObject({ tasks: [] });
  });

  it('does not begin anew when an agent did not answer', async () => {
    const queue = await centre.queue({ requestTtlSeconds: 3, acceptSeconds: 1 });
    const { desk } = await agentFor(queue);
    const { conversationId } = await centre.customer(queue);
    await desk.next('revokeTask');
    const event = await gaveUp(conversationId);
    const [started] = await logOf(centre, conversationId);
    expect(closings(await logOf(centre, conversationId))).toEqual(['RONA', 'NO_AGENT_AVAILABLE']);
    expect(event['timestamp'] - started?.['timestamp']).toBeGreaterThanOrEqual(3_000);
    expect(event['timestamp'] - started?.['timestamp']).toBeLessThan(5_500);
  });
});
