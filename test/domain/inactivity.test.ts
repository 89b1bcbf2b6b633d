/** A customer who falls silent: whose turn it is, when they are asked, and what happens then. */
import { describe, expect, it } from 'vitest';
import { freeSlots } from '../../shared/domain/agent/capacity.ts';
import type { Conversation, World } from '../../shared/domain/conversation/conversation.ts';
import type { ConversationEvent } from '../../shared/domain/decide.ts';
import { timersFor } from '../../shared/edge/loop/commands.ts';
import { Inactivity } from '../../shared/protocol/shapes/config.ts';
import { addEvent, customerLeaves, leave, publish } from '../support/events.ts';
import { dataOf, decided, member, names, roles } from '../support/decision.ts';
import { holdExpired, holds, resumes } from '../support/requests.ts';
import { channelSession, incoming, message, NOW, plain, rules, talk, wrapUpBody, type Part } from '../support/world.ts';

const after = (seconds: number) => NOW + seconds * 1000;
const asked = { inactivitySeconds: 100, thenSeconds: 50 };
const policies = (...given: Parameters<typeof Inactivity.parse>[0][]) =>
  given.map((policy) => Inactivity.parse(policy));
const amys = (parts: Record<string, Part> = {}, inactivity = policies(asked)) =>
  talk({ amy: 'PRIMARY', ...parts }, { rules: rules({ inactivity }) });

const says = (seconds = 0) => publish('amy', message('AGENT_MESSAGE', plain, { id: `a${seconds}` }), after(seconds));
const answers = (seconds = 0): ConversationEvent => {
  const header = { sender: { id: 'web', type: 'CONNECTOR' } };
  return addEvent(message('CUSTOMER_MESSAGE', plain, { id: `c${seconds}`, header }), after(seconds));
};
const due = (checkSeconds: number, seconds = checkSeconds): ConversationEvent => ({
  type: 'silenceDue',
  at: after(seconds),
  checkAt: after(checkSeconds),
});
const silenceOf = ({ conversation }: World): Conversation['silence'] => conversation.silence;
/** Amy has written at once, and nobody since. */
const silent = (world = amys()) => decided(world, says()).world;
const wasAsked = (world = amys()) => decided(silent(world), due(100)).world;

describe('The customer’s silence', () => {
  it('is looked at so long after an agent wrote to them', () => {
    expect(silenceOf(silent())).toEqual({ since: NOW, checkAt: after(100) });
  });

  it.each<[string, ConversationEvent[]]>([
    ['a whisper', [publish('amy', message('WHISPER_MESSAGE'))]],
    ['a wrap-up', [publish('amy', message('AGENT_MESSAGE', wrapUpBody))]],
    ['what the customer writes', [answers()]],
    ['a bot', [addEvent(message('BOT_MESSAGE', plain, { header: { sender: { id: 'bot', type: 'BOT' } } }))]],
  ])('does not begin with %s', (_, [first, ...more]) => {
    if (!first) throw new Error('nothing happens');
    expect(silenceOf(decided(amys({ bob: 'PRIMARY' }), first, ...more).world)).toBeNull();
  });

  it.each<[string, World]>([
    ['there is no limit', talk({ amy: 'PRIMARY' })],
    ['it is not of a channel that the limit is for', amys({}, policies({ ...asked, channelTypes: ['WHATSAPP'] }))],
    [
      'there is a call',
      decided(amys(), addEvent(incoming('CHANNEL_SESSION_STARTED', channelSession('call-1', 'CX_VOICE')))).world,
    ],
  ])('is not looked at where %s', (_, world) => {
    expect(silenceOf(silent(world))).toBeNull();
  });

  it('has the first limit that is for their channel', () => {
    const inactivity = policies(
      { ...asked, channelTypes: ['WHATSAPP'] },
      { inactivitySeconds: 7, channelTypes: ['WEB'] },
      asked,
    );
    expect(silenceOf(silent(amys({}, inactivity)))?.checkAt).toBe(after(7));
  });

  it('starts one timer, however often they speak with each other', () => {
    const before = silent();
    const started = (world: World, from: World) => timersFor({ before: from, after: world }, NOW).map(({ key }) => key);
    expect(started(before, amys())).toEqual([`silence#c1#${after(100)}`]);
    const { world } = decided(before, answers(10), says(20), answers(30), says(40), says(50));
    expect(started(world, before)).toEqual([]);
    expect(silenceOf(world)).toEqual({ since: after(50), checkAt: after(100) });
    const checked = decided(world, due(100)).world;
    expect(silenceOf(checked)).toEqual({ since: after(50), checkAt: after(150) });
    expect(names(decided(checked, due(150)))).toEqual(['CUSTOMER_ACTIVITY_TIMEOUT']);
  });

  it('is over with what they write, and forgotten when it is looked at', () => {
    const { world } = decided(silent(), answers(99));
    expect(silenceOf(world)).toEqual({ since: null, checkAt: after(100) });
    const decision = decided(world, due(100));
    expect([names(decision), silenceOf(decision.world)]).toEqual([[], null]);
    expect(silenceOf(decided(decision.world, says(200)).world)).toEqual({ since: after(200), checkAt: after(300) });
  });

  it.each<[string, ConversationEvent]>([
    ['they are put on hold', holds('amy')],
    ['they call', addEvent(incoming('CHANNEL_SESSION_STARTED', channelSession('call-1', 'CX_VOICE')))],
    ['the agent leaves', leave('amy')],
    ['they leave', customerLeaves()],
  ])('is forgotten when %s', (_, event) => {
    expect(silenceOf(decided(silent(), event).world)).toBeNull();
    expect(silenceOf(decided(wasAsked(), event).world)).toBeNull();
  });

  it.each<[string, ConversationEvent]>([
    ['too early', due(100, 99)],
    ['another time', due(99, 100)],
  ])('is not looked at %s', (_, event) => {
    const before = silent();
    expect(decided(before, event).world).toBe(before);
  });
});

