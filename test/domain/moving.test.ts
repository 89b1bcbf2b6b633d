/**
 * A customer whom no agent has is moved: to another queue, to another place in line, to another end
 * of the wait. What is asked for applies at once, and twice is as once.
 */
import { describe, expect, it } from 'vitest';
import type { World } from '../../shared/domain/conversation/conversation.ts';
import { deadlines } from '../../shared/domain/conversation/conversation.ts';
import type { Move } from '../../shared/domain/handling/moving.ts';
import type { ConversationEvent } from '../../shared/domain/decide.ts';
import type { Direction, Task } from '../../shared/domain/conversation/task.ts';
import type { RequiredAttributes } from '../../shared/protocol/shapes/config.ts';
import { waitingEntries } from '../../shared/domain/routing/routing.ts';
import { commandsAfter } from '../../shared/edge/loop/commands.ts';
import { decided, names, openTasks, pending, refusal, roles, said, taskChanges } from '../support/decision.ts';
import { accept, customerLeaves, offer, requestExpired } from '../support/events.ts';
import { home as onBacklog, waiting } from '../support/pull-list.ts';
import { asks, queueRules, toAgent, toQueue } from '../support/requests.ts';
import { agent, among, arrival, BEFORE, NOW, queued, reserved, rules, talk } from '../support/world.ts';

const moves = (queue = 'support', more: Partial<Move> = {}): ConversationEvent => ({
  type: 'moveToQueue',
  at: NOW,
  rules: queueRules(queue),
  mrdId: 'CHAT',
  ...more,
});

const waits = (): World => arrival([queued('t1', { priority: 4 })]);
const rings = (): World => arrival([reserved('amy', 't1', { priority: 4 })], [agent('amy')]);
/** Amy has handed the customer over to a queue, or to bob, and has gone. */
const handedOver = (target = toQueue('sales'), how: Direction = 'DIRECT_TRANSFER'): World =>
  decided(
    among(talk({ amy: 'PRIMARY' }, { rules: rules({ wrapUpSeconds: null }) }), agent('bob')),
    asks('amy', how, target, 'is angry'),
  ).world;

const speaking = (attribute: string): RequiredAttributes => [{ allOf: [{ attribute, operator: '>=', value: 3 }] }];
const [FRENCH, GERMAN] = [speaking('french'), speaking('german')];
const german = () => queueRules('sales', { required: GERMAN });
const needing = (task: Task): World =>
  arrival([{ ...task, rules: { ...task.rules, required: FRENCH } }], [agent('amy')]);

const place = (world: World) => {
  const { rules: of, priority, ttl } = pending(world);
  return { queue: of.queue?.id, priority, leftSeconds: (ttl.expiresAt - NOW) / 1000 };
};

