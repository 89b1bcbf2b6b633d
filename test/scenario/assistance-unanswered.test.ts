/**
 * Nobody takes a request for a colleague: it is looked for until its time is over, whoever asked is
 * told, and no customer is left behind.
 */
import { describe, expect, it } from 'vitest';
import { contactCentre } from '../support/contact-centre.ts';
import { chatOf, closings, logOf } from '../support/platform.ts';
import {
  agent,
  colleague,
  joins,
  logged,
  nobodyIsHalfInside,
  queue,
  rolesIn,
  scene,
  tasksOf,
  type Scene,
} from '../support/scene.ts';

const centre = contactCentre();
const wrapUp = { enabled: true, seconds: 600 };

/**
 * The customer waits in this queue again, first in line, and nobody is in the conversation with an
 * answer for them.
 */
async function isBackIn(name: string, { conversationId }: Scene) {
  const task = await centre.eventually(async () => {
    const tasks = await tasksOf(centre, conversationId);
    return tasks.find(({ direction, state }) => direction === 'INBOUND' && state !== 'ACTIVE');
  });
  expect(task).toMatchObject({ direction: 'INBOUND', mode: 'QUEUE', queue: name, priority: 11, metadata: {} });
  expect(Object.values(await rolesIn(centre, conversationId))).not.toContain('PRIMARY');
  await nobodyIsHalfInside(centre, conversationId);
}

describe('A request that rings out', () => {
  it.each(['directTransferRequest', 'directConferenceRequest', 'consultRequest'])(
    'rings at the next colleague, first in line, while its time runs on: %s',
    async (event) => {
      const { amy, bob, conversationId, sales } = await scene(centre, { sales: { acceptSeconds: 1 } });
      const carol = await colleague(centre, sales);
      amy.desk.send(event, { conversationId, ...queue(sales, { note: 'Urgent' }) });
      const first = await bob.desk.next('taskRequest');
      await bob.desk.next('revokeTask');
      const { data } = await carol.desk.next('taskRequest');
      expect(data).toMatchObject({ note: 'Urgent', requestedBy: amy.id, taskDirection: first.data.taskDirection });
      expect(data.taskId).not.toBe(first.data.taskId);
      expect(await tasksOf(centre, conversationId)).toContainEqual(
        expect.objectContaining({ state: 'RESERVED', priority: 11, queue: sales, assignedTo: carol.id }),
      );
      const tasks = (await logged(centre, conversationId, 'TASK_STATE_CHANGED')).map(({ data: { task } }) => task);
      const asked = tasks.filter(({ activeMedia }) => activeMedia[0].queue.id === sales);
      expect(new Set(asked.map(({ agentRequestTtlTimerId }) => agentRequestTtlTimerId)).size).toBe(1);
      expect(await chatOf(centre, bob.id)).toBe('NOT_READY');
    },
  );

  it('when its time is over is not asked again', async () => {
    const story = await scene(centre, { sales: { acceptSeconds: 2, requestTtlSeconds: 1 } });
    const { amy, bob, conversationId, sales, support } = story;
    const carol = await colleague(centre, sales);
    await amy.desk.become('NOT_READY');
    amy.desk.send('directTransferRequest', { conversationId, ...queue(sales) });
    await bob.desk.next('revokeTask');
    await isBackIn(support, story);
    expect(closings(await logOf(centre, conversationId))).toEqual(['TRANSFERRED', 'NO_AGENT_AVAILABLE']);
    expect(carol.desk.frames).toEqual([]);
  });
});

