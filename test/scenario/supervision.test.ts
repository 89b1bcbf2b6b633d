/**
 * A supervisor follows a conversation of their team: unseen, then whispering to the agents, then in
 * front of the customer.
 */
import { describe, expect, it } from 'vitest';
import { agentMessage, contactCentre } from '../support/contact-centre.ts';
import { agentOf } from '../support/platform.ts';
import {
  agent,
  heardUntil,
  joins,
  logged,
  nobodyIsHalfInside,
  rolesIn,
  scene,
  supervisor,
  watched,
  watches,
  type Colleague,
} from '../support/scene.ts';

const centre = contactCentre();
const whisper = (text: string) => ({ ...agentMessage(text), name: 'WHISPER_MESSAGE' });

const says = ({ desk }: Colleague, conversationId: string, cimEvent: unknown) =>
  desk.ask('publishCimEvent', { conversationId, cimEvent });

describe('A supervisor who joins silently', () => {
  it('gets the conversation as it is, and the agents hear who watches', async () => {
    const { amy, conversationId, customer } = await scene(centre);
    await customer.says('Before');
    await amy.desk.cim('CUSTOMER_MESSAGE');
    const sam = await supervisor(centre);
    sam.desk.send('JoinAsSilentMonitor', { conversationId });
    const { data } = await sam.desk.next('onTopicData');
    expect(data.topicData.topicParticipant).toMatchObject({ role: 'SILENT_MONITOR', participant: { id: sam.id } });
    expect(data.topicData.topicEvents.map(({ name }) => name)).toContain('CUSTOMER_MESSAGE');
    const joined = await amy.desk.cim('AGENT_SUBSCRIBED');
    expect(joined.data.agentParticipant).toMatchObject({ role: 'SILENT_MONITOR', participant: { id: sam.id } });
    await nobodyIsHalfInside(centre, conversationId);
  });

  it('hears everything, whispers too, and says nothing to the customer', async () => {
    const { amy, bob, sam, customer, conversationId } = await watched(centre);
    await amy.desk.ask('consultRequest', { conversationId, ...agent(bob.id) });
    await bob.desk.accept();
    await customer.says('Hello?');
    await says(bob, conversationId, whisper('Say hello'));
    await says(amy, conversationId, agentMessage('Hello!'));
    for (const name of ['CUSTOMER_MESSAGE', 'WHISPER_MESSAGE', 'AGENT_MESSAGE']) await sam.desk.cim(name);
    expect(await says(sam, conversationId, agentMessage('Hi'))).toMatchObject({ code: 'message.forbidden' });
    expect(await says(sam, conversationId, whisper('Good'))).toMatchObject({ status: 'ok' });
    await amy.desk.cim('WHISPER_MESSAGE', ({ body }) => body.markdownText === 'Good');
  });

  it('is not seen by the customer: whatever leaves about them says what they are', async () => {
    const { sam, conversationId } = await watched(centre);
    await sam.desk.ask('joinAsWhisper', { conversationId });
    const { body } = await centre.call('GET', `/conversations/${conversationId}`);
    const own = body.participants.find(({ participant }: { participant: { id: string } }) => participant.id === sam.id);
    expect(own.role).toBe('ASSISTANT');
    sam.desk.send('topicUnsubscription', { conversationId });
    await sam.desk.next('topicUnsubscription');
    const events = await logged(
      centre,
      conversationId,
      'AGENT_SUBSCRIBED',
      'PARTICIPANT_ROLE_CHANGED',
      'AGENT_UNSUBSCRIBED',
    );
    const about = events.map(({ name, data }) => [name, data.agentParticipant ?? data.conversationParticipant]);
    const theirs = about.filter(([, { participant }]) => participant.id === sam.id);
    expect(theirs.map(([name, { role }]) => [name, role])).toEqual([
      ['AGENT_SUBSCRIBED', 'SILENT_MONITOR'],
      ['PARTICIPANT_ROLE_CHANGED', 'ASSISTANT'],
      ['AGENT_UNSUBSCRIBED', 'ASSISTANT'],
    ]);
  });

  it('is as free for customers as before', async () => {
    const { amy, conversationId, support } = await scene(centre);
    const person = await centre.person(['agent', 'supervisor'], {
      attributes: { [support]: 1 },
      mrds: [{ mrdId: 'CHAT', maxAgentTasks: 1 }],
    });
    const sam = { id: person.id, person, desk: await person.ready() };
    await watches({ amy, conversationId }, sam);
    expect(await agentOf(centre, sam.id)).toMatchObject({
      state: { name: 'READY' },
      tasks: [{ conversationId, mrdId: null, phase: 'ACTIVE' }],
    });
    await amy.desk.become('NOT_READY');
    const other = await centre.customer(support);
    const topic = await sam.desk.accept();
    expect(topic.conversationId).toBe(other.conversationId);
    await nobodyIsHalfInside(centre, conversationId);
  });
});

