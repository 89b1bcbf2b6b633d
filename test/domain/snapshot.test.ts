/** The whole of a conversation for one desk: what it holds, and what it leaves out. */
import { describe, expect, it } from 'vitest';
import { currentSession, type StoredEvent, type World } from '../../shared/domain/conversation/conversation.ts';
import { onTopicData } from '../../shared/domain/shown/wire.ts';
import { addEvent } from '../support/events.ts';
import { decided } from '../support/decision.ts';
import { connector, logged, said, seqs, snapshot } from '../support/snapshot.ts';
import { channelSession, incoming, message, metaOf, NOW, plain, robin, talk, type Part } from '../support/world.ts';

describe('A snapshot', () => {
  const whole = () => snapshot(talk({ amy: 'PRIMARY', bob: 'ASSISTANT', sam: 'SILENT_MONITOR' }), [logged(1)]);

  it('holds the conversation', () => {
    expect(whole()).toMatchObject({
      conversationId: 'c1',
      taskId: 'amy-task:amy-task-m',
      roomInfo: { id: 'c1', mode: 'CONTACT_CENTER' },
    });
    expect(whole().topicData).toMatchObject({
      id: 'c1',
      state: 'ACTIVE',
      customer: robin,
      conversationData: { order: '4711' },
      channelSession: { id: 'web-1' },
    });
  });

  it('holds everybody who is in it, with their roles', () => {
    const people = whole().topicData.participants.map(
      ({ type, role, participant }) => `${type} ${role} ${participant.id}`,
    );
    expect(people).toEqual([
      'CUSTOMER CUSTOMER web-1',
      'AGENT PRIMARY amy',
      'AGENT ASSISTANT bob',
      'AGENT SILENT_MONITOR sam',
    ]);
    const { agentParticipants, participants } = whole().topicData;
    expect(agentParticipants).toEqual(participants.slice(1));
  });

  it('shows of agents what colleagues may see', () => {
    expect(whole().topicData.agentParticipants[0]?.participant.keycloakUser).toEqual({
      id: 'amy',
      username: 'amy',
      firstName: 'AMY',
      lastName: 'Lind',
    });
  });

  it('is empty where this version has nothing to say', () => {
    const nothing = { totalDuration: null, startTime: null };
    expect(whole().topicData).toMatchObject({
      agentSla: { ...nothing, action: null },
      holdTimerDetails: nothing,
      agentHandRaise: { handRaised: false, agentNames: [] },
      customerSuggestions: [],
      externalGadgets: [],
      wrapUps: [],
      durationInSeconds: null,
    });
  });

  it.each<[Part, string]>([
    ['PRIMARY', 'PRIMARY'],
    ['ASSISTANT', 'ASSISTANT'],
    ['WHISPER', 'ASSISTANT'],
    ['SILENT_MONITOR', 'SILENT_MONITOR'],
    ['BARGED_IN', 'PRIMARY'],
    ['WRAP_UP', 'WRAP_UP'],
  ])('says to the desk of %s that they are %s', (part, role) => {
    const { topicParticipant } = snapshot(talk({ amy: part, bob: 'PRIMARY' })).topicData;
    expect(topicParticipant).toMatchObject({
      role,
      type: 'AGENT',
      state: 'SUBSCRIBED',
      participant: { id: 'amy', keycloakUser: { username: 'amy' } },
    });
  });

  it('in wrap-up, after the customer has left, still names the last session', () => {
    const world = decided(talk({ amy: 'PRIMARY' }), { type: 'end', at: NOW, reason: 'CUSTOMER' }).world;
    const { topicData } = snapshot(world);
    expect(topicData).toMatchObject({
      state: 'WRAP_UP',
      channelSession: { id: 'web-1' },
      topicParticipant: { role: 'WRAP_UP' },
    });
    expect(topicData.participants.map(({ type }) => type)).toEqual(['AGENT']);
  });

  it('is for those who are in the conversation', () => {
    const world = talk({ bob: 'PRIMARY' });
    expect(() => onTopicData(world.conversation, metaOf(world), 'amy', [])).toThrow('amy is not in conversation c1');
  });
});