describe('A transfer that finds nobody', () => {
  it('to a queue brings the customer back to the one they came from, and says so in the log', async () => {
    const story = await scene(centre, { sales: { requestTtlSeconds: 1 } });
    const { amy, bob, conversationId, sales, support } = story;
    await Promise.all([amy.desk.become('NOT_READY'), bob.desk.become('NOT_READY')]);
    amy.desk.send('directTransferRequest', { conversationId, ...queue(sales) });
    await isBackIn(support, story);
    const [over] = await logged(centre, conversationId, 'NO_AGENT_AVAILABLE');
    expect(over.data.requestType).toMatchObject({
      direction: 'DIRECT_TRANSFER',
      mode: 'QUEUE',
      metadata: { requestedBy: amy.id },
    });
    await amy.desk.become('READY');
    expect((await amy.desk.next('taskRequest')).data).toMatchObject({ conversationId, taskDirection: 'INBOUND' });
    await joinsAgain(story);
  });

  it('to a colleague is not looked for elsewhere: the customer goes back to the queue they came from', async () => {
    const story = await scene(centre, { support: { acceptSeconds: 1 } });
    const { amy, bob, conversationId, support } = story;
    await amy.desk.become('NOT_READY');
    amy.desk.send('directTransferRequest', { conversationId, ...agent(bob.id) });
    await bob.desk.next('taskRequest');
    await bob.desk.next('revokeTask');
    await isBackIn(support, story);
    expect(closings(await logOf(centre, conversationId))).toEqual(['TRANSFERRED', 'RONA']);
    const [over] = await logged(centre, conversationId, 'NO_AGENT_AVAILABLE');
    expect(over.data.requestType).toMatchObject({ direction: 'DIRECT_TRANSFER', mode: 'AGENT' });
  });

  it('is told to a requester who is still there to wrap up', async () => {
    const story = await scene(centre, { support: { wrapUp, acceptSeconds: 1 } });
    const { amy, bob, conversationId, support } = story;
    amy.desk.send('directTransferRequest', { conversationId, ...agent(bob.id) });
    await amy.desk.next('wrapupTimerStarted');
    const { data } = await amy.desk.cim('NO_AGENT_AVAILABLE');
    expect(data.requestType).toMatchObject({ direction: 'DIRECT_TRANSFER', mode: 'AGENT' });
    await isBackIn(support, story);
    expect((await amy.desk.next('taskRequest')).data.taskDirection).toBe('INBOUND'); // who may come back
  });

  it('brings the customer back to the queue that found them an agent last', async () => {
    const story = await scene(centre);
    const { amy, bob, conversationId, sales } = story;
    amy.desk.send('directTransferRequest', { conversationId, ...queue(sales) });
    await bob.desk.accept();
    const billing = await centre.queue({ requestTtlSeconds: 1 });
    await bob.desk.become('NOT_READY');
    bob.desk.send('directTransferRequest', { conversationId, ...queue(billing) });
    await isBackIn(sales, story);
  });

  it('leaves the customer with the colleague who is there, who is told', async () => {
    const story = await scene(centre);
    const { amy, bob, conversationId } = story;
    const billing = await centre.queue({ requestTtlSeconds: 1 });
    amy.desk.send('directConferenceRequest', { conversationId, ...agent(bob.id) });
    await joins(story, bob);
    amy.desk.send('directTransferRequest', { conversationId, ...queue(billing) });
    const { data } = await bob.desk.cim('NO_AGENT_AVAILABLE');
    expect(data.requestType).toMatchObject({ direction: 'DIRECT_TRANSFER', mode: 'QUEUE' });
    expect(await tasksOf(centre, conversationId)).toEqual([expect.objectContaining({ state: 'ACTIVE' })]);
    expect(await rolesIn(centre, conversationId)).toEqual({ [bob.id]: 'PRIMARY' });
  });
});

describe('Company that nobody comes for', () => {
  it.each([
    ['directConferenceRequest', 'DIRECT_CONFERENCE'],
    ['consultRequest', 'CONSULT'],
  ])('is told to whoever asked a queue, and they may ask again: %s', async (event, direction) => {
    const { amy, bob, conversationId, sales } = await scene(centre, { sales: { requestTtlSeconds: 1 } });
    await bob.desk.become('NOT_READY');
    amy.desk.send(event, { conversationId, ...queue(sales) });
    const { data } = await amy.desk.cim('NO_AGENT_AVAILABLE');
    expect(data.requestType).toMatchObject({ direction, mode: 'QUEUE' });
    expect(closings(await logOf(centre, conversationId))).toEqual(['NO_AGENT_AVAILABLE']);
    expect(await rolesIn(centre, conversationId)).toEqual({ [amy.id]: 'PRIMARY' });
    expect(await amy.desk.ask(event, { conversationId, ...queue(sales) })).toMatchObject({ status: 'ok' });
  });

  it.each([
    ['directConferenceRequest', 'DIRECT_CONFERENCE'],
    ['consultRequest', 'CONSULT'],
  ])('is told to whoever asked a colleague, who is asked once: %s', async (event, direction) => {
    const { amy, bob, conversationId } = await scene(centre, { support: { acceptSeconds: 1 } });
    amy.desk.send(event, { conversationId, ...agent(bob.id) });
    await bob.desk.next('taskRequest');
    await bob.desk.next('revokeTask');
    const { data } = await amy.desk.cim('NO_AGENT_AVAILABLE');
    expect(data.requestType).toMatchObject({ direction, mode: 'AGENT' });
    expect(closings(await logOf(centre, conversationId))).toEqual(['RONA']);
    expect(await tasksOf(centre, conversationId)).toEqual([expect.objectContaining({ state: 'ACTIVE' })]);
    await nobodyIsHalfInside(centre, conversationId);
  });
});

/** The one who handed the customer over takes them back. */
async function joinsAgain({ amy, conversationId }: Scene) {
  const [{ id }] = (await centre.call('GET', `/conversations/${conversationId}`)).body.tasks;
  amy.desk.send('topicSubscription', { conversationId, taskId: id });
  await amy.desk.next('onTopicData');
  expect(await rolesIn(centre, conversationId)).toEqual({ [amy.id]: 'PRIMARY' });
  await nobodyIsHalfInside(centre, conversationId);
}
