/** What is said in a conversation arrives as it was said, by whom it really was said. */
import { describe, expect, it } from 'vitest';
import { bodies } from '../support/bodies.ts';
import { agentMessage, contactCentre, customerMessage } from '../support/contact-centre.ts';
import { logOf } from '../support/platform.ts';
import { talk } from '../support/talk.ts';

const centre = contactCentre();
const types = Object.entries(bodies);

/** An event of an agent or of a customer with this body. */
function withBody<T extends { data: object }>(event: T, body: object) {
  return { ...event, data: { ...event.data, body } };
}

describe('A message', () => {
  it('of every type is echoed to the agent who wrote it as it was written, signed with their name', async () => {
    const { desk, person, conversationId } = await talk(centre);
    await desk.ask('publishCimEvent', { conversationId, cimEvent: agentMessage('Deleted below', 'm-0') });
    for (const [type, body] of types) {
      const sent = withBody(agentMessage('', `a-${type}`), { type, ...body });
      expect(await desk.ask('publishCimEvent', { conversationId, cimEvent: sent }), type).toMatchObject({
        status: 'ok',
      });
      const echo = await desk.next('onCimEvent', ({ cimEvent }) => cimEvent.includes(`"a-${type}"`));
      const event = JSON.parse(echo.data.cimEvent);
      expect(event, type).toMatchObject({ id: sent.id, name: 'AGENT_MESSAGE', type: 'MESSAGE', conversationId });
      expect(event.data.body, type).toEqual({ type, ...body });
      const sender = { id: person.id, type: 'AGENT', senderName: person.id, additionalDetail: null };
      expect(event.eventEmitter, type).toEqual(sender);
      expect(event.data.header.sender, type).toEqual(sender);
      expect(echo.data.roomInfo?.mode).toBe('CONTACT_CENTER');
    }
  });

  it('of every type reaches the agent from the customer, with the customer and the channel that it came by', async () => {
    const { desk, customer, conversationId } = await talk(centre);
    await customer.says('Deleted below', 'm-0');
    for (const [type, body] of types) {
      const sent = withBody(customerMessage(customer.sessionId, '', `c-${type}`), { type, ...body });
      const answer = await centre.call('POST', `/conversations/${conversationId}/events`, sent);
      expect(answer, type).toMatchObject({ status: 202, body: { seq: expect.any(Number) } });
      const frame = await desk.next('onCimEvent', ({ cimEvent }) => cimEvent.includes(`"c-${type}"`));
      const event = JSON.parse(frame.data.cimEvent);
      expect(frame.seq, type).toBe(answer.body.seq);
      expect(event.data.body, type).toEqual({ type, ...body });
      expect(event.data.header, type).toMatchObject({ sender: { type: 'CONNECTOR' }, customer: { firstName: 'Jo' } });
      expect(event.channelSession, type).toMatchObject({
        id: customer.sessionId,
        conversationId,
        channel: { channelType: { name: 'WEB' } },
      });
    }
  });

  it('is in the conversation that a desk opens later exactly as it was live', async () => {
    const { desk, customer, conversationId, topic } = await talk(centre);
    await customer.says('Hello?', 'c1');
    await desk.ask('publishCimEvent', { conversationId, cimEvent: agentMessage('Good morning.', 'a1') });
    const live = [await desk.cim('CUSTOMER_MESSAGE'), await desk.cim('AGENT_MESSAGE')];
    desk.send('topicSubscription', { conversationId, taskId: topic.data.taskId }); // accepted twice: the snapshot again
    const again = await desk.next('onTopicData');
    const said = again.data.topicData.topicEvents.filter(({ type }) => type === 'MESSAGE');
    expect(live).toEqual(said.map((event, n) => ({ ...event, seq: again.data.lastSeq - 1 + n })));
  });

  it('is stamped by the clock of the manager, and loses what a desk leaked into it', async () => {
    const { desk, conversationId } = await talk(centre);
    const before = centre.now();
    const message = agentMessage('Hi', 'leaky');
    const cimEvent = {
      ...message,
      timestamp: 1_000_000_000_000,
      eventEmitter: { id: 'somebody else', type: 'SYSTEM' },
      data: {
        ...message.data,
        header: {
          ...message.data.header,
          timestamp: 1,
          status: 'sending',
          channelSession: { id: 'x' },
          customer: { _id: 'x' },
        },
        body: { ...message.data.body, isWhisper: false },
      },
    };
    desk.send('publishCimEvent', { conversationId, cimEvent: { ...cimEvent, channelSession: undefined } });
    expect((await desk.next('errors')).data.code).toBe('channelSession.closed'); // it names a session that is not the customer's
    const { channelSession: _, ...header } = cimEvent.data.header;
    desk.send('publishCimEvent', { conversationId, cimEvent: { ...cimEvent, data: { ...cimEvent.data, header } } });
    const { data } = await desk.next('onCimEvent');
    const event = JSON.parse(data.cimEvent);
    expect(event.timestamp).toBeGreaterThanOrEqual(before);
    expect(event.data.header.timestamp).toBeGreaterThanOrEqual(before);
    expect(event.data.header).not.toHaveProperty('status');
    expect(event.data.header.customer._id).not.toBe('x');
    expect(event.data.header.channelSession).toEqual(event.channelSession);
    expect(event.data.body).not.toHaveProperty('isWhisper');
  });

  it('may come as a JSON text, as older desks send it', async () => {
    const { desk, conversationId } = await talk(centre);
    desk.send('publishCimEvent', { conversationId, cimEvent: JSON.stringify(agentMessage('Hi', 'text')) });
    await desk.cim('AGENT_MESSAGE', ({ id }) => id === 'text');
  });

  it('may edit an earlier one or answer it', async () => {
    const { desk, customer, conversationId } = await talk(centre);
    await customer.says('How much?', 'asked');
    await desk.ask('publishCimEvent', { conversationId, cimEvent: agentMessage('Tne euros', 'price') });
    await desk.cim('AGENT_MESSAGE');
    for (const [intent, originalMessageId] of [
      ['UPDATE', 'price'],
      ['REPLY_TO', 'asked'],
    ]) {
      const message = agentMessage('Ten euros', `${intent}-1`);
      const header = { ...message.data.header, intent, originalMessageId };
      desk.send('publishCimEvent', { conversationId, cimEvent: { ...message, data: { ...message.data, header } } });
      const echo = await desk.cim('AGENT_MESSAGE');
      expect(echo.data).toMatchObject({ id: `${intent}-1`, header: { intent, originalMessageId } });
    }
  });

  it('is edited and deleted only by its own side, and only if it was said', async () => {
    const { desk, customer, conversationId } = await talk(centre);
    await customer.says('Ten, please', 'asked');
    await desk.ask('publishCimEvent', { conversationId, cimEvent: agentMessage('Twenty euros', 'price') });
    const before = (await logOf(centre, conversationId)).length;
    const edits = <T extends { data: { header: object } }>(event: T, originalMessageId: string) => {
      const header = { ...event.data.header, intent: 'UPDATE', originalMessageId };
      return { ...event, data: { ...event.data, header } };
    };
    const deletes = (messageId: string) => ({ type: 'DELETEDNOTIFICATION', messageId });
    const byAgent = [
      edits(agentMessage('One', 'e1'), 'asked'),
      edits(agentMessage('One', 'e2'), 'never'),
      withBody(agentMessage('', 'e3'), deletes('asked')),
      withBody(agentMessage('', 'e4'), deletes('never')),
    ];
    for (const cimEvent of byAgent) {
      const answer = await desk.ask('publishCimEvent', { conversationId, cimEvent });
      expect(answer, cimEvent.data.id).toMatchObject({ status: 'error', code: 'message.invalid' });
    }
    const byCustomer = [
      edits(customerMessage(customer.sessionId, 'Free', 'e5'), 'price'),
      withBody(customerMessage(customer.sessionId, '', 'e6'), deletes('price')),
      withBody(customerMessage(customer.sessionId, '', 'e7'), deletes('never')),
    ];
    for (const event of byCustomer) {
      const answer = await centre.call('POST', `/conversations/${conversationId}/events`, event);
      expect(answer, event.data.id).toMatchObject({ status: 400, body: { code: 'message.invalid' } });
    }
    expect(await logOf(centre, conversationId)).toHaveLength(before);
    const own = edits(customerMessage(customer.sessionId, 'Ten, please!', 'e8'), 'asked');
    expect((await centre.call('POST', `/conversations/${conversationId}/events`, own)).status).toBe(202);
    const gone = withBody(agentMessage('', 'e9'), deletes('price'));
    expect(await desk.ask('publishCimEvent', { conversationId, cimEvent: gone })).toMatchObject({ status: 'ok' });
  });

  it('that lacks what its type needs is refused with the place', async () => {
    const { desk, customer, conversationId } = await talk(centre);
    const wrong = withBody(agentMessage('', 'wrong'), { type: 'COMMENT', postId: 'p' });
    const answer = await desk.ask('publishCimEvent', { conversationId, cimEvent: wrong });
    expect(answer).toMatchObject({ status: 'error', code: 'event.invalid' });
    expect(String(answer['msg'])).toContain('cimEvent.data.body.itemType');
    const image = withBody(customerMessage(customer.sessionId, '', 'wrong'), { type: 'IMAGE' });
    const refused = await centre.call('POST', `/conversations/${conversationId}/events`, image);
    expect(refused).toMatchObject({ status: 400, body: { code: 'request.invalid' } });
    expect(refused.body.detail).toContain('data.body.attachment');
    expect((await logOf(centre, conversationId)).filter(({ type }) => type === 'MESSAGE')).toEqual([]);
  });
});

