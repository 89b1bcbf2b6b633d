/** Whatever happens in whatever order, no customer is lost and nobody has a task twice. Random stories over the rules; a failure prints its seed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MrdState, Profile } from '../../shared/domain/agent.ts';
import { Floor, type QueueSketch } from '../support/floor.ts';
import { faultsOf, leftovers } from '../support/floor-faults.ts';
import { channelSession, incoming, message, mrd, plain, rules, user, wrapUpBody } from '../support/world.ts';

const queues: Record<string, QueueSketch> = {
  support: { mrdId: 'CHAT', rules: rules({ acceptSeconds: 30, requestTtlSeconds: 90 }), steps: [] },
  sales: {
    mrdId: 'CHAT',
    rules: rules({
      queue: { id: 'sales', name: 'sales' },
      queuePriority: 2,
      ronaPolicy: 'KEEP',
      wrapUpSeconds: null,
      stepsOpenAfter: [0, 20],
    }),
    steps: [
      { expressions: [{ attribute: 'english', operator: '>=', value: 5 }], timeoutSeconds: 20 },
      { expressions: [], timeoutSeconds: 20 },
    ],
  },
  phone: {
    mrdId: 'VOICE',
    rules: rules({ queue: { id: 'phone', name: 'phone' }, ronaPolicy: 'AGENT_NOT_READY' }),
    steps: [],
  },
};

/** Amy takes two chats, which a call interrupts, or a call, which an offered chat interrupts; Bob takes one chat. */
function profileOf(who: string, english: number): Profile {
  const chat = { mrd: mrd('CHAT', { interruptible: who === 'amy' }), maxAgentTasks: who === 'amy' ? 2 : 1 };
  const voice = { mrd: mrd('VOICE', { interruptible: true, interruptAction: 'KEEP' }), maxAgentTasks: 1 };
  const mrds = who === 'amy' ? [chat, voice] : [chat];
  return { user: user(who), attributes: { english }, mrds };
}

const reasons = [null, { id: 'lunch', name: 'Lunch' }, { id: 'cb', name: 'Callback' }];
const toggles: MrdState[] = ['READY', 'NOT_READY', 'BUSY'];
const passing = [100, 1_000, 5_000, 20_000, 31_000, 61_000, 120_000];

function one<T>(of: readonly T[], n: number): T | undefined {
  return of[n % Math.max(1, of.length)];
}

function conversation(floor: Floor, n: number) {
  return one(Object.values(floor.conversations), n)?.conversation;
}

let connections = 0;

