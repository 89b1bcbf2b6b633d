/**
 * An agent asks for a colleague: what becomes of the request, of the one who asks and of the one
 * who is asked, in each direction.
 */
import { describe, expect, it } from 'vitest';
import type { Direction } from '../../shared/domain/conversation/task.ts';
import { accept, closeWrapUp, offer, offerExpired, requestExpired, wrapUpExpired } from '../support/events.ts';
import {
  dataOf,
  decided,
  member,
  names,
  openTasks,
  pending,
  roles,
  said,
  taskChanges,
  told,
} from '../support/decision.ts';
import { asks, ASKABLE, queueRules, toAgent, toQueue } from '../support/requests.ts';
import { agent, among, NOW, rules, talk } from '../support/world.ts';

const LATER = NOW + 10_000;
const OVER = NOW + 300_000;
const withoutWrapUp = { rules: rules({ wrapUpSeconds: null }) };

/** Amy talks with the customer of the queue `support`, which has no wrap-up; Bob is ready. */
const amyAndBob = () => among(talk({ amy: 'PRIMARY' }, withoutWrapUp), agent('bob'));

interface Row {
  direction: Direction;
  action: 'transfer' | 'conference' | 'consult';
  type: 'direct-transfer' | 'direct-conference' | 'consult';
  role: 'PRIMARY' | 'ASSISTANT';
  stays: boolean;
  priority: number;
}

const conference = { action: 'conference', type: 'direct-conference', stays: true, priority: 1 } as const;
const transfer = { action: 'transfer', type: 'direct-transfer', role: 'PRIMARY', stays: false, priority: 1 } as const;
const rows: Row[] = [
  { direction: 'DIRECT_TRANSFER', ...transfer },
  { direction: 'CONSULT_TRANSFER', ...transfer },
  { direction: 'DIRECT_CONFERENCE', ...conference, role: 'PRIMARY' },
  { direction: 'CONSULT_CONFERENCE', ...conference, role: 'ASSISTANT' },
  { direction: 'CONSULT', action: 'consult', type: 'consult', role: 'ASSISTANT', stays: true, priority: 10 },
];

it('has a row for every direction', () => {
  expect(rows.map(({ direction }) => direction).sort()).toEqual(ASKABLE.toSorted());
});

describe.each(rows)('$direction to a queue', ({ direction, action, type, role, stays, priority }) => {
  const placed = () =>
    decided(amyAndBob(), asks('amy', direction, toQueue('sales', { requestTtlSeconds: 120 }), 'VIP'));
  const offered = () => {
    const { world } = placed();
    return decided(world, offer(pending(world).id, 'bob'));
  };

  it('is answered to the one who asks', () => {
    expect(told(placed(), 'amy', 'agentAssistanceRequestPlaced')).toMatchObject({
      requestAction: action,
      mode: 'queue',
      conversationId: 'c1',
    });
  });

  it('waits in that queue, as everybody in the conversation sees', () => {
    const decision = placed();
    expect(pending(decision.world)).toMatchObject({
      phase: 'QUEUED',
      direction,
      mode: 'QUEUE',
      priority,
      rules: queueRules('sales', { requestTtlSeconds: 120 }),
      ttl: { expiresAt: NOW + 120_000 },
    });
    expect(dataOf(decision, 'TASK_ENQUEUED')).toMatchObject({
      task: { type: { direction, mode: 'QUEUE', metadata: { requestedBy: 'amy', note: 'VIP' } }, assignedTo: null },
      queue: { id: 'sales', name: 'sales' },
    });
  });

  it(stays ? 'leaves the agent with the customer' : 'ends the part of the agent', () => {
    expect(roles(placed().world)).toEqual(stays ? { amy: 'PRIMARY' } : {});
    expect(Object.keys(member(placed().world.agents, 'amy').slots)).toEqual(stays ? ['amy-task'] : []);
  });

  it('rings at a colleague with the note and who asks', () => {
    const decision = offered();
    expect(told(decision, 'bob', 'taskRequest')).toMatchObject({
      taskDirection: direction,
      taskState: { name: 'RESERVED' },
      note: 'VIP',
      requestedBy: 'amy',
      queue: { id: 'sales' },
    });
    const found = { conversationId: 'c1', type, task: { assignedTo: { id: 'bob', name: 'bob' } } };
    expect(told(decision, 'amy', 'agentAssignedForAssistance')).toMatchObject(found);
  });

  it(`makes who accepts ${role}`, () => {
    const { world } = offered();
    const accepted = decided(world, accept(pending(world).id, 'bob', LATER));
    expect(roles(accepted.world)).toEqual({ ...(stays ? { amy: 'PRIMARY' } : {}), bob: role });
    expect(dataOf(accepted, 'AGENT_SUBSCRIBED')).toMatchObject({ agentParticipant: { role } });
    expect(accepted.world.conversation.state).toBe('ACTIVE');
  });

  it('goes on looking, first in line, when the colleague does not answer', () => {
    const { world } = offered();
    const { id, ttl, request } = pending(world);
    const rung = decided(world, offerExpired(id, 'bob', NOW + 30_000));
    expect(taskChanges(rung)[0]).toBe(`${id} ACTIVE/RONA media CLOSED`);
    expect(pending(rung.world)).toMatchObject({
      id,
      attempt: 2,
      phase: 'QUEUED',
      direction,
      priority: 11,
      ttl,
      request,
    });
    expect(names(rung)).not.toContain('NO_AGENT_AVAILABLE');
  });

  it('ends when its time is over, and who is there learns it', () => {
    const { world } = placed();
    const { id, ttl } = pending(world);
    const ended = decided(world, requestExpired(ttl.timerId, NOW + 120_000));
    expect(taskChanges(ended)[0]).toBe(`${id} CLOSED/NO_AGENT_AVAILABLE media CLOSED`);
    expect(dataOf(ended, 'NO_AGENT_AVAILABLE')).toMatchObject({ requestType: { direction, mode: 'QUEUE' } });
    expect(roles(ended.world)).toEqual(stays ? { amy: 'PRIMARY' } : {});
    expect(openTasks(ended.world)).toEqual(stays ? ['ACTIVE 1'] : ['QUEUED 11']);
  });

  it('ends with the offer that still rings when its time is over', () => {
    const { world } = offered();
    const { id, ttl } = pending(world);
    const ringing = decided(world, requestExpired(ttl.timerId, NOW + 120_000)).world;
    expect(ringing).toBe(world);
    const ended = decided(ringing, offerExpired(id, 'bob', NOW + 121_000));
    expect(taskChanges(ended)[0]).toBe(`${id} CLOSED/NO_AGENT_AVAILABLE media CLOSED`);
    expect(names(ended)).toContain('NO_AGENT_AVAILABLE');
    expect(openTasks(ended.world)).toEqual(stays ? ['ACTIVE 1'] : ['QUEUED 11']);
  });
});

