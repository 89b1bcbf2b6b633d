/**
 * How a task ends without an agent: the time to live is over, or the customer leaves. And what
 * late, early and repeated timers do.
 */
import { describe, expect, it } from 'vitest';
import type { World } from '../../shared/domain/conversation/conversation.ts';
import type { ConversationEvent } from '../../shared/domain/decide.ts';
import {
  accept,
  addEvent,
  customerLeaves,
  leave,
  offer,
  offerExpired,
  requestExpired,
  wrapUpExpired,
} from '../support/events.ts';
import { dataOf, decided, member, names, onlyTask, openTasks, roles, said, taskChanges } from '../support/decision.ts';
import {
  agent,
  arrival,
  BEFORE,
  channelSession,
  incoming,
  NOW,
  queued,
  reserved,
  rules,
  talk,
} from '../support/world.ts';

const ttlEnds = queued().ttl.expiresAt;
const waiting = () => arrival([queued()], [agent('amy')]);
const ringing = () => arrival([reserved('amy')], [agent('amy')]);

describe('A request whose time to live is over', () => {
  const over = () => decided(waiting(), requestExpired('ttl-1', ttlEnds));

  it('is closed, and the customer waits on after all others', () => {
    expect(taskChanges(over())).toEqual(['t1 CLOSED/NO_AGENT_AVAILABLE media CLOSED', 'c1-4 ACTIVE media QUEUED']);
    expect(names(over())).toEqual(['TASK_STATE_CHANGED', 'NO_AGENT_AVAILABLE', 'TASK_STATE_CHANGED']);
    expect(openTasks(over().world)).toEqual(['QUEUED 0']);
  });

  it('says what was asked for', () => {
    const requestType = { direction: 'INBOUND', mode: 'QUEUE', metadata: {} };
    expect(dataOf(over(), 'NO_AGENT_AVAILABLE')).toEqual({ requestType });
  });

  it('leaves the conversation open: a bot may go on', () => {
    expect(over().world.conversation.state).toBe('CREATED');
  });

  it('rings on where it is being offered', () => {
    const world = ringing();
    expect(decided(world, requestExpired('ttl-1', ttlEnds)).world).toBe(world);
  });

  it('is closed instead of tried again when the offer then rings out', () => {
    const decision = decided(ringing(), requestExpired('ttl-1', ttlEnds), offerExpired('t1', 'amy', ttlEnds));
    expect(taskChanges(decision)[0]).toBe('t1 CLOSED/NO_AGENT_AVAILABLE media CLOSED');
    expect(names(decision)).toEqual(['TASK_STATE_CHANGED', 'NO_AGENT_AVAILABLE', 'TASK_STATE_CHANGED']);
    expect(said(decision)).toEqual(['amy: revokeTask RONA']);
    expect(openTasks(decision.world)).toEqual(['QUEUED 0']);
  });

  it('may still be accepted while it rings', () => {
    const decision = decided(ringing(), requestExpired('ttl-1', ttlEnds), accept('t1', 'amy', ttlEnds + 1));
    expect(openTasks(decision.world)).toEqual(['ACTIVE 1']);
  });

  it('is closed also after it was tried again', () => {
    const decision = decided(ringing(), offerExpired('t1', 'amy'), requestExpired('ttl-1', ttlEnds));
    expect(names(decision)).toEqual(['TASK_STATE_CHANGED', 'NO_AGENT_AVAILABLE', 'TASK_STATE_CHANGED']);
  });
});

