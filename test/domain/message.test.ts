/**
 * What enters the log from agents, customers, bots and channels: through which session, what is
 * kept of it, what is refused.
 */
import { describe, expect, it } from 'vitest';
import type { World } from '../../shared/domain/conversation/conversation.ts';
import { announcedAt, messageId, type OutsideEvent } from '../../shared/domain/handling/message.ts';
import { MAX_SESSION_BYTES } from '../../shared/protocol/frame.ts';
import { addEvent, customerLeaves, publish } from '../support/events.ts';
import { dataOf, decided, names, refusal } from '../support/decision.ts';
import { channelSession, incoming, message, metaOf, NOW, plain, robin, talk, wrapUpBody } from '../support/world.ts';

const connector = { id: 'web', type: 'CONNECTOR', senderName: 'WEB' };
const amy = () => talk({ amy: 'PRIMARY' });

/** The customer has a second session, `sms-1`. */
function onTwoChannels(): World {
  return decided(amy(), addEvent(incoming('CHANNEL_SESSION_STARTED', channelSession('sms-1', 'SMS')))).world;
}

/** The customer has left the session `web-1` and is on `sms-1`. */
function moved(): World {
  return decided(onTwoChannels(), addEvent(incoming('CHANNEL_SESSION_ENDED', { id: 'web-1' }))).world;
}

function gone(): World {
  return decided(amy(), customerLeaves()).world;
}

function toSession(id: string | undefined): OutsideEvent {
  return message('AGENT_MESSAGE', plain, id === undefined ? {} : { channelSession: { id } });
}

function fromCustomer(sessionId?: string, more: Record<string, unknown> = {}): OutsideEvent {
  const header = { sender: connector, ...(sessionId === undefined ? {} : { channelSessionId: sessionId }) };
  return message('CUSTOMER_MESSAGE', plain, { header, ...more });
}

describe('A message to the customer goes', () => {
  it.each<[string, World, string | undefined, string]>([
    ['through the session that it names', onTwoChannels(), 'web-1', 'web-1'],
    ['through the other one where it names that', onTwoChannels(), 'sms-1', 'sms-1'],
    ['through the only session where it names none', amy(), undefined, 'web-1'],
    ['through what is left where it names none', moved(), undefined, 'sms-1'],
  ])('%s', (_, world, named, expected) => {
    const { events } = decided(world, publish('amy', toSession(named)));
    expect(events[0]?.event.channelSessionId).toBe(expected);
  });

  it.each<[string, World, string | undefined]>([
    ['a session that has ended', moved(), 'web-1'],
    ['a session that never was', amy(), 'web-9'],
  ])('not through %s', (_, world, named) => {
    expect(refusal(world, publish('amy', toSession(named))).code).toBe('channelSession.closed');
  });

  it('to nobody who has left', () => {
    const stillPrimary = talk({ amy: 'BARGED_IN' }, { customer: false });
    expect(refusal(stillPrimary, publish('amy', toSession(undefined))).code).toBe('channelSession.closed');
  });

  it('nowhere where it is a wrap-up: that needs no session', () => {
    const wrapUp = message('AGENT_MESSAGE', wrapUpBody, { channelSession: { id: 'web-1' } });
    expect(names(decided(gone(), publish('amy', wrapUp)))).toEqual(['AGENT_MESSAGE']);
  });
});

describe('A message of the customer', () => {
  it.each<[string, World, OutsideEvent, string]>([
    ['by the session in its header', onTwoChannels(), fromCustomer('sms-1'), 'sms-1'],
    [
      'by the session beside it',
      onTwoChannels(),
      fromCustomer(undefined, { channelSession: { id: 'web-1' } }),
      'web-1',
    ],
    ['by the only session', amy(), fromCustomer(), 'web-1'],
  ])('came %s', (_, world, event, sessionId) => {
    const { events } = decided(world, addEvent(event));
    expect(events.map(({ event: { name, channelSessionId } }) => [name, channelSessionId])).toEqual([
      ['CUSTOMER_MESSAGE', sessionId],
    ]);
  });

  it('on a new channel announces the channel first, or desks could not show it', () => {
    const decision = decided(
      amy(),
      addEvent(fromCustomer(undefined, { channelSession: channelSession('sms-1', 'SMS') })),
    );
    expect(names(decision)).toEqual(['CHANNEL_SESSION_STARTED', 'CUSTOMER_MESSAGE']);
    expect(decision.world.conversation.sessions).toEqual({ 'web-1': 1, 'sms-1': 2 });
  });

  it.each<[string, World, OutsideEvent, string]>([
    ['on a channel that is only named', amy(), fromCustomer('sms-1'), 'channelSession.unknown'],
    [
      'on a channel that is only named, in the envelope',
      amy(),
      fromCustomer(undefined, { channelSession: { id: 'sms-1' } }),
      'channelSession.unknown',
    ],
    [
      'on a channel that is not described',
      amy(),
      fromCustomer(undefined, { channelSession: { id: 'sms-1', participantType: 'ChannelSession' } }),
      'message.invalid',
    ],
    [
      'and said by an agent',
      amy(),
      message('CUSTOMER_MESSAGE', undefined, { id: 'm9', header: { sender: { id: 'amy', type: 'AGENT' } } }),
      'message.forbidden',
    ],
    ['on a channel that was left', moved(), fromCustomer('web-1'), 'channelSession.closed'],
    ['who has left', gone(), fromCustomer(), 'channelSession.closed'],
  ])('is refused %s', (_, world, event, code) => {
    expect(refusal(world, addEvent(event)).code).toBe(code);
  });

  it('is written at the time of the manager, with its own ids', () => {
    const {
      events: [logged],
    } = decided(amy(), addEvent(fromCustomer('web-1', { id: 'm4', timestamp: 5 })));
    expect(logged?.event).toMatchObject({ timestamp: NOW, data: { id: 'm4', header: { sender: connector } } });
  });
});

