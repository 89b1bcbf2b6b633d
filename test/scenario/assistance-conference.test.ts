/**
 * A colleague joins in front of the customer: what everybody hears of it, in order, and what
 * remains when somebody leaves.
 */
import { describe, expect, it } from 'vitest';
import { agentMessage, contactCentre } from '../support/contact-centre.ts';
import { closings, conversationOf, logOf } from '../support/platform.ts';
import {
  agent,
  heardUntil,
  joins,
  logged,
  nobodyIsHalfInside,
  queue,
  rolesIn,
  scene,
  tasksOf,
} from '../support/scene.ts';
import { chatIs } from '../support/talk.ts';

const centre = contactCentre();
const withWrapUp = { wrapUp: { enabled: true, seconds: 600 } };

describe('A conference with somebody of a queue', () => {
  it('is placed, enqueued, rings, and everybody who is there sees the colleague come', async () => {
    const { amy, bob, conversationId, sales } = await scene(centre);
    const request = { conversationId, ...queue(sales, { note: 'Come and see' }) };
    amy.desk.send('directConferenceRequest', request);
    expect(await heardUntil(amy, 'agentAssignedForAssistance')).toEqual([
      'agentAssistanceRequestPlaced',
      'WHISPER_MESSAGE',
      'TASK_STATE_CHANGED',
      'TASK_ENQUEUED',
      'TASK_STATE_CHANGED',
      'AGENT_RESERVED',
      'agentAssignedForAssistance',
    ]);
    const { data } = await bob.desk.next('taskRequest');
    const card = { taskDirection: 'DIRECT_CONFERENCE', note: 'Come and see', requestedBy: amy.id };
    expect(data).toMatchObject({ ...card, taskState: { name: 'RESERVED' } });

    bob.desk.send('topicSubscription', { conversationId, taskId: data.taskId });
    expect(await heardUntil(amy, 'AGENT_SUBSCRIBED')).toEqual(['TASK_STATE_CHANGED', 'AGENT_SUBSCRIBED']);
    expect(await heardUntil(bob, 'onTopicData')).toEqual(['agentPresence_', 'onTopicData']);
    expect(await rolesIn(centre, conversationId)).toEqual({ [amy.id]: 'PRIMARY', [bob.id]: 'PRIMARY' });
    await nobodyIsHalfInside(centre, conversationId);
  });

  it('says what was asked for, and who will come', async () => {
    const { amy, bob, conversationId, sales } = await scene(centre);
    amy.desk.send('directConferenceRequest', { conversationId, ...queue(sales) });
    const placed = { requestAction: 'conference', mode: 'queue', conversationId };
    expect((await amy.desk.next('agentAssistanceRequestPlaced')).data).toMatchObject(placed);
    const enqueued = await amy.desk.cim('TASK_ENQUEUED');
    expect(enqueued.data.task.type).toMatchObject({ direction: 'DIRECT_CONFERENCE', mode: 'QUEUE' });
    const assigned = await amy.desk.next('agentAssignedForAssistance');
    expect(assigned.data).toMatchObject({ type: 'direct-conference', task: { assignedTo: { id: bob.id } } });
  });

  it('may be asked for under the name that one generation of desks uses', async () => {
    const { amy, bob, conversationId, sales } = await scene(centre);
    const answer = await amy.desk.ask('directConferenceRequest ==>', { conversationId, ...queue(sales) });
    expect(answer).toMatchObject({ status: 'ok' });
    expect((await bob.desk.accept()).data.topicData.topicParticipant.role).toBe('PRIMARY');
  });
});