describe('Who waits is moved', () => {
  it.each<[string, World, ConversationEvent, ReturnType<typeof place>]>([
    [
      'to another queue, with its time to live',
      waits(),
      moves('sales'),
      { queue: 'sales', priority: 4, leftSeconds: 300 },
    ],
    [
      'there with another urgency',
      waits(),
      moves('sales', { priority: 9 }),
      { queue: 'sales', priority: 9, leftSeconds: 300 },
    ],
    [
      'there for so long',
      waits(),
      moves('sales', { ttlSeconds: 20 }),
      { queue: 'sales', priority: 4, leftSeconds: 20 },
    ],
    [
      'to another place in line',
      waits(),
      moves('support', { priority: 9 }),
      { queue: 'support', priority: 9, leftSeconds: 240 },
    ],
    [
      'to another end of the wait',
      waits(),
      moves('support', { ttlSeconds: 20 }),
      { queue: 'support', priority: 4, leftSeconds: 20 },
    ],
    [
      'while it rings: to another queue',
      rings(),
      moves('sales', { ttlSeconds: 20 }),
      { queue: 'sales', priority: 4, leftSeconds: 20 },
    ],
    [
      'while it rings: to another end',
      rings(),
      moves('support', { priority: 9, ttlSeconds: 20 }),
      { queue: 'support', priority: 9, leftSeconds: 20 },
    ],
    [
      'after a transfer to a queue',
      handedOver(),
      moves('billing', { priority: 9 }),
      { queue: 'billing', priority: 9, leftSeconds: 300 },
    ],
    [
      'after a transfer to somebody',
      handedOver(toAgent('bob')),
      moves('billing'),
      { queue: 'billing', priority: 1, leftSeconds: 300 },
    ],
  ])('%s', (_, world, event, expected) => {
    const decision = decided(world, event);
    expect(place(decision.world)).toEqual(expected);
    expect(names(decision).at(-1)).toBe('TASK_ENQUEUED');
  });

  it('as the same request, which has waited for as long as it has', () => {
    const { world } = decided(waits(), moves('sales', { mrdId: 'VOICE' }));
    expect(pending(world)).toMatchObject({ id: 't1', mrdId: 'VOICE', enqueuedAt: BEFORE, routedSince: BEFORE });
    expect([...waitingEntries(world.conversation).values()]).toMatchObject([{ queueId: 'sales', mrdId: 'VOICE' }]);
    expect(world.conversation.home).toMatchObject({ rules: { queue: { id: 'sales' } }, mrdId: 'VOICE' });
  });

  it.each([
    ['another queue', moves('sales')],
    ['another priority', moves('billing', { priority: 9 })],
    ['another time to live', moves('billing', { ttlSeconds: 20 })],
  ])('and looks for an agent at once, and by a timer of its own: %s', (_, event) => {
    const before = decided(waits(), moves('billing')).world; // in the same millisecond
    const after = decided(before, event).world;
    const follows = commandsAfter({ before, after }, { lost: [], toShow: [] });
    expect(follows).toEqual([{ kind: 'placeRequest', conversationId: 'c1', taskId: 't1' }]);
    const dueBefore = deadlines(before.conversation).map(({ key }) => key);
    const fresh = deadlines(after.conversation).filter(({ key }) => !dueBefore.includes(key));
    expect(fresh.map(({ timer }) => timer.kind)).toContain('placeRequest');
  });

  it('and no timer of the wait before ends the one after', () => {
    const before = waits();
    const { world } = decided(before, moves('support', { ttlSeconds: 3_000 }));
    const { ttl } = pending(before);
    expect(decided(world, requestExpired(ttl.timerId, ttl.expiresAt)).world).toBe(world);
  });

  it('from the agent at whose desk it rings', () => {
    const decision = decided(rings(), moves('sales'));
    expect(said(decision)).toEqual(['amy: revokeTask REROUTE']);
    expect(decision.world.agents['amy']?.slots).toEqual({});
    expect(openTasks(decision.world)).toEqual(['QUEUED 4']);
    expect(said(decided(rings(), moves('support', { priority: 9 })))).toEqual([]);
  });

  it('who waits on after their time, back to where it was over: they are not sent on at once', () => {
    const overdue = arrival([queued('t1', { priority: 0, overdue: ['sales', 'support'] })]);
    const { world } = decided(overdue, moves('sales'));
    expect(pending(world)).toMatchObject({ rules: { queue: { id: 'sales' } }, priority: 1 });
    expect(pending(world).overdue).toBeUndefined();
    expect(pending(decided(overdue, moves('support', { ttlSeconds: 20 })).world).overdue).toBeUndefined();
    expect(pending(decided(overdue, moves('support', { priority: 9 })).world).overdue).toEqual(['sales', 'support']);
  });

  it.each([
    ['who waits', handedOver()],
    ['at whose desk it rings', handedOver(toAgent('bob'))],
  ])('onto a list, which ends their request: %s', (_, world) => {
    const { id } = pending(world);
    const decision = decided(world, { type: 'moveOntoList', at: NOW, home: onBacklog() });
    expect(taskChanges(decision)).toEqual([`${id} CLOSED/REROUTE media CLOSED`]);
    expect(decision.world.conversation.path).toEqual(['queue support']);
  });

  it('onto the list on which they stand, where they keep their place', () => {
    const world = waiting();
    const later = { ...onBacklog(), list: { id: 'backlog', name: 'Backlog', exclusive: false, since: NOW } };
    expect(decided(world, { type: 'moveOntoList', at: NOW, home: later }).world).toBe(world);
    const looked = decided(world, moves('sales')).world;
    const { conversation } = decided(looked, { type: 'moveOntoList', at: NOW, home: later }).world;
    expect(conversation.home).toEqual(world.conversation.home);
    expect(conversation.tasks).toEqual({});
  });

  it('onto a list while it rings at an agent of a queue, which ends their request', () => {
    const decision = decided(rings(), { type: 'moveOntoList', at: NOW, home: onBacklog() });
    expect(taskChanges(decision)).toEqual(['t1 CLOSED/REROUTE media CLOSED']);
  });

  it('with what was said of them, and who it was', () => {
    const { world } = decided(handedOver(toAgent('bob')), moves('billing'));
    expect(pending(world)).toMatchObject({ mode: 'QUEUE', request: { by: { id: 'amy' }, note: 'is angry' } });
    expect(world.conversation.path).toEqual(['queue support', 'queue billing']);
    expect(world.conversation.home).toMatchObject({ rules: { queue: { id: 'support' } } });
  });

  it.each([
    ['who waits', handedOver()],
    ['at whose desk it rings', handedOver(toAgent('bob'))],
    ['who waits after a consult', handedOver(toQueue('sales'), 'CONSULT_TRANSFER')],
  ])('back to whoever handed them over, who may have them then, and asks nobody: %s', (_, world) => {
    const moved = decided(world, moves('support')).world;
    expect([...waitingEntries(moved.conversation).values()]).toMatchObject([{ requestedBy: null }]);
    const { id } = pending(moved);
    const offered = decided(moved, offer(id, 'amy'));
    expect(said(offered)).toEqual(['amy: taskRequest']);
    const taken = decided(offered.world, accept(id, 'amy'));
    expect(roles(taken.world)).toEqual({ amy: 'PRIMARY' });
    expect(said(taken)).toEqual(['amy: snapshot', 'amy: onAssistanceOutcome']);
  });

  it.each<[string, World, Partial<Move>, unknown]>([
    ['who waits', needing(queued('t1')), {}, FRENCH],
    ['at whose desk it rings', needing(reserved('amy', 't1')), {}, FRENCH],
    ['where the other queue is said to want something else', needing(queued('t1')), { rules: german() }, GERMAN],
  ])('with what they need of their agent: %s', (_, world, more, required) => {
    const { world: moved } = decided(world, moves('sales', more));
    expect(pending(moved).rules.required).toEqual(required);
    expect(moved.conversation.home?.rules.required).toEqual(required);
  });

  it('but an agent who hands them over knows whom they need', () => {
    const world = talk({ amy: 'PRIMARY' }, { rules: rules({ required: FRENCH }) });
    const asked = decided(world, asks('amy', 'DIRECT_TRANSFER', toQueue('sales'))).world;
    expect(pending(asked).rules.required).toBeUndefined();
    const { ttl } = pending(asked);
    const back = decided(asked, requestExpired(ttl.timerId, ttl.expiresAt)).world;
    expect(pending(back).rules).toMatchObject({ queue: { id: 'support' }, required: FRENCH });
  });
});