/** What may happen to one of the agents; `n` chooses among what there is. */
const steps: Record<string, (floor: Floor, who: string, n: number) => void> = {
  connects: (floor, who, n) =>
    floor.toAgent(who, {
      type: 'connected',
      at: floor.at,
      connectionId: `desk-${connections++}`,
      profile: profileOf(who, n % 10),
    }),
  'is greeted': (floor, who) =>
    floor.toAgent(who, { type: 'greeted', at: floor.at, epoch: floor.agents[who]?.epoch ?? 0 }),
  'loses a connection': (floor, who, n) => {
    const connectionId = n % 4 === 0 ? 'desk-of-old' : (floor.agents[who]?.session?.connectionId ?? 'none');
    floor.toAgent(who, { type: 'connectionLost', at: floor.at, connectionId, graceSeconds: 60 });
  },
  'becomes ready': (floor, who) =>
    floor.toAgent(who, { type: 'requestState', at: floor.at, name: 'READY', reasonCode: null }),
  stops: (floor, who, n) =>
    floor.toAgent(who, { type: 'requestState', at: floor.at, name: 'NOT_READY', reasonCode: one(reasons, n) ?? null }),
  'logs out': (floor, who) =>
    floor.toAgent(who, { type: 'requestState', at: floor.at, name: 'LOGOUT', reasonCode: null }),
  'is forced out': (floor, who) => floor.toAgent(who, { type: 'forcedOut', at: floor.at, reasonCode: null }),
  'toggles an MRD': (floor, who, n) => {
    const mrdId = n % 2 === 0 ? 'CHAT' : 'VOICE';
    floor.toAgent(who, { type: 'requestMrdState', at: floor.at, mrdId, state: one(toggles, n) ?? 'READY' });
  },
  learns: (floor, who, n) =>
    floor.toAgent(who, { type: 'profileChanged', at: floor.at, profile: profileOf(who, n % 10) }),
  'accepts an offer': (floor, agentId, n) => {
    const offer = one(floor.offers.filter((made) => made.agentId === agentId).toReversed(), n % 3);
    const connectionId = floor.agents[agentId]?.session?.connectionId;
    if (offer && connectionId)
      floor.toConversation(offer.conversationId, { type: 'accept', at: floor.at, ...offer, connectionId });
  },
  'is matched, though that is out of date': (floor, agentId, n) => {
    const task = one([...floor.waiting(), ...floor.offers], n);
    if (task) floor.offer(task.conversationId, task.taskId, agentId);
  },
  leaves: (floor, agentId, n) => {
    const { id } = conversation(floor, n) ?? {};
    if (id) floor.toConversation(id, { type: 'leave', at: floor.at, agentId });
  },
  'closes wrap-up': (floor, agentId, n) => {
    const { id } = conversation(floor, n) ?? {};
    const wrapUp = n % 2 === 0 ? message('AGENT_MESSAGE', wrapUpBody) : null;
    if (id) floor.toConversation(id, { type: 'closeWrapUp', at: floor.at, agentId, wrapUp });
  },
  'says something': (floor, agentId, n) => {
    const { id } = conversation(floor, n) ?? {};
    const event = message(n % 2 === 0 ? 'AGENT_MESSAGE' : 'TYPING_INDICATOR');
    if (id) floor.toConversation(id, { type: 'publish', at: floor.at, agentId, event });
  },
  'speaks through a new connection': (floor, agentId, n) => {
    const { id } = conversation(floor, n) ?? {};
    if (id)
      floor.toConversation(id, {
        type: 'agentReconnected',
        at: floor.at,
        agentId,
        connectionId: `desk-${connections}`,
      });
  },
  'has seen the snapshot': (floor, agentId, n) => {
    const { id, participants, lastSeq = 0 } = conversation(floor, n) ?? {};
    const connectionId = participants?.[agentId]?.connectionId;
    if (id && connectionId)
      floor.toConversation(id, { type: 'snapshotSeen', at: floor.at, agentId, connectionId, seq: lastSeq - (n % 2) });
  },

  'and a customer comes': (floor, _, n) => {
    const queue = one(['support', 'sales', 'phone', 'support'], n) ?? 'support';
    const count = Object.keys(floor.conversations).length;
    if (count < 6) floor.arrive(`c${count + 1}`, queue, (n % 10) + 1);
  },
  'and a customer goes': (floor, _, n) => {
    const { id } = conversation(floor, n) ?? {};
    if (id) floor.toConversation(id, { type: 'end', at: floor.at, reason: 'CUSTOMER' });
  },
  'and a customer opens a session': (floor, _, n) => {
    const { id, lastSeq } = conversation(floor, n) ?? {};
    const session = incoming('CHANNEL_SESSION_STARTED', channelSession(`${id}-sms-${lastSeq}`, 'SMS'));
    if (id) floor.toConversation(id, { type: 'addEvent', at: floor.at, event: session });
  },
  'and a customer closes a session': (floor, _, n) => {
    const { id, sessions = {} } = conversation(floor, n) ?? {};
    const event = incoming('CHANNEL_SESSION_ENDED', { id: one(Object.keys(sessions), n) ?? 'none' });
    if (id) floor.toConversation(id, { type: 'addEvent', at: floor.at, event });
  },
  'and a customer writes': (floor, _, n) => {
    const { id } = conversation(floor, n) ?? {};
    const event = message('CUSTOMER_MESSAGE', plain, { header: { sender: { id: 'web', type: 'CONNECTOR' } } });
    if (id) floor.toConversation(id, { type: 'addEvent', at: floor.at, event });
  },

  'and time passes': (floor, _, n) => {
    floor.at += one(passing, n) ?? 0;
  },
  'and a timer fires': (floor, _, n) => {
    const timer = one([...floor.timers.values()].toReversed(), n);
    if (timer) floor.fire(timer);
  },
  'and what follows is done': (floor, _, n) => {
    const next = one(floor.follows, n);
    if (next) floor.follow(next);
  },
  'and everything settles': (floor) => floor.settle(),
};

const often = [
  'becomes ready',
  'accepts an offer',
  'and a customer comes',
  'and what follows is done',
  'and time passes',
];
const story = fc.array(
  fc.tuple(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...Object.keys(steps)) },
      { weight: 2, arbitrary: fc.constantFrom(...often) },
    ),
    fc.constantFrom('amy', 'bob'),
    fc.nat({ max: 40 }),
  ),
  { minLength: 1, maxLength: 80, size: 'max' },
);

/** A floor on which both agents have come to work. */
function opened(): Floor {
  const floor = new Floor(['amy', 'bob'], queues);
  for (const who of ['amy', 'bob']) {
    for (const what of ['connects', 'is greeted', 'becomes ready']) steps[what]?.(floor, who, 6);
  }
  return floor;
}

describe('Whatever happens, in whatever order', () => {
  it('no customer is forgotten, and every task has one agent at most', () => {
    const told = new Set<string>();
    const holds = fc.property(story, (happenings) => {
      const floor = opened();
      for (const [what, who, n] of happenings) {
        steps[what]?.(floor, who, n);
        floor.at += 1;
        expect(faultsOf(floor)).toEqual([]);
      }
      floor.settle();
      expect(faultsOf(floor)).toEqual([]);
      expect(leftovers(floor)).toEqual([]);
      const states = Object.values(floor.conversations).flatMap(({ log }) =>
        log.map(({ event }) => event.data['state']),
      );
      for (const state of states) told.add(JSON.stringify(state ?? null));
    });
    fc.assert(holds, { numRuns: 200 });

    const endings = ['DONE', 'RONA', 'NO_AGENT_AVAILABLE', 'CANCELLED', 'AGENT_LOGOUT', 'REROUTE'];
    expect([...told]).toEqual(
      expect.arrayContaining(endings.map((reasonCode) => JSON.stringify({ name: 'CLOSED', reasonCode }))),
    );
  }, 120_000);
});
