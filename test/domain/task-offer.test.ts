/**
 * A task from the queue to an agent: what each step makes of it, what is written into the log and
 * what desks are told.
 */
import { describe, expect, it } from 'vitest';
import type { World } from '../../shared/domain/conversation/conversation.ts';
import { decide, newConversation } from '../../shared/domain/decide.ts';
import type { Task } from '../../shared/domain/conversation/task.ts';
import { accept, customerLeaves, offer, offerExpired, offerReceived, receiptMissed } from '../support/events.ts';
import {
  dataOf,
  decided,
  emits,
  member,
  names,
  onlyTask,
  openTasks,
  refusal,
  roles,
  said,
  taskChanges,
} from '../support/decision.ts';
import {
  active,
  after,
  agent,
  arrival,
  BEFORE,
  channelSession,
  frozen,
  metaOf,
  NOW,
  queued,
  reserved,
  robin,
  rules,
  talk,
} from '../support/world.ts';

const waiting = (...people: string[]) =>
  arrival(
    [queued()],
    people.map((id) => agent(id)),
  );
const ringing = (...others: string[]) =>
  arrival(
    [reserved('amy')],
    ['amy', ...others].map((id) => agent(id)),
  );

describe('A customer who comes to a queue', () => {
  const start = {
    type: 'start' as const,
    at: NOW,
    home: { rules: rules({ requestTtlSeconds: 120 }), mrdId: 'CHAT' },
    priority: 3,
  };
  const room = { id: 'room-7', mode: 'PRIVATE' };
  const fresh = () => newConversation('c1', NOW, channelSession(), robin, {});

  it('waits for an agent, as the log says', () => {
    const decision = decided(fresh(), start);
    expect(names(decision)).toEqual(['CHANNEL_SESSION_STARTED', 'TASK_STATE_CHANGED', 'TASK_ENQUEUED']);
    expect(taskChanges(decision)).toEqual(['c1-2 ACTIVE media QUEUED']);
    expect(dataOf(decision, 'TASK_STATE_CHANGED')).toMatchObject({
      taskStateChanged: true,
      mediaStateChanges: ['c1-2-m'],
    });
    expect(dataOf(decision, 'TASK_ENQUEUED')).toMatchObject({ queue: { id: 'support', name: 'support' } });
  });

  it('is asked for with their priority, until the time to live is over', () => {
    const task = onlyTask(decided(fresh(), start).world.conversation);
    expect(task).toMatchObject({ phase: 'QUEUED', direction: 'INBOUND', mode: 'QUEUE', priority: 3, enqueuedAt: NOW });
    expect(task).toMatchObject({ routedSince: NOW, ttl: { expiresAt: NOW + 120_000 } });
    expect(task).toHaveProperty('passOver', {});
  });

  it('has a new conversation', () => {
    expect(decided(fresh(), start).world.conversation).toMatchObject({ state: 'CREATED', answered: false });
  });

  it.each([
    ['of its own', channelSession(), { id: 'c1', mode: 'CONTACT_CENTER' }],
    ['that the session names', channelSession('web-1', 'WEB', { roomInfo: room }), room],
  ])('has a room %s', (_, session, expected) => {
    const world = newConversation('c1', NOW, session, robin, {});
    expect(world.conversation.roomInfo).toEqual(expected);
    expect(metaOf(world).sessions).toMatchObject({ 'web-1': { conversationId: 'c1', roomInfo: expected } });
  });

  it('waits for nobody where no queue is named', () => {
    const decision = decided(fresh(), { ...start, home: null });
    expect(names(decision)).toEqual(['CHANNEL_SESSION_STARTED']);
    expect(openTasks(decision.world)).toEqual([]);
  });
});

