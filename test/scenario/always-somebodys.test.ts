/**
 * A customer is always somebody's: whoever leaves, whatever runs out, whatever is configured anew
 * while they wait, somebody has them, and whoever looks can see who.
 */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { contactCentre, webSession } from '../support/contact-centre.ts';
import { listOf, watcher } from '../support/lists.ts';
import { conversationOf, closings, logOf } from '../support/platform.ts';
import { agent, colleague, consulting, forget, queue, rolesIn, scene, tasksOf } from '../support/scene.ts';
import { held, newTeam, watching } from '../support/team.ts';

const centre = contactCentre();
const DAY_MS = 86_400_000;

const start = async (more: object = {}) =>
  (await centre.call('POST', '/conversations', { channelSession: webSession(randomUUID()), ...more })).body;
const entrusted = async (id: string) => (await conversationOf(centre, id)).entrusted;

/** An MRD of its own. */
async function newMrd(): Promise<string> {
  const id = `m-${randomUUID().slice(0, 6)}`;
  expect((await centre.call('PUT', `/config/mrds/${id}`, { name: id, maxRequests: 1 })).status).toBe(200);
  return id;
}

describe('A customer whose time to live is over', () => {
  it('waits on after all others, is counted, and is offered to who comes', async () => {
    const support = await centre.queue({ requestTtlSeconds: 5 });
    const { conversationId } = await centre.customer(support);
    await centre.passes(6_000);
    expect(closings(await logOf(centre, conversationId))).toEqual(['NO_AGENT_AVAILABLE']);
    expect(await tasksOf(centre, conversationId)).toMatchObject([{ state: 'QUEUED', priority: 0, queue: support }]);
    const { desk: supervisor } = await watching(centre, newTeam(centre));
    const waiting = () => held(supervisor).queues.find(({ id }) => id === support)?.waiting;
    await centre.poll(waiting).toBe(1);
    const inTime = await centre.customer(support);
    const { desk } = await colleague(centre, support);
    expect((await desk.accept()).data.conversationId).toBe(inTime.conversationId);
    expect((await desk.accept()).data.conversationId).toBe(conversationId);
  });

  it('goes on to the queue that theirs overflows to, with the time of that one, and never in a circle', async () => {
    const sales = await centre.queue({ requestTtlSeconds: 20 });
    const support = await centre.queue({
      requestTtlSeconds: 5,
      overflow: { to: 'QUEUE', queueId: sales, priority: 7 },
    });
    const circle = { name: sales, mrdId: 'CHAT', requestTtlSeconds: 20, overflow: { to: 'QUEUE', queueId: support } };
    expect((await centre.call('PUT', `/config/queues/${sales}`, circle)).status).toBe(200);
    const { conversationId } = await centre.customer(support);
    await centre.passes(6_000);
    expect(await tasksOf(centre, conversationId)).toMatchObject([{ state: 'QUEUED', priority: 7, queue: sales }]);
    const log = await logOf(centre, conversationId);
    expect(log.filter(({ name }) => name === 'NO_AGENT_AVAILABLE')).toHaveLength(1);
    expect(log.at(-1)).toMatchObject({ name: 'TASK_ENQUEUED', data: { queue: { id: sales } } });
    await centre.passes(21_000);
    expect(await tasksOf(centre, conversationId)).toMatchObject([{ state: 'QUEUED', priority: 0, queue: sales }]);
  });

  it('goes onto the list that their queue overflows to, and is picked from there', async () => {
    const backlog = await listOf(centre);
    const amy = await watcher(centre, backlog);
    const support = await centre.queue({ requestTtlSeconds: 5, overflow: { to: 'LIST', listId: backlog } });
    const { conversationId } = await centre.customer(support);
    await amy.desk.next('onPullModeSubscribedListRequest');
    expect(await conversationOf(centre, conversationId)).toMatchObject({
      list: { id: backlog },
      state: 'CREATED',
      tasks: [],
    });
    expect(await amy.desk.ask('joinPullModeRequest', { requestId: conversationId })).toMatchObject({ status: 'ok' });
  });

  it('follows what their queue says later', async () => {
    const backlog = await listOf(centre);
    const support = await centre.queue({ requestTtlSeconds: 5 });
    const { conversationId } = await centre.customer(support);
    await centre.passes(40_000); // so that nothing looks at them by itself
    const { body } = await centre.call('GET', `/config/queues/${support}`);
    const overflowing = { ...body, overflow: { to: 'LIST', listId: backlog } };
    expect((await centre.call('PUT', `/config/queues/${support}`, overflowing)).status).toBe(200);
    await centre.poll(async () => (await conversationOf(centre, conversationId)).list?.id).toBe(backlog);
  });

  it('is there again on their list, where they came from one', async () => {
    const backlog = await listOf(centre);
    const support = await centre.queue({ requestTtlSeconds: 5 });
    const { conversationId } = await start({ list: backlog });
    expect((await centre.call('POST', `/conversations/${conversationId}/queue`, { queue: support })).status).toBe(202);
    await centre.passes(6_000);
    expect(await conversationOf(centre, conversationId)).toMatchObject({ list: { id: backlog }, tasks: [] });
  });
});

