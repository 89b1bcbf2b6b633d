/** An offer that nobody answers: what it does to the agent, and who gets the customer next. */
import { describe, expect, it } from 'vitest';
import { contactCentre } from '../support/contact-centre.ts';
import { agentOf, chatOf, closings, conversationOf, logOf } from '../support/platform.ts';
import { chatIs, heard } from '../support/talk.ts';

const centre = contactCentre();

async function agentFor(queue: string) {
  const person = await centre.person(['agent'], { attributes: { [queue]: 1 } });
  return { person, desk: await person.ready() };
}

describe('An unanswered offer', () => {
  it('is revoked, makes the agent not ready for chats, and goes to the next agent ahead of everybody', async () => {
    const queue = await centre.queue({ acceptSeconds: 1 });
    const { person, desk: amy } = await agentFor(queue);
    const { conversationId } = await centre.customer(queue, { priority: 3 });
    const first = await amy.next('taskRequest');
    const { person: other, desk: bob } = await agentFor(queue);

    const revoked = await amy.next('revokeTask');
    expect(revoked.data).toMatchObject({ conversationId, taskId: first.data.taskId, reason: 'RONA' });
    const { data: presence } = await amy.next('agentPresence_', chatIs('NOT_READY'));
    expect(presence).toMatchObject({ agentStateChanged: false, mrdStateChanges: ['CHAT'] });
    expect(presence.agentPresence.state.name).toBe('READY'); // for calls they still are

    const second = await bob.next('taskRequest');
    expect(second.data.conversationId).toBe(conversationId);
    expect(second.data.taskId).not.toBe(first.data.taskId);
    const { tasks } = await conversationOf(centre, conversationId);
    expect(tasks).toMatchObject([
      { assignedTo: { id: other.id }, activeMedia: [{ priority: 11, state: 'RESERVED', answerTime: 0 }] },
    ]);
    await amy.never('taskRequest', 0);
    expect(await agentOf(centre, person.id)).toMatchObject({ tasks: [] });
  });

  it('ends its medium with RONA and opens another of the same task, whose time to live goes on running', async () => {
    const queue = await centre.queue({ acceptSeconds: 1 });
    const { desk } = await agentFor(queue);
    const { conversationId } = await centre.customer(queue);
    await desk.next('revokeTask');
    const log = await logOf(centre, conversationId);
    expect(log.map(({ name }) => name)).toEqual([
      'CHANNEL_SESSION_STARTED',
      'TASK_STATE_CHANGED',
      'TASK_ENQUEUED',
      'TASK_STATE_CHANGED',
      'AGENT_RESERVED',
      'TASK_STATE_CHANGED',
      'TASK_STATE_CHANGED',
    ]);
    const tasks = log.filter(({ name }) => name === 'TASK_STATE_CHANGED').map(({ data }) => data.task);
    const [queued, reserved, closed, requeued] = tasks;
    expect(tasks.map(({ id, attempt }) => [id, attempt])).toEqual([1, 1, 1, 2].map((attempt) => [queued.id, attempt]));
    expect(new Set([queued, reserved, closed].map(({ activeMedia: [medium] }) => medium.id)).size).toBe(1);
    expect(closed).toMatchObject({ state: { name: 'ACTIVE', reasonCode: 'RONA' }, activeMedia: [{ state: 'CLOSED' }] });
    expect(requeued).toMatchObject({
      assignedTo: null,
      state: { name: 'ACTIVE', reasonCode: null },
      agentRequestTtlTimerId: queued.agentRequestTtlTimerId,
      activeMedia: [{ state: 'QUEUED', priority: 11, answerTime: 0 }],
    });
    expect(requeued.activeMedia[0].id).not.toBe(queued.activeMedia[0].id);
    expect(requeued.activeMedia[0].enqueueTime).toBeGreaterThan(queued.activeMedia[0].enqueueTime);
  });

  it('makes the agent not ready for everything where the queue wants that', async () => {
    const queue = await centre.queue({ acceptSeconds: 1, ronaPolicy: 'AGENT_NOT_READY' });
    const { desk } = await agentFor(queue);
    await centre.customer(queue);
    await desk.next('revokeTask');
    const { data } = await desk.next('agentPresence_', ({ agentPresence }) => agentPresence.state.name === 'NOT_READY');
    expect(data.agentStateChanged).toBe(true);
    expect(data.agentPresence.state.reasonCode?.name).toBe('RONA');
    expect(data.agentPresence.agentMrdStates.map(({ state }) => state)).toEqual(['NOT_READY', 'NOT_READY']);
  });

  it('leaves the agent ready where the queue wants that, and passes them over for a while', async () => {
    const queue = await centre.queue({ acceptSeconds: 2, ronaPolicy: 'KEEP' });
    const { person, desk } = await agentFor(queue);
    await centre.customer(queue);
    const first = await desk.next('taskRequest');
    await desk.next('revokeTask');
    const revokedAt = centre.now();
    expect(await chatOf(centre, person.id)).toBe('READY');
    const again = await desk.next('taskRequest');
    expect(again.data.taskId).not.toBe(first.data.taskId);
    expect(centre.now() - revokedAt).toBeGreaterThan(1_000);
    expect((await agentOf(centre, person.id)).state.name).toBe('READY');
  });

  it('goes at once to another agent who is free, also where the first one stays ready', async () => {
    const queue = await centre.queue({ acceptSeconds: 2, ronaPolicy: 'KEEP' });
    const { desk: amy } = await agentFor(queue);
    const { desk: bob } = await agentFor(queue);
    const { conversationId } = await centre.customer(queue);
    const { data } = await amy.next('taskRequest');
    await amy.next('revokeTask');
    const offer = await bob.next('taskRequest');
    expect(offer.data.conversationId).toBe(conversationId);
    const reservations = (await logOf(centre, conversationId)).filter(({ name }) => name === 'AGENT_RESERVED');
    expect(reservations[1]?.['timestamp'] - Number(data['expiresAt'])).toBeLessThan(1_900); // it did not wait until amy's turn
    expect(heard(amy)).not.toContain('taskRequest');
  });

  it('does not take an agent who holds other chats out of them', async () => {
    const queue = await centre.queue({ acceptSeconds: 1 });
    const { person, desk } = await agentFor(queue);
    const jo = await centre.customer(queue);
    await desk.accept();
    await centre.customer(queue);
    await desk.next('revokeTask');
    expect(await chatOf(centre, person.id)).toBe('PENDING_NOT_READY');
    await jo.says('Hello?');
    expect((await desk.cim('CUSTOMER_MESSAGE')).data.body.markdownText).toBe('Hello?');
    expect(closings(await logOf(centre, jo.conversationId))).toEqual([]);
  });

  it('that was accepted, and whose work is over before it would have rung out, is never revoked', async () => {
    const queue = await centre.queue({ acceptSeconds: 5, wrapUp: { enabled: false } });
    const { desk } = await agentFor(queue);
    const { conversationId } = await centre.customer(queue);
    await desk.accept();
    await desk.ask('topicUnsubscription', { conversationId });
    await desk.next('topicUnsubscription');
    await centre.passes(10_000);
    await desk.never('revokeTask', 0);
  });

  it('can no longer be accepted, and its card goes', async () => {
    const queue = await centre.queue({ acceptSeconds: 1 });
    const { desk } = await agentFor(queue);
    const { conversationId } = await centre.customer(queue);
    const { data } = await desk.next('taskRequest');
    await desk.next('revokeTask');
    const answer = await desk.ask('topicSubscription', { conversationId, taskId: data.taskId });
    expect(answer).toMatchObject({ status: 'error', code: 'task.gone' });
    expect((await desk.next('revokeTask')).data.taskId).toBe(data.taskId);
    expect((await desk.next('errors')).data).toMatchObject({ task: 'topicSubscription', code: 'task.gone' });
  });

  it('that never was cannot be accepted', async () => {
    const queue = await centre.queue();
    const { desk } = await agentFor(queue);
    const { conversationId } = await centre.customer(queue);
    await desk.next('taskRequest');
    const unknown = await desk.ask('topicSubscription', { conversationId, taskId: 'nothing:x' });
    expect(unknown).toMatchObject({ status: 'error', code: 'task.gone' });
    const answer = await desk.ask('topicSubscription', { conversationId: 'nothing', taskId: 'nothing' });
    expect(answer).toMatchObject({ status: 'error', code: 'conversation.unknown' });
  });

  it('can be accepted only by the agent who has it', async () => {
    const queue = await centre.queue();
    const { desk: amy } = await agentFor(queue);
    const { conversationId } = await centre.customer(queue);
    const { data } = await amy.next('taskRequest');
    const { desk: bob } = await agentFor(queue);
    const answer = await bob.ask('topicSubscription', { conversationId, taskId: data.taskId });
    expect(answer).toMatchObject({ status: 'error', code: 'task.notOffered' });
    expect((await bob.next('revokeTask')).data.conversationId).toBe(conversationId);
    amy.send('topicSubscription', { conversationId, taskId: data.taskId });
    expect((await amy.next('onTopicData')).data.topicData.topicParticipant.role).toBe('PRIMARY');
  });
});
