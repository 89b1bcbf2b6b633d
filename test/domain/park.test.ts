/** A parked conversation: it takes nobody's capacity, stays somebody's, and comes back to them. */
import { describe, expect, it } from 'vitest';
import type { Agent } from '../../shared/domain/agent/agent.ts';
import { routable } from '../../shared/domain/agent/routable.ts';
import { freeSlots } from '../../shared/domain/agent/capacity.ts';
import { deadlines, type World } from '../../shared/domain/conversation/conversation.ts';
import { torn } from '../../shared/domain/conversation/torn.ts';
import type { ConversationEvent } from '../../shared/domain/decide.ts';
import { onTopicData } from '../../shared/domain/shown/wire.ts';
import { agentView } from '../../shared/domain/shown/view.ts';
import { openings } from '../../shared/domain/routing/routing.ts';
import { addEvent, customerLeaves, leave, offer, publish, release } from '../support/events.ts';
import { dataOf, decided, member, names, openTasks, refusal, roles } from '../support/decision.ts';
import { asks, holdExpired, holds, parks, resumes, STAYING, toAgent } from '../support/requests.ts';
import {
  after,
  agent,
  among,
  arrival,
  message,
  metaOf,
  NOW,
  plain,
  queued,
  talk,
  wrapUpBody,
} from '../support/world.ts';

const LATER = NOW + 10_000;
const customerWrites = (at = LATER): ConversationEvent =>
  addEvent(message('CUSTOMER_MESSAGE', plain, { header: { sender: { id: 'web', type: 'CONNECTOR' } } }), at);

/** Amy takes one chat at a time, and has this one. */
function busy(parts: Parameters<typeof talk>[0] = { amy: 'PRIMARY' }, settings = {}): World {
  const world = talk(parts);
  const amy = member(world.agents, 'amy');
  const { CHAT } = agent('amy', { CHAT: { state: 'BUSY', max: 1, settings }, VOICE: { max: 1 } }).mrds;
  return among(world, { ...amy, mrds: { ...agent('amy', { VOICE: { max: 1 } }).mrds, ...(CHAT ? { CHAT } : {}) } });
}
const amyOf = ({ agents }: World): Agent => member(agents, 'amy');
const chatOf = (world: World) => amyOf(world).mrds['CHAT']?.state;
const parked = (world = busy()) => decided(world, parks('amy')).world;
/** The next customer's task, which came to amy meanwhile. */
const withAnother = (world: World): World => {
  const task = { at: NOW, taskId: 'next', conversationId: 'c2', mrdId: 'CHAT' };
  return among(
    world,
    after(amyOf(world), { type: 'taskReserved', ...task }, { type: 'taskAccepted', at: NOW, taskId: 'next' }),
  );
};

