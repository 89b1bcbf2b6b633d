/** Who gets which request: the order of those who wait, and the order of those who are free. */
import { describe, expect, it } from 'vitest';
import { contactCentre } from '../support/contact-centre.ts';
import type { Desk } from '../support/desk.ts';
import { queueByHand } from '../support/by-hand.ts';
import { fire } from '../support/engines.ts';
import { talk } from '../support/talk.ts';

const centre = contactCentre();

/** Somebody who takes one chat at a time from each of these queues. */
async function oneAtATime(...queues: string[]) {
  const attributes = Object.fromEntries(queues.map((queue) => [queue, 1]));
  return centre.person(['agent'], { attributes, mrds: [{ mrdId: 'CHAT', maxAgentTasks: 1 }] });
}

/** Takes the next offers one after the other, and says in which order the conversations came. */
async function servedBy(desk: Desk, count: number): Promise<string[]> {
  const served: string[] = [];
  for (let n = 0; n < count; n++) {
    const { data } = await desk.accept();
    served.push(data.conversationId);
    desk.send('topicUnsubscription', { conversationId: data.conversationId });
    await desk.next('topicUnsubscription');
  }
  return served;
}

const noWrapUp = { wrapUp: { enabled: false } };

describe('Of those who wait', () => {
  it('who came first is served first', async () => {
    const queue = await centre.queue(noWrapUp);
    const waiting: string[] = [];
    for (let n = 0; n < 3; n++) waiting.push((await centre.customer(queue)).conversationId);
    const desk = await (await oneAtATime(queue)).ready();
    expect(await servedBy(desk, 3)).toEqual(waiting);
  });

  it('who has the higher priority is served first', async () => {
    const queue = await centre.queue(noWrapUp);
    const low = await centre.customer(queue, { priority: 1 });
    const high = await centre.customer(queue, { priority: 10 });
    const middle = await centre.customer(queue, { priority: 5 });
    const desk = await (await oneAtATime(queue)).ready();
    expect(await servedBy(desk, 3)).toEqual([high, middle, low].map(({ conversationId }) => conversationId));
  });

  it('who waits in the queue of higher priority is served first, whatever their own priority', async () => {
    const usual = await centre.queue({ ...noWrapUp, priority: 2 });
    const urgent = await centre.queue({ ...noWrapUp, priority: 9 });
    const patient = await centre.customer(usual, { priority: 10 });
    const pressing = await centre.customer(urgent, { priority: 1 });
    const desk = await (await oneAtATime(usual, urgent)).ready();
    expect(await servedBy(desk, 2)).toEqual([pressing, patient].map(({ conversationId }) => conversationId));
  });

  it('nobody waits for ever behind those of higher priority who keep coming', async () => {
    const queue = await centre.queue({ ...noWrapUp, ageingSeconds: 2 });
    const low = await centre.customer(queue, { priority: 1 });
    const high: string[] = [];
    for (let n = 0; n < 4; n++) {
      high.push((await centre.customer(queue, { priority: 10 })).conversationId);
      await centre.passes(7_000);
    }
    const desk = await (await oneAtATime(queue)).ready();
    const { conversationId } = low; // nine priorities are worth eighteen seconds
    expect(await servedBy(desk, 5)).toEqual([...high.slice(0, 3), conversationId, ...high.slice(3)]);
  });

  it('who was moved to a higher priority, in their own queue, is served before those who came earlier', async () => {
    const queue = await centre.queue(noWrapUp);
    const [first, moved] = [await centre.customer(queue), await centre.customer(queue)];
    const answer = await centre.call('POST', `/conversations/${moved.conversationId}/queue`, { queue, priority: 9 });
    expect(answer).toMatchObject({ status: 202 });
    const desk = await (await oneAtATime(queue)).ready();
    expect(await servedBy(desk, 2)).toEqual([moved, first].map(({ conversationId }) => conversationId));
  });

  it('whom an agent let ring out comes before everybody else in the queue', async () => {
    const queue = await centre.queue({ ...noWrapUp, acceptSeconds: 1 });
    const sleepy = await (await oneAtATime(queue)).ready();
    const first = await centre.customer(queue);
    await sleepy.next('taskRequest');
    const urgent = await centre.customer(queue, { priority: 10 });
    await sleepy.next('revokeTask');
    const desk = await (await oneAtATime(queue)).ready();
    expect(await servedBy(desk, 2)).toEqual([first, urgent].map(({ conversationId }) => conversationId));
  });

  it('nobody is held up by a request that no agent matches', async () => {
    const queue = await centre.queue();
    const impossible = await centre.queue({ priority: 10 });
    await centre.customer(impossible, { priority: 10 });
    const { conversationId } = await centre.customer(queue);
    const desk = await (await oneAtATime(queue)).ready();
    expect((await desk.next('taskRequest')).data.conversationId).toBe(conversationId);
  });

  it('the next one is offered as soon as the agent is free again', async () => {
    const queue = await centre.queue(noWrapUp);
    const desk = await (await oneAtATime(queue)).ready();
    const [first, second] = [await centre.customer(queue), await centre.customer(queue)];
    expect((await desk.accept()).data.conversationId).toBe(first.conversationId);
    await desk.never('taskRequest', 200);
    await first.leaves();
    expect((await desk.next('taskRequest')).data.conversationId).toBe(second.conversationId);
  });
});

