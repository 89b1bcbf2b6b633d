/**
 * However calls, messages, timers and failures fall between each other, nothing is lost and nobody
 * is left half inside. More of it: `npm run explore`.
 */
import { describe, expect, it } from 'vitest';
import { play } from './schedule.ts';

const SCHEDULES = 300;

/** What the schedules together must have told, or they show nothing. */
const notable = [
  ...['CANCELLED', 'DONE', 'NO_AGENT_AVAILABLE', 'REROUTE', 'RESPONSE_TIMEOUT', 'RONA', 'TRANSFERRED'].map(
    (reason) => `INBOUND CLOSED ${reason}`,
  ),
  ...['CONSULT', 'DIRECT_CONFERENCE'].map((direction) => `${direction} CLOSED FORCE_CLOSED`),
  ...['CONSULT', 'DIRECT_CONFERENCE', 'DIRECT_TRANSFER'].map((direction) => `${direction} CLOSED RONA`),
  'AGENT_SUBSCRIBED SILENT_MONITOR',
  'AGENT_UNSUBSCRIBED AGENT_LOGOUT',
  'AGENT_UNSUBSCRIBED MRD_INTERRUPTED',
  'AGENT_UNSUBSCRIBED PRIMARY_AGENT_LEFT',
  'AGENT_UNSUBSCRIBED SLA_EXPIRED',
  'CONVERSATION_PAUSED',
  'CONVERSATION_RESUMED',
  'CUSTOMER_MESSAGE',
  'PARTICIPANT_ROLE_CHANGED',
];

describe('A contact centre in which everything may happen between two calls', () => {
  it(`loses nobody and nothing in ${SCHEDULES} schedules`, async () => {
    const told = new Set<string>();
    for (let number = 1; number <= SCHEDULES; number++) {
      const { faults, words } = await play(number, number % 10 === 0);
      expect(faults, `npm run explore -- --schedules 1 --seed ${number}`).toEqual([]);
      for (const word of words) told.add(word);
    }
    expect([...told]).toEqual(expect.arrayContaining(notable));
  }, 120_000);

  it('and a schedule is the same again', async () => {
    for (const number of [7, 8, 9]) expect(await play(number)).toEqual(await play(number));
  });
});