describe('Parking', () => {
  it('frees the place of the agent, who stays in the conversation with their task', () => {
    const before = busy();
    const { world } = decided(before, parks('amy'));
    expect(world.conversation).toMatchObject({ state: 'ON_HOLD', hold: { since: NOW, until: NOW + 300_000 } });
    expect(roles(world)).toEqual({ amy: 'PRIMARY' });
    expect(world.conversation.tasks).toEqual(before.conversation.tasks);
    expect([routable(amyOf(before), 'CHAT'), routable(amyOf(world), 'CHAT')]).toEqual([false, true]);
    expect(chatOf(world)).toBe('READY');
    expect(openings(amyOf(before), amyOf(world))).toEqual(['CHAT']);
  });

  it('frees everybody who has a task in it', () => {
    const world = parked(
      talk({ amy: 'PRIMARY', bob: 'PRIMARY', cid: 'ASSISTANT', dee: 'WRAP_UP', sam: 'SILENT_MONITOR' }),
    );
    const free = ['amy', 'bob', 'cid', 'dee'].map((id) => freeSlots(member(world.agents, id), 'CHAT'));
    expect(free).toEqual([5, 5, 5, 4]);
  });

  it('is told, shown to whoever opens it, and seen by the platform', () => {
    const decision = decided(busy(), parks('amy'));
    const details = { totalDuration: 300, startTime: NOW, release: true };
    expect(dataOf(decision, 'CONVERSATION_PAUSED')).toMatchObject({ holdTimerDetails: details });
    const { world } = decision;
    expect(onTopicData(world.conversation, metaOf(world), 'amy', []).data.topicData.holdTimerDetails).toEqual(details);
    expect(agentView(amyOf(world)).tasks).toEqual([expect.objectContaining({ taskId: 'amy-task', parked: true })]);
  });

  it('has a deadline', () => {
    expect(deadlines(parked().conversation)).toContainEqual(
      expect.objectContaining({
        dueAt: NOW + 300_000,
        timer: { kind: 'holdExpired', conversationId: 'c1', since: NOW },
      }),
    );
  });

  it('lets an MRD that is being stopped stop', () => {
    const stopping = among(
      busy(),
      after(amyOf(busy()), { type: 'requestMrdState', at: NOW, mrdId: 'CHAT', state: 'NOT_READY' }),
    );
    expect(chatOf(stopping)).toBe('PENDING_NOT_READY');
    expect(chatOf(parked(stopping))).toBe('NOT_READY');
  });

  it('leaves it where it is when a call comes', () => {
    const world = parked(busy({ amy: 'PRIMARY' }, { interruptible: true }));
    const call = { type: 'taskReserved', at: NOW, taskId: 'call', conversationId: 'c9', mrdId: 'VOICE' } as const;
    expect(after(amyOf(world), call).slots['amy-task']?.evicted).toBeUndefined();
  });
});

describe('A parked conversation wakes', () => {
  it.each<[string, ConversationEvent, string | null]>([
    ['when the customer writes', customerWrites(), null],
    ['when its time is over', holdExpired(NOW, NOW + 300_000), 'amy'],
    ['when the agent asks for it', resumes('amy', LATER), 'amy'],
    ['when the agent writes', publish('amy', message('AGENT_MESSAGE'), LATER), 'amy'],
    ['when the agent says what it was about', publish('amy', message('AGENT_MESSAGE', wrapUpBody), LATER), 'amy'],
  ])('%s, and is the same agent’s beyond their limit', (_, event, who) => {
    const before = withAnother(parked());
    const decision = decided(before, event);
    const { world } = decision;
    expect(dataOf(decision, 'CONVERSATION_RESUMED')).toMatchObject({
      participant: who === null ? null : { participant: { id: who } },
    });
    expect(world.conversation).toMatchObject({ hold: null, state: 'ACTIVE' });
    expect(Object.values(amyOf(world).slots).map((slot) => slot.parked)).toEqual([undefined, undefined]);
    expect([freeSlots(amyOf(world), 'CHAT'), chatOf(world)]).toEqual([0, 'BUSY']);
    // Nothing new until they are below: one of two gone is not enough, both are.
    const next = (person: Agent) => decided(arrival([queued('t2')], [person]), offer('t2', 'amy')).events.length;
    const one = after(amyOf(world), { type: 'taskReleased', at: LATER, taskId: 'next' });
    const none = after(one, { type: 'taskReleased', at: LATER, taskId: 'amy-task' });
    expect([next(amyOf(world)), next(one), next(none) > 0]).toEqual([0, 0, true]);
  });

  it('before the customer is heard, and the agent’s time to answer starts', () => {
    expect(names(decided(parked(), customerWrites()))).toEqual(['CONVERSATION_RESUMED', 'CUSTOMER_MESSAGE']);
  });

  it('for everybody', () => {
    const { world } = decided(parked(talk({ amy: 'PRIMARY', bob: 'PRIMARY' })), customerWrites());
    expect(['amy', 'bob'].map((id) => freeSlots(member(world.agents, id), 'CHAT'))).toEqual([4, 4]);
  });

  it('with its agent in wrap-up when the customer leaves', () => {
    const { world } = decided(parked(), customerLeaves());
    expect(world.conversation).toMatchObject({ hold: null, state: 'WRAP_UP' });
    expect([amyOf(world).slots['amy-task']?.phase, freeSlots(amyOf(world), 'CHAT')]).toEqual(['WRAP_UP', 0]);
  });

  it('at somebody else’s where its agent was called away, unless they wake it themselves', () => {
    const called = (world: World): World =>
      among(
        world,
        after(amyOf(world), { type: 'taskReserved', at: NOW, taskId: 'call', conversationId: 'c9', mrdId: 'VOICE' }),
      );
    const before = called(parked(busy({ amy: 'PRIMARY' }, { interruptible: true })));
    expect(amyOf(decided(before, resumes('amy')).world).slots['amy-task']?.evicted).toBeUndefined();
    const { world } = decided(before, customerWrites(), release('amy', 'amy-task', LATER));
    expect([roles(world), openTasks(world)]).toEqual([{}, ['QUEUED 11']]);
    const kept = called(parked(busy({ amy: 'PRIMARY' }, { interruptible: true, interruptAction: 'KEEP' })));
    expect(roles(decided(kept, customerWrites()).world)).toEqual({ amy: 'PRIMARY' });
  });

  it('at home when its agent logs out', () => {
    const world = parked();
    const out = among(world, after(amyOf(world), { type: 'forcedOut', at: NOW, reasonCode: null }));
    const gone = decided(out, release('amy', 'amy-task')).world;
    expect([gone.conversation.hold, openTasks(gone)]).toEqual([null, ['QUEUED 11']]);
  });
});

