/**
 * A desk that loses its connection and comes back in time finds everything as it was, and what
 * happened meanwhile.
 */
import { describe, expect, it } from 'vitest';
import { contactCentre } from '../support/contact-centre.ts';
import type { Desk } from '../support/desk.ts';

const centre = contactCentre({ alone: true, environment: { GRACE_SECONDS: '30', LEASE_SECONDS: '8' } });

async function specialists(queue: string, count: number) {
  return Promise.all(Array.from({ length: count }, () => centre.person(['agent'], { attributes: { [queue]: 1 } })));
}

function agent(id: string) {
  return centre.call('GET', `/agents/${id}`).then(({ body }) => body);
}

/**
 * The customer's messages that a desk holds, with what the snapshot and the live events say of
 * their order.
 */
async function messages(desk: Desk, conversationId: string, until: string) {
  const { data } = await desk.next('onTopicData', (topic) => topic.conversationId === conversationId);
  // oxlint-disable-next-line typescript/no-explicit-any -- as on the wire
  const texts = (events: { name: string; data: any }[]) =>
    events.filter(({ name }) => name === 'CUSTOMER_MESSAGE').map((event) => String(event.data.body.markdownText));
  const snapshot = texts(data.topicData.topicEvents);
  const live: { seq: number; text: string }[] = [];
  while (snapshot.at(-1) !== until && live.at(-1)?.text !== until) {
    const event = await desk.cim('CUSTOMER_MESSAGE');
    live.push({ seq: event.seq, text: event.data.body.markdownText });
  }
  return { lastSeq: data.lastSeq, snapshot, live };
}