describe('Of what is said the log does not keep', () => {
  const talkative = {
    header: {
      sender: connector,
      customer: robin,
      channelSessionId: 'web-1',
      intent: 'REPLY_TO',
      additionalData: { isEncoded: true },
    },
    channelSession: channelSession(),
    conversationId: 'c1',
    roomInfo: { id: 'c1', mode: 'CONTACT_CENTER' },
  };
  it.each([
    ['of a customer', decided(amy(), addEvent(message('CUSTOMER_MESSAGE', plain, talkative)))],
    ['of an agent', decided(amy(), publish('amy', message('AGENT_MESSAGE', plain, talkative)))],
  ])('%s: what belongs to the conversation', (_, { events: [logged] }) => {
    expect(logged?.event).not.toHaveProperty('channelSession');
    expect(logged?.event).not.toHaveProperty('conversationId');
    expect(logged?.event).not.toHaveProperty('roomInfo');
    expect(logged?.event.data['header']).not.toHaveProperty('customer');
    expect(logged?.event.data['header']).toMatchObject({ intent: 'REPLY_TO', additionalData: { isEncoded: true } });
  });

  it('the bookkeeping of desks', () => {
    const leaky = message(
      'AGENT_MESSAGE',
      { ...plain, isWhisper: false },
      { header: { status: 'sending', channelSession: channelSession() } },
    );
    const {
      events: [logged],
    } = decided(amy(), publish('amy', leaky));
    expect(logged?.event.data['header']).not.toHaveProperty('status');
    expect(logged?.event.data['header']).not.toHaveProperty('channelSession');
    expect(logged?.event.data['body']).toEqual(plain);
    expect(logged?.event.channelSessionId).toBe('web-1');
  });
});

describe('A channel session', () => {
  it('that starts is announced once', () => {
    const started = addEvent(incoming('CHANNEL_SESSION_STARTED', channelSession('sms-1', 'SMS')));
    const decision = decided(amy(), started);
    expect(names(decision)).toEqual(['CHANNEL_SESSION_STARTED']);
    expect(metaOf(decision.world)).toMatchObject({
      latestSessionId: 'sms-1',
      sessions: { 'web-1': {}, 'sms-1': { conversationId: 'c1' } },
    });
    expect(decided(decision.world, started).world).toBe(decision.world);
    expect(announcedAt(decision.world.conversation, started.event)).toBe(2);
  });

  it.each<[string, OutsideEvent, string]>([
    ['ends', incoming('CHANNEL_SESSION_ENDED', { id: 'web-1' }), 'CUSTOMER'],
    [
      'ends for a reason',
      incoming('CHANNEL_SESSION_ENDED', { id: 'web-1', state: { name: 'ENDED', reasonCode: 'NETWORK' } }),
      'NETWORK',
    ],
    ['expires', incoming('CHANNEL_SESSION_EXPIRED', { id: 'web-1' }), 'INACTIVITY'],
  ])('that %s is gone, and its description stays', (_, event, reasonCode) => {
    const decision = decided(onTwoChannels(), addEvent(event));
    expect(dataOf(decision, 'CHANNEL_SESSION_ENDED')).toEqual({ state: { name: 'ENDED', reasonCode } });
    expect(decision.world.conversation.sessions).toEqual({ 'sms-1': 2 });
    expect(metaOf(decision.world).sessions).toHaveProperty('web-1');
  });

  it.each<[string, World, OutsideEvent, string]>([
    ['ends twice', moved(), incoming('CHANNEL_SESSION_ENDED', { id: 'web-1' }), 'channelSession.closed'],
    ['ends, but never was', amy(), incoming('CHANNEL_SESSION_EXPIRED', { id: 'fax-1' }), 'channelSession.unknown'],
    ['ends without a name', amy(), incoming('CHANNEL_SESSION_ENDED'), 'channelSession.unknown'],
    ['starts without a channel', amy(), incoming('CHANNEL_SESSION_STARTED', { id: 'sms-1' }), 'message.invalid'],
    [
      'starts after the customer left',
      gone(),
      incoming('CHANNEL_SESSION_STARTED', channelSession('sms-1')),
      'conversation.closed',
    ],
  ])('that %s is refused', (_, world, event, code) => {
    expect(refusal(world, addEvent(event)).code).toBe(code);
  });
});

