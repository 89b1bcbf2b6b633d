/** A conversation on hold: who may, what ends it, and that it frees nothing and nobody. */
import { describe, expect, it } from 'vitest';
import type { World } from '../../shared/domain/conversation/conversation.ts';
import { deadlines } from '../../shared/domain/conversation/conversation.ts';
import type { ConversationEvent } from '../../shared/domain/decide.ts';
import { onTopicData } from '../../shared/domain/shown/wire.ts';
import { addEvent, customerLeaves, leave, publish } from '../support/events.ts';
import { dataOf, decided, names, refusal, roles, said } from '../support/decision.ts';
import { asks, bargesIn, holdExpired, holds, LEAVING, resumes, STAYING, toAgent } from '../support/requests.ts';
import { channelSession, incoming, message, metaOf, NOW, plain, talk, wrapUpBody } from '../support/world.ts';

const LATER = NOW + 10_000;
const EPOCH = NOW / 1000;
const DAY = 86_400_000;
const amys = () => talk({ amy: 'PRIMARY', bob: 'PRIMARY' });
const onHold = (duration = 300) => decided(amys(), holds('amy', duration)).world;

describe('A hold', () => {
  it('is told to everybody, with its length and who asked for it', () => {
    const decision = decided(amys(), holds('amy', 300));
    expect(names(decision)).toEqual(['CONVERSATION_PAUSED']);
    expect(dataOf(decision, 'CONVERSATION_PAUSED')).toMatchObject({
      holdTimerDetails: { totalDuration: 300, startTime: NOW },
      participant: { role: 'PRIMARY', participant: { id: 'amy' } },
    });
  });

  it('frees nothing', () => {
    const before = amys();
    const { world, effects } = decided(before, holds('amy'));
    expect(world.conversation.state).toBe('ON_HOLD');
    expect(world.conversation.tasks).toEqual(before.conversation.tasks);
    expect(world.conversation.participants).toEqual(before.conversation.participants);
    expect(world.agents).toEqual(before.agents);
    expect(said({ effects })).toEqual([]);
  });

  it('is shown to whoever opens the conversation', () => {
    const world = onHold();
    const { data } = onTopicData(world.conversation, metaOf(world), 'bob', []);
    expect(data.topicData).toMatchObject({
      state: 'ON_HOLD',
      holdTimerDetails: { totalDuration: 300, startTime: NOW },
    });
  });

  it.each<[string, number, number]>([
    ['a second', 1, NOW + 1_000],
    ['seconds from now', 300, NOW + 300_000],
    ['the most seconds', 999_999_999, NOW + DAY],
    ['the second at which it is over', EPOCH + 90, NOW + 90_000],
    ['a second in some years', EPOCH + 1e8, NOW + DAY],
  ])('lasts for %s', (_, duration, until) => {
    const { conversation } = onHold(duration);
    expect(conversation.hold).toEqual({ since: NOW, until });
    expect(deadlines(conversation)).toContainEqual({
      key: `hold#c1#${NOW}`,
      dueAt: until,
      timer: { kind: 'holdExpired', conversationId: 'c1', since: NOW },
    });
  });

  it.each<[string, World, ConversationEvent]>([
    ['over before it began', amys(), holds('amy', EPOCH - 1)],
    ['over as it begins', amys(), holds('amy', EPOCH)],
    ['one already', onHold(), holds('amy')],
    ['one of a colleague', onHold(), holds('bob')],
    ['none to end', amys(), resumes('amy')],
    [
      'one of a call',
      decided(amys(), addEvent(incoming('CHANNEL_SESSION_STARTED', channelSession('call-1', 'CX_VOICE')))).world,
      holds('amy'),
    ],
  ])('is refused where it is %s', (_, world, event) => {
    expect(refusal(world, event).code).toBe('state.invalid');
  });
});

