/** A customer who needs somebody in particular, and a queue that takes the best, or the idlest. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { contactCentre, webSession } from '../support/contact-centre.ts';
import { logOf } from '../support/platform.ts';

const centre = contactCentre();

async function agentFor(queue: string, attributes: Record<string, number | boolean> = {}) {
  const person = await centre.person(['agent'], { attributes: { [queue]: 1, ...attributes } });
  return { id: person.id, desk: await person.ready() };
}

const wants = (...names: string[]) => names.map((attribute) => ({ allOf: [{ attribute, operator: '>=', value: 5 }] }));

describe.each([
  ['that may be required in its queue', ['swedish', 'norwegian']],
  ['that its queue knows nothing of', []],
])('A customer who requires attributes %s', (_, requirable) => {
  it('is offered to somebody who has them, though others have been free for longer', async () => {
    const queue = await centre.queue({ requirable });
    await agentFor(queue, { swedish: 4 });
    const bob = await agentFor(queue, { norwegian: 5 });
    const { conversationId } = await centre.customer(queue, { requiredAttributes: wants('swedish', 'norwegian') });
    expect((await bob.desk.accept()).conversationId).toBe(conversationId);
  });

  it('waits for somebody who has them, and takes the next who comes free', async () => {
    const queue = await centre.queue({ requirable });
    const amy = await agentFor(queue);
    const { conversationId } = await centre.customer(queue, { requiredAttributes: wants('swedish') });
    await amy.desk.never('taskRequest', 5_000);
    const { body } = await centre.call('GET', `/conversations/${conversationId}/routing`);
    const [{ availableNow, lines }] = body.tasks;
    expect(availableNow.find(({ agentId }: { agentId: string }) => agentId === amy.id).failed).toBe(
      'swedish >= 5, required',
    );
    const own = availableNow.find(({ agentId }: { agentId: string }) => agentId === amy.id).line;
    expect(lines.find(({ line }: { line: string }) => line === own).failed).toBe('swedish >= 5, required');
    const bob = await agentFor(queue, { swedish: 5 });
    expect((await bob.desk.accept()).conversationId).toBe(conversationId);
  });

  it('does without where nobody comes in time', async () => {
    const queue = await centre.queue({ requirable });
    const amy = await agentFor(queue);
    const [group] = wants('swedish');
    const allOf = group?.allOf.map((one) => ({ ...one, expiresAfterSeconds: 10 }));
    const { conversationId } = await centre.customer(queue, { requiredAttributes: [{ allOf }] });
    await amy.desk.accept();
    const asked = (await logOf(centre, conversationId)).filter(({ name }) =>
      ['CHANNEL_SESSION_STARTED', 'AGENT_RESERVED'].includes(name),
    );
    const [from = 0, to = 0] = asked.map(({ timestamp }) => Number(timestamp));
    expect(to - from).toBeGreaterThanOrEqual(10_000);
    expect(to - from).toBeLessThan(13_000);
  });
});

describe('What a customer requires', () => {
  it('may be said when they are sent to a queue, and again while they wait', async () => {
    const queue = await centre.queue({ requirable: ['swedish'] });
    const amy = await agentFor(queue, { swedish: 2 });
    const { conversationId } = await centre.customer(queue, { requiredAttributes: wants('swedish') });
    const path = `/conversations/${conversationId}/queue`;
    await amy.desk.never('taskRequest', 3_000);
    const requiredAttributes = [{ allOf: [{ attribute: 'swedish', operator: '>=', value: 2 }] }];
    expect((await centre.call('POST', path, { queue, requiredAttributes })).status).toBe(202);
    expect((await amy.desk.accept()).conversationId).toBe(conversationId);
  });

  it('is refused where nobody is asked', async () => {
    const body = { channelSession: webSession(randomUUID()), requiredAttributes: wants('swedish'), list: 'backlog' };
    const answer = await centre.call('POST', '/conversations', body);
    expect(answer).toMatchObject({ status: 400, body: { code: 'request.invalid' } });
    expect(answer.body.detail).toContain('requiredAttributes');
  });

  it('may become something that agents are told apart by, while they are signed in', async () => {
    const queue = await centre.queue();
    const amy = await agentFor(queue, { swedish: 5 });
    const steps = [{ expressions: [{ attribute: queue, operator: '>=', value: 1 }], timeoutSeconds: 86_400 }];
    await centre.call('PUT', `/config/queues/${queue}`, { name: queue, mrdId: 'CHAT', steps, requirable: ['swedish'] });
    const { conversationId } = await centre.customer(queue, { requiredAttributes: wants('swedish') });
    expect((await amy.desk.accept()).conversationId).toBe(conversationId);
  });
});

describe('A queue', () => {
  it('takes the best of those who are free, and of equals the longest available', async () => {
    const queue = await centre.queue({ selection: 'BEST_SKILLED', score: [{ attribute: 'sales' }] });
    await agentFor(queue, { sales: 2 });
    const bob = await agentFor(queue, { sales: 5 });
    const carol = await agentFor(queue, { sales: 5 });
    const first = await centre.customer(queue);
    expect((await bob.desk.accept()).conversationId).toBe(first.conversationId);
    const second = await centre.customer(queue);
    expect((await carol.desk.accept()).conversationId).toBe(second.conversationId);
  });

  it('leaves it to the channel where that wants the least skilled, also once it looks again', async () => {
    const queue = await centre.queue({ score: [{ attribute: 'sales' }] });
    await agentFor(queue, { sales: 4 });
    const bob = await agentFor(queue, { sales: 1 });
    const carol = await agentFor(queue, { sales: 2 });
    const session = webSession(randomUUID());
    const routingPolicy = { routingMode: 'PUSH', routingObjectId: queue, agentSelectionPolicy: 'LEAST_SKILLED' };
    const channelSession = { ...session, channel: { ...session.channel, channelConfig: { routingPolicy } } };
    const { body } = await centre.call('POST', '/conversations', { channelSession });
    const { data } = await bob.desk.next('taskRequest');
    expect(data.conversationId).toBe(body.conversationId);
    await bob.desk.ask('declineTask', { conversationId: body.conversationId, taskId: data.taskId });
    expect((await carol.desk.accept()).conversationId).toBe(body.conversationId);
  });

  it('takes who has the fewest conversations', async () => {
    const queue = await centre.queue({ selection: 'FEWEST_CONVERSATIONS' });
    const amy = await agentFor(queue);
    await centre.customer(queue);
    await amy.desk.accept();
    const bob = await agentFor(queue); // free for less long than Amy, who has one
    const { conversationId } = await centre.customer(queue);
    expect((await bob.desk.accept()).conversationId).toBe(conversationId);
  });
});
