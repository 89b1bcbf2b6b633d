/**
 * Somebody leaves: the customer at any moment, the agent while the customer stays, one agent of
 * two. What everybody is told, and what remains.
 */
import { describe, expect, it } from 'vitest';
import { contactCentre } from '../support/contact-centre.ts';
import { agentOf, chatOf, closings, conversationOf, logOf } from '../support/platform.ts';
import { chatIs, heard, join, talk } from '../support/talk.ts';

const centre = contactCentre();
const noWrapUp = { wrapUp: { enabled: false } };

async function ringing(settings: Record<string, unknown> = {}) {
  const queue = await centre.queue(settings);
  const person = await centre.person(['agent'], {
    attributes: { [queue]: 1 },
    mrds: [{ mrdId: 'CHAT', maxAgentTasks: 1 }],
  });
  const desk = await person.ready();
  const customer = await centre.customer(queue);
  await desk.next('agentPresence_', chatIs('BUSY'));
  return { queue, person, desk, customer, conversationId: customer.conversationId };
}

const namesOf = async (conversationId: string) => (await logOf(centre, conversationId)).map(({ name }) => name);

describe('A customer who leaves', () => {
  it('while they wait is offered to nobody any more', async () => {
    const queue = await centre.queue();
    const customer = await centre.customer(queue);
    await customer.leaves();
    const log = await logOf(centre, customer.conversationId);
    expect(log.slice(-4).map(({ name }) => name)).toEqual([
      'CHANNEL_SESSION_ENDED',
      'TASK_STATE_CHANGED',
      'REVOKE_RESOURCE',
      'TOPIC_STATE_CHANGE_EVENT',
    ]);
    expect(closings(log)).toEqual(['CANCELLED']);
    expect(log.at(-2)?.data).toMatchObject({ taskCloseReason: 'CANCELLED', currentTaskState: 'QUEUED', agentId: null });
    expect(await conversationOf(centre, customer.conversationId)).toMatchObject({ state: 'CLOSED', tasks: [] });
    const desk = await (await centre.person(['agent'], { attributes: { [queue]: 1 } })).ready();
    await desk.never('taskRequest', 300);
  });

  it('while it rings takes the offer away, and the agent is as free as before', async () => {
    const { person, desk, customer, conversationId } = await ringing();
    const { data: offer } = await desk.next('taskRequest');
    await customer.leaves();
    const { data } = await desk.next('revokeTask');
    expect(data).toMatchObject({ conversationId, taskId: offer.taskId, reason: 'CANCELLED' });
    await desk.next('agentPresence_', chatIs('READY'));
    expect(heard(desk)).toEqual([]); // nothing of a conversation that the desk never held
    const log = await logOf(centre, conversationId);
    expect(closings(log)).toEqual(['CANCELLED']);
    expect(log.at(-2)?.data).toMatchObject({ currentTaskState: 'RESERVED', agentId: person.id, conversationId });
    expect(await agentOf(centre, person.id)).toMatchObject({ tasks: [] });
    const late = await desk.ask('topicSubscription', { conversationId, taskId: offer.taskId });
    expect(late).toMatchObject({ status: 'error', code: 'task.gone' });
  });

  it('while they talk leaves the agent to wrap up, and the conversation closes after that', async () => {
    const { desk, customer, conversationId } = await talk(centre);
    await customer.leaves();
    await desk.next('wrapupTimerStarted');
    expect(heard(desk)).toEqual(['CHANNEL_SESSION_ENDED', 'TASK_STATE_CHANGED', 'PARTICIPANT_ROLE_CHANGED']);
    const ended = await desk.cim('CHANNEL_SESSION_ENDED');
    expect(ended.data).toMatchObject({ id: customer.sessionId, state: { name: 'ENDED', reasonCode: 'CUSTOMER' } });
    expect(await conversationOf(centre, conversationId)).toMatchObject({ state: 'WRAP_UP', channelSessions: [] });
    desk.send('closeWrapup', { conversationId, cimEvent: null });
    await desk.next('topicClosed', (closed) => closed.conversationId === conversationId);
    expect((await conversationOf(centre, conversationId)).state).toBe('CLOSED');
  });

  it('while they talk takes an agent of a queue without wrap-up out at once, and says why', async () => {
    const { desk, person, customer, conversationId } = await talk(centre, noWrapUp);
    await customer.leaves();
    await desk.next('agentPresence_', chatIs('READY'));
    expect(heard(desk)).toEqual(['CHANNEL_SESSION_ENDED', 'topicUnsubscription', 'topicClosed']);
    expect((await desk.next('topicUnsubscription')).data.reason).toBe('CUSTOMER LEFT');
    const log = await logOf(centre, conversationId);
    expect(log.find(({ name }) => name === 'AGENT_UNSUBSCRIBED')?.data.reason).toBe('CUSTOMER_LEFT');
    expect(closings(log)).toEqual(['DONE']);
    expect(await chatOf(centre, person.id)).toBe('READY');
  });

  it('while the agent wraps up changes nothing about the wrap-up', async () => {
    const { desk, customer, conversationId } = await talk(centre);
    desk.send('topicUnsubscription', { conversationId });
    await desk.next('wrapupTimerStarted');
    desk.frames.length = 0;
    await customer.leaves();
    await desk.cim('CHANNEL_SESSION_ENDED');
    expect((await conversationOf(centre, conversationId)).state).toBe('WRAP_UP');
    await desk.never('wrapupTimerStarted', 200);
    desk.send('closeWrapup', { conversationId, cimEvent: null });
    await desk.next('topicUnsubscription');
    await desk.next('topicClosed');
  });

  it('or is dismissed by the platform, leaves with the reason that it gives', async () => {
    const { desk, conversationId } = await talk(centre, noWrapUp);
    const path = `/conversations/${conversationId}`;
    expect((await centre.call('DELETE', `${path}?reason=BORED`)).status).toBe(400);
    const answer = await centre.call('DELETE', `${path}?reason=FORCE_CLOSED`);
    expect(answer).toEqual({ status: 200, body: { conversationId, state: 'CLOSED' } });
    await desk.next('topicUnsubscription');
    const log = await logOf(centre, conversationId);
    const ended = log.find(({ name }) => name === 'CHANNEL_SESSION_ENDED');
    expect(ended?.data.state).toEqual({ name: 'ENDED', reasonCode: 'FORCE_CLOSED' });
  });

  it('twice leaves once, and what is sent to a closed conversation is refused', async () => {
    const { desk, customer, conversationId } = await talk(centre, noWrapUp);
    await Promise.all([customer.leaves(), customer.leaves()]);
    await customer.leaves();
    expect((await namesOf(conversationId)).filter((name) => name === 'CHANNEL_SESSION_ENDED')).toHaveLength(1);
    await desk.next('topicClosed');
    await desk.never('topicClosed', 200);
    await expect(customer.says('Hello?')).rejects.toThrow('409');
  });
});

