/** How many conversations of one queue an agent is given at once: what counts, whom it stops. */
import { describe, expect, it } from 'vitest';
import type { Agent, Slot } from '../../shared/domain/agent/agent.ts';
import { concernedBy } from '../../shared/domain/routing/in-force.ts';
import { heldBy } from '../../shared/domain/routing/limits.ts';
import {
  mismatch,
  openings,
  pairs,
  routableEntries,
  serves,
  waitingFor,
  type Routable,
  type Waiting,
} from '../../shared/domain/routing/routing.ts';
import { configSchemas } from '../../shared/protocol/shapes/config.ts';
import { offer } from '../support/events.ts';
import { decided, member } from '../support/decision.ts';
import { after, agent, arrival, NOW, queued, rules } from '../support/world.ts';

const limited = (maxPerAgent?: number) => rules(maxPerAgent === undefined ? {} : { maxPerAgent });
const slot = (queueId: string | undefined, more: Partial<Slot> = {}): Slot => ({
  conversationId: 'c9',
  mrdId: 'CHAT',
  phase: 'ACTIVE',
  ...(queueId === undefined ? {} : { queueId }),
  ...more,
});
/** Amy takes five chats, and has these. */
const amy = (...slots: Slot[]): Agent => ({
  ...agent('amy', { CHAT: { max: 5 } }),
  slots: Object.fromEntries(slots.map((held, index) => [`s${index}`, held])),
});
const entryOf = (person: Agent): Routable => {
  const [entry] = routableEntries(person).values();
  if (!entry) throw new Error(`${person.id} stands in no line`);
  return entry;
};
const requestOf = (task = queued('t1', { rules: limited(2) })): Waiting => {
  const request = waitingFor(arrival([task]).conversation, 't1');
  if (!request) throw new Error('nobody waits');
  return request;
};
const kept = (person: Agent, request = requestOf()) => mismatch(entryOf(person), request, { steps: [] }, NOW);
const offered = (person: Agent, task = queued('t1', { rules: limited(2) })) =>
  decided(arrival([task], [person]), offer('t1', 'amy')).events.length > 0;

const one = slot('support');
const FULL = 'has 2 conversations of this queue, as many as one may';

describe('A queue’s limit', () => {
  it.each<[string, Agent, string | null]>([
    ['none of it', amy(), null],
    ['fewer', amy(one), null],
    ['as many', amy(one, one), FULL],
    ['more', amy(one, one, one), FULL],
    ['as many with an offer', amy(one, slot('support', { phase: 'RESERVED' })), FULL],
    ['as many with a wrap-up', amy(one, slot('support', { phase: 'WRAP_UP' })), FULL],
    ['as many, of which one is parked', amy(one, slot('support', { parked: true })), null],
    ['as many, of which one is another queue’s', amy(one, slot('sales')), null],
    ['as many, of which one is of none', amy(one, slot(undefined)), null],
    ['as many on another MRD', amy(one, slot('support', { mrdId: 'EMAIL' })), FULL],
  ])('looks at an agent who has %s, in line as in the decision', (_, person, failed) => {
    expect([kept(person), offered(person)]).toEqual([failed, failed === null]);
  });

  it.each<[string, Waiting, Parameters<typeof offered>[1]]>([
    ['has none', requestOf(queued('t1', { rules: limited() })), queued('t1', { rules: limited() })],
    [
      'is gone',
      requestOf(queued('t1', { rules: limited(2), stray: true })),
      queued('t1', { rules: limited(2), stray: true }),
    ],
  ])('stops nobody where the queue %s', (_, request, task) => {
    expect([kept(amy(one, one), request), offered(amy(one, one), task)]).toEqual([null, true]);
  });

  it('is counted from the offer on', () => {
    const { world } = decided(arrival([queued('t1', { rules: limited(2) })], [amy(one)]), offer('t1', 'amy'));
    expect(heldBy(member(world.agents, 'amy'))).toEqual({ support: 2 });
  });

  it('counts those who are given out at the same moment', () => {
    const requests = ['t1', 't2', 't3'].map((taskId) => ({ ...requestOf(), taskId }));
    const fits = (entry: Routable, request: Waiting) => mismatch(entry, request, { steps: [] }, NOW) === null;
    const given = pairs(requests, [entryOf(amy(one))], fits).map(({ request }) => request.taskId);
    expect(given).toEqual(['t1']);
  });

  it('makes room when one ends', () => {
    const full = amy(one, one);
    expect(openings(full, after(full, { type: 'taskReleased', at: NOW, taskId: 's0' }))).toEqual(['CHAT']);
  });

  it('is in the figure of who is ready', () => {
    const queue = { id: 'support', steps: [], maxPerAgent: 2 };
    expect([amy(one), amy(one, one)].map((person) => serves(entryOf(person), queue))).toEqual([true, false]);
  });

  it('is followed by those who wait, and has them looked at again', () => {
    const before = queued('t1', { rules: limited(2) });
    const now = { mrdId: 'CHAT', priority: 1, steps: [] };
    const followed = (maxPerAgent?: number) =>
      decided(arrival([before]), {
        type: 'queueChanged',
        at: NOW,
        taskId: 't1',
        queue: maxPerAgent === undefined ? now : { ...now, maxPerAgent },
      }).world.conversation.tasks['t1']?.rules.maxPerAgent;
    expect([followed(3), followed()]).toEqual([3, undefined]);
    const queue = { id: 'support', ...configSchemas.queues.parse({ name: 'support', mrdId: 'CHAT' }) };
    expect(concernedBy('queues', 'support', queue, { ...queue, maxPerAgent: 3 })).toEqual([
      { kind: 'queueDue', queueId: 'support', after: null },
    ]);
  });
});