describe('A supervisor who watches', () => {
  it('whispers, then steps in, and everybody sees what they are now', async () => {
    const { amy, sam, customer, conversationId } = await watched(centre);
    for (const [step, role] of [
      ['joinAsWhisper', 'ASSISTANT'],
      ['joinAsBargeIn', 'PRIMARY'],
    ] as const) {
      expect(await sam.desk.ask(step, { conversationId, participantId: sam.id })).toMatchObject({ status: 'ok' });
      for (const { desk } of [amy, sam]) {
        const { data } = await desk.cim('PARTICIPANT_ROLE_CHANGED');
        expect(data.conversationParticipant).toMatchObject({ role, participant: { id: sam.id } });
      }
      const message = await says(sam, conversationId, agentMessage('I am the supervisor'));
      expect(message).toMatchObject(role === 'PRIMARY' ? { status: 'ok' } : { code: 'message.forbidden' });
      expect(await says(sam, conversationId, whisper('psst'))).toMatchObject({ status: 'ok' });
    }
    await customer.says('So many of you');
    await sam.desk.cim('CUSTOMER_MESSAGE');
    expect(await rolesIn(centre, conversationId)).toEqual({ [amy.id]: 'PRIMARY', [sam.id]: 'PRIMARY' });
    await nobodyIsHalfInside(centre, conversationId);
  });

  it('may step in at once', async () => {
    const { sam, conversationId } = await watched(centre);
    expect(await sam.desk.ask('joinAsBargeIn', { conversationId })).toMatchObject({ status: 'ok' });
    expect((await rolesIn(centre, conversationId))[sam.id]).toBe('PRIMARY');
  });

  it('may ask for a colleague once they have stepped in', async () => {
    const { sam, amy, bob, conversationId } = await watched(centre);
    const request = { conversationId, ...agent(bob.id) };
    await sam.desk.ask('joinAsWhisper', { conversationId });
    expect(await sam.desk.ask('consultRequest', request)).toMatchObject({ code: 'role.forbidden' });
    await sam.desk.ask('joinAsBargeIn', { conversationId });
    expect(await sam.desk.ask('directTransferRequest', request)).toMatchObject({ status: 'ok' });
    expect((await sam.desk.next('topicUnsubscription')).data.reason).toBe('CHAT TRANSFERRED');
    await joins({ amy }, bob);
    expect(await rolesIn(centre, conversationId)).toEqual({ [amy.id]: 'PRIMARY', [bob.id]: 'PRIMARY' });
    await nobodyIsHalfInside(centre, conversationId);
  });

  it.each([
    ['joinAsSilentMonitor', 'moveToWhisperMode', 'JoinAsBargin'],
    ['JoinAsSilentMonitor', 'joinAsWhisper', 'JoinAsBargeIn'],
  ])('does so under the names that desks use: %s, %s, %s', async (...events) => {
    const [{ conversationId }, sam] = await Promise.all([scene(centre), supervisor(centre)]);
    const roles: (string | undefined)[] = [];
    for (const event of events) {
      const channelSession = { id: 's-1', conversationId }; // where the desks put it
      const answer = await sam.desk.ask(event, { participantId: sam.id, agentId: sam.id, channelSession });
      expect(answer, event).toMatchObject({ status: 'ok' });
      roles.push((await rolesIn(centre, conversationId))[sam.id]);
    }
    expect(roles).toEqual(['SILENT_MONITOR', 'ASSISTANT', 'PRIMARY']);
  });
});

