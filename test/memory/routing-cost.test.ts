/**
 * What a routing decision costs does not grow with how many agents are free or how many customers
 * wait, in calls, rows and read units.
 */
import { describe, expect, it } from 'vitest';
import { servedOnlyBy } from '../../shared/edge/served.ts';
import { RequiredAttributes } from '../../shared/protocol/shapes/config.ts';
import { Routed, skilled, type Cost } from '../support/routed.ts';

const QUEUES = [
  skilled('german', 'german', { maxPerAgent: 1 }),
  skilled('english', 'english'),
  skilled('french', 'french'),
  skilled('sales', 'selling'),
  skilled('nordic', 'english', { requirable: ['swedish'] }),
  skilled('best', 'english', { selection: 'BEST_SKILLED', score: [{ attribute: 'selling' }] }),
];
const SWEDISH = RequiredAttributes.parse([{ allOf: [{ attribute: 'swedish', operator: '>=', value: 5 }] }]);
const ENGLISH = { english: 7, region: 2 };

async function floor(agents: number, waiting: number): Promise<Routed> {
  const one = await new Routed(QUEUES).open();
  await one.agents(agents, ENGLISH);
  await one.settled(async () => {
    for (let count = 0; count < waiting; count++) await one.arrives('french'); // which nobody speaks
    for (let count = 0; count < waiting; count++) await one.arrives('german');
  });
  return one;
}

const DECISIONS: Record<string, (one: Routed) => Promise<Cost>> = {
  'an arrival that is offered': (one) => one.cost(() => one.arrives('english')),
  'an arrival that prefers somebody who is free': async (one) => {
    const [id = ''] = await one.agents(1, ENGLISH);
    let conversation = '';
    const cost = await one.cost(async () => (conversation = await one.arrives('english', 1, ['nobody', id])));
    expect(await one.offeredTo(conversation)).toBe(id);
    return cost;
  },
  'an arrival that prefers somebody who is not': async (one) => {
    const [id = ''] = await one.agents(1, ENGLISH, { ready: false });
    return one.cost(() => one.arrives('english', 1, [id]));
  },
  'an arrival that requires what one has who has been free for the shortest time': async (one) => {
    const [id = ''] = await one.agents(1, { ...ENGLISH, swedish: 6 });
    let conversation = '';
    const cost = await one.cost(async () => (conversation = await one.arrives('nordic', 1, [], SWEDISH)));
    expect(await one.offeredTo(conversation)).toBe(id);
    return cost;
  },
  'an arrival that gets the best of all': async (one) => {
    const [id = ''] = await one.agents(1, { ...ENGLISH, selling: 3 });
    let conversation = '';
    const cost = await one.cost(async () => (conversation = await one.arrives('best')));
    expect(await one.offeredTo(conversation)).toBe(id);
    return cost;
  },
  'an arrival that nobody matches': (one) => one.cost(() => one.arrives('french')),
  'an agent who is free, and nothing is for them': async (one) => {
    const [id = ''] = await one.agents(1, ENGLISH, { ready: false });
    return one.cost(() => one.becomes(id, 'READY'));
  },
  'an agent who has as many of the queue as one may': async (one) => {
    const [id = ''] = await one.agents(1, { german: 9 }, { max: 2, ready: false });
    await one.settled(() => one.becomes(id, 'READY'));
    await one.settled(() => one.becomes(id, 'NOT_READY'));
    return one.cost(() => one.becomes(id, 'READY'));
  },
  'an agent who is free, and gets an offer': async (one) => {
    const conversation = await one.settled(() => one.arrives('sales'));
    const [id = ''] = await one.agents(1, { ...ENGLISH, selling: 9 }, { ready: false });
    const cost = await one.cost(() => one.becomes(id, 'READY'));
    expect(await one.offeredTo(conversation)).toBe(id);
    return cost;
  },
};

describe('A decision costs the same with twenty agents and ten who wait for others as with 400 and 200', () => {
  const floors = Promise.all([floor(20, 10), floor(400, 200)]);

  it.each(Object.entries(DECISIONS))('%s', async (_, decide) => {
    const [small, large] = await floors;
    const [few, many] = [await decide(small), await decide(large)];
    expect(few.calls).toBeGreaterThan(7);
    expect(many).toEqual(few);
    expect([...small.errors, ...large.errors]).toEqual([]);
  });
});