describe('The platform', () => {
  const over = () =>
    decided(talk({ amy: 'WRAP_UP' }, { customer: false }), {
      type: 'closeWrapUp',
      at: NOW,
      agentId: 'amy',
      wrapUp: null,
    }).world;

  it.each([
    ['BOT_MESSAGE', message('BOT_MESSAGE', plain, { header: { sender: { id: 'bot', type: 'BOT' } } })],
    ['BOT_SUBSCRIBED', incoming('BOT_SUBSCRIBED')],
    ['VOICE_ACTIVITY', incoming('VOICE_ACTIVITY', {}, { type: 'ACTIVITY' })],
    ['CUSTOMER_SLA_STARTED', incoming('CUSTOMER_SLA_STARTED', { action: 'START_TIMER', totalDuration: 30 })],
  ])('may add %s', (name, event) => {
    expect(names(decided(amy(), addEvent(event)))).toEqual([name]);
  });

  it('may change the conversation data', () => {
    const decision = decided(amy(), addEvent(incoming('CONVERSATION_DATA_CHANGED', { order: '42' })));
    expect(metaOf(decision.world).conversationData).toEqual({ order: '42' });
    expect(names(decision)).toEqual(['CONVERSATION_DATA_CHANGED']);
  });

  it('may change the customer', () => {
    const decision = decided(amy(), addEvent(incoming('ASSOCIATED_CUSTOMER_CHANGED', { ...robin, _id: 'customer-2' })));
    expect(metaOf(decision.world).customer._id).toBe('customer-2');
    expect(names(decision)).toEqual(['ASSOCIATED_CUSTOMER_CHANGED']);
  });

  it.each<[string, OutsideEvent]>([
    ['a customer', incoming('ASSOCIATED_CUSTOMER_CHANGED', { firstName: 'Robin' })],
    ['conversation data', incoming('CONVERSATION_DATA_CHANGED', { order: { id: 1 } })],
  ])('may not send %s that desks cannot read', (_, event) => {
    expect(refusal(amy(), addEvent(event)).code).toBe('message.invalid');
  });

  it.each([
    'TASK_STATE_CHANGED',
    'TASK_ENQUEUED',
    'AGENT_RESERVED',
    'AGENT_SUBSCRIBED',
    'AGENT_UNSUBSCRIBED',
    'PARTICIPANT_ROLE_CHANGED',
    'NO_AGENT_AVAILABLE',
    'REVOKE_RESOURCE',
    'TOPIC_STATE_CHANGE_EVENT',
  ])('may not say %s, which the manager decides', (name) => {
    expect(refusal(amy(), addEvent(incoming(name))).code).toBe('message.forbidden');
  });

  it.each(['AGENT_MESSAGE', 'WHISPER_MESSAGE'])('may not say %s, which agents say', (name) => {
    expect(refusal(amy(), addEvent(message(name))).code).toBe('message.forbidden');
  });

  it('may say nothing once the conversation is over', () => {
    expect(refusal(over(), addEvent(incoming('BOT_SUBSCRIBED'))).code).toBe('conversation.closed');
  });

  it.each<[string, OutsideEvent]>([
    [
      'a session',
      incoming('CHANNEL_SESSION_STARTED', channelSession('sms-1', 'SMS', { notes: 'x'.repeat(MAX_SESSION_BYTES) })),
    ],
    ['a customer', incoming('ASSOCIATED_CUSTOMER_CHANGED', { ...robin, notes: 'x'.repeat(MAX_SESSION_BYTES) })],
    [
      'conversation data',
      incoming(
        'CONVERSATION_DATA_CHANGED',
        Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`k${i}`, 'x'.repeat(4_000)])),
      ),
    ],
  ])('may not describe a conversation with more than fits into a snapshot: %s', (_, event) => {
    expect(refusal(amy(), addEvent(event)).code).toBe('conversation.tooLarge');
  });

  it('may open session after session, as long as the others have ended', () => {
    const big = (id: string) => channelSession(id, 'SMS', { notes: 'x'.repeat(MAX_SESSION_BYTES / 2) });
    const five = ['s1', 's2', 's3', 's4', 's5'].reduce(
      (world, id) =>
        decided(
          world,
          addEvent(incoming('CHANNEL_SESSION_STARTED', big(id))),
          addEvent(incoming('CHANNEL_SESSION_ENDED', { id })),
        ).world,
      amy(),
    );
    expect(Object.keys(metaOf(five).sessions)).toEqual(['web-1', 's5']);
  });
});

describe('A message is known again', () => {
  it.each<[string, OutsideEvent, string | undefined]>([
    ['by the id of its data', message('AGENT_MESSAGE', plain, { id: 'm9' }), 'm9'],
    ['whoever says it', message('CUSTOMER_MESSAGE', plain, { id: 'm9' }), 'm9'],
    ['but not a fact, which has none', incoming('CHANNEL_SESSION_ENDED', { id: 'web-1' }), undefined],
  ])('%s', (_, event, expected) => {
    expect(messageId(event)).toBe(expected);
  });
});
