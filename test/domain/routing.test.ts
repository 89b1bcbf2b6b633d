/**
 * Who is asked for whom first: the order of requests, the order of agents, and what makes an agent
 * somebody to ask.
 */
import { describe, expect, it } from 'vitest';
import type { Agent, AgentEvent } from '../../shared/domain/agent/agent.ts';
import type { TaskIn } from '../../shared/domain/conversation/task.ts';
import { poolOfMrd, poolOfQueue } from '../../shared/domain/routing/lines.ts';
import { openings, poolOf, routableEntries, waitingEntries } from '../../shared/domain/routing/routing.ts';
import {
  after,
  agent,
  arrival,
  BEFORE,
  mrd,
  NOW,
  profile,
  queued,
  reserved,
  rules,
  talk,
  user,
  type MrdSketch,
} from '../support/world.ts';

describe('Requests wait in order', () => {
  /** In which order these are tried. */
  function line(tasks: Record<string, { queuePriority?: number; priority?: number; enqueuedAt?: number }>): string[] {
    const entries = Object.entries(tasks).flatMap(([id, { queuePriority = 1, ...rest }]) => {
      const task = queued(id, { rules: rules({ queuePriority }), ...rest });
      return [...waitingEntries(arrival([task]).conversation)];
    });
    return entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, { taskId }]) => taskId);
  }

  it('of queue priority, then of task priority, then first come, first served', () => {
    const tasks = {
      late: { enqueuedAt: NOW },
      early: { enqueuedAt: BEFORE },
      urgent: { enqueuedAt: NOW, priority: 5 },
      highQueue: { enqueuedAt: NOW, queuePriority: 2 },
      rerouted: { enqueuedAt: NOW, priority: 11 },
      highQueueUrgent: { enqueuedAt: NOW, queuePriority: 2, priority: 9 },
    };
    expect(line(tasks)).toEqual(['highQueueUrgent', 'highQueue', 'rerouted', 'urgent', 'early', 'late']);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])('of task priority: %i is before what is lower', (priority) => {
    expect(line({ lower: { priority }, higher: { priority: priority + 1, enqueuedAt: NOW } })).toEqual([
      'higher',
      'lower',
    ]);
  });

  it.each([1, 5, 9])('of queue priority: %i is after what is higher, whatever the tasks are', (queuePriority) => {
    expect(line({ lower: { queuePriority, priority: 11 }, higher: { queuePriority: queuePriority + 1 } })).toEqual([
      'higher',
      'lower',
    ]);
  });

  it('of a reroute before all others of its queue, however long they have waited', () => {
    expect(line({ waiting: { priority: 10, enqueuedAt: 0 }, rerouted: { priority: 11, enqueuedAt: NOW } })).toEqual([
      'rerouted',
      'waiting',
    ]);
  });

  it('only while they are queued', () => {
    const { conversation } = arrival([reserved('amy')], [agent('amy')]);
    expect(waitingEntries(conversation).size).toBe(0);
    expect(waitingEntries(talk({ amy: 'PRIMARY', bob: 'WRAP_UP' }).conversation).size).toBe(0);
  });

  it('each in its queue, or on its MRD where the queue is gone', () => {
    const pools = (changes: Partial<TaskIn<'QUEUED'>>) =>
      [...waitingEntries(arrival([queued('t1', { mrdId: 'VOICE', ...changes })]).conversation).values()].map(poolOf);
    expect(pools({})).toEqual([poolOfQueue('support')]);
    expect(pools({ stray: true })).toEqual([poolOfMrd('VOICE')]);
  });
});

