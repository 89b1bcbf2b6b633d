/**
 * Who may say what in a conversation, by their role, and what the manager makes of the sender, the
 * time and the identity in it.
 */
import { describe, expect, it } from 'vitest';
import { permission } from '../../shared/domain/handling/message.ts';
import { PARTICIPANT_ROLES, type Role, type World } from '../../shared/domain/conversation/conversation.ts';
import { CIM_EVENT_NAMES } from '../../shared/protocol/shapes/cim.ts';
import { onTopicData } from '../../shared/domain/shown/wire.ts';
import { publish } from '../support/events.ts';
import { dataOf, decided, names, refusal, roles, said } from '../support/decision.ts';
import { incoming, message, metaOf, NOW, plain, talk, wrapUpBody, type Part } from '../support/world.ts';

const events = {
  'a message to the customer': message('AGENT_MESSAGE'),
  'a comment': message('AGENT_MESSAGE', { type: 'COMMENT', postId: 'p1', itemType: 'TEXT' }),
  'a whisper': message('WHISPER_MESSAGE'),
  typing: message('TYPING_INDICATOR', { type: 'NOTIFICATION', notificationType: 'TYPING_STARTED' }),
  'a read receipt': message('MESSAGE_DELIVERY_NOTIFICATION', {
    type: 'DELIVERYNOTIFICATION',
    messageId: 'm0',
    status: 'READ',
  }),
  'a wrap-up': message('AGENT_MESSAGE', wrapUpBody),
  'a raised hand': incoming('HAND_RAISED'),
  'a lowered hand': incoming('HAND_DOWN'),
  'more time to answer': incoming('RESET_AGENT_SLA'),
};
type What = keyof typeof events;

/** Amy in this part, beside a colleague who talks with the customer. */
function asked(part: Part): World {
  return talk({ amy: part, bob: 'PRIMARY' });
}

describe('The role decides who may say', () => {
  it.each<[What, Part, 'said' | 'dropped' | 'refused']>([
    ['a message to the customer', 'PRIMARY', 'said'],
    ['a message to the customer', 'BARGED_IN', 'said'],
    ['a message to the customer', 'ASSISTANT', 'refused'],
    ['a message to the customer', 'WHISPER', 'refused'],
    ['a message to the customer', 'SILENT_MONITOR', 'refused'],
    ['a message to the customer', 'WRAP_UP', 'refused'],
    ['a comment', 'PRIMARY', 'said'],
    ['a comment', 'ASSISTANT', 'refused'],
    ['a whisper', 'PRIMARY', 'said'],
    ['a whisper', 'ASSISTANT', 'said'],
    ['a whisper', 'WHISPER', 'said'],
    ['a whisper', 'SILENT_MONITOR', 'said'],
    ['a whisper', 'WRAP_UP', 'refused'],
    ['typing', 'PRIMARY', 'said'],
    ['typing', 'ASSISTANT', 'dropped'],
    ['typing', 'WHISPER', 'dropped'],
    ['typing', 'SILENT_MONITOR', 'dropped'],
    ['typing', 'WRAP_UP', 'dropped'],
    ['a read receipt', 'PRIMARY', 'said'],
    ['a read receipt', 'ASSISTANT', 'dropped'],
    ['a read receipt', 'WHISPER', 'dropped'],
    ['a read receipt', 'SILENT_MONITOR', 'dropped'],
    ['a read receipt', 'WRAP_UP', 'dropped'],
    ['a wrap-up', 'PRIMARY', 'said'],
    ['a wrap-up', 'ASSISTANT', 'refused'],
    ['a wrap-up', 'WHISPER', 'refused'],
    ['a wrap-up', 'SILENT_MONITOR', 'refused'],
    ['a wrap-up', 'WRAP_UP', 'said'],
    ['a raised hand', 'PRIMARY', 'said'],
    ['a raised hand', 'ASSISTANT', 'refused'],
    ['a raised hand', 'SILENT_MONITOR', 'refused'],
    ['a raised hand', 'WRAP_UP', 'refused'],
    ['a lowered hand', 'PRIMARY', 'said'],
    ['a lowered hand', 'ASSISTANT', 'refused'],
    ['more time to answer', 'PRIMARY', 'said'],
    ['more time to answer', 'SILENT_MONITOR', 'refused'],
  ])('%s as %s: %s', (what, part, outcome) => {
    const world = asked(part);
    const event = publish('amy', events[what]);
    if (outcome === 'refused') return expect(refusal(world, event).code).toBe('message.forbidden');
    const decision = decided(world, event);
    expect(names(decision)).toEqual(outcome === 'said' ? [events[what].name] : []);
    expect(decision.world === world).toBe(outcome === 'dropped');
    expect(roles(decision.world)).toEqual(roles(world));
  });

  it('a whisper only where a colleague hears it', () => {
    expect(refusal(talk({ amy: 'PRIMARY' }), publish('amy', events['a whisper'])).code).toBe('message.forbidden');
  });

  it.each<Role>(PARTICIPANT_ROLES)('nothing but these, as %s', (role) => {
    const known = new Set(Object.values(events).map(({ name }) => name));
    const allowed = CIM_EVENT_NAMES.filter((name) => !known.has(name) && permission(role, { name, data: {} }) !== 'no');
    expect(allowed).toEqual([]);
  });

  it.each<Part>(['PRIMARY', 'ASSISTANT', 'WHISPER', 'SILENT_MONITOR', 'WRAP_UP'])(
    'and %s reads everything, whispers too',
    (part) => {
      const { world, events: logged } = decided(asked(part), publish('bob', events['a whisper']));
      const { data } = onTopicData(world.conversation, metaOf(world), 'amy', logged);
      expect(data.topicData.topicEvents.map((event) => event['name'])).toEqual(['WHISPER_MESSAGE']);
    },
  );
});

