/**
 * A customer is handed over: to a queue or to a colleague, with and without a wrap-up, and what
 * each desk hears of it, in order.
 */
import { describe, expect, it } from 'vitest';
import { agentMessage, contactCentre } from '../support/contact-centre.ts';
import { conversationOf } from '../support/platform.ts';
import { agent, heardUntil, logged, nobodyIsHalfInside, queue, rolesIn, scene, type Scene } from '../support/scene.ts';
import { chatIs, heard, wrapUp } from '../support/talk.ts';

const centre = contactCentre();
const withWrapUp = { wrapUp: { enabled: true, seconds: 600 } };

/** The customer is bob's, and nobody else's: they talk. */
async function belongsToBob({ bob, customer, conversationId }: Scene) {
  expect(await rolesIn(centre, conversationId)).toEqual({ [bob.id]: 'PRIMARY' });
  await customer.says('Is that sales?');
  await bob.desk.cim('CUSTOMER_MESSAGE');
  const answer = await bob.desk.ask('publishCimEvent', { conversationId, cimEvent: agentMessage('It is.') });
  expect(answer).toMatchObject({ status: 'ok' });
  await nobodyIsHalfInside(centre, conversationId);
}

describe('A transfer to a queue', () => {
  it('is placed, leaves with its requester, rings at a colleague, and is theirs when they accept', async () => {
    const story = await scene(centre);
    const { amy, bob, conversationId, sales } = story;
    const request = { conversationId, ...queue(sales, { note: 'Wants to buy' }) };
    expect(await amy.desk.ask('directTransferRequest', request, 'x1')).toEqual({ id: 'x1', status: 'ok' });
    expect(await heardUntil(amy, 'agentPresence_')).toEqual([
      'agentAssistanceRequestPlaced',
      'WHISPER_MESSAGE',
      'TASK_STATE_CHANGED',
      'TASK_ENQUEUED',
      'topicUnsubscription',
      'agentPresence_',
    ]);

    const { data } = await bob.desk.next('taskRequest');
    expect(data).toMatchObject({
      conversationId,
      taskDirection: 'DIRECT_TRANSFER',
      taskState: { name: 'RESERVED' },
      note: 'Wants to buy',
      requestedBy: amy.id,
      queue: { id: sales, name: sales },
    });
    bob.desk.send('topicSubscription', { conversationId, taskId: data.taskId });
    const { topicEvents } = (await bob.desk.next('onTopicData')).data.topicData;
    const note = topicEvents.find(({ name }) => name === 'WHISPER_MESSAGE');
    expect(note?.data).toMatchObject({
      header: { sender: { id: amy.id, type: 'AGENT' } },
      body: { markdownText: 'Wants to buy' },
    });
    await belongsToBob(story);
    // Of a conversation that the desk has left it hears no more than what became of the transfer.
    expect(heard(amy.desk)).toEqual(['agentAssignedForAssistance', 'onAssistanceOutcome']);
  });

  it('says to whoever asked what they asked for, and goodbye in the words that desks know', async () => {
    const { amy, conversationId, sales } = await scene(centre);
    amy.desk.send('directTransferRequest', { conversationId, ...queue(sales) });
    const placed = await amy.desk.next('agentAssistanceRequestPlaced');
    expect(placed.data).toMatchObject({ requestAction: 'transfer', mode: 'queue', conversationId });
    const { data } = await amy.desk.cim('TASK_ENQUEUED');
    expect(data.task.type).toMatchObject({ direction: 'DIRECT_TRANSFER', mode: 'QUEUE' });
    expect(data.task.type.metadata).toMatchObject({ requestedBy: amy.id, hops: 1 });
    expect((await amy.desk.next('topicUnsubscription')).data.reason).toBe('CHAT TRANSFERRED');
    const [left] = await logged(centre, conversationId, 'AGENT_UNSUBSCRIBED');
    expect(left.data).toMatchObject({ reason: 'DIRECT_TRANSFER', agentParticipant: { role: 'PRIMARY' } });
  });

  it('with a wrap-up keeps the requester until they have wrapped up, while the customer is with the colleague already', async () => {
    const story = await scene(centre, { support: withWrapUp });
    const { amy, bob, conversationId, sales } = story;
    amy.desk.send('directTransferRequest', { conversationId, ...queue(sales) });
    expect(await heardUntil(amy, 'wrapupTimerStarted')).toEqual([
      'agentAssistanceRequestPlaced',
      'TASK_STATE_CHANGED',
      'TASK_ENQUEUED',
      'TASK_STATE_CHANGED',
      'PARTICIPANT_ROLE_CHANGED',
      'wrapupTimerStarted',
    ]);
    await bob.desk.accept();
    expect(await rolesIn(centre, conversationId)).toEqual({ [amy.id]: 'WRAP_UP', [bob.id]: 'PRIMARY' });
    const cimEvent = agentMessage('Me again');
    const answer = await amy.desk.ask('publishCimEvent', { conversationId, cimEvent });
    expect(answer).toMatchObject({ status: 'error', code: 'message.forbidden' });
    await nobodyIsHalfInside(centre, conversationId);

    amy.desk.send('closeWrapup', { conversationId, cimEvent: wrapUp() });
    expect((await amy.desk.next('topicUnsubscription')).data.reason).toBe('CHAT TRANSFERRED');
    await bob.desk.cim('AGENT_UNSUBSCRIBED', ({ reason }) => reason === 'DIRECT_TRANSFER');
    const tasks = (await logged(centre, conversationId, 'TASK_STATE_CHANGED')).filter(
      ({ data }) => data.task.assignedTo?.id === amy.id,
    );
    expect(tasks.slice(-2).map(({ data }) => data.state)).toEqual([
      { name: 'WRAP_UP', reasonCode: 'TRANSFERRED' },
      { name: 'CLOSED', reasonCode: 'TRANSFERRED' },
    ]);
    await belongsToBob(story);
  });

  it('leaves a colleague who is in front of the customer, too, where they are', async () => {
    const story = await scene(centre);
    const { amy, bob, conversationId } = story;
    amy.desk.send('directConferenceRequest', { conversationId, ...agent(bob.id) });
    await bob.desk.accept();
    const third = await centre.queue({ wrapUp: { enabled: false } });
    amy.desk.send('directTransferRequest', { conversationId, ...queue(third) });
    await amy.desk.next('topicUnsubscription');
    await bob.desk.cim('TASK_ENQUEUED');
    await bob.desk.cim('AGENT_UNSUBSCRIBED');
    expect((await conversationOf(centre, conversationId)).state).toBe('ACTIVE');
    await belongsToBob(story);
  });
});