describe('A customer who leaves', () => {
  it('while waiting is not asked for any more', () => {
    const decision = decided(waiting(), customerLeaves());
    expect(taskChanges(decision)).toEqual(['t1 CLOSED/CANCELLED media CLOSED']);
    expect(dataOf(decision, 'REVOKE_RESOURCE')).toEqual({
      taskId: 't1',
      currentTaskState: 'QUEUED',
      taskCloseReason: 'CANCELLED',
      agentId: null,
      conversationId: 'c1',
    });
    expect(said(decision)).toEqual([]);
    expect(decision.world.conversation.state).toBe('CLOSED');
    expect(openTasks(decision.world)).toEqual([]);
  });

  it('while an offer rings takes the card from the desk', () => {
    const decision = decided(ringing(), customerLeaves());
    expect(taskChanges(decision)).toEqual(['t1 CLOSED/CANCELLED media CLOSED']);
    expect(dataOf(decision, 'REVOKE_RESOURCE')).toMatchObject({ currentTaskState: 'RESERVED', agentId: 'amy' });
    expect(said(decision)).toEqual(['amy: revokeTask CANCELLED']);
    expect(decision.world.conversation.state).toBe('CLOSED');
  });

  it('while an offer rings does not count against the agent', () => {
    const amy = member(decided(ringing(), customerLeaves()).world.agents, 'amy');
    expect(amy.slots).toEqual({});
    expect(amy.mrds['CHAT']?.state).toBe('READY');
  });

  it('after the time to live is over has cancelled all the same', () => {
    const decision = decided(ringing(), customerLeaves(ttlEnds + 1));
    expect(taskChanges(decision)).toEqual(['t1 CLOSED/CANCELLED media CLOSED']);
  });

  it('says so with every open session, and how', () => {
    const second = addEvent(incoming('CHANNEL_SESSION_STARTED', channelSession('web-2')));
    const { world } = decided(waiting(), second);
    const decision = decided(world, { type: 'end', at: NOW, reason: 'NETWORK' });
    expect(names(decision).filter((name) => name === 'CHANNEL_SESSION_ENDED')).toHaveLength(2);
    expect(dataOf(decision, 'CHANNEL_SESSION_ENDED')).toEqual({ state: { name: 'ENDED', reasonCode: 'NETWORK' } });
  });

  it('through one of two sessions is still there', () => {
    const { world } = decided(waiting(), addEvent(incoming('CHANNEL_SESSION_STARTED', channelSession('web-2'))));
    const decision = decided(world, addEvent(incoming('CHANNEL_SESSION_ENDED', { id: 'web-1' })));
    expect(openTasks(decision.world)).toEqual(['QUEUED 1']);
    expect(
      decided(decision.world, addEvent(incoming('CHANNEL_SESSION_ENDED', { id: 'web-2' }))).world.conversation.state,
    ).toBe('CLOSED');
  });

  it('leaves a conversation that is over for good', () => {
    const decision = decided(waiting(), customerLeaves());
    expect(names(decision)).toEqual([
      'CHANNEL_SESSION_ENDED',
      'TASK_STATE_CHANGED',
      'REVOKE_RESOURCE',
      'TOPIC_STATE_CHANGE_EVENT',
    ]);
    expect(dataOf(decision, 'TOPIC_STATE_CHANGE_EVENT')).toEqual({ state: 'CLOSED' });
  });

  it('can leave only once', () => {
    const { world } = decided(waiting(), customerLeaves());
    expect(decided(world, customerLeaves(NOW + 1)).world).toBe(world);
  });
});

describe('A task that is closed', () => {
  const ttlOver = offerExpired('t1', 'amy', ttlEnds);
  it.each<[string, World, ConversationEvent]>([
    ['while it waits, by the customer', waiting(), customerLeaves()],
    ['while it waits, by time', waiting(), requestExpired('ttl-1', ttlEnds)],
    ['while it rings, by the customer', ringing(), customerLeaves()],
    ['while it rings, by time', ringing(), ttlOver],
    ['after a wrap-up', talk({ amy: 'WRAP_UP' }), wrapUpExpired('amy-task')],
    ['by an adviser who leaves', talk({ amy: 'ASSISTANT', bob: 'PRIMARY' }), leave('amy')],
  ])('%s says so of the task and of its medium', (_, world, event) => {
    const first = decided(world, event).events.find(({ event: { name } }) => name === 'TASK_STATE_CHANGED');
    const { state, ...change } = first?.event.data ?? {};
    expect(state).toMatchObject({ name: 'CLOSED' });
    expect(change).toMatchObject({ taskStateChanged: true, mediaStateChanges: [expect.stringMatching(/-m$/)] });
  });
});

