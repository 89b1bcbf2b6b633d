/**
 * Whatever happens in whatever order, no customer is lost and nobody has a task twice. Random
 * stories over the rules; a failure prints its seed.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Profile } from '../../shared/domain/agent/agent.ts';
import { Floor, type QueueSketch } from '../support/floor.ts';
import { faultsOf, leftovers } from '../support/floor-faults.ts';
import { happenings } from '../support/happenings.ts';
import { mrd, rules, user } from '../support/world.ts';

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

/**
 * Amy takes two chats, which a call interrupts, or a call, which an offered chat interrupts; Bob
 * takes one chat.
 */
function profileOf(who: string, english: number): Profile {
  const chat = { mrd: mrd('CHAT', { interruptible: who === 'amy' }), maxAgentTasks: who === 'amy' ? 2 : 1, line: '' };
  const voice = { mrd: mrd('VOICE', { interruptible: true, interruptAction: 'KEEP' }), maxAgentTasks: 1, line: '' };
  const mrds = who === 'amy' ? [chat, voice] : [chat];
  return { user: user(who), attributes: { english }, mrds };
}

const steps = happenings(profileOf);

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
