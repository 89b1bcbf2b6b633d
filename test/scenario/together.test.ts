/**
 * Customers who come at the same moment: each is offered to an agent of their own, at a cost that
 * does not depend on how many agents could be asked.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Meter } from '../../infra/strict/dynamodb/meter.ts';
import { contactCentre, type Customer } from '../support/contact-centre.ts';
import { crowd } from '../support/crowd.ts';
import type { Desk } from '../support/desk.ts';

const HOLD_MS = 5;

const centre = contactCentre({ alone: true });
let meter: Meter;
beforeAll(() => {
  centre.stack.database.faults.hold(HOLD_MS);
  meter = centre.stack.database.meter();
});

async function desksFor(queue: string, count: number): Promise<{ desks: Desk[]; like: string }> {
  const people = await Promise.all(
    Array.from({ length: count }, () => centre.person(['agent'], { attributes: { [queue]: 1 } })),
  );
  return { desks: await Promise.all(people.map((person) => person.ready())), like: people[0]?.id ?? '' };
}

/** Which of the desks has which offers, once each customer has one. */
async function offers(desks: readonly Desk[], customers: readonly Customer[]): Promise<string[][]> {
  const ids = customers.map(({ conversationId }) => conversationId);
  return centre.eventually(() => {
    const byDesk = desks.map(({ frames }) =>
      frames.flatMap(({ event, conversationId = '' }) =>
        event === 'taskRequest' && ids.includes(conversationId) ? [conversationId] : [],
      ),
    );
    return new Set(byDesk.flat()).size === ids.length ? byDesk : undefined;
  });
}

function together(queue: string, count: number): Promise<Customer[]> {
  return Promise.all(Array.from({ length: count }, () => centre.customer(queue)));
}

describe('Customers who come at the same moment', () => {
  it('are six for six agents of forty, although each agent could take them all', async () => {
    const queue = await centre.queue();
    const { desks, like } = await desksFor(queue, 6);
    await crowd(centre.stack, like, 34);
    const customers = await together(queue, 6); // each answered with 201
    const byDesk = await offers(desks, customers);
    expect(byDesk.map((held) => held.length)).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('are all served where there are fewer agents, by each of them', async () => {
    const queue = await centre.queue();
    const { desks } = await desksFor(queue, 2);
    const byDesk = await offers(desks, await together(queue, 6));
    expect(byDesk.flat()).toHaveLength(6);
    expect(byDesk.filter((held) => held.length === 0)).toEqual([]);
  });

  it('cost no more calls of the database where more agents could be asked', async () => {
    const queue = await centre.queue();
    const { desks, like } = await desksFor(queue, 2);
    const callsWith = async (more: number) => {
      await crowd(centre.stack, like, more);
      await quiet();
      meter.reset();
      const customers = await together(queue, 2);
      await offers(desks, customers);
      await quiet();
      // Not those of timers: they look again, and bring the queue into force for whoever is signed
      // in.
      const count = meter.calls.filter(({ caller }) => caller !== 'timers.due').length;
      for (const customer of customers) await customer.leaves();
      return count;
    };
    const [few, many] = [await callsWith(50), await callsWith(100)];
    expect(few).toBeGreaterThan(20);
    expect(few).toBeLessThan(80);
    expect(many).toBeLessThan(80);
  });
});

/** Longer than the timers that do follow-up work again. */
function quiet(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 3_000));
}
