/**
 * What a desk is told after it has connected, in which order, and that nothing which happens
 * meanwhile is lost to it.
 */
import { describe, expect, it } from 'vitest';
import { contactCentre, type Customer, type Person } from '../support/contact-centre.ts';
import type { Desk } from '../support/desk.ts';
import { holdPost } from '../support/held-post.ts';

const centre = contactCentre();

const GREETING = ['agentPresence_', 'onChannelTypes', 'onPullModeSubscribedList', 'pullModeSubscribedListRequests'];

/** An agent for queues of their own. */
function specialist(...queues: string[]): Promise<Person> {
  return centre.person(['agent'], { attributes: Object.fromEntries(queues.map((queue) => [queue, 1])) });
}

/** A conversation that the desk's agent has accepted. */
async function talking(desk: Desk, queue: string): Promise<Customer> {
  const customer = await centre.customer(queue);
  await desk.accept();
  return customer;
}

/** Waits until as many frames have come, and a little longer for those that should not. */
async function greeting(desk: Desk, length: number): Promise<string[]> {
  await centre.poll(() => desk.frames.length).toBeGreaterThanOrEqual(length);
  await centre.passes(300);
  return desk.frames.map(({ event }) => event);
}

describe('A desk that connects', () => {
  it('hears the state of the agent first, and empty lists too', async () => {
    const desk = await (await centre.person()).open();
    expect(await greeting(desk, 5)).toEqual([...GREETING, 'onSessionReady']);
    expect((await desk.next('onPullModeSubscribedList')).data).toEqual([]);
    expect((await desk.next('pullModeSubscribedListRequests')).data).toEqual([]);
    expect((await desk.next('onChannelTypes')).data.map(({ name }) => name)).toContain('WHATSAPP');
  });

  it('is told nothing before it is open: nobody waits for what cannot arrive', async () => {
    const before = centre.stack.logs().length;
    await (await centre.person()).connect();
    const lines = centre.stack.logs().slice(before);
    expect(lines.filter((line) => line.includes('a post failed'))).toEqual([]);
  });

  it('for the first time makes the agent not ready, with the time of the login', async () => {
    const before = centre.now();
    const { data } = await (await (await centre.person()).open()).next('agentPresence_');
    expect(data).toMatchObject({ action: 'AGENT_STATE_CHANGED', agentStateChanged: true });
    const { agentPresence } = data;
    expect(agentPresence.state).toEqual({ name: 'NOT_READY', reasonCode: null });
    expect(agentPresence.agentLoginTime).toBeGreaterThanOrEqual(before);
    expect(agentPresence.agentLoginTime).toBeLessThanOrEqual(centre.now());
    expect(agentPresence.stateChangeTime).toBe(agentPresence.agentLoginTime);
    expect(agentPresence.agentMrdStates.map(({ mrd, state }) => [mrd.id, state])).toEqual([
      ['CHAT', 'NOT_READY'],
      ['CX_VOICE', 'NOT_READY'],
    ]);
  });

  it('again is told the same state as unchanged', async () => {
    const pat = await centre.person();
    const ready = await (await pat.connect()).become('READY');
    const { data } = await (await pat.open()).next('agentPresence_');
    expect(data).toMatchObject({ action: 'AGENT_STATE_UNCHANGED', agentStateChanged: false, mrdStateChanges: [] });
    expect(data.agentPresence).toEqual(ready.data.agentPresence);
  });

  it('gets open conversations with the wrap-up that runs in them, then the offers that still ring', async () => {
    const wrappingUp = await centre.queue({ wrapUp: { enabled: true, seconds: 30 } });
    const open = await centre.queue();
    const ringing = await centre.queue({ acceptSeconds: 20 });
    const pat = await specialist(wrappingUp, open, ringing);
    const first = await pat.ready();
    const left = await talking(first, wrappingUp);
    const stays = await talking(first, open);
    await left.leaves();
    const timer = await first.next('wrapupTimerStarted');
    const timerEnds = centre.now() + timer.data.durationMs;
    const rings = await centre.customer(ringing);
    const offer = await first.next('taskRequest');

    await centre.passes(1_500);
    const openedAt = centre.now();
    const desk = await pat.open();
    const events = await greeting(desk, 9);
    expect(events.slice(0, 4)).toEqual(GREETING);
    expect(events.slice(-2)).toEqual(['taskRequest', 'onSessionReady']);
    expect(events.slice(4, -2).toSorted()).toEqual(['onTopicData', 'onTopicData', 'wrapupTimerStarted']);

    const again = desk.frames.findIndex(({ event }) => event === 'wrapupTimerStarted');
    expect(desk.frames[again - 1]).toMatchObject({ event: 'onTopicData', conversationId: left.conversationId });
    const { data } = await desk.next('wrapupTimerStarted');
    expect(data.conversationId).toBe(left.conversationId);
    expect(data.duration).toBe(Math.ceil(data.durationMs / 1000));
    expect(data.durationMs).toBeLessThanOrEqual(timerEnds - openedAt);
    expect(data.durationMs).toBeGreaterThan(timerEnds - centre.now() - 2_000);
    const role = ({ conversationId }: Customer) =>
      desk.next('onTopicData', (topic) => topic.conversationId === conversationId);
    expect((await role(left)).data.topicData.topicParticipant.role).toBe('WRAP_UP');
    expect((await role(stays)).data.topicData.topicParticipant.role).toBe('PRIMARY');
    expect((await desk.next('taskRequest')).data).toEqual({ ...offer.data, now: expect.any(Number) });
    expect(offer.data.conversationId).toBe(rings.conversationId);
    const { data: ready } = await desk.next('onSessionReady');
    expect(ready.conversations.toSorted()).toEqual([left.conversationId, stays.conversationId].toSorted());
    expect(ready.offers).toEqual([rings.conversationId]);
  });

  it('does not make an offer ring longer than it would have', async () => {
    const queue = await centre.queue({ acceptSeconds: 5 });
    const pat = await specialist(queue);
    const first = await pat.ready();
    await centre.customer(queue);
    const { data: offered } = await first.next('taskRequest');
    const deadline = Number(offered['expiresAt']);
    await centre.passes(1_000);
    const desk = await pat.connect();
    expect((await desk.next('taskRequest')).data['expiresAt']).toBe(deadline);
    const { data } = await desk.next('revokeTask');
    expect(data).toMatchObject({ taskId: offered.taskId, reason: 'RONA' });
    expect(centre.now()).toBeGreaterThanOrEqual(deadline);
    expect(centre.now() - deadline).toBeLessThan(5_000);
  });
});

