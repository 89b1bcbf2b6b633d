/**
 * Between accepting and holding a conversation there is a moment. Whatever happens in it, the desk
 * hears of it afterwards, in order.
 */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { contactCentre, customerMessage, webSession } from '../support/contact-centre.ts';
import { holdPost } from '../support/held-post.ts';
import { agentOf, conversationOf } from '../support/platform.ts';
import { chatIs, heard } from '../support/talk.ts';

const centre = contactCentre();

/** An agent has accepted, and the conversation is on its way to their desk. */
async function accepting(settings: Record<string, unknown> = {}) {
  const queue = await centre.queue(settings);
  const person = await centre.person(['agent'], { attributes: { [queue]: 1 } });
  const desk = await person.ready();
  const customer = await centre.customer(queue);
  const { conversationId, data } = await desk.next('taskRequest');
  const held = holdPost(centre, 'onTopicData');
  desk.send('topicSubscription', { conversationId, taskId: data.taskId }, 'accept-1');
  await held.reached();
  await desk.next('agentPresence_', chatIs('ACTIVE'));
  expect((await desk.next('ack')).data).toEqual({ id: 'accept-1', status: 'ok' }); // not held back by it
  desk.frames.length = 0;
  return { queue, person, desk, customer, conversationId: customer.conversationId, held };
}

describe('While a conversation is on its way to a desk', () => {
  it('what the customer writes waits for it, and then comes in order and once', async () => {
    const { desk, customer, held } = await accepting();
    const seqs = [await customer.says('One'), await customer.says('Two'), await customer.says('Three')];
    await desk.never('onCimEvent', 100);
    held.release();
    const { data } = await desk.next('onTopicData');
    seqs.push(await customer.says('Four'));
    const live = [];
    for (const _ of seqs) live.push((await desk.cim('CUSTOMER_MESSAGE')).seq);
    expect(live).toEqual(seqs);
    expect(seqs[0]).toBe(data.lastSeq + 1);
    await desk.never('onCimEvent', 100);
  });

  it('a channel that the customer opens waits for it, and is complete when it comes', async () => {
    const { desk, conversationId, held } = await accepting();
    const second = randomUUID();
    const started = {
      id: randomUUID(),
      name: 'CHANNEL_SESSION_STARTED',
      type: 'NOTIFICATION',
      data: webSession(second),
    };
    const customer = { _id: 'known', firstName: 'Joanna', isAnonymous: false, phoneNumber: [] };
    const known = { id: randomUUID(), name: 'ASSOCIATED_CUSTOMER_CHANGED', type: 'NOTIFICATION', data: customer };
    for (const event of [started, known, customerMessage(second, 'Here too', 'm2')]) {
      expect((await centre.call('POST', `/conversations/${conversationId}/events`, event)).status).toBe(202);
    }
    held.release();
    await desk.next('onTopicData');
    expect((await desk.cim('CHANNEL_SESSION_STARTED')).data).toMatchObject({ id: second, conversationId });
    const message = await desk.cim('CUSTOMER_MESSAGE');
    expect(message.data.header.customer.firstName).toBe('Joanna');
  });

  it('a customer who leaves is missed after it: the wrap-up begins when the desk can show it', async () => {
    const { desk, customer, conversationId, held } = await accepting({ wrapUp: { enabled: true, seconds: 30 } });
    await customer.leaves();
    await desk.never('wrapupTimerStarted', 100);
    held.release();
    const { data } = await desk.next('wrapupTimerStarted');
    expect(data.duration).toBeGreaterThan(25);
    const story = heard(desk).filter((name) => name !== 'agentPresence_');
    expect(story).toEqual(['onTopicData', 'CHANNEL_SESSION_ENDED', 'TASK_STATE_CHANGED', 'PARTICIPANT_ROLE_CHANGED']);
    desk.send('closeWrapup', { conversationId, cimEvent: null });
    await desk.next('topicClosed');
  });

  it('a customer who leaves a queue without wrap-up closes it after it was shown, and no tab stays', async () => {
    const { desk, person, customer, conversationId, held } = await accepting({ wrapUp: { enabled: false } });
    await customer.leaves();
    await desk.never('topicUnsubscription', 100);
    held.release();
    await desk.next('topicClosed');
    const story = heard(desk).filter((name) => name !== 'agentPresence_');
    expect(story).toEqual(['onTopicData', 'topicUnsubscription']);
    expect((await conversationOf(centre, conversationId)).state).toBe('CLOSED');
    expect(await agentOf(centre, person.id)).toMatchObject({ tasks: [] });
  });

  it('an agent who accepts twice loses nothing to the older of the two snapshots', async () => {
    const { desk, customer, conversationId, held } = await accepting();
    const task = (await conversationOf(centre, conversationId)).tasks[0];
    desk.send('topicSubscription', { conversationId, taskId: task.id });
    await desk.next('onTopicData'); // only the first was held back
    const seq = await customer.says('Hello?');
    expect((await desk.cim('CUSTOMER_MESSAGE')).seq).toBe(seq);
    held.release();
    const late = await desk.next('onTopicData');
    expect(late.data.lastSeq).toBeLessThan(seq);
    await desk.cim('CUSTOMER_MESSAGE', ({ body }) => body.markdownText === 'Hello?');
  });
});
