/**
 * Who may say what in a conversation: the role decides, and the role comes from how somebody
 * joined.
 */
import { describe, expect, it } from 'vitest';
import { agentMessage, contactCentre } from '../support/contact-centre.ts';
import { conversationOf, logOf } from '../support/platform.ts';
import { join, talk, wrapUp } from '../support/talk.ts';

const centre = contactCentre();

const whisper = (text: string, id?: string) => ({ ...agentMessage(text, id), name: 'WHISPER_MESSAGE' });

function signal(name: string, body: object) {
  const event = agentMessage('');
  return { ...event, name, type: 'NOTIFICATION', data: { ...event.data, body } };
}
const typing = signal('TYPING_INDICATOR', { type: 'NOTIFICATION', notificationType: 'TYPING_STARTED' });
const receipt = signal('MESSAGE_DELIVERY_NOTIFICATION', {
  type: 'DELIVERYNOTIFICATION',
  messageId: 'm',
  status: 'READ',
});
const raised = { id: 'h1', name: 'HAND_RAISED', type: 'NOTIFICATION', data: { agentId: 'x', userName: 'X' } };

describe('An agent who was asked for advice', () => {
  it('is an ASSISTANT, whatever their desk says, and reads everything', async () => {
    const story = await talk(centre);
    const { topic, desk, person } = await join(centre, story, 'CONSULT');
    expect(topic.data.topicData.topicParticipant.role).toBe('ASSISTANT');
    const colleagues = topic.data.topicData.participants.filter(({ type }) => type === 'AGENT');
    expect(colleagues.map(({ role }) => role).toSorted()).toEqual(['ASSISTANT', 'PRIMARY']);
    await story.customer.says('Hello?');
    await desk.cim('CUSTOMER_MESSAGE');
    story.desk.send('publishCimEvent', { conversationId: story.conversationId, cimEvent: whisper('Psst') });
    expect((await desk.cim('WHISPER_MESSAGE')).data.header.sender.id).toBe(story.person.id);
    expect(person.id).not.toBe(story.person.id);
  });

  it('may whisper, and only agents hear it', async () => {
    const story = await talk(centre);
    const { desk, person } = await join(centre, story, 'CONSULT');
    const { conversationId } = story;
    expect(await desk.ask('publishCimEvent', { conversationId, cimEvent: whisper('Say yes', 'w1') })).toMatchObject({
      status: 'ok',
    });
    const heardByAmy = await story.desk.cim('WHISPER_MESSAGE');
    expect(heardByAmy.data).toMatchObject({ id: 'w1', header: { sender: { id: person.id } } });
    await desk.cim('WHISPER_MESSAGE'); // the echo
  });

  it('may neither write to the customer, nor wrap up, nor raise a hand', async () => {
    const story = await talk(centre);
    const { desk } = await join(centre, story, 'CONSULT');
    const { conversationId } = story;
    const { lastSeq } = await conversationOf(centre, conversationId);
    for (const cimEvent of [agentMessage('Hi'), wrapUp(), raised]) {
      const answer = await desk.ask('publishCimEvent', { conversationId, cimEvent });
      expect(answer, cimEvent.name).toMatchObject({ status: 'error', code: 'message.forbidden' });
      expect((await desk.next('errors')).data).toMatchObject({ task: 'publishCimEvent', conversationId });
    }
    expect((await conversationOf(centre, conversationId)).lastSeq).toBe(lastSeq);
  });

  it('has their typing and their read receipts dropped without a word', async () => {
    const story = await talk(centre);
    const { desk } = await join(centre, story, 'CONSULT');
    const { conversationId } = story;
    for (const cimEvent of [typing, receipt]) {
      expect((await desk.ask('publishCimEvent', { conversationId, cimEvent })).status).toBe('ok');
    }
    await desk.never('errors', 0);
    await story.desk.never('onCimEvent', 200);
    expect((await logOf(centre, conversationId)).filter(({ name }) => name === typing.name)).toEqual([]);
  });
});