describe('A customer whose list is deleted while a queue looks for an agent', () => {
  it('is the platform’s when it finds nobody, and the platform hears of it', async () => {
    const backlog = await listOf(centre);
    const support = await centre.queue({ requestTtlSeconds: 5 });
    const { conversationId } = await start({ list: backlog });
    await centre.call('POST', `/conversations/${conversationId}/queue`, { queue: support });
    expect((await centre.call('DELETE', `/config/lists/${backlog}`)).status).toBe(204);
    await centre.passes(6_000);
    await centre.poll(() => entrusted(conversationId)).toMatchObject({ owner: 'PLATFORM' });
    expect(await conversationOf(centre, conversationId)).toMatchObject({ list: null, tasks: [] });
    const told = (await logOf(centre, conversationId)).filter(({ name }) => name === 'NO_AGENT_AVAILABLE');
    expect(told).toHaveLength(2);
  });
});

describe('Where a queue overflows to', () => {
  const refused = (body: object) =>
    centre.call('PUT', '/config/queues/q-over', { name: 'over', mrdId: 'CHAT', ...body });

  it('is a place that there is, on its own MRD, and another one', async () => {
    const elsewhere = await centre.queue({ mrdId: await newMrd() });
    for (const [overflow, code] of [
      [{ to: 'QUEUE', queueId: 'nowhere' }, 'queue.unknown'],
      [{ to: 'LIST', listId: 'nowhere' }, 'list.unknown'],
      [{ to: 'QUEUE', queueId: 'q-over' }, 'config.invalid'],
      [{ to: 'QUEUE', queueId: elsewhere }, 'config.invalid'],
      [{ to: 'AGENT' }, 'config.invalid'],
    ] as const)
      expect((await refused({ overflow })).body).toMatchObject({ code });
  });

  it('cannot be deleted', async () => {
    const [backlog, sales] = [await listOf(centre), await centre.queue()];
    await centre.queue({ overflow: { to: 'LIST', listId: backlog } });
    await centre.queue({ overflow: { to: 'QUEUE', queueId: sales } });
    for (const path of [`lists/${backlog}`, `queues/${sales}`])
      expect((await centre.call('DELETE', `/config/${path}`)).body).toMatchObject({ code: 'config.inUse' });
  });
});

describe('A customer for whom the platform asks nobody', () => {
  it('is the platform’s, and whoever looks sees until when', async () => {
    const { conversationId } = await start();
    const { owner, since, until } = await entrusted(conversationId);
    expect([owner, until - since]).toEqual(['PLATFORM', 7 * DAY_MS]);
  });

  it('is gone when nobody has said a word for as long as the platform gives them', async () => {
    const { conversationId } = await start({ platformSeconds: 6 });
    const { channelSessions } = await conversationOf(centre, conversationId);
    const header = { sender: { id: 'bot', type: 'BOT' }, channelSessionId: channelSessions[0].id };
    const data = { id: randomUUID(), header, body: { type: 'PLAIN' } };
    const event = { id: randomUUID(), name: 'BOT_MESSAGE', type: 'MESSAGE', timestamp: 1, data };
    await centre.passes(3_000);
    expect((await centre.call('POST', `/conversations/${conversationId}/events`, event)).status).toBe(202);
    await centre.passes(4_500);
    expect(await conversationOf(centre, conversationId)).toMatchObject({ state: 'CREATED' });
    await centre.passes(6_000);
    expect(await conversationOf(centre, conversationId)).toMatchObject({ state: 'CLOSED', entrusted: null });
    const ended = (await logOf(centre, conversationId)).find(({ name }) => name === 'CHANNEL_SESSION_ENDED');
    expect(ended?.data.state).toMatchObject({ reasonCode: 'INACTIVITY' });
  });

  it('is the queue’s once the platform hands them over', async () => {
    const { conversationId } = await start();
    const support = await centre.queue();
    await centre.call('POST', `/conversations/${conversationId}/queue`, { queue: support });
    expect(await conversationOf(centre, conversationId)).toMatchObject({ entrusted: null, tasks: [{}] });
  });
});

