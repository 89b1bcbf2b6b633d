/**
 * What may happen in a contact centre, in words: random stories are told of these. What cannot be
 * at the moment changes nothing.
 */
import type { MrdState, Profile } from '../../shared/domain/agent/agent.ts';
import type { Floor } from './floor.ts';
import { channelSession, incoming, message, plain, wrapUpBody } from './world.ts';

const reasons = [null, { id: 'lunch', name: 'Lunch' }, { id: 'cb', name: 'Callback' }];
const toggles: MrdState[] = ['READY', 'NOT_READY', 'BUSY'];
const passing = [100, 1_000, 5_000, 20_000, 31_000, 61_000, 120_000];

/** One of several, by number. */
export function one<T>(of: readonly T[], n: number): T | undefined {
  return of[n % Math.max(1, of.length)];
}

export function conversation(floor: Floor, n: number) {
  return one(Object.values(floor.conversations), n)?.conversation;
}

export type Happening = (floor: Floor, who: string, n: number) => void;

/** What may happen to one of the agents; `n` chooses among what there is. */
export function happenings(profileOf: (who: string, english: number) => Profile): Record<string, Happening> {
  return {
    connects: (floor, who, n) =>
      floor.toAgent(who, {
        type: 'connected',
        at: floor.at,
        connectionId: `desk-${floor.connections++}`,
        newKey: `key-${floor.connections}`,
        offeredKey: n % 2 === 0 ? floor.agents[who]?.session?.key : undefined,
        profile: profileOf(who, n % 10),
        receipts: n % 3 === 0,
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
      floor.toAgent(who, {
        type: 'requestState',
        at: floor.at,
        name: 'NOT_READY',
        reasonCode: one(reasons, n) ?? null,
      }),
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
    'has the offer': (floor, agentId, n) => {
      const offer = one([...floor.offers], n);
      if (offer) floor.toConversation(offer.conversationId, { type: 'offerReceived', at: floor.at, ...offer, agentId });
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
          connectionId: `desk-${floor.connections}`,
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
}