describe('While a desk is being greeted', () => {
  it.each(['agentPresence_', 'onChannelTypes'] as const)(
    'a change of state is not lost to it (%s is on its way)',
    async (event) => {
      const queue = await centre.queue();
      const pat = await specialist(queue);
      await talking(await pat.ready(), queue);
      const post = holdPost(centre, event);
      const desk = await pat.open();
      await post.reached();
      const mrds = [{ mrdId: 'CHAT', maxAgentTasks: 1 }];
      await centre.call('PUT', `/config/agents/${pat.id}`, { attributes: { [queue]: 1 }, mrds });
      post.release();
      await desk.next('onTopicData');
      const last = () => desk.frames.findLast(({ event }) => event === 'agentPresence_')?.data;
      await centre.poll(last).toMatchObject({
        agentPresence: { agentMrdStates: [{ mrd: { id: 'CHAT' }, state: 'BUSY' }, {}] },
      });
    },
  );

  it.each([1, 2])('a conversation that ends is taken away from it again (snapshot %i is on its way)', async (nth) => {
    const queue = await centre.queue({ wrapUp: { enabled: false } });
    const pat = await specialist(queue);
    const first = await pat.ready();
    const customers = [await talking(first, queue), await talking(first, queue)];
    const snapshot = holdPost(centre, 'onTopicData', nth);
    const desk = await pat.open();
    await snapshot.reached();
    for (const customer of customers) await customer.leaves();
    snapshot.release();
    await centre.poll(() => about(desk, 'topicUnsubscription').length).toBe(nth);
    await centre.passes(500);
    expect(about(desk, 'topicUnsubscription').toSorted()).toEqual(about(desk, 'onTopicData').toSorted());
    expect(about(desk, 'topicClosed').toSorted()).toEqual(about(desk, 'onTopicData').toSorted());
  });
});

/** The conversations that frames of this event are about. */
function about(desk: Desk, event: string): string[] {
  return desk.frames.filter((frame) => frame.event === event).map(({ conversationId }) => String(conversationId));
}