describe('A timer changes nothing', () => {
  const rang = () => arrival([reserved('amy', 't1', { expiresAt: NOW })], [agent('amy')]);
  const endless = rules({ ronaPolicy: 'KEEP' });
  it.each<[string, World, ConversationEvent]>([
    ['offer: early', rang(), offerExpired('t1', 'amy', NOW - 1)],
    ['offer: answered', talk({ amy: 'PRIMARY' }), offerExpired('amy-task', 'amy')],
    ['offer: in wrap-up', talk({ amy: 'WRAP_UP' }), offerExpired('amy-task', 'amy')],
    ['offer: of a task that is waiting again', waiting(), offerExpired('t1', 'amy')],
    ['offer: of a task that is gone', arrival([], [agent('amy')]), offerExpired('t1', 'amy')],
    ['time to live: early', waiting(), requestExpired('ttl-1', ttlEnds - 1)],
    ['time to live: of another request', waiting(), requestExpired('ttl-2', ttlEnds)],
    ['time to live: answered', talk({ amy: 'PRIMARY' }), requestExpired('ttl-1', ttlEnds)],
    ['time to live: of a task that is gone', arrival([]), requestExpired('ttl-1', ttlEnds)],
    ['wrap-up: early', talk({ amy: 'WRAP_UP' }), wrapUpExpired('amy-task', BEFORE + 59_999)],
    ['wrap-up: of one who talks', talk({ amy: 'PRIMARY' }), wrapUpExpired('amy-task')],
    ['wrap-up: of a task that is gone', arrival([]), wrapUpExpired('amy-task')],
    ['wrap-up: of a task that rings', rang(), wrapUpExpired('t1')],
  ])('%s', (_, world, event) => {
    const decision = decided(world, event);
    expect(decision.world).toBe(world);
    expect(decision.events).toEqual([]);
  });

  it.each<[string, World, ConversationEvent]>([
    ['offer', rang(), offerExpired('t1', 'amy')],
    [
      'offer of a queue where the agent stays ready',
      arrival([reserved('amy', 't1', { rules: endless })], [agent('amy')]),
      offerExpired('t1', 'amy'),
    ],
    ['time to live', waiting(), requestExpired('ttl-1', ttlEnds)],
    ['wrap-up', talk({ amy: 'WRAP_UP' }), wrapUpExpired('amy-task')],
  ])('the second time: %s', (_, world, event) => {
    const first = decided(world, event);
    expect(first.world).not.toBe(world);
    const second = decided(first.world, { ...event, at: event.at + 1 });
    expect(second.world).toBe(first.world);
    expect(second.events).toEqual([]);
  });

  it('for the offer that came after the one that it guards', () => {
    const again = decided(rang(), offerExpired('t1', 'amy')).world;
    const withBob = { ...again, agents: { ...again.agents, bob: agent('bob') } };
    const { world } = decided(withBob, offer(onlyTask(again.conversation).id, 'bob'));
    expect(decided(world, offerExpired('t1', 'amy', NOW + 60_000)).world).toBe(world);
  });
});

describe('A card that was late on its way to a desk', () => {
  it('is revoked by the timer of its offer, so that it does not stay for ever', () => {
    const decision = decided(arrival([], [agent('amy')]), offerExpired('t1', 'amy'));
    expect(said(decision)).toEqual(['amy: revokeTask EXPIRED']);
  });

  it('is left alone where the agent is in the conversation', () => {
    const world = talk({ amy: 'PRIMARY' });
    expect(said(decided(world, offerExpired('t0', 'amy')))).toEqual([]);
    expect(roles(world)).toEqual({ amy: 'PRIMARY' });
  });

  it('is left alone where the same conversation rings there again', () => {
    const world = arrival([reserved('amy', 't2', { expiresAt: NOW + 30_000 })], [agent('amy')]);
    expect(said(decided(world, offerExpired('t1', 'amy')))).toEqual([]);
  });
});
