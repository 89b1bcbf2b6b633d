/**
 * How long a customer waits for an answer: when the time runs, what desks are told of it, and what
 * happens at its end.
 */
import { describe, expect, it } from 'vitest';
import { deadlines, type Conversation, type World } from '../../shared/domain/conversation/conversation.ts';
import type { ConversationEvent } from '../../shared/domain/decide.ts';
import { onTopicData } from '../../shared/domain/shown/wire.ts';
import { accept, addEvent, customerLeaves, leave, offer, publish, release } from '../support/events.ts';
import { dataOf, decided, member, names, openTasks, pending, roles, said, taskChanges } from '../support/decision.ts';
import { asks, bargesIn, holdExpired, holds, resumes, slaReached, toAgent } from '../support/requests.ts';
import {
  after,
  agent,
  among,
  arrival,
  BEFORE,
  channelSession,
  incoming,
  message,
  metaOf,
  NOW,
  plain,
  queued,
  rules,
  talk,
  wrapUpBody,
  type Part,
} from '../support/world.ts';

const slow = rules({ agentSlaSeconds: 100 });
const says = (at = NOW) =>
  addEvent(message('CUSTOMER_MESSAGE', plain, { header: { sender: { id: 'web', type: 'CONNECTOR' } } }), at);
const answers = (at = NOW) => publish('amy', message('AGENT_MESSAGE', plain, { id: 'answer' }), at);

const amys = (parts: Record<string, Part> = {}) => talk({ amy: 'PRIMARY', ...parts }, { rules: slow });
/** The customer has written; the time runs from now. */
const waiting = (parts: Record<string, Part> = {}) => decided(amys(parts), says()).world;
const running = { startedAt: NOW, totalSeconds: 100, shown: 0 };

function sla(world: World): Conversation['sla'] {
  return world.conversation.sla;
}

describe('The response time', () => {
  it('starts with what the customer writes', () => {
    const decision = decided(amys(), says());
    expect(names(decision)).toEqual(['CUSTOMER_MESSAGE', 'AGENT_SLA_STARTED']);
    expect(dataOf(decision, 'AGENT_SLA_STARTED')).toEqual({
      action: 'START_TIMER',
      totalDuration: 100,
      startTime: '2026-03-02 09:01:00',
    });
    expect(sla(decision.world)).toEqual(running);
  });

  it('starts when the first agent comes, and not with the second', () => {
    const first = arrival([queued('t1', { rules: slow })], [agent('amy')]);
    const { world } = decided(first, offer('t1', 'amy'), accept('t1', 'amy'));
    expect(sla(world)).toEqual(running);
    const answered = decided(world, answers()).world;
    const both = among(answered, agent('bob'));
    const asked = decided(both, asks('amy', 'DIRECT_CONFERENCE', toAgent('bob'))).world;
    expect(sla(decided(asked, accept(pending(asked).id, 'bob')).world)).toBeNull();
  });

  it.each<[string, World]>([
    ['the queue has none', talk({ amy: 'PRIMARY' })],
    ['nobody is there', talk({}, { rules: slow })],
    ['all agents are wrapping up', talk({ amy: 'WRAP_UP' }, { rules: slow })],
    ['the conversation is on hold', decided(amys(), holds('amy')).world],
    [
      'they speak with each other',
      decided(amys(), addEvent(incoming('CHANNEL_SESSION_STARTED', channelSession('call-1', 'CX_VOICE')))).world,
    ],
  ])('does not run where %s', (_, world) => {
    expect(sla(decided(world, says()).world)).toBeNull();
  });

  it('runs on from the first of several messages', () => {
    const decision = decided(waiting(), says(NOW + 5_000));
    expect(names(decision)).toEqual(['CUSTOMER_MESSAGE']);
    expect(sla(decision.world)).toEqual(running);
  });

  it.each<[string, World, ConversationEvent]>([
    ['an answer', waiting(), answers()],
    [
      'an answer of a supervisor who barged in',
      waiting({ sam: 'BARGED_IN' }),
      publish('sam', message('AGENT_MESSAGE')),
    ],
    ['a hold', waiting(), holds('amy')],
    ['the last agent’s leaving', waiting(), leave('amy')],
    ['a transfer', waiting(), asks('amy', 'DIRECT_TRANSFER')],
    ['the customer’s leaving', waiting(), customerLeaves()],
    ['a call', waiting(), addEvent(incoming('CHANNEL_SESSION_STARTED', channelSession('call-1', 'CX_VOICE')))],
  ])('stops with %s', (_, world, event) => {
    const decision = decided(world, event);
    expect(dataOf(decision, 'AGENT_SLA_STOPPED')).toMatchObject({ action: 'STOP_TIMER', totalDuration: 100 });
    expect(sla(decision.world)).toBeNull();
  });

  it.each<[string, ConversationEvent]>([
    ['a whisper', publish('amy', message('WHISPER_MESSAGE'))],
    ['what the conversation was about', publish('amy', message('AGENT_MESSAGE', wrapUpBody))],
    ['a request for advice', asks('amy', 'CONSULT')],
    ['a supervisor who barges in', bargesIn('sam')],
    ['one agent of two who leaves', leave('bob')],
  ])('does not stop with %s', (_, event) => {
    const decision = decided(waiting({ bob: 'PRIMARY', sam: 'SILENT_MONITOR' }), event);
    expect(sla(decision.world)).toEqual(running);
  });

  it.each<[string, ConversationEvent]>([
    ['resumes', resumes('amy', NOW + 50_000)],
    ['is resumed by its timer', holdExpired(NOW, NOW + 300_000)],
  ])('begins anew when a conversation on hold %s', (_, event) => {
    const { world } = decided(waiting(), holds('amy'));
    expect(sla(decided(world, event).world)).toEqual({ ...running, startedAt: event.at });
  });

  it('begins anew when the agent asks for time', () => {
    const decision = decided(waiting(), publish('amy', incoming('RESET_AGENT_SLA'), NOW + 50_000));
    expect(names(decision)).toEqual(['RESET_AGENT_SLA', 'AGENT_SLA_STOPPED', 'AGENT_SLA_STARTED']);
    expect(sla(decision.world)).toEqual({ ...running, startedAt: NOW + 50_000 });
  });

  it('does not begin because an agent asks for time', () => {
    expect(sla(decided(amys(), publish('amy', incoming('RESET_AGENT_SLA'))).world)).toBeNull();
  });
});