describe('An agent who leaves', () => {
  it('leaves a customer behind who stays: the conversation is inactive, and goes on without an agent', async () => {
    const { desk, customer, conversationId } = await talk(centre, noWrapUp);
    desk.send('topicUnsubscription', { conversationId });
    await desk.next('topicUnsubscription');
    expect(await conversationOf(centre, conversationId)).toMatchObject({
      state: 'INACTIVE',
      participants: [],
      tasks: [],
    });
    await customer.says('Anybody?');
    await desk.next('agentPresence_', chatIs('READY'));
    await desk.never('onCimEvent', 200); // nothing more comes of a conversation that the desk has left
    await desk.never('topicClosed', 0);
    await customer.leaves();
    expect((await conversationOf(centre, conversationId)).state).toBe('CLOSED');
  });

  it('is told so again where the desk still shows a conversation that is over', async () => {
    const { desk, conversationId } = await talk(centre, noWrapUp);
    desk.send('topicUnsubscription_', { conversationId });
    await desk.next('topicUnsubscription');
    desk.send('topicUnsubscription', { conversationId });
    expect((await desk.next('topicUnsubscription')).data.reason).toBe('UNSUBSCRIBED');
    expect(closings(await logOf(centre, conversationId))).toEqual(['DONE']);
  });

  it('is refused where there is no such conversation', async () => {
    const desk = await (await centre.person()).connect();
    const answer = await desk.ask('topicUnsubscription', { conversationId: 'nothing' });
    expect(answer).toMatchObject({ status: 'error', code: 'conversation.unknown' });
  });

  it('is missed by the colleagues who stay, and by nobody else', async () => {
    const story = await talk(centre, noWrapUp);
    const { desk: amy, person, customer, conversationId } = story;
    const { desk: bob } = await join(centre, story, 'INBOUND');
    amy.send('topicUnsubscription', { conversationId });
    const { data } = await bob.cim('AGENT_UNSUBSCRIBED');
    expect(data).toMatchObject({ reason: 'UNSUBSCRIBED', agentParticipant: { isActive: false, role: 'PRIMARY' } });
    expect(data.agentParticipant.participant.keycloakUser).toEqual({
      id: person.id,
      username: person.id,
      firstName: 'Pat',
      lastName: person.id,
    });
    await amy.next('topicUnsubscription');
    expect((await conversationOf(centre, conversationId)).state).toBe('ACTIVE');
    await customer.says('Still here?');
    await bob.cim('CUSTOMER_MESSAGE');
    await amy.never('onCimEvent', 0);
  });

  it('takes along an assistant who has nobody left to assist', async () => {
    const story = await talk(centre);
    const { desk: amy, conversationId } = story;
    const { desk: bob, person } = await join(centre, story, 'CONSULT');
    await centre.passes(5_000); // she knows that he has come
    amy.send('topicUnsubscription', { conversationId });
    await amy.next('wrapupTimerStarted');
    expect((await bob.next('topicUnsubscription')).data.reason).toBe('PRIMARY AGENT LEFT');
    await bob.next('agentPresence_', chatIs('READY'));
    await amy.cim('AGENT_UNSUBSCRIBED', ({ reason }) => reason === 'PRIMARY_AGENT_LEFT');
    const { participants } = await centre.eventually(() => conversationOf(centre, conversationId));
    expect(participants).toMatchObject([{ role: 'WRAP_UP' }]);
    expect(await agentOf(centre, person.id)).toMatchObject({ tasks: [] });
  });

  it('who assists leaves without a wrap-up, and the conversation goes on', async () => {
    const story = await talk(centre);
    const { desk: amy, conversationId } = story;
    const { desk: bob } = await join(centre, story, 'CONSULT');
    bob.send('topicUnsubscription', { conversationId });
    expect((await bob.next('topicUnsubscription')).data.reason).toBe('UNSUBSCRIBED');
    await amy.cim('AGENT_UNSUBSCRIBED');
    await bob.never('wrapupTimerStarted', 0);
    expect(await conversationOf(centre, conversationId)).toMatchObject({ state: 'ACTIVE' });
  });
});