describe('An agent who talks with the customer', () => {
  it('may not whisper where nobody else is', async () => {
    const { desk, conversationId } = await talk(centre);
    const answer = await desk.ask('publishCimEvent', { conversationId, cimEvent: whisper('Psst') });
    expect(answer).toMatchObject({ status: 'error', code: 'message.forbidden' });
  });

  it('may note a wrap-up while they talk, which ends nothing', async () => {
    const { desk, conversationId } = await talk(centre);
    expect((await desk.ask('publishCimEvent', { conversationId, cimEvent: wrapUp('early') })).status).toBe('ok');
    await desk.cim('AGENT_MESSAGE', ({ body }) => body.type === 'WRAPUP');
    expect(await conversationOf(centre, conversationId)).toMatchObject({ state: 'ACTIVE' });
  });

  it('may not say what only the manager, the customer or a bot says', async () => {
    const { desk, conversationId } = await talk(centre);
    const { lastSeq } = await conversationOf(centre, conversationId);
    for (const name of [
      'CUSTOMER_MESSAGE',
      'BOT_MESSAGE',
      'TASK_STATE_CHANGED',
      'CHANNEL_SESSION_ENDED',
      'AGENT_SUBSCRIBED',
    ]) {
      const cimEvent = { ...agentMessage('x'), name };
      const answer = await desk.ask('publishCimEvent', { conversationId, cimEvent });
      expect(answer, name).toMatchObject({ status: 'error', code: 'message.forbidden' });
    }
    const unheardOf = { ...agentMessage('x'), name: 'SOMETHING_ELSE' };
    const answer = await desk.ask('publishCimEvent', { conversationId, cimEvent: unheardOf });
    expect(answer).toMatchObject({ status: 'error', code: 'event.invalid' });
    expect((await conversationOf(centre, conversationId)).lastSeq).toBe(lastSeq);
  });

  it('writes beside a second one: each hears the other, and the customer both', async () => {
    const story = await talk(centre);
    const { desk: bob, topic } = await join(centre, story, 'INBOUND');
    const { desk: amy, conversationId } = story;
    expect(topic.data.topicData.topicParticipant.role).toBe('PRIMARY');
    amy.send('publishCimEvent', { conversationId, cimEvent: agentMessage('From Amy', 'a') });
    await bob.cim('AGENT_MESSAGE', ({ id }) => id === 'a');
    bob.send('publishCimEvent', { conversationId, cimEvent: agentMessage('From Bob', 'b') });
    await amy.cim('AGENT_MESSAGE', ({ id }) => id === 'b');
    const said = (await logOf(centre, conversationId)).filter(({ name }) => name === 'AGENT_MESSAGE');
    expect(said.map(({ data }) => data.id)).toEqual(['a', 'b']);
  });
});

describe('An agent who is not in the conversation', () => {
  it('is refused, and told that they are out, so that a stale tab closes', async () => {
    const { conversationId } = await talk(centre);
    const stranger = await (await centre.person()).connect();
    const answer = await stranger.ask('publishCimEvent', { conversationId, cimEvent: agentMessage('Hi') });
    expect(answer).toMatchObject({ status: 'error', code: 'conversation.notParticipant' });
    expect((await stranger.next('topicUnsubscription')).data).toMatchObject({ conversationId });
    expect((await stranger.next('errors')).data).toMatchObject({ task: 'publishCimEvent', conversationId });
  });

  it('cannot speak in the name of one who is', async () => {
    const { conversationId, person } = await talk(centre);
    const stranger = await (await centre.person()).connect();
    const claim = { conversationId, agentId: person.id, cimEvent: agentMessage('Hi') };
    expect(await stranger.ask('publishCimEvent', claim)).toMatchObject({ status: 'error', code: 'agent.mismatch' });
    expect((await logOf(centre, conversationId)).filter(({ name }) => name === 'AGENT_MESSAGE')).toEqual([]);
  });
});