describe('The shares of the response time', () => {
  it.each([
    [50, 'CHANGE_COLOR'],
    [75, 'CHANGE_COLOR_TO_RED'],
    [90, 'SHOW_POPUP'],
  ])('after %s percent desks %s', (share, action) => {
    const at = NOW + share * 1_000;
    const decision = decided(waiting(), slaReached(NOW, share, at));
    expect(names(decision)).toEqual(['AGENT_SLA_STARTED']);
    expect(dataOf(decision, 'AGENT_SLA_STARTED')).toMatchObject({ action, totalDuration: 100 });
    const { world } = decision;
    const { data } = onTopicData(world.conversation, metaOf(world), 'amy', []);
    expect(data.topicData.agentSla).toEqual({ action, totalDuration: 100, startTime: '2026-03-02 09:01:00' });
    expect(decided(world, slaReached(NOW, share, at)).world).toBe(world);
  });

  it('each have a timer, until they are over', () => {
    const due = (world: World) => deadlines(world.conversation).filter(({ key }) => key.startsWith('sla'));
    expect(due(waiting()).map(({ dueAt }) => dueAt - NOW)).toEqual([50_000, 75_000, 90_000, 100_000]);
    const later = decided(waiting(), slaReached(NOW, 75, NOW + 75_000)).world;
    expect(due(later).map(({ dueAt }) => dueAt - NOW)).toEqual([90_000, 100_000]);
    expect(due(decided(later, answers()).world)).toEqual([]);
  });

  it.each<[string, ConversationEvent]>([
    ['a share that is not reached', slaReached(NOW, 50, NOW + 49_999)],
    ['a time that is over', slaReached(NOW - 1, 50, NOW + 90_000)],
  ])('are not told for %s', (_, event) => {
    const world = waiting();
    expect(decided(world, event).world).toBe(world);
  });

  it('that come late are not told after those that follow them', () => {
    const { world } = decided(waiting(), slaReached(NOW, 75, NOW + 80_000));
    expect(decided(world, slaReached(NOW, 50, NOW + 80_001)).world).toBe(world);
  });

  it('mean nothing once the customer has an answer', () => {
    const { world } = decided(waiting(), answers());
    for (const share of [50, 75, 90, 100]) {
      expect(decided(world, slaReached(NOW, share, NOW + 100_000)).world).toBe(world);
    }
  });
});