describe('A customer whose agents have all left', () => {
  it('is the platform’s, and who writes is back in their queue, first in line', async () => {
    const { amy, support, customer, conversationId } = await scene(centre);
    expect(await amy.desk.ask('topicUnsubscription', { conversationId })).toMatchObject({ status: 'ok' });
    expect(await entrusted(conversationId)).toMatchObject({ owner: 'PLATFORM' });
    await amy.desk.become('NOT_READY');
    await centre.customer(support, { priority: 10 });
    await customer.says('One more thing');
    expect(await tasksOf(centre, conversationId)).toMatchObject([
      { state: 'QUEUED', direction: 'INBOUND', priority: 11 },
    ]);
    expect(await entrusted(conversationId)).toBeNull();
    await amy.desk.become('READY');
    const { data } = await amy.desk.accept();
    expect(data.conversationId).toBe(conversationId);
    expect(JSON.stringify(data.topicData.topicEvents)).toContain('One more thing');
  });

  it('stays the platform’s where the queue leaves them to it', async () => {
    const { amy, customer, conversationId } = await scene(centre, { support: { afterAgents: 'PLATFORM' } });
    await amy.desk.ask('topicUnsubscription', { conversationId });
    await customer.says('One more thing');
    expect(await entrusted(conversationId)).toMatchObject({ owner: 'PLATFORM' });
  });
});

describe('Two who act in the same moment', () => {
  it('an assistant leaves while the customer is handed to them: both may, and the customer goes home', async () => {
    const { amy, bob, conversationId } = await consulting(centre);
    const asked = amy.desk.ask('consultTransferRequest', { conversationId, ...agent(bob.id, { offerToAgent: false }) });
    expect(await asked).toMatchObject({ status: 'ok' });
    expect(await bob.desk.ask('topicUnsubscription', { conversationId })).toMatchObject({ status: 'ok' });
    expect((await amy.desk.accept()).data.conversationId).toBe(conversationId);
  });

  it('an agent leaves while a colleague is about to join: the customer goes home', async () => {
    const { amy, bob, sales, conversationId } = await scene(centre);
    forget(amy, bob);
    await amy.desk.ask('directConferenceRequest', { conversationId, ...queue(sales) });
    const { data } = await bob.desk.next('taskRequest');
    expect(await amy.desk.ask('topicUnsubscription', { conversationId })).toMatchObject({ status: 'ok' });
    const late = await bob.desk.ask('topicSubscription', { conversationId, taskId: data.taskId });
    expect(late).toMatchObject({ status: 'error', code: 'task.gone' });
    expect((await amy.desk.accept()).data.conversationId).toBe(conversationId);
    expect(await rolesIn(centre, conversationId)).toEqual({ [amy.id]: 'PRIMARY' });
  });

  it('an agent leaves while a colleague accepts to advise: both may, and the customer goes home', async () => {
    const { amy, bob, conversationId } = await consulting(centre);
    expect(await amy.desk.ask('topicUnsubscription', { conversationId })).toMatchObject({ status: 'ok' });
    expect((await bob.desk.next('topicUnsubscription')).data.reason).toBe('PRIMARY AGENT LEFT');
    await centre.poll(() => tasksOf(centre, conversationId)).toMatchObject([{ direction: 'INBOUND', priority: 11 }]);
  });
});

describe('Who waits in a queue', () => {
  it('that asks for less is offered to who fits now', async () => {
    const support = await centre.queue();
    const { desk } = await colleague(centre, 'others');
    const { conversationId } = await centre.customer(support);
    await centre.call('PUT', `/config/queues/${support}`, { name: support, mrdId: 'CHAT', steps: [] });
    expect((await desk.next('taskRequest')).data.conversationId).toBe(conversationId);
  });

  it('that is deleted is offered to anybody on its MRD, and who waits there keeps the MRD', async () => {
    const mrd = await newMrd();
    const support = await centre.queue({ mrdId: mrd });
    const { conversationId } = await centre.customer(support);
    await centre.call('DELETE', `/config/queues/${support}`);
    await centre.passes(1_000);
    expect((await centre.call('DELETE', `/config/mrds/${mrd}`)).body).toMatchObject({ code: 'config.inUse' });
    const { desk } = await colleague(centre, 'others');
    expect((await desk.next('taskRequest')).data.conversationId).toBe(conversationId);
  });

  it('that moves to another MRD is offered to who is ready there', async () => {
    const mrdId = await newMrd();
    const support = await centre.queue({ mrdId });
    const { desk } = await colleague(centre, support);
    await desk.ask('changeAgentState', { action: 'agentMRDState', mrdId, state: 'NOT_READY' });
    const { conversationId } = await centre.customer(support);
    await desk.never('taskRequest', 1_000);
    await centre.call('PUT', `/config/queues/${support}`, { name: support, mrdId: 'CHAT' });
    expect((await desk.next('taskRequest')).data.conversationId).toBe(conversationId);
  });
});