describe('A conference with a colleague', () => {
  it('rings at their desk, and they talk with the customer beside each other', async () => {
    const story = await scene(centre);
    const { amy, bob, customer, conversationId } = story;
    amy.desk.send('directConferenceRequest', { conversationId, ...agent(bob.id) });
    expect(await heardUntil(amy, 'agentAssignedForAssistance')).toEqual([
      'agentAssistanceRequestPlaced',
      'TASK_STATE_CHANGED',
      'AGENT_RESERVED',
      'agentAssignedForAssistance',
    ]);
    await joins(story, bob);
    for (const [from, to] of [
      [amy, bob],
      [bob, amy],
    ] as const) {
      const cimEvent = agentMessage('Hello', `from-${from.id}`);
      from.desk.send('publishCimEvent', { conversationId, cimEvent });
      await to.desk.cim('AGENT_MESSAGE', ({ id }) => id === cimEvent.data.id);
    }
    await customer.says('Two of you!');
    await Promise.all([amy, bob].map(({ desk }) => desk.cim('CUSTOMER_MESSAGE')));
  });

  it('without ringing is accepted by the desk itself', async () => {
    const { amy, bob, conversationId } = await scene(centre);
    amy.desk.send('directConferenceRequest', { conversationId, ...agent(bob.id, { offerToAgent: false }) });
    const { data } = await bob.desk.next('taskRequest');
    expect(data).toMatchObject({ taskState: { name: 'STARTED' }, taskDirection: 'DIRECT_CONFERENCE' });
    bob.desk.send('topicSubscription', { conversationId, taskId: data.taskId });
    expect((await bob.desk.next('onTopicData')).data.topicData.topicParticipant.role).toBe('PRIMARY');
  });

  it('goes on with whoever stays, the requester or the one who came', async () => {
    for (const leaver of ['amy', 'bob'] as const) {
      const story = await scene(centre);
      const { amy, bob, conversationId } = story;
      amy.desk.send('directConferenceRequest', { conversationId, ...agent(bob.id) });
      await joins(story, bob);
      const stays = leaver === 'amy' ? bob : amy;
      story[leaver].desk.send('topicUnsubscription', { conversationId });
      await stays.desk.cim('AGENT_UNSUBSCRIBED');
      expect(await rolesIn(centre, conversationId)).toEqual({ [stays.id]: 'PRIMARY' });
      expect((await conversationOf(centre, conversationId)).state).toBe('ACTIVE');
      await nobodyIsHalfInside(centre, conversationId);
    }
  });

  it('lets each of them wrap up for themselves', async () => {
    const story = await scene(centre, { support: withWrapUp });
    const { amy, bob, customer, conversationId } = story;
    amy.desk.send('directConferenceRequest', { conversationId, ...agent(bob.id) });
    await joins(story, bob);
    await customer.leaves();
    for (const { desk } of [amy, bob]) await desk.next('wrapupTimerStarted');
    amy.desk.send('closeWrapup', { conversationId, cimEvent: null });
    await bob.desk.cim('AGENT_UNSUBSCRIBED');
    bob.desk.send('closeWrapup', { conversationId, cimEvent: null });
    await bob.desk.next('topicClosed');
    expect(closings(await logOf(centre, conversationId))).toEqual(['DONE', 'DONE']);
    await nobodyIsHalfInside(centre, conversationId);
  });
});

describe('When the last agent leaves, a conference', () => {
  it('that is still looked for is called off, and the customer goes home', async () => {
    const { amy, bob, conversationId, sales } = await scene(centre);
    await bob.desk.become('NOT_READY');
    await amy.desk.ask('directConferenceRequest', { conversationId, ...queue(sales) });
    amy.desk.send('topicUnsubscription', { conversationId });
    await amy.desk.next('topicUnsubscription');
    expect(await tasksOf(centre, conversationId)).toMatchObject([{ direction: 'INBOUND', priority: 11 }]);
    expect(closings(await logOf(centre, conversationId))).toEqual(['DONE', 'FORCE_CLOSED']);
    await bob.desk.become('READY');
    await bob.desk.never('taskRequest', 200);
  });

  it('that rings is called off, and the card goes', async () => {
    const { amy, bob, conversationId } = await scene(centre);
    await amy.desk.ask('directConferenceRequest', { conversationId, ...agent(bob.id) });
    await bob.desk.next('taskRequest');
    amy.desk.send('topicUnsubscription', { conversationId });
    expect((await bob.desk.next('revokeTask')).data).toMatchObject({ conversationId, reason: 'FORCE_CLOSED' });
    await nobodyIsHalfInside(centre, conversationId);
  });

  it('goes with the customer, too', async () => {
    const { amy, bob, customer, conversationId } = await scene(centre);
    await amy.desk.ask('directConferenceRequest', { conversationId, ...agent(bob.id) });
    await bob.desk.next('taskRequest');
    await customer.leaves();
    expect((await bob.desk.next('revokeTask')).data).toMatchObject({ conversationId, reason: 'CANCELLED' });
    await amy.desk.next('topicClosed');
    await amy.desk.next('agentPresence_', chatIs('READY'));
    expect(await logged(centre, conversationId, 'REVOKE_RESOURCE')).toHaveLength(1);
    await nobodyIsHalfInside(centre, conversationId);
  });
});