describe('A customer who waited for an answer too long', () => {
  const expired = (parts: Record<string, Part> = {}) => decided(waiting(parts), slaReached(NOW, 100, NOW + 100_000));

  it('goes to somebody else, first in line', () => {
    const decision = expired();
    expect(pending(decision.world)).toMatchObject({ direction: 'INBOUND', priority: 11, rules: slow });
    expect(decision.world.conversation).toMatchObject({ state: 'INACTIVE', participants: {} });
    expect(sla(decision.world)).toBeNull();
  });

  it('is taken from everybody who was there', () => {
    const parts: Record<string, Part> = { bob: 'PRIMARY', carol: 'ASSISTANT', sam: 'SILENT_MONITOR', sue: 'WHISPER' };
    const decision = expired(parts);
    expect(roles(decision.world)).toEqual({});
    for (const id of ['amy', ...Object.keys(parts)]) {
      expect(said(decision)).toContain(`${id}: topicUnsubscription AGENT SLA EXPIRED`);
      expect(member(decision.world.agents, id).slots).toEqual({});
    }
  });

  it('closes the tasks as such, and the log says why', () => {
    const decision = expired();
    expect(names(decision).slice(0, 2)).toEqual(['AGENT_SLA_EXPIRED', 'REMOVE_ALL_AGENTS']);
    expect(taskChanges(decision)[0]).toBe('amy-task CLOSED/RESPONSE_TIMEOUT media CLOSED');
    expect(dataOf(decision, 'AGENT_UNSUBSCRIBED')).toMatchObject({ reason: 'SLA_EXPIRED' });
  });

  it('leaves those alone who are wrapping up', () => {
    expect(roles(expired({ bob: 'WRAP_UP' }).world)).toEqual({ bob: 'WRAP_UP' });
  });

  it('is asked for once, where a colleague is already to take over', () => {
    const handed = decided(waiting({ bob: 'PRIMARY' }), asks('amy', 'DIRECT_TRANSFER')).world;
    const decision = decided(handed, slaReached(NOW, 100, NOW + 100_000));
    expect(roles(decision.world)).toEqual({ amy: 'WRAP_UP' });
    expect(pending(decision.world)).toEqual(pending(handed));
  });

  it('is timed again with the next agent', () => {
    const { world } = expired();
    const { id } = pending(world);
    const { world: next } = decided(among(world, agent('bob')), offer(id, 'bob'), accept(id, 'bob', NOW + 200_000));
    expect(sla(next)).toEqual({ ...running, startedAt: NOW + 200_000 });
  });
});

describe('A customer of another queue', () => {
  it('is timed by the queue that they were handed to', () => {
    const sales = rules({ queue: { id: 'sales', name: 'sales' }, agentSlaSeconds: 30 });
    const target = { mode: 'queue' as const, queueName: 'sales', candidates: [{ rules: sales, mrdId: 'CHAT' }] };
    const asked = decided(among(amys(), agent('bob')), asks('amy', 'DIRECT_TRANSFER', target)).world;
    const { id } = pending(asked);
    expect(sla(decided(asked, offer(id, 'bob'), accept(id, 'bob')).world)).toMatchObject({ totalSeconds: 30 });
  });

  it('is not timed while nobody has taken them over', () => {
    const out = after(member(waiting().agents, 'amy'), { type: 'forcedOut', at: BEFORE, reasonCode: null });
    const decision = decided(among(waiting(), out), release('amy', 'amy-task'));
    expect(openTasks(decision.world)).toEqual(['QUEUED 11']);
    expect(sla(decided(decision.world, says(NOW + 1)).world)).toBeNull();
  });
});
