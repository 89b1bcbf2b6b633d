/**
 * However agents pick, leave, move and close what stands on lists, and whoever goes in the middle
 * of it: the customer is with somebody, looked for, or on a list.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Profile } from '../../shared/domain/agent/agent.ts';
import { customerPresent } from '../../shared/domain/conversation/participants.ts';
import type { ConversationEvent } from '../../shared/domain/decide.ts';
import { homeOnList, listed } from '../../shared/domain/handling/pull-list.ts';
import { Floor, type QueueSketch } from '../support/floor.ts';
import { faultsOf, leftovers } from '../support/floor-faults.ts';
import { lookedAfter } from '../support/looked-after.ts';
import { conversation, happenings, one, type Happening } from '../support/happenings.ts';
import { together } from '../support/happenings-together.ts';
import { mrd, rules, user } from '../support/world.ts';

const agents = ['amy', 'bob', 'carol'];
const everybody = [...agents, 'sam'];
const queues: Record<string, QueueSketch> = {
  support: { mrdId: 'CHAT', rules: rules({ requestTtlSeconds: 60, wrapUpSeconds: null }), steps: [] },
  sales: { mrdId: 'CHAT', rules: rules({ queue: { id: 'sales', name: 'sales' }, acceptSeconds: 20 }), steps: [] },
  phone: { mrdId: 'VOICE', rules: rules({ queue: { id: 'phone', name: 'phone' } }), steps: [] },
};

const plain = { description: '', mrdId: 'CHAT', exclusive: false, wrapUp: { enabled: false, seconds: 60 } };
const lists = [
  { ...plain, id: 'backlog', name: 'Backlog' },
  { ...plain, id: 'social', name: 'Social', wrapUp: { enabled: true, seconds: 30 }, agentSlaSeconds: 40 },
  { ...plain, id: 'vip', name: 'VIP', exclusive: true },
];

function profileOf(who: string): Profile {
  return { user: user(who), attributes: {}, mrds: [{ mrd: mrd('CHAT'), maxAgentTasks: 1, line: '' }] };
}

/** Through the desk at which they are; nothing where they are at none. */
function says(floor: Floor, who: string, n: number, make: (connectionId: string) => ConversationEvent): void {
  const session = floor.agents[who]?.session;
  const { id } = conversation(floor, n) ?? {};
  if (session && !session.lost && id !== undefined) floor.toConversation(id, make(session.connectionId));
}

const pulling: Record<string, Happening> = {
  'watches a list': (floor, who, n) => {
    const listId = one(lists, n)?.id ?? '';
    if (floor.agents[who]?.state.name !== 'LOGOUT') floor.toAgent(who, { type: 'watchList', at: floor.at, listId });
  },
  'watches a list no longer': (floor, who, n) => {
    floor.toAgent(who, { type: 'unwatchList', at: floor.at, listId: one(lists, n)?.id ?? '' });
  },
  picks: (floor, agentId, n) =>
    says(floor, agentId, n, (connectionId) => ({ type: 'join', at: floor.at, agentId, connectionId })),
  'closes a request': (floor, agentId, n) =>
    says(floor, agentId, n, () => ({ type: 'closeRequest', at: floor.at, agentId })),
  'puts a customer on a list': (floor, agentId, n) => {
    const list = one(lists, n);
    if (list)
      says(floor, agentId, n, () => ({ type: 'moveToList', at: floor.at, agentId, home: homeOnList(list, floor.at) }));
  },
  'and a request is sent to a queue': (floor, _, n) => {
    const { id } = conversation(floor, n) ?? {};
    const queue = one(Object.values(queues), n);
    if (id !== undefined && queue)
      floor.toConversation(id, { type: 'moveToQueue', at: floor.at, rules: queue.rules, mrdId: 'CHAT', priority: 1 });
  },
  'and a customer comes to a list': (floor, _, n) => {
    const all = Object.values(floor.conversations).map((open) => open.conversation);
    const list = one(lists, n);
    if (list && all.filter(customerPresent).length < 3)
      floor.arriveAt(`c${all.length + 1}`, homeOnList(list, floor.at));
  },
};

const steps: Record<string, Happening> = { ...happenings(profileOf), ...together, ...pulling };

const often = [
  ...Object.keys(pulling),
  'picks',
  'picks',
  'picks',
  'leaves',
  'closes wrap-up',
  'becomes ready',
  'connects',
  'is greeted',
  'accepts an offer',
  'asks for a colleague',
  'and everything settles',
  'and time passes',
  'and what follows is done',
];
const story = fc.array(
  fc.tuple(
    fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...often) },
      { weight: 1, arbitrary: fc.constantFrom(...Object.keys(steps)) },
    ),
    fc.constantFrom(...everybody),
    fc.nat({ max: 99_999 }),
  ),
  { minLength: 1, maxLength: 120, size: 'max' },
);

/** A customer on each list, and everybody is there and watches all of them. */
function opened(): Floor {
  const floor = new Floor(everybody, queues);
  for (const who of everybody) {
    for (const what of ['connects', 'is greeted']) steps[what]?.(floor, who, 0);
    for (let n = 0; n < lists.length; n++) steps['watches a list']?.(floor, who, n);
    floor.at += 1;
  }
  for (let n = 0; n < lists.length; n++) steps['and a customer comes to a list']?.(floor, '', n);
  return floor;
}

/** A customer who came to a list and is there, and whom nobody has, looks for, or can pick. */
function lost(floor: Floor): string[] {
  return Object.values(floor.conversations).flatMap(({ conversation: open }) =>
    open.home?.list && customerPresent(open) && !lookedAfter(open) ? [`${open.id} is in limbo`] : [],
  );
}

describe('However agents pick from lists', () => {
  it('no customer is in limbo, and nobody is left half inside', () => {
    const seen = new Set<string>();
    const property = fc.property(story, (happened) => {
      const floor = opened();
      for (const [what, who, n] of happened) {
        steps[what]?.(floor, who, n);
        floor.at += 1;
        expect([...faultsOf(floor), ...lost(floor)]).toEqual([]);
        for (const { conversation: open } of Object.values(floor.conversations)) {
          const row = listed(open);
          if (row) seen.add(`${row.listId} ${row.status}`);
        }
      }
      floor.settle();
      expect([...faultsOf(floor), ...lost(floor), ...leftovers(floor)]).toEqual([]);
      floor.at += 86_400_000;
      floor.settle();
      expect([...faultsOf(floor), ...lost(floor), ...leftovers(floor)]).toEqual([]);
    });
    fc.assert(property, { unbiased: true, numRuns: 150 });
    const statuses = ['CREATED', 'ACTIVE', 'INACTIVE', 'ON_HOLD'];
    expect([...seen]).toEqual(expect.arrayContaining(statuses.map((status) => `backlog ${status}`)));
    expect([...seen]).toEqual(expect.arrayContaining(['social WRAP_UP', 'vip ACTIVE', 'vip INACTIVE']));
  }, 120_000);
});
