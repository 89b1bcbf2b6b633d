/**
 * Where a request goes on whose time to live is over: it waits on after all others, and from there
 * where its queue lets it overflow to.
 */
import { describe, expect, it } from 'vitest';
import type { Home } from '../../shared/domain/conversation/conversation.ts';
import { custodyOf } from '../../shared/domain/custody/custody.ts';
import { overflowOf } from '../../shared/domain/custody/overflow.ts';
import { listed } from '../../shared/domain/handling/pull-list.ts';
import { concernedBy } from '../../shared/domain/routing/in-force.ts';
import { waitingEntries } from '../../shared/domain/routing/routing.ts';
import { configSchemas, type Queue } from '../../shared/protocol/shapes/config.ts';
import { accept, offer, offerExpired, requestExpired } from '../support/events.ts';
import { dataOf, decided, names, onlyTask, openTasks, pending, taskChanges } from '../support/decision.ts';
import { home as onBacklog } from '../support/pull-list.ts';
import { queueRules } from '../support/requests.ts';
import { agent, among, arrival, BEFORE, NOW, queued, rules } from '../support/world.ts';

const ttlEnds = queued().ttl.expiresAt;
const HOME: Home = { rules: queueRules('sales', { requestTtlSeconds: 40 }), mrdId: 'CHAT' };
const overflows = (taskId: string, home: Home, at = ttlEnds + 10) =>
  ({ type: 'overflow', at, taskId, home, priority: 4 }) as const;
const over = () => decided(arrival([queued()], [agent('amy')]), requestExpired('ttl-1', ttlEnds)).world;
const queue = (id: string, overflow: unknown): Queue => ({
  id,
  ...configSchemas.queues.parse({ name: id, mrdId: 'CHAT', overflow }),
});

describe('A request whose time is over', () => {
  it('waits on after all others, at all steps, and the platform is told again after a day', () => {
    const { ttl, ...task } = pending(over());
    expect(task).toMatchObject({ phase: 'QUEUED', priority: 0, routedSince: BEFORE, overdue: ['support'] });
    expect(ttl.expiresAt).toBe(ttlEnds + 86_400_000);
    expect([...waitingEntries(over().conversation).keys()][0]).toContain('#99#');
    const again = decided(over(), requestExpired(ttl.timerId, ttl.expiresAt));
    expect(names(again)).toContain('NO_AGENT_AVAILABLE');
    expect(pending(again.world)).toMatchObject({ priority: 0, overdue: ['support'] });
  });

  it('is still offered, rings again, and finds its agent; the queue keeps its own time to live', () => {
    const { id } = pending(over());
    const rang = decided(over(), offer(id, 'amy', ttlEnds + 1), offerExpired(id, 'amy', ttlEnds + 60_000)).world;
    expect(pending(rang)).toMatchObject({ phase: 'QUEUED', overdue: ['support'] });
    const taken = decided(over(), offer(id, 'amy', ttlEnds + 1), accept(id, 'amy', ttlEnds + 2)).world;
    expect(custodyOf(taken.conversation)).toBe('agent');
    expect(taken.conversation.home?.rules.requestTtlSeconds).toBe(rules().requestTtlSeconds);
  });

  it('goes on with what it needs of its agent', () => {
    const required = [{ allOf: [{ attribute: 'french', operator: '>=' as const, value: 3 }] }];
    const waits = arrival([queued('t1', { rules: rules({ required }) })]);
    const world = decided(waits, requestExpired('ttl-1', ttlEnds)).world;
    const gone = decided(world, overflows(pending(world).id, HOME)).world;
    expect(pending(gone).rules).toMatchObject({ queue: { id: 'sales' }, required });
  });

  it('goes on to another queue, with the time of that one, which is its home from then on', () => {
    const world = over();
    const { id } = pending(world);
    const decision = decided(world, overflows(id, HOME));
    expect(pending(decision.world)).toMatchObject({ id, priority: 4, rules: { queue: { id: 'sales' } } });
    const { ttl } = pending(decision.world);
    expect(ttl.expiresAt).toBe(ttlEnds + 40_010);
    expect(dataOf(decision, 'TASK_ENQUEUED')).toMatchObject({ queue: { id: 'sales' }, task: { id } });
    expect(decision.world.conversation.home).toEqual(HOME);
    const twice = decided(decision.world, requestExpired(ttl.timerId, ttl.expiresAt)).world;
    expect(onlyTask(twice.conversation)).toMatchObject({ overdue: ['support', 'sales'], priority: 0 });
  });

  it('goes onto a list, unread', () => {
    const world = over();
    const { id } = pending(world);
    const decision = decided(world, overflows(id, onBacklog()));
    expect(taskChanges(decision)).toEqual([`${id} CLOSED/REROUTE media CLOSED`]);
    expect(listed(decision.world.conversation)).toMatchObject({ listId: 'backlog', status: 'CREATED' });
    expect(custodyOf(decision.world.conversation)).toBe('list');
  });

  it('stays where it is when it was offered meanwhile, or is not overdue', () => {
    const { id } = pending(over());
    const ringing = decided(over(), offer(id, 'amy', ttlEnds + 1)).world;
    expect(decided(ringing, overflows(id, HOME)).world).toBe(ringing);
    const fresh = arrival([queued()]);
    expect(decided(fresh, overflows('t1', HOME)).world).toBe(fresh);
    expect(decided(fresh, overflows('gone', HOME)).world).toBe(fresh);
  });

  it('for a colleague whom an agent asked for is not made again', () => {
    const request = { by: { id: 'amy', name: 'amy' }, note: null };
    const world = among(arrival([queued('t1', { direction: 'DIRECT_CONFERENCE', request })]), agent('amy'));
    expect(openTasks(decided(world, requestExpired('ttl-1', ttlEnds)).world)).toEqual([]);
  });
});

describe('Where a request overflows to', () => {
  const inSupport = (overdue?: string[]) => queued('t1', overdue ? { overdue } : {});
  const sales = { to: 'QUEUE', queueId: 'sales', priority: 1 };
  const toBacklog = { to: 'LIST', listId: 'backlog' };
  it.each<[string, ReturnType<typeof queued>, Queue | null, unknown]>([
    ['is nowhere before its time', inSupport(), queue('support', sales), null],
    ['is where its queue says', inSupport(['support']), queue('support', sales), sales],
    ['is a list', inSupport(['support']), queue('support', toBacklog), toBacklog],
    ['is nowhere by default', inSupport(['support']), queue('support', undefined), null],
    ['is nowhere once the queue is gone', inSupport(['support']), null, null],
    ['is nowhere anew in a queue that it has come to', inSupport(['sales']), queue('support', toBacklog), null],
    ['is never where it has been in vain', inSupport(['sales', 'support']), queue('support', sales), null],
  ])('%s', (_, task, from, to) => expect(overflowOf(task, from)).toEqual(to));
});

describe('A change of where a queue overflows to', () => {
  it('wakes who waits in it, and nobody else', () => {
    const [wait, list] = [queue('support', undefined), queue('support', { to: 'LIST', listId: 'backlog' })];
    expect(concernedBy('queues', 'support', wait, list)).toEqual([
      { kind: 'queueDue', queueId: 'support', after: null },
    ]);
    expect(concernedBy('queues', 'support', list, list)).toEqual([]);
    expect(concernedBy('queues', 'support', wait, { ...wait, acceptSeconds: NOW })).toEqual([]);
  });
});
