/**
 * What must happen later is derived from the state: each deadline appears once, and again only as
 * itself.
 */
import { describe, expect, it } from 'vitest';
import { deadlines as ofAgent } from '../../shared/domain/agent/deadlines.ts';
import type { Agent, AgentEvent } from '../../shared/domain/agent/agent.ts';
import { deadlines as ofConversation, type World } from '../../shared/domain/conversation/conversation.ts';
import { Timer, type Deadline } from '../../shared/domain/effect.ts';
import { accept, customerLeaves, leave, offer, offerExpired, release } from '../support/events.ts';
import { decided, member, onlyTask } from '../support/decision.ts';
import { holds, resumes } from '../support/requests.ts';
import { after, agent, arrival, BEFORE, NOW, queued, reserved, rules, talk } from '../support/world.ts';

/** `ttl#ttl-1 +300000`: the key, and the time after `from`. */
function due(deadlines: readonly Deadline[], from = BEFORE): string[] {
  return deadlines.map(({ key, dueAt }) => `${key} +${dueAt - from}`);
}

function waiting({ conversation }: World, from = BEFORE): string[] {
  return due(ofConversation(conversation), from);
}

const ringing = () => arrival([reserved('amy')], [agent('amy')]);
const onHold = (world = talk({ amy: 'PRIMARY' })) => decided(world, holds('amy', 300)).world;

/**
 * The customer waits for amy's answer, and desks were told of this share (percent) of the minute
 * and forty seconds.
 */
function unanswered(shown = 0, startedAt = BEFORE): World {
  const world = talk({ amy: 'PRIMARY' }, { rules: rules({ agentSlaSeconds: 100 }) });
  return { ...world, conversation: { ...world.conversation, sla: { startedAt, totalSeconds: 100, shown } } };
}

/** Amy has accepted, and nobody knows whether her desk has the snapshot. */
const notLiveYet = () => decided(ringing(), accept('t1', 'amy', BEFORE)).world;
const shown = () => ({ ...accept('t1', 'amy'), type: 'snapshotSeen' as const, seq: notLiveYet().conversation.lastSeq });

