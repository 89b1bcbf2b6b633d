/**
 * Agents and requests that meet at the same moment, on a stack whose timers never ring: what is not
 * found at once is not found at all, so nothing here can pass because a timer repaired it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, describe, expect, it } from 'vitest';
import { clientOptions } from '../../infra/local/aws.ts';
import { startQueues } from '../../infra/local/engines/queues.ts';
import { contactCentre, type Customer } from '../support/contact-centre.ts';
import type { Desk } from '../support/desk.ts';
import { agentOf, conversationOf } from '../support/platform.ts';

const ROUNDS = 12;
const LONG = 180_000;

// Timers go to a queue of another engine, from which nobody takes them.
const elsewhere = await startQueues(undefined);
await new SQSClient(clientOptions(elsewhere.endpoint)).send(new CreateQueueCommand({ QueueName: 'silent' }));
afterAll(() => elsewhere.stop());
const centre = contactCentre({
  alone: true,
  environment: { TIMERS_QUEUE_URL: `${elsewhere.endpoint}/000000000000/silent` },
});

async function agentsFor(queue: string, count: number, limit: number) {
  const profile = { attributes: { [queue]: 1 }, mrds: [{ mrdId: 'CHAT', maxAgentTasks: limit }] };
  const people = await Promise.all(Array.from({ length: count }, () => centre.person(['agent'], profile)));
  const desks = await Promise.all(people.map((person) => person.connect()));
  for (const { frames } of desks) frames.length = 0;
  return { people, desks };
}

const offersOf = (desks: Desk[], conversationId: string) =>
  desks.flatMap(({ frames }) =>
    frames.filter((frame) => frame.event === 'taskRequest' && frame.conversationId === conversationId),
  );

/** Waits until one of the desks has the offer. */
async function offered(desks: Desk[], { conversationId }: Customer): Promise<void> {
  await centre.eventually(() => (offersOf(desks, conversationId).length > 0 ? true : undefined), 15_000);
}

/** A few milliseconds to either side, so that sometimes this and sometimes that comes first. */
const jitter = (round: number) => sleep((round * 7) % 23);

describe('On a stack without timers', () => {
  it(
    'two agents who become ready as a request comes never both get it',
    async () => {
      const queue = await centre.queue();
      const { people, desks } = await agentsFor(queue, 2, 1);
      for (let round = 0; round < ROUNDS; round++) {
        const [customer] = await Promise.all([
          jitter(round).then(() => centre.customer(queue)),
          ...desks.map((desk) => desk.become('READY')),
        ]);
        await offered(desks, customer);
        const { conversationId } = customer;
        const slots = await Promise.all(people.map(({ id }) => agentOf(centre, id)));
        const owners = slots.filter(({ tasks }) => tasks.length > 0);
        const { tasks } = await conversationOf(centre, conversationId);
        expect(owners.map(({ agent }) => agent.id)).toEqual([tasks[0].assignedTo.id]);
        expect(tasks).toHaveLength(1);
        await customer.leaves();
        await Promise.all(desks.map((desk) => desk.become('NOT_READY')));
        expect(offersOf(desks, conversationId)).toHaveLength(1);
        for (const desk of desks) desk.frames.length = 0;
      }
    },
    LONG,
  );

  it(
    'two requests that come as an agent with one place becomes ready are served one after the other',
    async () => {
      const queue = await centre.queue();
      const { people, desks } = await agentsFor(queue, 1, 1);
      const [desk] = desks as [Desk];
      for (let round = 0; round < 6; round++) {
        const [, one, other] = await Promise.all([
          desk.become('READY'),
          jitter(round).then(() => centre.customer(queue)),
          centre.customer(queue),
        ]);
        const first = (await desk.next('taskRequest')).data.conversationId;
        expect((await agentOf(centre, people[0]?.id ?? '')).tasks).toHaveLength(1);
        expect(desk.frames.filter(({ event }) => event === 'taskRequest')).toEqual([]);
        const [now, then] = first === one.conversationId ? [one, other] : [other, one];
        await now.leaves();
        expect((await desk.next('taskRequest')).data.conversationId).toBe(then.conversationId);
        await then.leaves();
        await desk.become('NOT_READY');
        desk.frames.length = 0;
      }
    },
    LONG,
  );

  it(
    'a request that comes as an agent becomes ready is never left behind',
    async () => {
      const queue = await centre.queue();
      const { desks } = await agentsFor(queue, 1, 5);
      const [desk] = desks as [Desk];
      let slow = 0;
      for (let round = 0; round < ROUNDS; round++) {
        const [customer] = await Promise.all([
          round % 2 === 0 ? centre.customer(queue) : jitter(round).then(() => centre.customer(queue)),
          (round % 2 === 0 ? jitter(round) : sleep(0)).then(() => desk.become('READY')),
        ]);
        const togetherAt = Date.now();
        await offered(desks, customer);
        if (Date.now() - togetherAt > 1_000) slow++;
        await customer.leaves();
        await desk.become('NOT_READY');
        desk.frames.length = 0;
      }
      console.info(`${slow} of ${ROUNDS} offers took longer than a second`); // the machine was busy: nobody else could make them
    },
    LONG,
  );

  it(
    'a request that comes as an agent becomes free is never left behind',
    async () => {
      const queue = await centre.queue({ wrapUp: { enabled: false } });
      const { desks } = await agentsFor(queue, 1, 1);
      const [desk] = desks as [Desk];
      await desk.become('READY');
      let current = await centre.customer(queue);
      for (let round = 0; round < 10; round++) {
        expect((await desk.accept()).data.conversationId).toBe(current.conversationId);
        const [next] = await Promise.all([centre.customer(queue), jitter(round).then(() => current.leaves())]);
        current = next;
        desk.frames.splice(
          0,
          desk.frames.findIndex(({ event }) => event === 'taskRequest'),
        );
      }
      expect((await desk.next('taskRequest')).data.conversationId).toBe(current.conversationId);
    },
    LONG,
  );

  it(
    'six agents and six requests at once find each other, one for each',
    async () => {
      const queue = await centre.queue();
      const { people, desks } = await agentsFor(queue, 6, 1);
      const [customers] = await Promise.all([
        Promise.all(Array.from({ length: 6 }, () => centre.customer(queue))),
        Promise.all(desks.map((desk) => desk.become('READY'))),
      ]);
      await Promise.all(customers.map((customer) => offered(desks, customer)));
      const holders = await Promise.all(people.map(({ id }) => agentOf(centre, id)));
      expect(holders.map(({ tasks }) => tasks.length)).toEqual(people.map(() => 1));
      const held = new Set(holders.flatMap(({ tasks }) => tasks.map((task: any) => task.conversationId as string))); // oxlint-disable-line typescript/no-explicit-any -- a task as the platform reads it
      expect(held).toEqual(new Set(customers.map(({ conversationId }) => conversationId)));
    },
    LONG,
  );
});