describe.each(rows)('$direction to a colleague by name', ({ direction, action, type, role, stays }) => {
  const asked = (ringing = true) => decided(amyAndBob(), asks('amy', direction, toAgent('bob', ringing), 'VIP'));

  it('is reserved for them at once', () => {
    const decision = asked();
    expect(pending(decision.world)).toMatchObject({ phase: 'RESERVED', direction, mode: 'AGENT' });
    expect(pending(decision.world)).toMatchObject({ assignedTo: { id: 'bob' }, expiresAt: NOW + 30_000 });
    expect(member(decision.world.agents, 'bob').slots).toEqual({
      [pending(decision.world).id]: {
        conversationId: 'c1',
        mrdId: 'CHAT',
        queueId: 'support',
        phase: 'RESERVED',
        named: true,
      },
    });
    expect(names(decision)).not.toContain('TASK_ENQUEUED');
  });

  it('is answered to the one who asks, who is also told that it rings', () => {
    const decision = asked();
    expect(told(decision, 'amy', 'agentAssistanceRequestPlaced')).toMatchObject({
      requestAction: action,
      mode: 'agent',
    });
    expect(told(decision, 'amy', 'agentAssignedForAssistance')).toMatchObject({
      type,
      task: { assignedTo: { id: 'bob' } },
    });
  });

  it.each([
    [true, 'RESERVED'],
    [false, 'STARTED'],
  ])('with offerToAgent %s is %s at their desk', (ringing, name) => {
    expect(told(asked(ringing), 'bob', 'taskRequest')).toMatchObject({
      taskState: { name },
      taskDirection: direction,
      note: 'VIP',
      requestedBy: 'amy',
    });
  });

  it(`makes them ${role} when they accept`, () => {
    const { world } = asked();
    const { world: joined } = decided(world, accept(pending(world).id, 'bob', LATER));
    expect(roles(joined)).toEqual({ ...(stays ? { amy: 'PRIMARY' } : {}), bob: role });
  });

  it('is not tried with anybody else when they do not answer', () => {
    const { world } = asked();
    const { id } = pending(world);
    const rung = decided(world, offerExpired(id, 'bob', NOW + 30_000));
    expect(taskChanges(rung)[0]).toBe(`${id} CLOSED/RONA media CLOSED`);
    expect(dataOf(rung, 'NO_AGENT_AVAILABLE')).toMatchObject({ requestType: { direction, mode: 'AGENT' } });
    expect(said(rung)).toEqual(['bob: revokeTask RONA', 'amy: onAssistanceOutcome']);
    expect(member(rung.world.agents, 'bob').mrds['CHAT']?.state).toBe('NOT_READY');
    expect(openTasks(rung.world)).toEqual(stays ? ['ACTIVE 1'] : ['QUEUED 11']);
  });
});