describe('Nothing changes', () => {
  it.each<[string, World, ConversationEvent]>([
    ['where they wait there already', waits(), moves()],
    ['where they wait so already', waits(), moves('support', { priority: 4, ttlSeconds: 300 })],
    ['where it rings so already', rings(), moves('support', { priority: 4 })],
    [
      'where they were moved so before',
      decided(waits(), moves('sales', { priority: 9, ttlSeconds: 20 })).world,
      moves('sales', { priority: 9, ttlSeconds: 20 }),
    ],
    ['where they were handed over to that queue', handedOver(), moves('sales')],
  ])('%s', (_, world, event) => expect(decided(world, event).world).toBe(world));
});

describe('It is refused', () => {
  it.each<[string, string, World]>([
    ['state.invalid', 'an agent has the customer', talk({ amy: 'PRIMARY' })],
    ['state.invalid', 'and asks a colleague', decided(talk({ amy: 'PRIMARY' }), asks('amy', 'CONSULT')).world],
    ['conversation.closed', 'the customer has left', decided(waits(), customerLeaves()).world],
  ])('with %s where %s, into a queue or onto a list', (code, _, world) => {
    expect(refusal(world, moves('sales')).code).toBe(code);
    expect(refusal(world, { type: 'moveOntoList', at: NOW, home: onBacklog() }).code).toBe(code);
  });
});