describe('An offer', () => {
  it('is reserved for the agent, who has the queue’s time to answer', () => {
    const { world } = decided(waiting('amy'), offer('t1', 'amy'));
    const assignedTo = { id: 'amy', name: 'amy' };
    expect(onlyTask(world.conversation)).toMatchObject({
      id: 't1',
      phase: 'RESERVED',
      assignedTo,
      expiresAt: NOW + 30_000,
    });
    expect(member(world.agents, 'amy').slots).toEqual({
      t1: { conversationId: 'c1', mrdId: 'CHAT', queueId: 'support', phase: 'RESERVED' },
    });
  });

  it('changes the medium, not the task', () => {
    const decision = decided(waiting('amy'), offer('t1', 'amy'));
    expect(names(decision)).toEqual(['TASK_STATE_CHANGED', 'AGENT_RESERVED']);
    expect(taskChanges(decision)).toEqual(['t1 ACTIVE media RESERVED']);
    expect(dataOf(decision, 'TASK_STATE_CHANGED')).toMatchObject({
      taskStateChanged: false,
      mediaStateChanges: ['t1-m'],
    });
    expect(dataOf(decision, 'AGENT_RESERVED')).toMatchObject({ task: { id: 't1' }, ccUser: { id: 'amy' } });
  });

  it('rings at the desk, with all that the card shows', () => {
    const effects = emits(decided(waiting('amy'), offer('t1', 'amy')));
    expect(effects).toHaveLength(1);
    expect(effects[0]).toMatchObject({
      agentId: 'amy',
      event: 'taskRequest',
      data: {
        conversationId: 'c1',
        taskId: 't1:t1-m',
        taskState: { name: 'RESERVED' },
        taskDirection: 'INBOUND',
        queue: { id: 'support', name: 'support' },
        channelSession: { id: 'web-1' },
        note: null,
        requestedBy: null,
        expiresAt: NOW + 30_000,
      },
    });
  });

  it('leaves the time to live running', () => {
    expect(onlyTask(decided(waiting('amy'), offer('t1', 'amy')).world.conversation)).toHaveProperty(
      'ttl',
      queued().ttl,
    );
  });

  it.each<[string, World]>([
    ['it was offered to somebody else', arrival([reserved('bob')], [agent('amy'), agent('bob')])],
    ['it is answered', arrival([active('bob')], [agent('amy'), agent('bob')])],
    ['it is gone', arrival([], [agent('amy')])],
    ['the agent has stopped', arrival([queued()], [agent('amy', { CHAT: { state: 'NOT_READY' } })])],
    ['the agent is full', arrival([queued()], [agent('amy', { CHAT: { state: 'BUSY', tasks: ['ACTIVE'], max: 1 } })])],
    ['the agent has gone', arrival([queued()], [agent('amy', { CHAT: {} }, { session: 'lost' })])],
    ['the agent has no such MRD', arrival([queued()], [agent('amy', { VOICE: {} })])],
  ])('is not made where %s meanwhile', (_, world) => {
    expect(decided(world, offer('t1', 'amy')).world).toBe(world);
  });

  it('is not made to one who is in the conversation already', () => {
    const talking = talk({ amy: 'PRIMARY' });
    const tasks = { ...talking.conversation.tasks, t1: queued() };
    const world = { ...talking, conversation: { ...talking.conversation, tasks } };
    expect(decided(world, offer('t1', 'amy')).world).toBe(world);
  });
});

describe('An offer to an agent in their place of the line', () => {
  it('is made where they still stand there, and not where they were asked or went away meanwhile', () => {
    const here = { ...offer('t1', 'amy'), since: BEFORE };
    expect(names(decided(waiting('amy'), here))).toContain('AGENT_RESERVED');
    expect(decide(waiting('amy'), { ...here, since: BEFORE - 1 }).events).toEqual([]);
  });
});