describe('A customer who was handed over to nobody', () => {
  it('goes back to the queue they came from, first in line, with a new time to live', () => {
    const { world } = decided(amyAndBob(), asks('amy', 'DIRECT_TRANSFER', toAgent('bob')));
    const { world: home } = decided(world, offerExpired(pending(world).id, 'bob', NOW + 30_000));
    expect(pending(home)).toMatchObject({
      direction: 'INBOUND',
      mode: 'QUEUE',
      priority: 11,
      rules: withoutWrapUp.rules,
    });
    expect(pending(home).ttl.expiresAt).toBe(NOW + 330_000);
    expect(pending(home).request).toBeUndefined();
  });

  it('goes to the queue whose agent had them last', () => {
    const { world } = decided(amyAndBob(), asks('amy', 'DIRECT_TRANSFER', toQueue('sales', { wrapUpSeconds: null })));
    const id = pending(world).id;
    const atSales = decided(world, offer(id, 'bob'), accept(id, 'bob')).world;
    const onwards = decided(atSales, asks('bob', 'DIRECT_TRANSFER', toQueue('billing'))).world;
    const { world: home } = decided(onwards, requestExpired(pending(onwards).ttl.timerId, OVER));
    expect(pending(home).rules.queue?.name).toBe('sales');
  });

  it('stays with a colleague who is there', () => {
    const both = talk({ amy: 'PRIMARY', carol: 'PRIMARY' }, withoutWrapUp);
    const { world } = decided(both, asks('amy', 'DIRECT_TRANSFER'));
    expect(roles(world)).toEqual({ carol: 'PRIMARY' });
    const ended = decided(world, requestExpired(pending(world).ttl.timerId, OVER));
    expect(names(ended)).toContain('NO_AGENT_AVAILABLE');
    expect(openTasks(ended.world)).toEqual(['ACTIVE 1']);
  });

  it('may be offered to the agent who handed them over', () => {
    const { world } = decided(amyAndBob(), asks('amy', 'DIRECT_TRANSFER', toAgent('bob')));
    const { world: home } = decided(world, offerExpired(pending(world).id, 'bob', NOW + 30_000));
    expect(openTasks(decided(home, offer(pending(home).id, 'amy', NOW + 31_000)).world)).toEqual(['RESERVED 11']);
  });

  it('is called back to the queue of the conversation, not to that of a colleague who only kept company', () => {
    const { world } = decided(amyAndBob(), asks('amy', 'DIRECT_CONFERENCE', toQueue('sales', { wrapUpSeconds: null })));
    const id = pending(world).id;
    const joined = decided(world, offer(id, 'bob'), accept(id, 'bob')).world;
    expect(joined.conversation.home?.rules.queue?.name).toBe('support');
  });
});

describe('The agent who hands a customer over', () => {
  it('has left when the queue has no wrap-up', () => {
    const decision = decided(amyAndBob(), asks('amy', 'DIRECT_TRANSFER'));
    expect(taskChanges(decision).at(-1)).toBe('amy-task CLOSED/TRANSFERRED media CLOSED');
    expect(dataOf(decision, 'AGENT_UNSUBSCRIBED')).toMatchObject({ reason: 'DIRECT_TRANSFER' });
    expect(said(decision)).toEqual(['amy: agentAssistanceRequestPlaced', 'amy: topicUnsubscription CHAT TRANSFERRED']);
  });

  it('wraps up first where the queue has a wrap-up', () => {
    const decision = decided(talk({ amy: 'PRIMARY' }), asks('amy', 'DIRECT_TRANSFER'));
    expect(taskChanges(decision).at(-1)).toBe('amy-task WRAP_UP/TRANSFERRED media ACTIVE');
    expect(said(decision)).toEqual(['amy: agentAssistanceRequestPlaced', 'amy: wrapupTimerStarted']);
    expect(roles(decision.world)).toEqual({ amy: 'WRAP_UP' });
  });

  it.each([
    ['when they have finished', closeWrapUp('amy', null, LATER)],
    ['when its time is over', wrapUpExpired('amy-task', NOW + 60_000)],
  ])('leaves after the wrap-up %s', (_, event) => {
    const { world } = decided(talk({ amy: 'PRIMARY' }), asks('amy', 'DIRECT_TRANSFER'));
    const left = decided(world, event);
    expect(taskChanges(left)).toEqual(['amy-task CLOSED/TRANSFERRED media CLOSED']);
    expect(dataOf(left, 'AGENT_UNSUBSCRIBED')).toMatchObject({ reason: 'DIRECT_TRANSFER' });
    expect(said(left)).toEqual(['amy: topicUnsubscription CHAT TRANSFERRED']);
    expect(openTasks(left.world)).toEqual(['QUEUED 1']);
  });
});
