/**
 * An agent who declines: the next one has the customer at once, and nothing becomes of the first.
 */
import { describe, expect, it } from 'vitest';
import { contactCentre } from '../support/contact-centre.ts';
import { agentOf, chatOf, closings, logOf } from '../support/platform.ts';
import { heard } from '../support/talk.ts';

const centre = contactCentre();

async function agentFor(queue: string) {
  const person = await centre.person(['agent'], { attributes: { [queue]: 1 } });
  return { person, desk: await person.ready() };
}

describe('A declined offer', () => {
  it('goes to the next agent at once, and the one who declined stays ready', async () => {
    const queue = await centre.queue();
    const amy = await agentFor(queue);
    const bob = await agentFor(queue);
    const { conversationId } = await centre.customer(queue);
    const { data } = await amy.desk.next('taskRequest');
    const declinedAt = centre.now();
    const answer = await amy.desk.ask('declineTask', { conversationId, taskId: data.taskId, reasonCode: 'language' });
    expect(answer.status).toBe('ok');
    expect((await amy.desk.next('revokeTask')).data).toMatchObject({ conversationId, reason: 'DECLINED' });
    expect((await bob.desk.accept()).conversationId).toBe(conversationId);
    const log = await logOf(centre, conversationId);
    expect(closings(log)).toEqual(['DECLINED']);
    expect(log.find(({ data: { declinedFor } }) => declinedFor)?.data.declinedFor).toEqual({ id: 'language' });
    const asked = log.filter(({ name }) => name === 'AGENT_RESERVED').at(-1);
    expect(asked?.['timestamp'] - declinedAt).toBeLessThan(1_500);
    expect(await chatOf(centre, amy.person.id)).toBe('READY');
    expect((await agentOf(centre, amy.person.id)).tasks).toEqual([]);
    expect(heard(amy.desk)).not.toContain('taskRequest');
  });

  it('comes back to the only agent there is when it was declined for long enough', async () => {
    const queue = await centre.queue({ declineSeconds: 8 });
    const { desk } = await agentFor(queue);
    const { conversationId } = await centre.customer(queue);
    const { data } = await desk.next('taskRequest');
    await desk.ask('declineTask', { conversationId, taskId: data.taskId });
    const declinedAt = centre.now();
    await desk.next('taskRequest');
    expect(centre.now() - declinedAt).toBeGreaterThan(7_000);
    expect(centre.now() - declinedAt).toBeLessThan(12_000);
  });

  it('makes the agent not ready where the queue wants that', async () => {
    const queue = await centre.queue({ declinePolicy: 'AGENT_NOT_READY' });
    const { desk, person } = await agentFor(queue);
    const { conversationId } = await centre.customer(queue);
    const { data } = await desk.next('taskRequest');
    await desk.ask('declineTask', { conversationId, taskId: data.taskId });
    const { data: presence } = await desk.next(
      'agentPresence_',
      ({ agentPresence }) => agentPresence.state.name === 'NOT_READY',
    );
    expect(presence.agentPresence.state.reasonCode?.name).toBe('DECLINED');
    expect(await chatOf(centre, person.id)).toBe('NOT_READY');
  });

  it('can neither be declined again nor be accepted', async () => {
    const queue = await centre.queue();
    const { desk } = await agentFor(queue);
    const { conversationId } = await centre.customer(queue);
    const { data } = await desk.next('taskRequest');
    const about = { conversationId, taskId: data.taskId };
    await desk.ask('declineTask', about, 'once');
    for (const event of ['declineTask', 'topicSubscription']) {
      const answer = await desk.ask(event, about);
      expect(answer).toMatchObject({ status: 'error' });
      expect(['task.gone', 'task.notOffered']).toContain(answer.code);
    }
  });

  it('of a colleague who was asked by name: whoever asked hears that nobody comes', async () => {
    const queue = await centre.queue();
    const amy = await agentFor(queue);
    const { conversationId } = await centre.customer(queue);
    await amy.desk.accept();
    const bob = await agentFor(queue);
    amy.desk.send('consultRequest', { conversationId, mode: 'agent', requestedAgentId: bob.person.id });
    const { data } = await bob.desk.next('taskRequest');
    await bob.desk.ask('declineTask', { conversationId, taskId: data.taskId });
    await amy.desk.cim('NO_AGENT_AVAILABLE');
    expect(await chatOf(centre, bob.person.id)).toBe('READY');
  });
});

describe('A queue whose offers are taken by the desk', () => {
  it('does not ring', async () => {
    const queue = await centre.queue({ autoAccept: true });
    const { desk } = await agentFor(queue);
    const { conversationId } = await centre.customer(queue);
    const { data } = await desk.next('taskRequest');
    expect(data.taskState.name).toBe('STARTED');
    await desk.ask('topicSubscription', { conversationId, taskId: data.taskId });
    expect((await desk.next('onTopicData')).data.topicData.topicParticipant.role).toBe('PRIMARY');
  });
});