describe('Agents are asked in order', () => {
  function turn(people: Agent[]): string[] {
    const entries = people.flatMap((person) => [...routableEntries(person)]);
    return entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, { agentId }]) => agentId);
  }
  const since = (id: string, availableSince: number) => agent(id, { CHAT: { availableSince } });

  it('the longest available first', () => {
    expect(turn([since('amy', NOW), since('bob', BEFORE), since('carol', NOW - 1)])).toEqual(['bob', 'carol', 'amy']);
  });

  it('one who was just asked last', () => {
    const asked = after(since('amy', BEFORE), {
      type: 'taskReserved',
      at: NOW,
      taskId: 't',
      conversationId: 'c',
      mrdId: 'CHAT',
    });
    expect(turn([asked, since('bob', NOW - 1)])).toEqual(['bob', 'amy']);
  });

  it('not sooner for a task that is answered or closed', () => {
    const asked = after(
      since('amy', BEFORE),
      { type: 'taskReserved', at: NOW, taskId: 't', conversationId: 'c', mrdId: 'CHAT' },
      { type: 'taskAccepted', at: NOW + 1, taskId: 't' },
      { type: 'taskReleased', at: NOW + 2, taskId: 't' },
    );
    expect(asked.mrds['CHAT']?.availableSince).toBe(NOW);
  });

  it('one who was full from when they have a free slot again', () => {
    const full = agent('amy', { CHAT: { state: 'BUSY', tasks: ['ACTIVE'], max: 1 } });
    const free = after(full, { type: 'taskReleased', at: NOW, taskId: 'CHAT-1' });
    expect(turn([free, since('bob', NOW - 1)])).toEqual(['bob', 'amy']);
  });

  it('only those who can be asked, on the MRDs where they can be', () => {
    const amy = agent('amy', {
      CHAT: { tasks: ['ACTIVE', 'RESERVED'], state: 'ACTIVE' },
      EMAIL: { state: 'NOT_READY' },
      VOICE: { max: 1 },
    });
    const entries = [...routableEntries(amy).values()].map(({ mrdId, free }) => `${mrdId} ${free}`);
    expect(entries).toEqual(['CHAT 3', 'VOICE 1']);
    expect(routableEntries(agent('bob', { CHAT: {} }, { state: 'NOT_READY' })).size).toBe(0);
  });
});

describe('There is an opening', () => {
  const released: AgentEvent = { type: 'taskReleased', at: NOW, taskId: 'CHAT-1' };
  const on: AgentEvent = { type: 'requestMrdState', at: NOW, mrdId: 'CHAT', state: 'READY' };
  const english: AgentEvent = {
    type: 'profileChanged',
    at: NOW,
    profile: { ...profile('amy', { CHAT: 5 }), attributes: { english: 7 } },
  };
  const more: AgentEvent = {
    type: 'profileChanged',
    at: NOW,
    profile: { user: user('amy'), attributes: {}, mrds: [{ mrd: mrd('CHAT'), maxAgentTasks: 6, line: '' }] },
  };

  it.each<[string, MrdSketch, AgentEvent, string[]]>([
    ['when an MRD becomes ready', { state: 'NOT_READY' }, on, ['CHAT']],
    ['when a full agent is free again', { state: 'BUSY', tasks: ['ACTIVE'], max: 1 }, released, ['CHAT']],
    ['when one task less is open', { state: 'ACTIVE', tasks: ['ACTIVE', 'ACTIVE'] }, released, ['CHAT']],
    ['when the limit is raised', {}, more, ['CHAT']],
    ['when the agent has learned something', {}, english, ['CHAT']],
    [
      'but not when an offer is accepted',
      { tasks: ['RESERVED'] },
      { type: 'taskAccepted', at: NOW, taskId: 'CHAT-1' },
      [],
    ],
    [
      'but not when one more is offered',
      {},
      { type: 'taskReserved', at: NOW, taskId: 't', conversationId: 'c', mrdId: 'CHAT' },
      [],
    ],
    ['but not when the agent stops', {}, { type: 'requestState', at: NOW, name: 'NOT_READY', reasonCode: null }, []],
    [
      'but not when a stopping agent has one task less',
      { state: 'PENDING_NOT_READY', tasks: ['ACTIVE'] },
      released,
      [],
    ],
  ])('%s', (_, chat, event, expected) => {
    const before = agent('amy', { CHAT: chat, EMAIL: { state: 'NOT_READY', settings: { autoSync: false } } });
    expect(openings(before, after(before, event))).toEqual(expected);
  });

  it('when the desk has been greeted', () => {
    const before = agent('amy', { CHAT: {}, VOICE: { max: 1 } }, { session: 'not greeted' });
    expect(openings(before, after(before, { type: 'greeted', at: NOW, epoch: 1 }))).toEqual(['CHAT', 'VOICE']);
  });

  it('when somebody no longer watches a conversation, for which they could not be asked', () => {
    const watches: AgentEvent = { type: 'supervisionStarted', at: NOW, taskId: 'w', conversationId: 'c' };
    const before = after(agent('amy'), watches);
    expect(openings(agent('amy'), before)).toEqual([]);
    expect(openings(before, after(before, { type: 'taskReleased', at: NOW, taskId: 'w' }))).toEqual(['CHAT']);
  });

  it('for an agent who was not known before', () => {
    expect(openings(undefined, agent('amy'))).toEqual(['CHAT']);
  });

  it('on the MRD that was interrupted, when the interruption ends', () => {
    const before = agent('amy', {
      CHAT: { state: 'INTERRUPTED' },
      VOICE: { state: 'BUSY', tasks: ['ACTIVE'], max: 1 },
    });
    expect(openings(before, after(before, { type: 'taskReleased', at: NOW, taskId: 'VOICE-1' }))).toEqual([
      'CHAT',
      'VOICE',
    ]);
  });
});
