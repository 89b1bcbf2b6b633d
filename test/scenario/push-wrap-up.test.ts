/**
 * The time after a conversation: how a wrap-up begins, what may be done in it, and the ways in
 * which it ends.
 */
import { describe, expect, it } from 'vitest';
import { agentMessage, contactCentre } from '../support/contact-centre.ts';
import { agentOf, closings, conversationOf, logOf } from '../support/platform.ts';
import { chatIs, heard, talk, wrapUp } from '../support/talk.ts';

const centre = contactCentre();
const after30 = { wrapUp: { enabled: true, seconds: 30 } };

/** An agent who has just left their customer and is wrapping up. */
async function wrappingUp(settings: Record<string, unknown> = after30) {
  const story = await talk(centre, settings);
  story.desk.send('topicUnsubscription', { conversationId: story.conversationId });
  const timer = await story.desk.next('wrapupTimerStarted');
  story.desk.frames.length = 0;
  return { ...story, timer };
}

describe('The wrap-up', () => {
  it('begins when the agent leaves: everybody sees the role change, the agent gets the countdown in seconds', async () => {
    const { desk, conversationId } = await talk(centre, after30);
    desk.send('topicUnsubscription', { conversationId });
    const { data } = await desk.next('wrapupTimerStarted');
    expect(data).toMatchObject({ conversationId, duration: 30, durationMs: 30_000, task: 'wrapupTimerStarted' });
    expect(heard(desk)).toEqual(['TASK_STATE_CHANGED', 'PARTICIPANT_ROLE_CHANGED']);
    const task = await desk.cim('TASK_STATE_CHANGED');
    expect(task.data).toMatchObject({ taskStateChanged: true, mediaStateChanges: [], state: { name: 'WRAP_UP' } });
    const change = await desk.cim('PARTICIPANT_ROLE_CHANGED');
    expect(change.data.conversationParticipant.role).toBe('WRAP_UP');
    expect((await conversationOf(centre, conversationId)).state).toBe('INACTIVE');
  });

  it('ends with closeWrapup, which publishes the wrap-up first', async () => {
    const { desk, person, customer, conversationId } = await wrappingUp();
    await customer.leaves();
    await desk.cim('CHANNEL_SESSION_ENDED');
    desk.frames.length = 0;
    const { status } = await desk.ask('closeWrapup', { conversationId, cimEvent: wrapUp('w1'), agentId: person.id });
    expect(status).toBe('ok');
    await centre.eventually(() => desk.frames.find(({ event }) => event === 'agentPresence_'));
    expect(heard(desk)).toEqual(['AGENT_MESSAGE', 'topicUnsubscription', 'topicClosed', 'agentPresence_']);
    expect((await desk.next('topicUnsubscription')).data).toMatchObject({ conversationId, reason: 'UNSUBSCRIBED' });
    const log = await logOf(centre, conversationId);
    expect(log.slice(-4).map(({ name }) => name)).toEqual([
      'AGENT_MESSAGE',
      'TASK_STATE_CHANGED',
      'AGENT_UNSUBSCRIBED',
      'TOPIC_STATE_CHANGE_EVENT',
    ]);
    expect(log.at(-4)?.data.body).toMatchObject({ type: 'WRAPUP', wrapups: [{ categoryName: 'sale', value: 'sold' }] });
    expect(closings(log)).toEqual(['DONE']);
    expect(await agentOf(centre, person.id)).toMatchObject({ tasks: [] });
  });

  it('ends with closeWrapup also where what comes with it may not be published: that alone is refused', async () => {
    const { desk, conversationId } = await wrappingUp();
    const answer = await desk.ask('closeWrapup', { conversationId, cimEvent: agentMessage('One more thing') });
    expect(answer).toMatchObject({ status: 'error', code: 'message.forbidden' });
    expect((await desk.next('topicUnsubscription')).data).toMatchObject({ conversationId, reason: 'UNSUBSCRIBED' });
    const log = await logOf(centre, conversationId);
    expect(log.filter(({ name }) => name === 'AGENT_MESSAGE')).toEqual([]);
    expect(closings(log)).toEqual(['DONE']);
  });

  it('ends with WRAP_UP_CLOSED, after an older desk has published the wrap-up by itself', async () => {
    const { desk, conversationId } = await wrappingUp();
    await desk.ask('publishCimEvent', { conversationId, cimEvent: wrapUp('w2') });
    expect((await desk.cim('AGENT_MESSAGE')).data).toMatchObject({ id: 'w2', body: { type: 'WRAPUP' } });
    desk.send('WRAP_UP_CLOSED', { conversationId });
    await desk.next('topicUnsubscription', ({ reason }) => reason === 'UNSUBSCRIBED');
    const wrapUps = (await logOf(centre, conversationId)).filter(({ data }) => data.body?.type === 'WRAPUP');
    expect(wrapUps).toHaveLength(1);
  });

  it('ends without a word when the agent has nothing to note', async () => {
    const { desk, conversationId } = await wrappingUp();
    desk.send('closeWrapup', { conversationId, cimEvent: null });
    await desk.next('topicUnsubscription');
    await desk.next('agentPresence_', chatIs('READY'));
    expect((await logOf(centre, conversationId)).filter(({ data }) => data.body?.type === 'WRAPUP')).toEqual([]);
  });

  it('ends by itself when its time is over', async () => {
    const { desk, conversationId, timer } = await wrappingUp({ wrapUp: { enabled: true, seconds: 1 } });
    expect(timer.data.duration).toBe(1);
    expect((await desk.next('topicUnsubscription')).data.reason).toBe('UNSUBSCRIBED');
    await desk.next('agentPresence_', chatIs('READY'));
    expect(closings(await logOf(centre, conversationId))).toEqual(['DONE']);
  });

  it.each<[string, Record<string, unknown> | null, string]>([
    ['what it was about', wrapUp(), 'Wrap Up applied'],
    ['nothing', null, 'choosing leave without Wrap Up'],
  ])('that ends with %s is told as that to desks that have words for it', async (_, cimEvent, detail) => {
    const { desk, conversationId } = await wrappingUp();
    desk.send('closeWrapup', { conversationId, cimEvent });
    expect((await desk.next('topicUnsubscription')).data).toMatchObject({ reason: 'UNSUBSCRIBED', detail });
  });

  it('that ends by itself is told as that', async () => {
    const { desk } = await wrappingUp({ wrapUp: { enabled: true, seconds: 2 } });
    const { data } = await desk.next('topicUnsubscription');
    expect(data).toMatchObject({ reason: 'UNSUBSCRIBED', detail: 'wrap Up Timer Expired' });
  });

  it('ends when the agent leaves during it', async () => {
    const { desk, conversationId } = await wrappingUp();
    desk.send('topicUnsubscription', { conversationId });
    await desk.next('topicUnsubscription', ({ reason }) => reason === 'UNSUBSCRIBED');
    await desk.next('agentPresence_', chatIs('READY'));
    expect(closings(await logOf(centre, conversationId))).toEqual(['DONE']);
  });

  it('ends once, however often and however late it is closed', async () => {
    const { desk, conversationId } = await wrappingUp();
    const close = () => desk.ask('closeWrapup', { conversationId, cimEvent: wrapUp('w3') });
    expect((await Promise.all([close(), close()])).map(({ status }) => status)).toEqual(['ok', 'ok']);
    expect((await close()).status).toBe('ok');
    await desk.next('topicUnsubscription');
    await desk.next('agentPresence_');
    await desk.never('topicUnsubscription', 300);
    await desk.never('errors', 0);
    await desk.never('agentPresence_', 0);
    const log = await logOf(centre, conversationId);
    expect(closings(log)).toEqual(['DONE']);
    expect(log.filter(({ data }) => data.body?.type === 'WRAPUP')).toHaveLength(1);
  });

  it('is not closed by an agent who is still talking', async () => {
    const { desk, conversationId } = await talk(centre, after30);
    const closed = await desk.ask('closeWrapup', { conversationId, cimEvent: null });
    expect(closed).toMatchObject({ status: 'error', code: 'state.invalid' });
    expect(await conversationOf(centre, conversationId)).toMatchObject({ state: 'ACTIVE' });
    await desk.never('topicUnsubscription', 200);
  });

  it('allows no message to the customer, and stays open when one is tried', async () => {
    const { desk, conversationId } = await wrappingUp();
    const say = { conversationId, cimEvent: agentMessage('One more thing') };
    expect(await desk.ask('publishCimEvent', say)).toMatchObject({ status: 'error', code: 'message.forbidden' });
    const { participants } = await conversationOf(centre, conversationId);
    expect(participants[0].role).toBe('WRAP_UP');
  });

  it('shows what the customer still writes, and takes no read receipt', async () => {
    const { desk, customer, conversationId } = await wrappingUp();
    await customer.says('Are you still there?', 'late');
    await desk.cim('CUSTOMER_MESSAGE', ({ id }) => id === 'late');
    const { lastSeq } = await conversationOf(centre, conversationId);
    const receipt = { type: 'DELIVERYNOTIFICATION', messageId: 'late', status: 'READ', reasonCode: 200 };
    const event = agentMessage('', 'r1');
    const cimEvent = { ...event, name: 'MESSAGE_DELIVERY_NOTIFICATION', type: 'NOTIFICATION' };
    await desk.ask('publishCimEvent', {
      conversationId,
      cimEvent: { ...cimEvent, data: { ...event.data, body: receipt } },
    });
    await desk.never('errors', 0);
    expect((await conversationOf(centre, conversationId)).lastSeq).toBe(lastSeq);
  });

  it('holds the slot of the agent until it is over', async () => {
    const { person, desk, conversationId } = await wrappingUp();
    expect(await agentOf(centre, person.id)).toMatchObject({ tasks: [{ conversationId, phase: 'WRAP_UP' }] });
    desk.send('closeWrapup', { conversationId, cimEvent: null });
    await desk.next('agentPresence_', chatIs('READY'));
    expect(await agentOf(centre, person.id)).toMatchObject({ tasks: [] });
  });

  it('does not happen where the queue has none: who leaves is out at once', async () => {
    const { desk, conversationId } = await talk(centre, { wrapUp: { enabled: false } });
    desk.send('topicUnsubscription', { conversationId });
    await desk.next('agentPresence_', chatIs('READY'));
    expect(heard(desk)).toEqual(['topicUnsubscription']);
    expect((await desk.next('topicUnsubscription')).data.reason).toBe('UNSUBSCRIBED');
    expect(closings(await logOf(centre, conversationId))).toEqual(['DONE']);
  });
});