describe('An accepted offer', () => {
  it('makes the agent answer the customer', () => {
    const { world } = decided(ringing(), accept('t1', 'amy'));
    expect(onlyTask(world.conversation)).toMatchObject({ phase: 'ACTIVE', answeredAt: NOW });
    expect(onlyTask(world.conversation)).not.toHaveProperty('ttl');
    expect(member(world.conversation.participants, 'amy')).toMatchObject({
      role: 'PRIMARY',
      taskId: 't1',
      joinedAt: NOW,
    });
    expect(member(world.agents, 'amy').slots['t1']?.phase).toBe('ACTIVE');
    expect(world.conversation).toMatchObject({ state: 'ACTIVE', answered: true });
  });

  it('changes the medium, not the task, and says who joined', () => {
    const decision = decided(ringing(), accept('t1', 'amy'));
    expect(names(decision)).toEqual(['TASK_STATE_CHANGED', 'AGENT_SUBSCRIBED']);
    expect(dataOf(decision, 'TASK_STATE_CHANGED')).toMatchObject({
      taskStateChanged: false,
      mediaStateChanges: ['t1-m'],
      task: { activeMedia: [{ state: 'ACTIVE', answerTime: NOW }] },
    });
    const participant = { role: 'PRIMARY', state: 'SUBSCRIBED', participant: { id: 'amy' } };
    expect(dataOf(decision, 'AGENT_SUBSCRIBED')).toMatchObject({ reason: 'JOINED', agentParticipant: participant });
  });

  it('is answered by the snapshot, and nothing is live before it', () => {
    const decision = decided(ringing(), accept('t1', 'amy'));
    expect(said(decision)).toEqual(['amy: snapshot']);
    expect(member(decision.world.conversation.participants, 'amy').live).toBe(false);
  });

  it.each<[Task['direction'], string]>([
    ['INBOUND', 'PRIMARY'],
    ['OUTBOUND', 'PRIMARY'],
    ['DIRECT_TRANSFER', 'PRIMARY'],
    ['DIRECT_CONFERENCE', 'PRIMARY'],
    ['CONSULT', 'ASSISTANT'],
  ])('that is %s makes the agent %s, whatever their desk thinks', (direction, role) => {
    const world = arrival([active('bob', 't0'), reserved('amy', 't1', { direction })], [agent('amy'), agent('bob')]);
    const withBob = {
      ...world,
      conversation: { ...world.conversation, participants: talk({ bob: 'PRIMARY' }).conversation.participants },
    };
    expect(roles(decided(withBob, accept('t1', 'amy')).world)).toEqual({ bob: 'PRIMARY', amy: role });
  });

  it('may come after its time, as long as nobody took it back', () => {
    expect(openTasks(decided(ringing(), accept('t1', 'amy', NOW + 3_600_000)).world)).toEqual(['ACTIVE 1']);
  });

  it('sends the snapshot again when it is accepted twice', () => {
    const { world } = decided(ringing(), accept('t1', 'amy'));
    const again = decided(world, accept('t1', 'amy', NOW + 1));
    expect(again.world).toBe(world);
    expect(said(again)).toEqual(['amy: snapshot']);
  });

  it('sends the snapshot also in wrap-up', () => {
    expect(said(decided(talk({ amy: 'WRAP_UP' }), accept('amy-task', 'amy')))).toEqual(['amy: snapshot']);
  });

  const gone = () => {
    const world = ringing();
    const amy = after(member(world.agents, 'amy'), { type: 'forcedOut', at: NOW, reasonCode: null });
    return { ...world, agents: { amy } };
  };
  it.each<[string, World, string]>([
    ['was closed', arrival([], [agent('amy')]), 'task.gone'],
    ['has gone back to the queue', waiting('amy'), 'task.notOffered'],
    ['is offered to somebody else', arrival([reserved('bob')], [agent('amy'), agent('bob')]), 'task.notOffered'],
    ['is answered by somebody else', arrival([active('bob')], [agent('amy'), agent('bob')]), 'task.notOffered'],
    ['is about to be taken away', gone(), 'task.gone'],
  ])('that %s is refused, and the card goes', (_, world, code) => {
    const rejection = refusal(world, accept('t1', 'amy'));
    expect(rejection.code).toBe(code);
    expect(said({ effects: rejection.emits })).toEqual(['amy: revokeTask GONE']);
  });

  it('is gone for an agent who accepts after the customer left', () => {
    const { world } = decided(ringing(), customerLeaves());
    expect(refusal(world, accept('t1', 'amy')).code).toBe('task.gone');
  });
});

describe('An offer that nobody accepted in time', () => {
  const expired = () => decided(ringing(), offerExpired('t1', 'amy'));

  it('is over as RONA, and its task goes on', () => {
    expect(taskChanges(expired())).toEqual(['t1 ACTIVE/RONA media CLOSED', 't1 ACTIVE media QUEUED']);
    expect(names(expired())).toEqual(['TASK_STATE_CHANGED', 'TASK_STATE_CHANGED']);
    expect(said(expired())).toEqual(['amy: revokeTask RONA']);
  });

  it('is tried again, first in line: the same task, another medium', () => {
    const task = onlyTask(expired().world.conversation);
    expect(task).toMatchObject({ phase: 'QUEUED', priority: 11, enqueuedAt: NOW });
    expect(task).toMatchObject({ id: 't1', attempt: 2 });
    expect(dataOf(expired(), 'TASK_STATE_CHANGED')).toMatchObject({
      task: {
        id: 't1',
        attempt: 2,
        assignedTo: null,
        activeMedia: [{ id: 't1-m2', taskId: 't1', priority: 11, enqueueTime: NOW, answerTime: 0, state: 'QUEUED' }],
      },
    });
  });

  it('keeps the time to live, and since when the customer waits', () => {
    expect(onlyTask(expired().world.conversation)).toMatchObject({ ttl: queued().ttl, routedSince: BEFORE });
  });

  it('keeps what kind of request it is', () => {
    const world = arrival([reserved('amy', 't1', { direction: 'DIRECT_TRANSFER' })], [agent('amy')]);
    const task = onlyTask(decided(world, offerExpired('t1', 'amy')).world.conversation);
    expect(task).toMatchObject({ direction: 'DIRECT_TRANSFER', mode: 'QUEUE', mrdId: 'CHAT', rules: rules() });
  });

  it('frees the agent by the policy of the queue', () => {
    const amy = member(expired().world.agents, 'amy');
    expect(amy.slots).toEqual({});
    expect(amy.mrds['CHAT']?.state).toBe('NOT_READY');
  });
});