describe('A transfer to a colleague', () => {
  it('rings at their desk and nowhere else, and is theirs when they accept', async () => {
    const story = await scene(centre);
    const { amy, bob, conversationId, support } = story;
    amy.desk.send('directTransferRequest', { conversationId, ...agent(bob.id, { note: 'Knows you' }) });
    expect(await heardUntil(amy, 'agentPresence_')).toEqual([
      'agentAssistanceRequestPlaced',
      'WHISPER_MESSAGE',
      'TASK_STATE_CHANGED',
      'AGENT_RESERVED',
      'agentAssignedForAssistance',
      'topicUnsubscription',
      'agentPresence_',
    ]);
    const { data } = await bob.desk.next('taskRequest');
    expect(data).toMatchObject({
      taskDirection: 'DIRECT_TRANSFER',
      taskState: { name: 'RESERVED' },
      note: 'Knows you',
      requestedBy: amy.id,
      queue: { id: support },
    });
    bob.desk.send('topicSubscription', { conversationId, taskId: data.taskId });
    expect((await bob.desk.next('onTopicData')).data.topicData.topicParticipant.role).toBe('PRIMARY');
    await belongsToBob(story);
  });

  it('names the one who will have the customer, so that a phone can follow', async () => {
    const { amy, bob, conversationId } = await scene(centre);
    amy.desk.send('directTransferRequest', { conversationId, ...agent(bob.id) });
    expect((await amy.desk.next('agentAssistanceRequestPlaced')).data).toMatchObject({
      requestAction: 'transfer',
      mode: 'agent',
    });
    const { data } = await amy.desk.next('agentAssignedForAssistance');
    expect(data).toMatchObject({ conversationId, type: 'direct-transfer', task: { assignedTo: { id: bob.id } } });
  });

  it('without ringing is accepted by the desk itself', async () => {
    const story = await scene(centre);
    const { amy, bob, conversationId } = story;
    amy.desk.send('directTransferRequest', { conversationId, ...agent(bob.id, { offerToAgent: false }) });
    const { data } = await bob.desk.next('taskRequest');
    expect(data).toMatchObject({ taskState: { name: 'STARTED' }, taskDirection: 'DIRECT_TRANSFER' });
    bob.desk.send('topicSubscription', { conversationId, taskId: data.taskId });
    await bob.desk.next('onTopicData');
    await belongsToBob(story);
  });

  it('with a wrap-up lets the requester wrap up while it rings', async () => {
    const story = await scene(centre, { support: withWrapUp });
    const { amy, bob, conversationId } = story;
    amy.desk.send('directTransferRequest', { conversationId, ...agent(bob.id) });
    await amy.desk.next('wrapupTimerStarted');
    amy.desk.send('closeWrapup', { conversationId, cimEvent: null });
    expect((await amy.desk.next('topicUnsubscription')).data.reason).toBe('CHAT TRANSFERRED');
    await amy.desk.next('agentPresence_', chatIs('READY'));
    await bob.desk.accept();
    await belongsToBob(story);
  });

  it('brings them the conversation as it was, with all that was said before', async () => {
    const { amy, bob, customer, conversationId } = await scene(centre);
    const messageId = 'late-order';
    await customer.says('My order is late', messageId);
    await amy.desk.cim('CUSTOMER_MESSAGE');
    amy.desk.send('directTransferRequest', { conversationId, ...agent(bob.id) });
    const { data } = await bob.desk.accept();
    const said = data.topicData.topicEvents.filter(({ name }) => name === 'CUSTOMER_MESSAGE');
    expect(said.map((event) => event.data['id'])).toEqual([messageId]);
  });
});