describe('A customer who is silent for too long', () => {
  it('is asked, in words that the platform may say', () => {
    const decision = decided(silent(amys({}, policies({ ...asked, text: 'Still there?' }))), due(100));
    expect(names(decision)).toEqual(['CUSTOMER_ACTIVITY_TIMEOUT']);
    expect(dataOf(decision, 'CUSTOMER_ACTIVITY_TIMEOUT')).toEqual({
      inactivitySeconds: 100,
      thenSeconds: 50,
      action: 'PARK',
      since: NOW,
      text: 'Still there?',
    });
    expect(silenceOf(decision.world)).toEqual({ since: NOW, checkAt: after(150), asked: true });
  });

  it('is parked when that does not help, and so frees the agent', () => {
    const decision = decided(wasAsked(), due(150));
    expect(names(decision)).toEqual(['CONVERSATION_PAUSED']);
    expect(dataOf(decision, 'CONVERSATION_PAUSED')).toEqual({
      holdTimerDetails: { totalDuration: 86_400, startTime: after(150), release: true },
      participant: null,
    });
    const { world } = decision;
    expect([roles(world), freeSlots(member(world.agents, 'amy'), 'CHAT'), silenceOf(world)]).toEqual([
      { amy: 'PRIMARY' },
      5,
      null,
    ]);
    expect(freeSlots(member(decided(world, answers(200)).world.agents, 'amy'), 'CHAT')).toBe(4);
  });

  it('is parked for as long as the queue says', () => {
    const { world } = decided(wasAsked(amys({}, policies({ ...asked, parkSeconds: 60 }))), due(150));
    expect(world.conversation.hold?.until).toBe(after(210));
  });

  it('is not held against the agent when they come back: the customer owes the answer', () => {
    const policy = rules({ agentSlaSeconds: 60, inactivity: policies({ ...asked, parkSeconds: 60 }) });
    const parked = decided(wasAsked(talk({ amy: 'PRIMARY' }, { rules: policy })), due(150)).world;
    const back = decided(parked, holdExpired(after(150), after(210)));
    expect([names(back), back.world.conversation.sla]).toEqual([['CONVERSATION_RESUMED'], null]);
    expect(decided(back.world, answers(220)).world.conversation.sla).toMatchObject({ startedAt: after(220) });
    expect(decided(parked, answers(160)).world.conversation.sla).toMatchObject({ startedAt: after(160) });
  });

  it.each<[string, ConversationEvent]>([
    ['by itself', holdExpired(after(150), after(210))],
    ['by the agent', resumes('amy', after(210))],
  ])('is asked once more when they come back %s, and let go where they stay silent', (_, back) => {
    const parked = decided(wasAsked(amys({}, policies({ ...asked, parkSeconds: 60 }))), due(150)).world;
    const { world } = decided(parked, back);
    expect(silenceOf(world)).toMatchObject({ since: after(210), checkAt: after(310) });
    const again = decided(world, due(310));
    expect(dataOf(again, 'CUSTOMER_ACTIVITY_TIMEOUT')).toMatchObject({ action: 'CLOSE' });
    const over = decided(again.world, due(360));
    expect(dataOf(over, 'CHANNEL_SESSION_ENDED')).toMatchObject({ state: { reasonCode: 'INACTIVITY' } });
    const spoken = decided(again.world, answers(320), says(330)).world;
    expect(dataOf(decided(spoken, due(360), due(430)), 'CUSTOMER_ACTIVITY_TIMEOUT')).toMatchObject({ action: 'PARK' });
  });

  it('is let go where the queue says so, and the agent wraps up', () => {
    const decision = decided(wasAsked(amys({}, policies({ ...asked, action: 'CLOSE' }))), due(150));
    expect(dataOf(decision, 'CHANNEL_SESSION_ENDED')).toEqual({ state: { name: 'ENDED', reasonCode: 'INACTIVITY' } });
    expect([decision.world.conversation.state, roles(decision.world)]).toEqual(['WRAP_UP', { amy: 'WRAP_UP' }]);
  });

  it.each<[string, ConversationEvent]>([
    ['they answer', answers(120)],
    ['the agent writes again', says(120)],
  ])('is not parked where %s', (_, event) => {
    const { world } = decided(wasAsked(), event);
    expect(silenceOf(world)?.asked).toBeUndefined();
    expect(names(decided(world, due(150)))).toEqual([]);
  });

  it('is asked as soon as for the first time after the agent has written again', () => {
    const { world } = decided(wasAsked(amys({}, policies({ inactivitySeconds: 100, thenSeconds: 5_000 }))), says(120));
    expect(silenceOf(world)).toEqual({ since: after(120), checkAt: after(220) });
  });

  it('waits on where the limit has gone with a hold that is over', () => {
    const { world } = decided(wasAsked(), holds('amy'), resumes('amy', after(120)));
    expect(names(decided(world, due(150)))).toEqual([]);
  });
});