describe('The session that speaks for a conversation', () => {
  const second = decided(
    talk({ amy: 'PRIMARY' }),
    addEvent(incoming('CHANNEL_SESSION_STARTED', channelSession('sms-1', 'SMS'))),
  ).world;
  const current = ({ conversation, ...world }: World) =>
    currentSession(conversation, metaOf({ conversation, ...world })).id;

  it('is the latest', () => {
    expect(current(second)).toBe('sms-1');
  });

  it('is one that is still open', () => {
    expect(current(decided(second, addEvent(incoming('CHANNEL_SESSION_ENDED', { id: 'sms-1' }))).world)).toBe('web-1');
  });

  it('is the latest also when all have ended', () => {
    expect(current(decided(second, { type: 'end', at: NOW, reason: 'CUSTOMER' }).world)).toBe('sms-1');
  });

  it('shows each open session as a customer', () => {
    const customers = snapshot(second).topicData.participants.filter(({ type }) => type === 'CUSTOMER');
    expect(customers.map(({ id }) => id)).toEqual(['web-1', 'sms-1']);
  });
});

describe('The events of a snapshot', () => {
  const world = () => talk({ amy: 'PRIMARY' });

  it('are in order, the own joining among them', () => {
    const { topicEvents } = snapshot(world(), [logged(1), said(2, 10), logged(3)]).topicData;
    expect(topicEvents.map((event) => event['id'])).toEqual(['e1', 'e2', 'e3']);
  });

  it('say who a customer is', () => {
    const [event] = snapshot(world(), [said(1, 10)]).topicData.topicEvents;
    expect(event).toMatchObject({ channelSession: { id: 'web-1' }, data: { header: { customer: robin } } });
  });

  const typing = {
    id: 'm1',
    header: { sender: connector },
    body: { type: 'NOTIFICATION', notificationType: 'TYPING_STARTED' },
  };
  it.each<[StoredEvent['name'], Partial<StoredEvent>]>([
    ['TYPING_INDICATOR', { data: typing }],
    ['AGENT_SLA', {}],
    ['AGENT_SLA_STARTED', {}],
    ['AGENT_SLA_STOPPED', {}],
    ['AGENT_SLA_EXPIRED', {}],
    ['HOLD_TIMER', {}],
    ['ACTION_MESSAGE', {}],
    ['VOICE_ACTIVITY', { type: 'ACTIVITY' }],
    ['IVR_AGGREGATED_ACTIVITY', { type: 'ACTIVITY', data: { body: { type: 'CUSTOM' } } }],
  ])('are without %s, which is over when it is read', (name, event) => {
    const data = snapshot(world(), [logged(1), logged(2, { ...event, name })]);
    expect(data.topicData.topicEvents.map((shown) => shown['id'])).toEqual(['e1']);
    expect(seqs(data)).toEqual({ firstSeq: 1, lastSeq: 2, truncated: false, events: 1 });
  });

  it.each<StoredEvent['name']>(['WHISPER_MESSAGE', 'AGENT_MESSAGE', 'BOT_MESSAGE'])('are with %s', (name) => {
    const data = { id: 'm1', header: { sender: { id: 'x', type: 'AGENT' } }, body: plain };
    expect(snapshot(world(), [logged(1, { name, type: 'MESSAGE', data })]).topicData.topicEvents).toHaveLength(1);
  });
});

describe('A message that was published', () => {
  it('is what the snapshot shows of it later', () => {
    const event = message('CUSTOMER_MESSAGE', plain, {
      header: { sender: connector, channelSessionId: 'web-1' },
      id: 'm5',
    });
    const { world, events } = decided(talk({ amy: 'PRIMARY' }), addEvent(event));
    expect(snapshot(world, events).topicData.topicEvents[0]).toMatchObject({
      id: event.id,
      data: { id: 'm5', body: plain },
    });
  });
});