describe('A parked conversation', () => {
  it.each<[string, ConversationEvent]>([
    ['a whisper', publish('amy', message('WHISPER_MESSAGE'))],
    ...STAYING.map((direction): [string, ConversationEvent] => [direction, asks('amy', direction)]),
    ['an earlier timer', holdExpired(NOW - 1, NOW + 300_000)],
    ['a bot', addEvent(message('BOT_MESSAGE', plain, { header: { sender: { id: 'bot', type: 'BOT' } } }))],
  ])('is not woken by %s', (_, event) => {
    const { world } = decided(parked(talk({ amy: 'PRIMARY', bob: 'PRIMARY' })), event);
    expect(world.conversation).toMatchObject({ state: 'ON_HOLD', hold: { parked: ['amy-task', 'bob-task'] } });
  });

  it('is parked for who stays when another leaves', () => {
    const { world } = decided(parked(talk({ amy: 'PRIMARY', bob: 'PRIMARY' })), leave('bob'));
    expect(world.conversation.hold?.parked).toEqual(['amy-task']);
    expect(member(world.agents, 'bob').slots['bob-task']).toEqual({
      conversationId: 'c1',
      mrdId: 'CHAT',
      phase: 'WRAP_UP',
    });
  });

  it('counts for who joins it', () => {
    const world = among(parked(), agent('bob'));
    const joined = decided(world, asks('amy', 'DIRECT_CONFERENCE', toAgent('bob', false))).world;
    expect(freeSlots(member(joined.agents, 'bob'), 'CHAT')).toBe(4);
  });

  it('is not put on hold, nor is one on hold parked', () => {
    expect(refusal(parked(), holds('amy')).code).toBe('state.invalid');
    expect(refusal(decided(busy(), holds('amy')).world, parks('amy')).code).toBe('state.invalid');
  });

  it('was read at different moments where only one of conversation and agent knows of it', () => {
    const before = busy();
    const world = parked(before);
    expect([torn(world), torn({ ...world, agents: before.agents }), torn({ ...before, agents: world.agents })]).toEqual(
      [false, true, true],
    );
  });

  it('outlives that its MRD is no longer the agent’s', () => {
    const { user } = amyOf(parked());
    const changed = after(amyOf(parked()), {
      type: 'profileChanged',
      at: NOW,
      profile: { user, attributes: {}, mrds: [] },
    });
    expect(changed.mrds['CHAT']).toMatchObject({ maxAgentTasks: 0 });
  });
});