describe('Somebody who is not in the conversation', () => {
  it('is refused, and their stale tab closes', () => {
    const rejection = refusal(talk({ bob: 'PRIMARY' }), publish('amy', message('AGENT_MESSAGE')));
    expect(rejection.code).toBe('conversation.notParticipant');
    expect(said({ effects: rejection.emits })).toEqual(['amy: topicUnsubscription CONVERSATION CLOSED']);
  });
});

describe('What an agent says', () => {
  const liar = { id: 'bob', type: 'SUPERVISOR', senderName: 'Bob', token: 'secret' };
  const sender = { id: 'amy', type: 'AGENT', senderName: 'amy', additionalDetail: null };

  it('is said by the agent who is connected, whatever the payload claims', () => {
    const claim = message('AGENT_MESSAGE', plain, { header: { sender: liar }, eventEmitter: liar });
    const {
      events: [logged],
    } = decided(talk({ amy: 'PRIMARY' }), publish('amy', claim));
    expect(logged?.event).toMatchObject({ eventEmitter: sender, data: { header: { sender } } });
    expect(JSON.stringify(logged)).not.toContain('secret');
  });

  it('is said now, whatever the payload claims', () => {
    const claim = message('AGENT_MESSAGE', plain, { timestamp: 1, header: { timestamp: 2 } });
    const {
      events: [logged],
    } = decided(talk({ amy: 'PRIMARY' }), publish('amy', claim));
    expect(logged?.event).toMatchObject({ timestamp: NOW, data: { header: { timestamp: NOW } } });
  });

  it.each(['HAND_RAISED', 'HAND_DOWN'])('is about themselves, whoever %s names', (name) => {
    const claim = incoming(name, { agentId: 'bob', userName: 'bob' });
    expect(dataOf(decided(asked('PRIMARY'), publish('amy', claim)), name)).toEqual({ agentId: 'amy', userName: 'amy' });
  });

  it('keeps the ids of the desk, by which it knows its own message again', () => {
    const {
      events: [logged],
    } = decided(talk({ amy: 'PRIMARY' }), publish('amy', message('AGENT_MESSAGE', plain, { id: 'm7' })));
    expect(logged?.event).toMatchObject({ id: 'e-AGENT_MESSAGE', data: { id: 'm7' } });
  });

  it('touches nothing but the log', () => {
    const world = asked('PRIMARY');
    const { world: next, effects } = decided(world, publish('amy', message('AGENT_MESSAGE')));
    expect({ ...next.conversation, lastSeq: 1 }).toEqual(world.conversation);
    expect(next.agents).toEqual(world.agents);
    expect(said({ effects })).toEqual([]);
  });
});
