/** The channel sessions of a customer, and what else the platform may say about a conversation. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { agentMessage, contactCentre, customerMessage, webSession } from '../support/contact-centre.ts';
import { closings, conversationOf, logOf } from '../support/platform.ts';
import { heard, talk } from '../support/talk.ts';

const centre = contactCentre();

function sms(id: string) {
  const session = webSession(id);
  const channelType = { ...session.channel.channelType, id: 'SMS', name: 'SMS', channelLogo: '_SMS.svg' };
  return { ...session, channel: { ...session.channel, id: 'sms-1', name: 'SMS', channelType } };
}

const fact = (name: string, data: object) => ({ id: randomUUID(), name, type: 'NOTIFICATION', data });
const add = (conversationId: string, event: unknown) =>
  centre.call('POST', `/conversations/${conversationId}/events`, event);

describe('A customer on a second channel', () => {
  it('is announced, writes there, and is still here when the channel ends', async () => {
    const { desk, customer, conversationId } = await talk(centre);
    const second = randomUUID();
    expect((await add(conversationId, fact('CHANNEL_SESSION_STARTED', sms(second)))).status).toBe(202);
    const started = await desk.cim('CHANNEL_SESSION_STARTED');
    expect(started.data).toMatchObject({ id: second, conversationId, channel: { channelType: { name: 'SMS' } } });
    await add(conversationId, customerMessage(second, 'From my phone', 'p1'));
    const frame = await desk.next('onCimEvent');
    expect(JSON.parse(frame.data.cimEvent).channelSession.channel.channelType.name).toBe('SMS');
    const { channelSessions } = await conversationOf(centre, conversationId);
    expect(channelSessions.map(({ id }: { id: string }) => id)).toEqual([customer.sessionId, second]);

    await add(conversationId, fact('CHANNEL_SESSION_ENDED', { id: second }));
    const ended = await desk.cim('CHANNEL_SESSION_ENDED');
    expect(ended.data).toMatchObject({
      id: second,
      channel: { channelType: { name: 'SMS' } },
      state: { name: 'ENDED' },
    });
    await desk.never('wrapupTimerStarted', 100);
    expect((await conversationOf(centre, conversationId)).state).toBe('ACTIVE');
    await customer.says('Back on the web');
    await desk.cim('CUSTOMER_MESSAGE');
  });

  it('that nobody announced is announced by their first message', async () => {
    const { desk, conversationId } = await talk(centre);
    const second = randomUUID();
    const message = { ...customerMessage(second, 'Surprise', 's1'), channelSession: sms(second) };
    const { status, body } = await add(conversationId, message);
    expect(status).toBe(202);
    expect((await desk.cim('CUSTOMER_MESSAGE', ({ id }) => id === 's1')).seq).toBe(body.seq);
    const started = await desk.cim('CHANNEL_SESSION_STARTED');
    expect(started.seq).toBe(body.seq - 1);
    expect((await add(conversationId, message)).body).toEqual(body);
  });

  it('that has ended cannot be written through by anybody', async () => {
    const { desk, customer, conversationId } = await talk(centre);
    const second = randomUUID();
    await add(conversationId, fact('CHANNEL_SESSION_STARTED', sms(second)));
    await add(conversationId, fact('CHANNEL_SESSION_EXPIRED', { id: second }));
    const ended = await desk.cim('CHANNEL_SESSION_ENDED');
    expect(ended.data.state).toEqual({ name: 'ENDED', reasonCode: 'INACTIVITY' });
    const toPhone = agentMessage('Hello?', 'x', { channelSession: { id: second } });
    const answer = await desk.ask('publishCimEvent', { conversationId, cimEvent: toPhone });
    expect(answer).toMatchObject({ status: 'error', code: 'channelSession.closed' });
    const refused = await add(conversationId, customerMessage(second, 'Hello?', 'y'));
    expect(refused).toMatchObject({ status: 409, body: { code: 'channelSession.closed' } });
    await customer.says('I am here');
    await desk.cim('CUSTOMER_MESSAGE');
  });

  it('ends only once, and only where it was', async () => {
    const { conversationId, customer } = await talk(centre);
    for (const id of ['nothing', '']) {
      const answer = await add(conversationId, fact('CHANNEL_SESSION_ENDED', { id }));
      expect([400, 404]).toContain(answer.status);
    }
    const unknown = await add(conversationId, customerMessage('nothing', 'Hello?', 'u1'));
    expect(unknown).toMatchObject({ status: 404, body: { code: 'channelSession.unknown' } });
    const end = fact('CHANNEL_SESSION_ENDED', { id: customer.sessionId });
    expect((await add(conversationId, end)).status).toBe(202);
    expect((await add(conversationId, end)).body.code).toBe('channelSession.closed');
    expect((await add(conversationId, fact('CHANNEL_SESSION_STARTED', sms(randomUUID())))).body.code).toBe(
      'conversation.closed',
    );
  });

  it('is gone when the last channel has ended, as if they had left', async () => {
    const { desk, customer, conversationId } = await talk(centre);
    const reason = { state: { name: 'ENDED', reasonCode: 'NETWORK' } };
    await add(conversationId, fact('CHANNEL_SESSION_ENDED', { id: customer.sessionId, ...reason }));
    await desk.next('wrapupTimerStarted');
    expect((await desk.cim('CHANNEL_SESSION_ENDED')).data.state).toEqual(reason.state);
    expect((await conversationOf(centre, conversationId)).state).toBe('WRAP_UP');
  });

  it('announced twice is announced once', async () => {
    const { desk, conversationId } = await talk(centre);
    const started = fact('CHANNEL_SESSION_STARTED', sms(randomUUID()));
    const [first, second] = [await add(conversationId, started), await add(conversationId, started)];
    expect([first.status, second.status]).toEqual([202, 202]);
    expect(second.body).toEqual(first.body);
    await desk.cim('CHANNEL_SESSION_STARTED');
    await desk.never('onCimEvent', 100);
  });
});

describe('The platform', () => {
  it('changes what is known about a conversation, for those who see it now and later', async () => {
    const { desk, conversationId, topic } = await talk(centre);
    await add(conversationId, fact('CONVERSATION_DATA_CHANGED', { order: 4711, vip: true, nothing: null }));
    expect((await desk.cim('CONVERSATION_DATA_CHANGED')).data).toEqual({ order: '4711', vip: 'true' });
    desk.send('topicSubscription', { conversationId, taskId: topic.data.taskId });
    expect((await desk.next('onTopicData')).data.topicData.conversationData).toEqual({ order: '4711', vip: 'true' });
  });

  it('says who the customer really is, and from then on they are called so', async () => {
    const { desk, customer, conversationId, topic } = await talk(centre);
    const known = { _id: 'c-77', firstName: 'Joanna', isAnonymous: false, phoneNumber: ['5550100'], labels: ['gold'] };
    await add(conversationId, fact('ASSOCIATED_CUSTOMER_CHANGED', known));
    expect((await desk.cim('ASSOCIATED_CUSTOMER_CHANGED')).data).toEqual(known);
    await customer.says('Hello again');
    expect((await desk.cim('CUSTOMER_MESSAGE')).data.header.customer).toEqual(known);
    desk.send('topicSubscription', { conversationId, taskId: topic.data.taskId });
    expect((await desk.next('onTopicData')).data.topicData.customer).toEqual(known);
    expect((await conversationOf(centre, conversationId)).customer).toEqual(known);
  });

  it('lets a bot speak, and suggest', async () => {
    const { desk, conversationId } = await talk(centre);
    const message = agentMessage('I am a bot', 'b1');
    const sender = { id: 'bot', type: 'BOT', senderName: 'Rasa' };
    await add(conversationId, { ...message, name: 'BOT_MESSAGE', data: { ...message.data, header: { sender } } });
    expect((await desk.cim('BOT_MESSAGE')).data.header.sender).toEqual(sender);
    const suggestion = { ...fact('BOT_SUGGESTION', {}), type: 'SUGGESTION' };
    await add(conversationId, {
      ...suggestion,
      data: { requestedMessage: { id: 'b1' }, suggestions: [{ text: 'yes' }] },
    });
    await desk.cim('BOT_SUGGESTION');
  });

  it('may keep activities in the log that a desk would choke on', async () => {
    const { desk, conversationId } = await talk(centre);
    const activity = { ...fact('VOICE_ACTIVITY', { dialog: 1 }), type: 'ACTIVITY' };
    const { body } = await add(conversationId, activity);
    await desk.never('onCimEvent', 200);
    expect((await logOf(centre, conversationId)).at(-1)).toMatchObject({ seq: body.seq, name: 'VOICE_ACTIVITY' });
  });

  it('may not say what only the manager decides', async () => {
    const { desk, conversationId } = await talk(centre);
    for (const name of ['TASK_STATE_CHANGED', 'AGENT_SUBSCRIBED', 'NO_AGENT_AVAILABLE', 'PARTICIPANT_ROLE_CHANGED']) {
      const answer = await add(conversationId, fact(name, {}));
      expect([400, 403], name).toContain(answer.status);
    }
    expect(heard(desk)).toEqual([]);
    expect(closings(await logOf(centre, conversationId))).toEqual([]);
  });
});