describe('Several supervisors', () => {
  it('may watch at the same time, and the log says who watched whom, from when to when', async () => {
    const story = await watched(centre);
    const { amy, bob, sam, conversationId } = story;
    await amy.desk.ask('directConferenceRequest', { conversationId, ...agent(bob.id) });
    await joins(story, bob);
    const kim = await supervisor(centre);
    await watches(story, kim);
    expect(
      Object.values(await rolesIn(centre, conversationId)).filter((role) => role === 'SILENT_MONITOR'),
    ).toHaveLength(2);
    sam.desk.send('topicUnsubscription', { conversationId });
    expect(await heardUntil(sam, 'topicUnsubscription')).toContain('AGENT_SUBSCRIBED'); // they saw each other
    await kim.desk.cim('AGENT_UNSUBSCRIBED');

    const events = await logged(centre, conversationId, 'AGENT_SUBSCRIBED', 'AGENT_UNSUBSCRIBED');
    const watching = events
      .filter(({ data }) => data.watching)
      .map(({ name, data: { agentParticipant, watching: whom } }) => [
        name,
        agentParticipant.participant.id,
        whom.map(({ id }: { id: string }) => id).toSorted(),
      ]);
    expect(watching).toEqual([
      ['AGENT_SUBSCRIBED', sam.id, [amy.id]],
      ['AGENT_SUBSCRIBED', kim.id, [amy.id, bob.id].toSorted()],
      ['AGENT_UNSUBSCRIBED', sam.id, [amy.id, bob.id].toSorted()],
    ]);
  });
});

describe('A raised hand', () => {
  const raises = ({ desk }: Colleague, conversationId: string, name: string) =>
    desk.ask('publishCimEvent', { conversationId, cimEvent: { id: name, name, type: 'NOTIFICATION', data: {} } });

  it.each(['joinAsWhisper', 'joinAsBargeIn'])(
    'is seen by those who come, and goes down when they help (%s)',
    async (step) => {
      const [{ amy, conversationId }, sam] = await Promise.all([scene(centre), supervisor(centre)]);
      expect(await raises(amy, conversationId, 'HAND_RAISED')).toMatchObject({ status: 'ok' });
      sam.desk.send('JoinAsSilentMonitor', { conversationId });
      const { topicData } = (await sam.desk.next('onTopicData')).data;
      expect(topicData['agentHandRaise']).toEqual({ handRaised: true, agentNames: [amy.id] });
      await sam.desk.ask(step, { conversationId });
      expect((await amy.desk.cim('HAND_DOWN')).data).toEqual({ agentId: amy.id, userName: amy.id });
    },
  );

  it('goes down by the agent’s own, and is nothing for those who only assist', async () => {
    const { amy, bob, sam, conversationId } = await watched(centre);
    await raises(amy, conversationId, 'HAND_RAISED');
    expect((await sam.desk.cim('HAND_RAISED')).data).toEqual({ agentId: amy.id, userName: amy.id });
    await raises(amy, conversationId, 'HAND_DOWN');
    await sam.desk.cim('HAND_DOWN');
    await sam.desk.ask('joinAsWhisper', { conversationId });
    await sam.desk.cim('PARTICIPANT_ROLE_CHANGED');
    expect(sam.desk.frames.filter(({ data }) => JSON.stringify(data).includes('HAND_DOWN'))).toEqual([]);
    await amy.desk.ask('consultRequest', { conversationId, ...agent(bob.id) });
    await bob.desk.accept();
    for (const who of [bob, sam])
      expect(await raises(who, conversationId, 'HAND_RAISED')).toMatchObject({ code: 'message.forbidden' });
  });
});
