/**
 * However several agents mix in one conversation, and whoever goes in the middle of it, the
 * customer is lost to nobody. A failure prints its seed.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Profile } from '../../shared/domain/agent/agent.ts';
import { customerPresent } from '../../shared/domain/conversation/participants.ts';
import { Floor, type QueueSketch } from '../support/floor.ts';
import { faultsOf, leftovers } from '../support/floor-faults.ts';
import { happenings, type Happening } from '../support/happenings.ts';
import { together } from '../support/happenings-together.ts';
import { mrd, rules, user } from '../support/world.ts';

const agents = ['amy', 'bob', 'carol', 'dan', 'eve'];
const everybody = [...agents, 'sam'];

const queues: Record<string, QueueSketch> = {
  support: {
    mrdId: 'CHAT',
    rules: rules({ requestTtlSeconds: 90, agentSlaSeconds: 40, ronaPolicy: 'KEEP' }),
    steps: [],
  },
  sales: {
    mrdId: 'CHAT',
    rules: rules({ queue: { id: 'sales', name: 'sales' }, wrapUpSeconds: null, acceptSeconds: 20 }),
    steps: [],
  },
  billing: {
    mrdId: 'CHAT',
    rules: rules({ queue: { id: 'billing', name: 'billing' }, ronaPolicy: 'AGENT_NOT_READY' }),
    steps: [],
  },
  phone: { mrdId: 'VOICE', rules: rules({ queue: { id: 'phone', name: 'phone' } }), steps: [] },
};

function profileOf(who: string): Profile {
  return { user: user(who), attributes: {}, mrds: [{ mrd: mrd('CHAT'), maxAgentTasks: 2, line: '' }] };
}

const steps: Record<string, Happening> = {
  ...happenings(profileOf),
  ...together,
  'comes to work': (floor, who, n) => {
    if (floor.agents[who]?.session?.greeted && n % 3 > 0) return;
    for (const what of ['connects', 'is greeted', 'becomes ready']) steps[what]?.(floor, who, n);
  },
  'and a customer comes': (floor, _, n) => {
    const all = Object.values(floor.conversations).map((open) => open.conversation);
    if (all.filter(customerPresent).length < 3) floor.arrive(`c${all.length + 1}`, 'support', (n % 10) + 1);
  },
  'and whoever is asked accepts': accepted,
};

/** Every offer that rings is accepted. */
function accepted(floor: Floor): void {
  for (const offer of floor.offers) {
    const { session, slots } = floor.agents[offer.agentId] ?? {};
    if (!session || slots?.[offer.taskId]?.phase !== 'RESERVED') continue;
    const { connectionId } = session;
    floor.toConversation(offer.conversationId, { type: 'accept', at: floor.at, ...offer, connectionId });
  }
}

/** Mostly agents do something together; now and then somebody goes in the middle of it. */
const often = [
  'asks for a colleague',
  'asks for a colleague',
  'asks for a colleague',
  'watches',
  'whispers',
  'barges in',
  'answers the customer',
  'becomes ready',
  'comes to work',
  'and whoever is asked accepts',
  'and whoever is asked accepts',
  'and what follows is done',
  'and everything settles',
  'and a customer comes',
];
const going = ['logs out', 'is forced out', 'loses a connection', 'stops', 'and time passes', 'and a timer fires'];
const story = fc.array(
  fc.tuple(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...often) },
      { weight: 2, arbitrary: fc.constantFrom(...Object.keys(together)) },
      { weight: 1, arbitrary: fc.constantFrom(...going, ...Object.keys(steps)) },
    ),
    fc.constantFrom(...everybody),
    fc.nat({ max: 99_999 }),
  ),
  { minLength: 1, maxLength: 150, size: 'max' },
);

/** Three customers talk with the first agents; everybody is at their desk. */
function opened(): Floor {
  const floor = new Floor(everybody, queues);
  for (const who of everybody) {
    steps['comes to work']?.(floor, who, 0);
    floor.at += 1;
  }
  for (let n = 0; n < 3; n++) steps['and a customer comes']?.(floor, '', n);
  floor.settle();
  accepted(floor);
  return floor;
}

describe('However several agents mix', () => {
  it('no customer is forgotten, and nobody is left half inside', () => {
    const told = new Set<string>();
    const property = fc.property(story, (happened) => {
      const floor = opened();
      for (const [what, who, n] of happened) {
        steps[what]?.(floor, who, n);
        floor.at += 1;
        expect(faultsOf(floor)).toEqual([]);
      }
      floor.settle();
      expect([...faultsOf(floor), ...leftovers(floor)]).toEqual([]);
      floor.at += 86_400_000;
      floor.settle();
      expect([...faultsOf(floor), ...leftovers(floor)]).toEqual([]);
      for (const word of wordsOf(floor)) told.add(word);
    });
    fc.assert(property, {
      unbiased: true,
      numRuns: 150,
    });
    expect([...told]).toEqual(expect.arrayContaining(notable));
  }, 120_000);
});

/** What the log of a story tells: how tasks ended, in which direction, who left why. */
function wordsOf(floor: Floor): string[] {
  return Object.values(floor.conversations).flatMap(({ log }) =>
    log.flatMap(({ event: { name, data } }) => {
      const { state, type, reason, requestType } = JSON.parse(JSON.stringify(data)) as {
        state?: { name?: string; reasonCode?: string };
        type?: { direction: string; mode: string };
        reason?: string;
        requestType?: { direction: string; mode: string };
      };
      if (name === 'TASK_STATE_CHANGED') return [`${type?.direction} ${state?.name} ${state?.reasonCode}`];
      if (name === 'NO_AGENT_AVAILABLE') return [`${name} ${requestType?.direction} ${requestType?.mode}`];
      return [reason === undefined ? name : `${name} ${reason}`];
    }),
  );
}

/** What the stories together must have told, or they show nothing. */
const notable = [
  'INBOUND CLOSED TRANSFERRED',
  'INBOUND WRAP_UP TRANSFERRED',
  'INBOUND CLOSED RESPONSE_TIMEOUT',
  'INBOUND CLOSED AGENT_LOGOUT',
  ...['CONSULT', 'DIRECT_CONFERENCE', 'CONSULT_CONFERENCE'].map((direction) => `${direction} CLOSED FORCE_CLOSED`),
  ...['CONSULT', 'CONSULT_CONFERENCE', 'DIRECT_TRANSFER', 'CONSULT_TRANSFER'].map(
    (direction) => `${direction} CLOSED DONE`,
  ),
  ...['DIRECT_TRANSFER', 'CONSULT_TRANSFER', 'INBOUND'].map((direction) => `${direction} CLOSED NO_AGENT_AVAILABLE`),
  'AGENT_SUBSCRIBED SILENT_MONITOR',
  'AGENT_UNSUBSCRIBED PRIMARY_AGENT_LEFT',
  'AGENT_UNSUBSCRIBED SLA_EXPIRED',
  'CONVERSATION_PAUSED',
  'CONVERSATION_RESUMED',
  'HAND_DOWN',
];
