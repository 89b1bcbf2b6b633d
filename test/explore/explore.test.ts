/**
 * However calls, messages, timers and failures fall between each other, nothing is lost and nobody
 * is left half inside. More of it: `npm run explore`.
 */
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { play } from './schedule.ts';
import { Tally } from './tally.ts';

const SCHEDULES = 2_500;

/** What the schedules together must have told, or they show nothing. */
const notable = [
  ...[
    ...['AGENT_LOGOUT', 'CANCELLED', 'DONE', 'NO_AGENT_AVAILABLE', 'REROUTE', 'RESPONSE_TIMEOUT', 'TRANSFERRED'].map(
      (reason) => `INBOUND CLOSED ${reason}`,
    ),
    'INBOUND ACTIVE RONA',
    'INBOUND WRAP_UP TRANSFERRED',
    ...['CONSULT', 'DIRECT_CONFERENCE', 'CONSULT_CONFERENCE'].map((direction) => `${direction} CLOSED FORCE_CLOSED`),
    ...['CONSULT', 'DIRECT_CONFERENCE', 'DIRECT_TRANSFER'].map((direction) => `${direction} CLOSED RONA`),
    ...['CONSULT', 'CONSULT_CONFERENCE', 'DIRECT_TRANSFER', 'CONSULT_TRANSFER'].map(
      (direction) => `${direction} CLOSED DONE`,
    ),
    ...['DIRECT_TRANSFER', 'CONSULT_TRANSFER'].map((direction) => `${direction} CLOSED NO_AGENT_AVAILABLE`),
    'AGENT_SUBSCRIBED SILENT_MONITOR',
    'AGENT_UNSUBSCRIBED AGENT_LOGOUT',
    'AGENT_UNSUBSCRIBED MRD_INTERRUPTED',
    'AGENT_UNSUBSCRIBED PRIMARY_AGENT_LEFT',
    'AGENT_UNSUBSCRIBED SLA_EXPIRED',
    'AGENT_UNSUBSCRIBED WRAP_UP_ENDED',
    'INBOUND ACTIVE DECLINED',
    ...['TAKE_OVER', 'ASSIGN', 'QUEUE', 'CLOSE'].map((command) => `SUPERVISOR_ACTION ${command}`),
    ...['CUSTOMER_LEFT', 'PRIMARY_AGENT_LEFT'].map((reason) => `AGENT_UNSUBSCRIBED ${reason}, supervising`),
    'CHANNEL_SESSION_STARTED',
    'CONVERSATION_PAUSED',
    'CONVERSATION_PAUSED, parked',
    'CUSTOMER_ACTIVITY_TIMEOUT',
    'CONVERSATION_RESUMED',
    'CUSTOMER_MESSAGE',
    'EWT_MESSAGE',
    'HAND_DOWN',
    'TASK_ENQUEUED',
    'PARTICIPANT_ROLE_CHANGED',
  ].map((word) => `logged: ${word}`),
  ...['CREATED', 'ACTIVE', 'INACTIVE', 'ON_HOLD'].map((status) => `on a list: backlog ${status}`),
  ...['ACTIVE', 'INACTIVE', 'WRAP_UP'].map((status) => `on a list: vip ${status}`),
  ...['joinAsBargeIn', 'joinAsWhisper', 'joinPullModeRequest'].map((task) => `refused: ${task} conversation.full`),
  ...['agent', 'request', 'list', 'platform', 'those who wrap up'].map((who) => `is had by: ${who}`),
  // What people and the platform did.
  ...[
    'declines an offer',
    'takes more time',
    'renews the token',
    'holds',
    'resumes',
    'orders',
    'sets a state',
    'ends a wrap-up',
    'watches the floor',
    'and who waits is moved',
    'and the platform puts them out',
    'and a customer comes by their channel',
  ].map((deed) => `done: ${deed}`),
  // What was done to the functions meanwhile.
  ...['table write', 'table get', 'table query', 'timers start', 'sockets post', 'lists announce'].map(
    (call) => `died before: ${call}`,
  ),
  ...['failed', 'answer lost'].flatMap((fate) => [`conflict, ${fate}: table write`, `${fate}: timers start`]),
  ...['unsure, made', 'unsure, not made'].map((fate) => `${fate}: sockets post`),
  ...['placeRequest', 'findWork', 'releaseTask', 'snapshotDue', 'offerExpired'].flatMap((kind) =>
    ['late', 'in time, and again'].map((how) => `${how}: timers/due ${kind}`),
  ),
  'in time: timers/due tokenDue',
  'in time: timers/due queueDue',
  'in time: timers/due profilesDue',
  'late: timers/due receiptDue',
  'early: timers/due releaseTask',
  'never comes: socket/disconnect',
];

describe('A contact centre in which everything may happen between two calls', () => {
  it(`loses nobody and nothing in ${SCHEDULES} schedules`, async () => {
    const tally = new Tally();
    for (let number = 1; number <= SCHEDULES; number++) {
      const { faults } = await play(number, { strict: number % 10 === 0, tally });
      expect(faults, `npm run explore -- --schedules 1 --seed ${number}`).toEqual([]);
      if (number % 100 === 0) await setImmediate(); // or the test's process says nothing until the end
    }
    expect(notable.filter((word) => !tally.counts.has(word))).toEqual([]);
  }, 300_000);

  it('and a schedule is the same again', async () => {
    for (const number of [7, 8, 9]) expect(await play(number)).toEqual(await play(number));
  });
});