describe('A signal', () => {
  it('of typing is shown live, and not to who opens the conversation later', async () => {
    const { desk, customer, conversationId, topic } = await talk(centre);
    const body = { type: 'NOTIFICATION', notificationType: 'TYPING_STARTED' };
    const typing = { name: 'TYPING_INDICATOR', type: 'NOTIFICATION' };
    desk.send('publishCimEvent', {
      conversationId,
      cimEvent: { ...withBody(agentMessage('', 't1'), body), ...typing },
    });
    await desk.cim('TYPING_INDICATOR', ({ header }) => header.sender.type === 'AGENT');
    const theirs = { ...withBody(customerMessage(customer.sessionId, '', 't2'), body), ...typing };
    await centre.call('POST', `/conversations/${conversationId}/events`, theirs);
    await desk.cim('TYPING_INDICATOR', ({ header }) => header.sender.type === 'CONNECTOR');
    desk.send('topicSubscription', { conversationId, taskId: topic.data.taskId });
    const { topicEvents } = (await desk.next('onTopicData')).data.topicData;
    expect(topicEvents.map(({ name }) => name)).not.toContain('TYPING_INDICATOR');
  });

  it('that a message was read or could not be delivered is shown and kept', async () => {
    const { desk, customer, conversationId, topic } = await talk(centre);
    const name = { name: 'MESSAGE_DELIVERY_NOTIFICATION', type: 'NOTIFICATION' };
    const receipt = (status: string) => ({ type: 'DELIVERYNOTIFICATION', messageId: 'm1', status, reasonCode: 200 });
    desk.send('publishCimEvent', {
      conversationId,
      cimEvent: { ...withBody(agentMessage('', 'd1'), receipt('READ')), ...name },
    });
    await desk.cim(name.name, ({ body }) => body.status === 'READ');
    const read = { ...withBody(customerMessage(customer.sessionId, '', 'd2'), receipt('READ')), ...name };
    await centre.call('POST', `/conversations/${conversationId}/events`, read);
    expect((await desk.cim(name.name)).data.header.customer.firstName).toBe('Jo');
    const failed = withBody(customerMessage(customer.sessionId, '', 'd3'), receipt('FAILED'));
    const header = { sender: { id: 'gateway', type: 'SYSTEM', senderName: 'gateway' } };
    await centre.call('POST', `/conversations/${conversationId}/events`, {
      ...failed,
      ...name,
      data: { ...failed.data, header },
    });
    expect((await desk.cim(name.name)).data.header.sender.type).toBe('SYSTEM');
    desk.send('topicSubscription', { conversationId, taskId: topic.data.taskId });
    const { topicEvents } = (await desk.next('onTopicData')).data.topicData;
    expect(topicEvents.filter((event) => event.name === name.name)).toHaveLength(3);
  });

  it('of the agent about themselves reaches everybody: a raised hand, a clock that starts anew', async () => {
    const { desk, person, conversationId } = await talk(centre);
    for (const name of ['HAND_RAISED', 'HAND_DOWN', 'RESET_AGENT_SLA']) {
      const data = name === 'RESET_AGENT_SLA' ? {} : { agentId: 'somebody', userName: 'else' };
      desk.send('publishCimEvent', { conversationId, cimEvent: { id: `h-${name}`, name, type: 'NOTIFICATION', data } });
      const event = await desk.cim(name);
      expect(event.data).toEqual(name === 'RESET_AGENT_SLA' ? {} : { agentId: person.id, userName: person.id });
    }
  });
});