describe('Of those who are free', () => {
  it('the one who has been available longest is asked first, and then comes last', async () => {
    const queue = await centre.queue();
    const people: Desk[] = [];
    for (let n = 0; n < 3; n++) {
      people.push(await (await centre.person(['agent'], { attributes: { [queue]: 1 } })).ready());
    }
    const asked: number[] = [];
    for (let n = 0; n < 4; n++) {
      const { conversationId } = await centre.customer(queue);
      const offered = ({ frames }: Desk) =>
        frames.some(({ event, data }) => event === 'taskRequest' && JSON.stringify(data).includes(conversationId));
      asked.push(
        await centre.eventually(() => {
          const index = people.findIndex(offered);
          return index < 0 ? undefined : index;
        }),
      );
    }
    expect(asked).toEqual([0, 1, 2, 0]);
  });

  it('nobody is asked who is not ready, or whose limit is reached', async () => {
    const queue = await centre.queue();
    const away = await (await centre.person(['agent'], { attributes: { [queue]: 1 } })).ready();
    await away.become('NOT_READY');
    const excluded = await centre.person(['agent'], {
      attributes: { [queue]: 1 },
      mrds: [{ mrdId: 'CHAT', maxAgentTasks: 0 }],
    });
    const none = await excluded.ready();
    const { conversationId } = await centre.customer(queue);
    await away.never('taskRequest', 300);
    await none.never('taskRequest', 0);
    await away.become('READY');
    expect((await away.next('taskRequest')).data.conversationId).toBe(conversationId);
  });

  it('an agent holds as many conversations as their limit, and no more', async () => {
    const queue = await centre.queue();
    const person = await centre.person(['agent'], {
      attributes: { [queue]: 1 },
      mrds: [{ mrdId: 'CHAT', maxAgentTasks: 2 }],
    });
    const desk = await person.ready();
    const customers = await Promise.all([centre.customer(queue), centre.customer(queue), centre.customer(queue)]);
    const held = [(await desk.accept()).data.conversationId, (await desk.accept()).data.conversationId];
    expect(new Set(held).size).toBe(2);
    await desk.never('taskRequest', 300);
    await Promise.all(customers.filter((it) => held.includes(it.conversationId)).map((it) => it.says('Hello?')));
    await desk.cim('CUSTOMER_MESSAGE');
    await desk.cim('CUSTOMER_MESSAGE');
  });

  it('nobody is asked into a conversation in which they are already', async () => {
    const { desk: amy, queue, conversationId } = await talk(centre);
    const taskId = await queueByHand(centre.stack, conversationId, queue);
    await fire(centre.stack, { kind: 'placeRequest', conversationId, taskId });
    await amy.never('taskRequest', 100);
    const bob = await (await centre.person(['agent'], { attributes: { [queue]: 1 } })).ready();
    expect((await bob.next('taskRequest')).data).toMatchObject({ conversationId, taskId: `${taskId}:${taskId}-m` });
  });
});