describe('That a queue is served by others, too', () => {
  it.each([
    ['of the same skills, who are free', ENGLISH, true],
    ['of other skills, who are not ready', { ...ENGLISH, selling: 9 }, false],
  ])('is known at the same cost from twenty and from 400 %s', async (_, attributes, ready) => {
    const queue = skilled('english', 'english');
    const asked = async (others: number) => {
      const one = await new Routed(QUEUES).open();
      const own = await one.agents(1, ENGLISH, { ready: false });
      await one.agents(others, attributes, { ready });
      const cost = await one.cost(async () => expect(await servedOnlyBy(one.app, queue, own)).toBe(false));
      return { ...cost, errors: one.errors };
    };
    expect(await asked(400)).toEqual(await asked(20));
  });
});

describe('A customer who comes', () => {
  it('stands in line as their queue has it from the first write on: a search writes nothing again', async () => {
    const queue = skilled('own', 'danish', { priority: 3, ageingSeconds: 7, maxPerAgent: 2 });
    const one = await new Routed([queue]).open();
    await one.agents(2, ENGLISH);
    await one.settled(() => one.arrives('own'));
    const { conversations } = one.everything();
    expect(conversations.map(({ version }) => version)).toEqual([1]);
    expect(conversations.flatMap(({ tasks }) => Object.values(tasks))).toMatchObject([
      { phase: 'QUEUED', rules: { queuePriority: 3, ageingSeconds: 7, maxPerAgent: 2, stepsOpenAfter: [0] } },
    ]);
  });
});

describe('Customers who come in the same moment', () => {
  it.each([2, 8, 30])(
    'cost, %i of them, each at most half as much again as one, and get an agent each',
    async (count) => {
      const alone = await floor(100, 0);
      const one = await alone.cost(() => alone.arrives('english'));
      const busy = await floor(100, 0);
      const conversations: string[] = [];
      const all = await busy.cost(async () => {
        conversations.push(...(await Promise.all(Array.from({ length: count }, () => busy.arrives('english')))));
      });
      expect(all.calls).toBeLessThanOrEqual(1.5 * count * one.calls);
      const asked = await Promise.all(conversations.map((id) => busy.offeredTo(id)));
      expect(asked).not.toContain(null);
      expect(new Set(asked).size).toBe(count);
      const among = Array.from({ length: 2 * count }, (_, index) => `agent-${String(index).padStart(6, '0')}`);
      expect(asked.filter((id) => !among.includes(id ?? ''))).toEqual([]);
      // Each went for an agent of their own: next to nobody took one away from somebody else.
      expect(busy.lost).toBeLessThanOrEqual(count / 4);
    },
  );
});

describe('Agents who become free in the same moment', () => {
  it('cost, twelve of them, each at most half as much again as one, and get a customer each', async () => {
    const freed = async (count: number) => {
      const one = await floor(0, 0);
      const conversations = await one.settled(() =>
        Promise.all(Array.from({ length: count }, () => one.arrives('english'))),
      );
      const ids = await one.agents(count, ENGLISH, { ready: false });
      const { calls } = await one.cost(() => Promise.all(ids.map((id) => one.becomes(id, 'READY'))));
      const asked = await Promise.all(conversations.map((id) => one.offeredTo(id)));
      expect(new Set(asked)).toEqual(new Set(ids));
      return { calls, lost: one.lost };
    };
    const [one, twelve] = [await freed(1), await freed(12)];
    expect(twelve.calls).toBeLessThanOrEqual(1.5 * 12 * one.calls);
    expect(twelve.lost).toBeLessThanOrEqual(3);
  });
});

describe('Agents who become free while customers come', () => {
  it('leave them to those who have been available for longer, without a fight', async () => {
    const one = await floor(24, 0);
    const freed = await one.agents(12, ENGLISH, { ready: false });
    const conversations: string[] = [];
    await one.settled(async () => {
      for (const id of freed) {
        const [conversation] = await Promise.all([one.arrives('english'), one.becomes(id, 'READY')]);
        conversations.push(conversation);
      }
    });
    const asked = await Promise.all(conversations.map((id) => one.offeredTo(id)));
    expect(asked).toEqual(Array.from({ length: 12 }, (_, index) => `agent-${String(index).padStart(6, '0')}`));
    expect(one.lost).toBe(0);
  });
});
