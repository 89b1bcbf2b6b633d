/**
 * For the many small tests of what must be refused: one desk for all of a file, and what every
 * refusal has in common.
 */
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { Centre, Customer, Person } from './contact-centre.ts';
import { Desk, type Frame } from './desk.ts';

export interface Standing {
  readonly person: Person;
  readonly desk: Desk;
  /** Whom the agent talks with. */
  readonly customer: Customer;
  readonly queue: string;
}

/** An agent in a conversation, connected for as long as the tests of the file run. */
export function standingAgent(centre: Centre): Standing {
  let standing: Standing | undefined;
  const made = () => {
    if (!standing) throw new Error('nobody stands here yet');
    return standing;
  };
  beforeAll(async () => {
    const queue = await centre.queue({ requestTtlSeconds: 3_600 });
    const person = await centre.person(['agent'], { attributes: { [queue]: 1 } });
    const desk = await Desk.greeted(centre.stack.wsUrl, await person.token());
    await desk.become('READY');
    const customer = await centre.customer(queue);
    await desk.accept();
    await desk.next('agentPresence_', ({ agentPresence }) =>
      agentPresence.agentMrdStates.some(({ state }) => state === 'ACTIVE'),
    );
    standing = { person, desk, customer, queue };
  });
  afterEach(() => {
    expect(standing?.desk.faults.splice(0) ?? []).toEqual([]);
  });
  afterAll(() => standing?.desk.vanish());
  return {
    get person() {
      return made().person;
    },
    get desk() {
      return made().desk;
    },
    get customer() {
      return made().customer;
    },
    get queue() {
      return made().queue;
    },
  };
}

/**
 * Sends a frame and takes the refusal. The desk is still served after it, and `desk.frames` then
 * holds what else it was told.
 */
export async function refusal(desk: Desk, text: string): Promise<Frame<'errors'>['data']> {
  desk.frames.length = 0;
  desk.raw(text);
  const { data } = await desk.next('errors');
  await served(desk);
  return data;
}

/** The socket is open, and somebody listens behind it. */
export async function served(desk: Desk): Promise<void> {
  expect((await desk.ask('heartbeat')).status).toBe('ok');
  expect(desk.closed).toBeUndefined();
}