describe('What is due in a conversation', () => {
  it.each<[string, World, string[]]>([
    [
      'that waits: its time to live, and a second look for an agent',
      arrival([queued()]),
      ['ttl#ttl-1 +300000', `place#t1#${BEFORE + 2_000} +2000`],
    ],
    ['that rings: its time to live, and the end of the offer', ringing(), ['ttl#ttl-1 +300000', 'offer#t1 +30000']],
    [
      'that rings at a desk which confirms its offers: the receipt as well',
      arrival(
        [reserved('amy', 't1', { receipt: { connectionId: 'amy-desk', dueAt: BEFORE + 3_000 } })],
        [agent('amy')],
      ),
      ['ttl#ttl-1 +300000', 'offer#t1 +30000', 'receipt#t1 +3000'],
    ],
    ['that goes on: nothing', talk({ amy: 'PRIMARY' }), []],
    ['that a desk does not hold yet: its snapshot', notLiveYet(), [`show#c1#amy-desk#${BEFORE + 5_000} +5000`]],
    ['that was shown: nothing', decided(notLiveYet(), shown()).world, []],
    ['in wrap-up: its end', talk({ amy: 'WRAP_UP' }), [`wrapUp#amy-task#${BEFORE + 60_000} +60000`]],
    [
      'in two wrap-ups: both ends',
      talk({ amy: 'WRAP_UP', bob: 'WRAP_UP' }),
      [`wrapUp#amy-task#${BEFORE + 60_000} +60000`, `wrapUp#bob-task#${BEFORE + 60_000} +60000`],
    ],
    ['on hold: its end', onHold(), [`hold#c1#${NOW} +360000`]],
    ['that goes on after a hold: nothing', decided(onHold(), resumes('amy')).world, []],
    [
      'in which the customer waits for an answer: each share of the response time',
      unanswered(),
      [50, 75, 90, 100].map((share) => `sla#c1#${BEFORE}#${share} +${share * 1000}`),
    ],
    [
      'in which they have waited for most of it: the rest',
      unanswered(75),
      [90, 100].map((share) => `sla#c1#${BEFORE}#${share} +${share * 1000}`),
    ],
    ['on hold, where nobody waits for an answer: its end', onHold(unanswered()), [`hold#c1#${NOW} +360000`]],
    [
      'that is over: what is kept of it is to go some day',
      decided(ringing(), customerLeaves()).world,
      [`retention#c1 +${NOW - BEFORE + 14 * 60_000}`],
    ],
  ])('%s', (_, world, expected) => {
    expect(waiting(world)).toEqual(expected);
  });

  it('says to each timer what it guards', () => {
    const about = { conversationId: 'c1', taskId: 't1' };
    const timers = [arrival([queued()]), ringing(), onHold(), unanswered(90), notLiveYet()].flatMap(
      ({ conversation }) => ofConversation(conversation).map(({ timer }) => timer),
    );
    expect(timers).toEqual([
      { kind: 'requestExpired', conversationId: 'c1', timerId: 'ttl-1' },
      { kind: 'placeRequest', ...about },
      { kind: 'requestExpired', conversationId: 'c1', timerId: 'ttl-1' },
      { kind: 'offerExpired', ...about, agentId: 'amy' },
      { kind: 'holdExpired', conversationId: 'c1', since: NOW },
      { kind: 'slaReached', conversationId: 'c1', startedAt: BEFORE, share: 100 },
      {
        kind: 'snapshotDue',
        conversationId: 'c1',
        agentId: 'amy',
        connectionId: 'amy-desk',
        againAt: BEFORE + 5_000,
      },
    ]);
    expect(timers.map((timer) => Timer.parse(timer))).toEqual(timers);
  });

  it.each<[string, World, World]>([
    ['hold', onHold(), decided(decided(onHold(), resumes('amy')).world, holds('amy', 300, NOW + 1)).world],
    ['wait for an answer', unanswered(), unanswered(0, BEFORE + 1)],
  ])('is another timer for the next %s', (_, first, next) => {
    const keys = [first, next].flatMap(({ conversation }) => ofConversation(conversation).map(({ key }) => key));
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('A request looks for an agent again', () => {
  const stepsOpenAfter = [0, 10, 30];

  it('whenever a step of its queue opens', () => {
    const world = arrival([queued('t1', { rules: rules({ stepsOpenAfter }) })]);
    expect(waiting(world).slice(1)).toEqual([2_000, 10_000, 30_000].map((ms) => `place#t1#${BEFORE + ms} +${ms}`));
  });

  it('not for a step that was open before it came back to the queue', () => {
    const world = arrival([queued('t1', { rules: rules({ stepsOpenAfter }), enqueuedAt: BEFORE + 15_000 })]);
    expect(waiting(world).slice(1)).toEqual([17_000, 30_000].map((ms) => `place#t1#${BEFORE + ms} +${ms}`));
  });

  it('when an agent who let it ring out may be asked again', () => {
    const world = arrival([queued('t1', { passOver: { amy: BEFORE + 30_000 } })]);
    expect(waiting(world).slice(1)).toEqual([2_000, 30_000].map((ms) => `place#t1#${BEFORE + ms} +${ms}`));
  });

  it.each<[string, Parameters<typeof queued>[1], number[]]>([
    ['a step opens at the second look', { rules: rules({ stepsOpenAfter: [0, 2] }) }, [2_000]],
    [
      'a step opens when an agent may be asked again',
      { rules: rules({ stepsOpenAfter: [0, 30] }), passOver: { amy: BEFORE + 30_000 } },
      [2_000, 30_000],
    ],
    [
      'two agents may be asked again at once',
      { passOver: { amy: BEFORE + 30_000, bob: BEFORE + 30_000 } },
      [2_000, 30_000],
    ],
  ])('once only where %s', (_, changes, times) => {
    const world = arrival([queued('t1', changes)]);
    expect(waiting(world).slice(1)).toEqual(times.map((ms) => `place#t1#${BEFORE + ms} +${ms}`));
  });
});

describe('The time to live', () => {
  const ttl = (world: World) => waiting(world).filter((line) => line.startsWith('ttl#'));

  it('runs on while the request is offered and offered again: the timer that runs stays the only one', () => {
    const world = arrival([queued('t1', { rules: rules({ ronaPolicy: 'KEEP' }) })], [agent('amy')]);
    const offered = decided(world, offer('t1', 'amy')).world;
    const again = decided(offered, offerExpired('t1', 'amy', NOW + 30_000)).world;
    const offeredAgain = decided(again, offer(onlyTask(again.conversation).id, 'amy', NOW + 31_000)).world;
    for (const each of [world, offered, again, offeredAgain]) expect(ttl(each)).toEqual(['ttl#ttl-1 +300000']);
  });

  it('ends with the answer', () => {
    expect(ttl(decided(ringing(), accept('t1', 'amy')).world)).toEqual([]);
  });

  it('begins anew for a customer whose agent has gone', () => {
    const world = talk({ amy: 'PRIMARY' });
    const amy = after(member(world.agents, 'amy'), { type: 'forcedOut', at: NOW, reasonCode: null });
    const requeued = decided({ ...world, agents: { amy } }, release('amy', 'amy-task')).world;
    expect(ttl(requeued)).toEqual([expect.stringMatching(/^ttl#c1-\d+-ttl \+360000$/)]);
  });

  it('is not the same for two requests', () => {
    const keys = [queued(), queued('t2', { ttl: { timerId: 'ttl-2', expiresAt: NOW } })].flatMap((task) =>
      waiting(arrival([task])),
    );
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('A wrap-up', () => {
  it('is due when it starts, by the time of the queue', () => {
    const world = talk({ amy: 'PRIMARY' }, { rules: rules({ wrapUpSeconds: 5 }) });
    expect(waiting(decided(world, leave('amy')).world, NOW)).toContain(`wrapUp#amy-task#${NOW + 5_000} +5000`);
  });
});

describe('What is due for an agent', () => {
  const lost: AgentEvent = { type: 'connectionLost', at: NOW, connectionId: 'amy-desk', graceSeconds: 60 };
  const out: AgentEvent = { type: 'forcedOut', at: NOW, reasonCode: null };
  const working = () => agent('amy', { CHAT: { state: 'ACTIVE', tasks: ['RESERVED', 'ACTIVE'] } });

  it.each<[string, Agent, string[]]>([
    ['at work: nothing', working(), []],
    [
      'who vanished: the end of the grace, and what becomes of their offers',
      after(working(), lost),
      ['grace#amy#1 +60000', 'release#CHAT-1 +2000'],
    ],
    [
      'who came back: only what was begun',
      after(working(), lost, {
        type: 'connected',
        at: NOW + 1,
        connectionId: 'desk-2',
        newKey: 'key-2',
        profile: { user: working().user, attributes: {}, mrds: [] },
      }),
      ['release#CHAT-1 +2000'],
    ],
    [
      'who went on over a newer connection: the end of the older one',
      after(working(), {
        type: 'connected',
        at: NOW + 1,
        connectionId: 'desk-2',
        newKey: 'key-2',
        offeredKey: 'amy-key',
        profile: { user: working().user, attributes: {}, mrds: [] },
      }),
      ['close#amy-desk +60001'],
    ],
    [
      'who logged out: the end of the connection, and of their tasks',
      after(working(), out),
      ['close#amy-desk +2000', 'release#CHAT-1 +2000', 'release#CHAT-2 +4000'],
    ],
    [
      'who logged out and left: only the tasks',
      after(working(), out, lost),
      ['release#CHAT-1 +2000', 'release#CHAT-2 +4000'],
    ],
  ])('%s', (_, amy, expected) => {
    expect(due(ofAgent(amy), NOW)).toEqual(expected);
  });

  it('is a new grace for each connection', () => {
    const back: AgentEvent = {
      type: 'connected',
      at: NOW + 1,
      connectionId: 'desk-2',
      newKey: 'key-2',
      profile: { user: working().user, attributes: {}, mrds: [] },
    };
    const again = after(agent('amy'), lost, back, { ...lost, at: NOW + 2, connectionId: 'desk-2' });
    expect(due(ofAgent(again), NOW + 2)).toEqual(['grace#amy#2 +60000']);
  });

  it('is the release of a task once, though the agent vanishes and then logs out', () => {
    const amy = after(working(), lost, { type: 'graceExpired', at: NOW + 60_000, epoch: 1 });
    const keys = ofAgent(amy).map(({ key }) => key);
    expect(keys).toEqual(['release#CHAT-1', 'release#CHAT-2']);
  });

  it('says to each timer what it guards', () => {
    const timers = [...ofAgent(after(working(), lost)), ...ofAgent(after(working(), out))].map(({ timer }) => timer);
    const task = { kind: 'releaseTask', agentId: 'amy' };
    expect(timers).toEqual([
      { kind: 'graceExpired', agentId: 'amy', epoch: 1 },
      { ...task, conversationId: 'of-CHAT-1', taskId: 'CHAT-1' },
      { kind: 'closeConnection', agentId: 'amy', connectionId: 'amy-desk' },
      { ...task, conversationId: 'of-CHAT-1', taskId: 'CHAT-1' },
      { ...task, conversationId: 'of-CHAT-2', taskId: 'CHAT-2' },
    ]);
    expect(timers.map((timer) => Timer.parse(timer))).toEqual(timers);
  });
});