describe('The rules', () => {
  it('never write into what they are given', () => {
    const world = frozen(ringing());
    expect(() => decide(world, accept('t1', 'amy'))).not.toThrow();
    expect(() => Object.assign(world.conversation, { lastSeq: 9 })).toThrow(TypeError);
  });
});

describe('An offer to a desk that confirms what it is offered', () => {
  const promising = (id: string) => {
    const who = agent(id);
    return { ...who, session: who.session && { ...who.session, receipts: true } };
  };
  const offered = () => decided(arrival([queued()], [promising('amy'), agent('bob')]), offer('t1', 'amy')).world;
  const owed = { connectionId: 'amy-desk', dueAt: NOW + 3_000 };
  const late = NOW + 3_000;

  it('is to be confirmed within three seconds by that desk, and not by one that promised nothing', () => {
    expect(onlyTask(offered().conversation)).toMatchObject({ phase: 'RESERVED', receipt: owed });
    const { world } = decided(arrival([queued()], [agent('bob')]), offer('t1', 'bob'));
    expect(onlyTask(world.conversation)).not.toHaveProperty('receipt');
  });

  it('is confirmed by nobody else, and once', () => {
    const before = offered();
    expect(decided(before, offerReceived('t1', 'bob')).world).toBe(before);
    const decision = decided(before, offerReceived('t1', 'amy'));
    expect(onlyTask(decision.world.conversation)).not.toHaveProperty('receipt');
    expect([names(decision), said(decision)]).toEqual([[], []]);
    expect(decided(decision.world, offerReceived('t1', 'amy')).world).toBe(decision.world);
  });

  it('goes on to the next agent, and the one who does not have it is not treated as who lets it ring', () => {
    const decision = decided(offered(), receiptMissed('t1', 'amy', late));
    expect(taskChanges(decision)).toEqual(['t1 ACTIVE/REROUTE media CLOSED', 't1 ACTIVE media QUEUED']);
    expect(said(decision)).toEqual(['amy: revokeTask REROUTE']);
    expect(onlyTask(decision.world.conversation)).toMatchObject({
      phase: 'QUEUED',
      priority: 11,
      passOver: { amy: late + 30_000 },
    });
    expect(member(decision.world.agents, 'amy')).toMatchObject({ state: { name: 'READY' }, slots: {} });
  });

  it.each<[string, (world: World) => World, number]>([
    ['before it is due', (world) => world, late - 1],
    ['once it was confirmed', (world) => decided(world, offerReceived('t1', 'amy')).world, late],
    ['once it was accepted', (world) => decided(world, accept('t1', 'amy')).world, late],
  ])('stays where it is %s', (_, happens, at) => {
    const before = happens(offered());
    expect(decided(before, receiptMissed('t1', 'amy', at)).world).toBe(before);
  });

  it.each<[string, (world: World) => World]>([
    [
      'who was asked by name: nobody else can take it',
      ({ conversation, ...rest }) => {
        const task = { ...onlyTask(conversation), mode: 'AGENT' as const };
        return { ...rest, conversation: { ...conversation, tasks: { t1: task } } };
      },
    ],
    [
      'whose desk has connected again: the greeting shows it',
      ({ agents, ...rest }) => {
        const amy = member(agents, 'amy');
        const session = amy.session && { ...amy.session, connectionId: 'another' };
        return { ...rest, agents: { ...agents, amy: { ...amy, session } } };
      },
    ],
  ])('rings on at an agent %s', (_, happens) => {
    const decision = decided(happens(offered()), receiptMissed('t1', 'amy', late));
    expect([names(decision), said(decision)]).toEqual([[], []]);
    expect(onlyTask(decision.world.conversation)).toMatchObject({ phase: 'RESERVED', assignedTo: { id: 'amy' } });
    expect(onlyTask(decision.world.conversation)).not.toHaveProperty('receipt');
  });
});