describe('The end of a hold', () => {
  it.each<[string, ConversationEvent, string]>([
    ['the agent asks for it', resumes('amy', LATER), 'amy'],
    ['a colleague asks for it', resumes('bob', LATER), 'bob'],
    ['an agent writes to the customer', publish('bob', message('AGENT_MESSAGE', plain), LATER), 'bob'],
    ['an agent says what it was about', publish('amy', message('AGENT_MESSAGE', wrapUpBody), LATER), 'amy'],
    ...LEAVING.map((direction): [string, ConversationEvent, string] => [
      `an agent hands over (${direction})`,
      asks('amy', direction, undefined, null, LATER),
      'amy',
    ]),
    ['its time is over', holdExpired(NOW, NOW + 300_000), 'amy'],
  ])('comes when %s', (_, event, who) => {
    const decision = decided(onHold(), event);
    expect(names(decision)).toContain('CONVERSATION_RESUMED');
    expect(dataOf(decision, 'CONVERSATION_RESUMED')).toMatchObject({ participant: { participant: { id: who } } });
    expect(decision.world.conversation).toMatchObject({ hold: null, state: 'ACTIVE' });
  });

  it('is told before what ended it', () => {
    expect(names(decided(onHold(), publish('amy', message('AGENT_MESSAGE'))))).toEqual([
      'CONVERSATION_RESUMED',
      'AGENT_MESSAGE',
    ]);
  });

  it.each<[string, ConversationEvent]>([
    ['a whisper', publish('amy', message('WHISPER_MESSAGE'))],
    [
      'what the customer writes',
      addEvent(message('CUSTOMER_MESSAGE', plain, { header: { sender: { id: 'web', type: 'CONNECTOR' } } })),
    ],
    ...STAYING.map((direction): [string, ConversationEvent] => [direction, asks('amy', direction)]),
    ['one of two agents who leaves', leave('bob')],
    ['an earlier timer', holdExpired(NOW - 1, NOW + 300_000)],
    ['a timer that comes too early', holdExpired(NOW, NOW + 299_999)],
  ])('is not %s', (_, event) => {
    expect(decided(onHold(), event).world.conversation).toMatchObject({ state: 'ON_HOLD', hold: { since: NOW } });
  });

  it('is not what a colleague in wrap-up says', () => {
    const { world } = decided(onHold(), leave('bob'));
    const decision = decided(world, publish('bob', message('AGENT_MESSAGE', wrapUpBody)));
    expect(decision.world.conversation.state).toBe('ON_HOLD');
  });

  it.each<[string, ConversationEvent, string]>([
    ['the last agent leaves', leave('amy'), 'INACTIVE'],
    ['the customer leaves', customerLeaves(), 'WRAP_UP'],
  ])('comes with nobody who ended it when %s', (_, event, state) => {
    const decision = decided(decided(talk({ amy: 'PRIMARY' }), holds('amy')).world, event);
    expect(dataOf(decision, 'CONVERSATION_RESUMED')).toMatchObject({ participant: null });
    expect(decision.world.conversation).toMatchObject({ hold: null, state });
  });

  it('makes place for another', () => {
    const { world } = decided(onHold(), resumes('amy'), holds('bob', 60));
    expect(world.conversation.hold).toEqual({ since: NOW, until: NOW + 60_000 });
  });

  it('happens once', () => {
    const { world } = decided(onHold(), holdExpired(NOW, NOW + 300_000));
    expect(decided(world, holdExpired(NOW, NOW + 300_001)).world).toBe(world);
  });
});

describe('While a conversation is on hold', () => {
  it('a supervisor may barge in, and it stays on hold', () => {
    const { world } = decided(talk({ amy: 'PRIMARY', sam: 'SILENT_MONITOR' }), holds('amy'), bargesIn('sam'));
    expect(world.conversation.state).toBe('ON_HOLD');
    expect(roles(world)).toMatchObject({ sam: 'PRIMARY' });
  });

  it('a consulted colleague may take over, which ends it', () => {
    const { world } = decided(talk({ amy: 'PRIMARY', bob: 'ASSISTANT' }), holds('amy'));
    const decision = decided(world, asks('amy', 'CONSULT_TRANSFER', toAgent('bob', false)));
    expect(decision.world.conversation.state).toBe('ACTIVE');
  });
});