describe('A lost connection', () => {
  it('that comes back within the grace changes neither the state nor the time of its last change', async () => {
    const queue = await centre.queue();
    const [pat] = await specialists(queue, 1);
    if (!pat) throw new Error('unreachable');
    const desk = await pat.ready();
    const { conversationId } = await centre.customer(queue);
    await desk.accept();
    await desk.next('agentPresence_', ({ mrdStateChanges }) => mrdStateChanges.includes('CHAT'));
    const before = await agent(pat.id);
    expect(before).toMatchObject({ connected: true, tasks: [{ conversationId, phase: 'ACTIVE' }] });

    desk.vanish();
    await centre.poll(async () => (await agent(pat.id)).connected).toBe(false);
    expect(await agent(pat.id)).toEqual({ ...before, connected: false });
    const again = await pat.connect();
    expect((await again.next('agentPresence_')).data).toMatchObject({
      action: 'AGENT_STATE_UNCHANGED',
      agentPresence: { state: { name: 'READY' }, stateChangeTime: before.stateChangeTime },
    });
    await again.next('onTopicData');
    await centre.poll(() => agent(pat.id)).toEqual(before);
  });

  it('misses nothing: what was said meanwhile is in the snapshot, the rest comes live, once and without a gap', async () => {
    const queue = await centre.queue();
    const [pat] = await specialists(queue, 1);
    if (!pat) throw new Error('unreachable');
    const desk = await pat.ready();
    const jo = await centre.customer(queue);
    await desk.accept();
    await jo.says('1');
    desk.vanish();
    for (const text of ['2', '3', '4']) await jo.says(text);

    const again = await pat.open();
    for (const text of ['5', '6', '7', '8', '9']) await jo.says(text); // while it is being greeted
    const { lastSeq, snapshot, live } = await messages(again, jo.conversationId, '9');
    expect(snapshot.slice(0, 4)).toEqual(['1', '2', '3', '4']);
    expect([...snapshot, ...live.map(({ text }) => text)]).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9']);
    expect(live.map(({ seq }) => seq)).toEqual(live.map((_, index) => lastSeq + 1 + index));
    await again.never('onCimEvent', 500);
    const last = await jo.says('10');
    expect((await again.cim('CUSTOMER_MESSAGE')).seq).toBe(last);
  });

  it('loses its offers at once: they ring at the next agent', async () => {
    const queue = await centre.queue({ acceptSeconds: 60 });
    const [first, second] = await specialists(queue, 2);
    if (!first || !second) throw new Error('unreachable');
    const desk = await first.ready();
    const { conversationId } = await centre.customer(queue);
    const offer = await desk.next('taskRequest');
    const other = await second.ready();
    await other.never('taskRequest', 500);

    desk.vanish();
    const next = await other.next('taskRequest');
    expect(next.conversationId).toBe(conversationId);
    expect(next.data.taskId).not.toBe(offer.data.taskId);
    const { body } = await centre.call('GET', `/conversations/${conversationId}`);
    expect(body.tasks[0].activeMedia[0]).toMatchObject({ priority: 11, state: 'RESERVED' });

    const back = await first.connect();
    const { agentPresence } = (await back.next('agentPresence_')).data;
    expect(agentPresence.agentMrdStates.map(({ state }) => state)).toEqual(['READY', 'READY']);
    await back.never('taskRequest', 500);
    back.send('topicSubscription', { conversationId, taskId: offer.data.taskId });
    expect((await back.next('errors')).data).toMatchObject({ task: 'topicSubscription', code: 'task.gone' });
  });

  it('gets no offers while it is away, and the waiting customer as soon as it is back', async () => {
    const queue = await centre.queue();
    const [pat] = await specialists(queue, 1);
    if (!pat) throw new Error('unreachable');
    (await pat.ready()).vanish();
    await centre.poll(async () => (await agent(pat.id)).connected).toBe(false);
    const { conversationId } = await centre.customer(queue);
    await centre.passes(500);
    const { body } = await centre.call('GET', `/conversations/${conversationId}`);
    expect(body.tasks[0].activeMedia[0].state).toBe('QUEUED');
    const desk = await pat.connect();
    expect((await desk.next('taskRequest')).conversationId).toBe(conversationId);
  });

  it('that was closed by the gateway after its two hours is a lost one too', async () => {
    const queue = await centre.queue();
    const [pat] = await specialists(queue, 1);
    if (!pat) throw new Error('unreachable');
    const desk = await pat.ready();
    const { conversationId } = await centre.customer(queue);
    await desk.accept();
    centre.stack.gateway.expireConnection(pat.id);
    expect((await desk.gone()).code).toBe(1001);
    await centre.poll(() => agent(pat.id)).toMatchObject({ connected: false, state: { name: 'READY' } });
    expect((await (await pat.connect()).next('onTopicData')).conversationId).toBe(conversationId);
  });

  it('that fell silent after a heartbeat is closed, and comes back as after any loss', async () => {
    const queue = await centre.queue();
    const [pat] = await specialists(queue, 1);
    if (!pat) throw new Error('unreachable');
    const desk = await pat.ready();
    const { conversationId } = await centre.customer(queue);
    await desk.accept();
    await desk.ask('heartbeat');
    expect((await desk.gone()).code).toBe(1000);
    expect((await (await pat.connect()).next('onTopicData')).conversationId).toBe(conversationId);
    expect((await agent(pat.id)).state.name).toBe('READY');
  });

  it('of an agent in wrap-up keeps the wrap-up', async () => {
    const queue = await centre.queue({ wrapUp: { enabled: true, seconds: 6 } });
    const [pat] = await specialists(queue, 1);
    if (!pat) throw new Error('unreachable');
    const desk = await pat.ready();
    const jo = await centre.customer(queue);
    await desk.accept();
    await jo.leaves();
    await desk.next('wrapupTimerStarted');
    desk.vanish();
    const again = await pat.connect();
    expect((await again.next('wrapupTimerStarted')).data.duration).toBeLessThanOrEqual(6);
    expect((await again.next('topicUnsubscription')).data.reason).toBe('UNSUBSCRIBED');
  });
});
