/**
 * A colleague is asked for advice, unseen by the customer, and may then take over or join. What
 * each desk hears of it, in order.
 */
import { describe, expect, it } from 'vitest';
import { agentMessage, contactCentre } from '../support/contact-centre.ts';
import { closings, conversationOf, logOf } from '../support/platform.ts';
import {
  agent,
  consulting,
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
const whisper = (text: string) => ({ ...agentMessage(text), name: 'WHISPER_MESSAGE' });

describe('A consult', () => {
  it('of a queue is placed, goes before other requests, and brings somebody who assists', async () => {
    const { amy, bob, conversationId, sales } = await scene(centre);
    amy.desk.send('consultRequest', { conversationId, ...queue(sales, { note: 'May I?' }) });
    expect(await heardUntil(amy, 'agentAssignedForAssistance')).toEqual([
      'agentAssistanceRequestPlaced',
      'WHISPER_MESSAGE',
      'TASK_STATE_CHANGED',
      'TASK_ENQUEUED',
      'TASK_STATE_CHANGED',
      'AGENT_RESERVED',
      'agentAssignedForAssistance',
    ]);
    const [task] = (await tasksOf(centre, conversationId)).filter(({ direction }) => direction === 'CONSULT');
    expect(task).toMatchObject({ state: 'RESERVED', mode: 'QUEUE', priority: 10 });
    const { data } = await bob.desk.next('taskRequest');
    expect(data).toMatchObject({ taskDirection: 'CONSULT', note: 'May I?', requestedBy: amy.id });
    const topicParticipant = { role: 'PRIMARY', state: 'SUBSCRIBED' }; // as desks send it when Accept is pressed
    bob.desk.send('topicSubscription', { conversationId, taskId: data.taskId, topicParticipant });
    const topic = await bob.desk.next('onTopicData');
    expect(topic.data.topicData.topicParticipant.role).toBe('ASSISTANT');
    expect(await heardUntil(amy, 'AGENT_SUBSCRIBED')).toEqual(['TASK_STATE_CHANGED', 'AGENT_SUBSCRIBED']);
    expect(await rolesIn(centre, conversationId)).toEqual({ [amy.id]: 'PRIMARY', [bob.id]: 'ASSISTANT' });
    await nobodyIsHalfInside(centre, conversationId);
  });

  it('of a colleague is placed and rings at their desk', async () => {
    const { amy, bob, conversationId } = await scene(centre);
    amy.desk.send('consultRequest', { conversationId, ...agent(bob.id) });
    expect((await amy.desk.next('agentAssistanceRequestPlaced')).data).toMatchObject({
      requestAction: 'consult',
      mode: 'agent',
      conversationId,
    });
    const assigned = await amy.desk.next('agentAssignedForAssistance');
    expect(assigned.data).toMatchObject({ conversationId, type: 'consult', task: { assignedTo: { id: bob.id } } });
    expect((await bob.desk.next('taskRequest')).data.taskState.name).toBe('RESERVED');
  });

  it('without ringing is accepted by the desk itself', async () => {
    const { amy, bob, conversationId } = await scene(centre);
    amy.desk.send('consultRequest', { conversationId, ...agent(bob.id, { offerToAgent: false }) });
    const { data } = await bob.desk.next('taskRequest');
    expect(data).toMatchObject({ taskState: { name: 'STARTED' }, taskDirection: 'CONSULT' });
    bob.desk.send('topicSubscription', { conversationId, taskId: data.taskId });
    expect((await bob.desk.next('onTopicData')).data.topicData.topicParticipant.role).toBe('ASSISTANT');
  });

  it('is between the agents: the one who assists reads everything, whispers, and is not heard by the customer', async () => {
    const { amy, bob, customer, conversationId } = await consulting(centre);
    await customer.says('Well?');
    await bob.desk.cim('CUSTOMER_MESSAGE');
    const forbidden = await bob.desk.ask('publishCimEvent', { conversationId, cimEvent: agentMessage('Hello') });
    expect(forbidden).toMatchObject({ status: 'error', code: 'message.forbidden' });
    bob.desk.send('publishCimEvent', { conversationId, cimEvent: whisper('Say yes') });
    const { data } = await amy.desk.cim('WHISPER_MESSAGE');
    expect(data.body.markdownText).toBe('Say yes');
    const joined = (await logged(centre, conversationId, 'AGENT_SUBSCRIBED')).at(-1);
    expect(joined.data.agentParticipant).toMatchObject({ role: 'ASSISTANT', participant: { id: bob.id } });
  });

  it('ends when the one who assists leaves, at once and without a wrap-up', async () => {
    const { amy, bob, conversationId } = await consulting(centre, { support: withWrapUp });
    bob.desk.send('topicUnsubscription', { conversationId });
    expect(await heardUntil(bob, 'agentPresence_')).toEqual(['topicUnsubscription', 'agentPresence_']);
    const { data } = await amy.desk.cim('AGENT_UNSUBSCRIBED');
    expect(data).toMatchObject({ reason: 'UNSUBSCRIBED', agentParticipant: { role: 'ASSISTANT' } });
    expect(await rolesIn(centre, conversationId)).toEqual({ [amy.id]: 'PRIMARY' });
    expect(await amy.desk.ask('consultRequest', { conversationId, ...agent(bob.id) })).toMatchObject({ status: 'ok' });
  });

  it('ends when whoever asked leaves: nobody advises nobody', async () => {
    const { amy, bob, conversationId } = await consulting(centre);
    await centre.passes(5_000); // she knows that he has come
    amy.desk.send('topicUnsubscription', { conversationId });
    expect((await bob.desk.next('topicUnsubscription')).data.reason).toBe('PRIMARY AGENT LEFT');
    await bob.desk.next('agentPresence_', chatIs('READY'));
    expect(await conversationOf(centre, conversationId)).toMatchObject({
      state: 'INACTIVE',
      participants: [],
      tasks: [],
    });
    await nobodyIsHalfInside(centre, conversationId);
  });

  it('ends when the customer leaves', async () => {
    const { amy, bob, customer, conversationId } = await consulting(centre, { support: withWrapUp });
    await customer.leaves();
    expect((await bob.desk.next('topicUnsubscription')).data.reason).toBe('CUSTOMER LEFT');
    await amy.desk.next('wrapupTimerStarted');
    expect(await rolesIn(centre, conversationId)).toEqual({ [amy.id]: 'WRAP_UP' });
    await nobodyIsHalfInside(centre, conversationId);
  });
});

describe('A consult transfer', () => {
  it('makes the one who assisted the customer’s agent without ringing, and lets whoever asked go', async () => {
    const { amy, bob, customer, conversationId } = await consulting(centre);
    const target = agent(bob.id, { offerToAgent: false });
    amy.desk.send('consultTransferRequest', { conversationId, ...target });
    expect(await heardUntil(amy, 'agentPresence_')).toEqual([
      'TASK_STATE_CHANGED',
      'PARTICIPANT_ROLE_CHANGED',
      'consulTransferRequestSuccess',
      'topicUnsubscription',
      'agentPresence_',
    ]);
    expect(await heardUntil(bob, 'AGENT_UNSUBSCRIBED')).toEqual([
      'TASK_STATE_CHANGED',
      'PARTICIPANT_ROLE_CHANGED',
      'TASK_STATE_CHANGED',
      'AGENT_UNSUBSCRIBED',
    ]);
    expect(await rolesIn(centre, conversationId)).toEqual({ [bob.id]: 'PRIMARY' });
    await customer.says('So it is you');
    await bob.desk.cim('CUSTOMER_MESSAGE');
    const answer = await bob.desk.ask('publishCimEvent', { conversationId, cimEvent: agentMessage('It is me') });
    expect(answer).toMatchObject({ status: 'ok' });
    await nobodyIsHalfInside(centre, conversationId);
  });

  it('tells whoever asked who has the customer now, by both names of the task, and thanks them', async () => {
    const { amy, bob, conversationId } = await consulting(centre);
    amy.desk.send('consultTransferRequest', { conversationId, ...agent(bob.id, { offerToAgent: false }) });
    const role = await amy.desk.cim('PARTICIPANT_ROLE_CHANGED');
    expect(role.data.conversationParticipant).toMatchObject({ role: 'PRIMARY', participant: { id: bob.id } });
    const { data } = await amy.desk.next('consulTransferRequestSuccess');
    expect(data).toMatchObject({ conversationId, agentId: bob.id, task: { assignedTo: { id: bob.id } } });
    expect(data.newTask).toEqual(data.task);
    expect(data.task.activeMedia[0]?.type).toMatchObject({ direction: 'CONSULT_TRANSFER' });
    expect((await amy.desk.next('topicUnsubscription')).data.reason).toBe('CHAT TRANSFERRED');
    expect(closings(await logOf(centre, conversationId))).toEqual(['TRANSFERRED']);
    const left = (await logged(centre, conversationId, 'AGENT_UNSUBSCRIBED')).at(-1);
    expect(left.data.reason).toBe('CONSULT_TRANSFER');
  });

  it('with a wrap-up lets whoever asked wrap up first', async () => {
    const { amy, bob, conversationId } = await consulting(centre, { support: withWrapUp });
    amy.desk.send('consultTransferRequest', { conversationId, ...agent(bob.id, { offerToAgent: false }) });
    expect(await heardUntil(amy, 'wrapupTimerStarted')).toEqual([
      'TASK_STATE_CHANGED',
      'PARTICIPANT_ROLE_CHANGED',
      'consulTransferRequestSuccess',
      'TASK_STATE_CHANGED',
      'PARTICIPANT_ROLE_CHANGED',
      'wrapupTimerStarted',
    ]);
    expect(await rolesIn(centre, conversationId)).toEqual({ [amy.id]: 'WRAP_UP', [bob.id]: 'PRIMARY' });
    await nobodyIsHalfInside(centre, conversationId);
    amy.desk.send('closeWrapup', { conversationId, cimEvent: null });
    expect((await amy.desk.next('topicUnsubscription')).data.reason).toBe('CHAT TRANSFERRED');
    const { data } = await bob.desk.cim('AGENT_UNSUBSCRIBED');
    expect(data.agentParticipant.participant.id).toBe(amy.id);
  });

  it('to a queue, or to somebody who was not consulted, is a transfer', async () => {
    for (const mode of ['queue', 'agent']) {
      const { amy, bob, conversationId, sales } = await scene(centre);
      const target = mode === 'queue' ? queue(sales) : agent(bob.id);
      amy.desk.send('consultTransferRequest', { conversationId, ...target });
      await amy.desk.next('agentAssistanceRequestPlaced', ({ requestAction }) => requestAction === 'transfer');
      expect((await amy.desk.next('topicUnsubscription')).data.reason).toBe('CHAT TRANSFERRED');
      expect((await bob.desk.next('taskRequest')).data.taskDirection).toBe('CONSULT_TRANSFER');
    }
  });
});

describe('A consult conference', () => {
  it('puts the one who assisted in front of the customer, too', async () => {
    const { amy, bob, conversationId } = await consulting(centre);
    const request = { conversationId, ...agent(bob.id, { offerToAgent: false }) };
    amy.desk.send('consultConferenceRequest', request);
    for (const who of [amy, bob]) {
      const changes = await heardUntil(who, 'PARTICIPANT_ROLE_CHANGED');
      expect(changes).toEqual(['TASK_STATE_CHANGED', 'PARTICIPANT_ROLE_CHANGED']);
    }
    expect(await rolesIn(centre, conversationId)).toEqual({ [amy.id]: 'PRIMARY', [bob.id]: 'PRIMARY' });
    expect((await tasksOf(centre, conversationId)).map(({ direction }) => String(direction)).toSorted()).toEqual([
      'CONSULT_CONFERENCE',
      'INBOUND',
    ]);
    const answer = await bob.desk.ask('publishCimEvent', { conversationId, cimEvent: agentMessage('Both of us') });
    expect(answer).toMatchObject({ status: 'ok' });
    expect(amy.desk.frames.filter(({ event }) => event === 'topicUnsubscription')).toEqual([]);
    await nobodyIsHalfInside(centre, conversationId);
  });

  it('with somebody new brings them as a consult, and named again they are PRIMARY', async () => {
    for (const mode of ['queue', 'agent']) {
      const story = await scene(centre);
      const { amy, bob, conversationId, sales } = story;
      const target = mode === 'queue' ? queue(sales) : agent(bob.id);
      amy.desk.send('consultConferenceRequest', { conversationId, ...target });
      await amy.desk.next('agentAssistanceRequestPlaced', ({ requestAction }) => requestAction === 'conference');
      await joins(story, bob);
      expect(await rolesIn(centre, conversationId)).toEqual({ [amy.id]: 'PRIMARY', [bob.id]: 'ASSISTANT' });
      const forbidden = await bob.desk.ask('publishCimEvent', { conversationId, cimEvent: agentMessage('Hello') });
      expect(forbidden).toMatchObject({ status: 'error', code: 'message.forbidden' });
      amy.desk.send('consultConferenceRequest', { conversationId, ...agent(bob.id, { offerToAgent: false }) });
      const { data } = await bob.desk.cim('PARTICIPANT_ROLE_CHANGED');
      expect(data.conversationParticipant).toMatchObject({ role: 'PRIMARY', participant: { id: bob.id } });
      expect(await rolesIn(centre, conversationId)).toEqual({ [amy.id]: 'PRIMARY', [bob.id]: 'PRIMARY' });
      const answer = await bob.desk.ask('publishCimEvent', { conversationId, cimEvent: agentMessage('Hello') });
      expect(answer).toMatchObject({ status: 'ok' });
    }
  });
});
