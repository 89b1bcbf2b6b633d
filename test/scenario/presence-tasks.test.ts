/** What an agent's tasks do to the states of their MRDs, and what those states do to the tasks. */
import { describe, expect, it } from 'vitest';
import { contactCentre, type Customer } from '../support/contact-centre.ts';
import type { Desk } from '../support/desk.ts';

const centre = contactCentre();

const noWrapUp = { wrapUp: { enabled: false } };
const state = (name: string, reasonCode: unknown = null) => ({ action: 'agentState', state: { name, reasonCode } });
const mrd = (mrdId: string, to: string) => ({ action: 'agentMRDState', mrdId, state: to });

/** A ready agent with chats and calls of their own. */
async function agent(chats = 5, settings: Record<string, unknown> = noWrapUp) {
  const chat = await centre.queue(settings);
  const voice = await centre.queue({ mrdId: 'CX_VOICE', ...settings });
  const attributes = { [chat]: 1, [voice]: 1 };
  const mrds = [{ mrdId: 'CHAT', maxAgentTasks: chats }];
  const pat = await centre.person(['agent'], { attributes, mrds });
  return { pat, chat, voice, attributes, desk: await pat.ready() };
}

/** Waits for the presence that says so; returns it. */
async function until(desk: Desk, global: string, chat: string, voice: string) {
  const { data } = await desk.next('agentPresence_', ({ agentPresence }) => {
    const states = agentPresence.agentMrdStates.map((m) => m.state);
    return [agentPresence.state.name, ...states].join() === [global, chat, voice].join();
  });
  return data;
}

async function talking(desk: Desk, queue: string): Promise<Customer> {
  const customer = await centre.customer(queue);
  await desk.accept();
  return customer;
}

function taskOf({ conversationId }: Customer) {
  return centre.call('GET', `/conversations/${conversationId}`).then(({ body }) => body.tasks[0]?.activeMedia[0]);
}

describe('The state of an MRD', () => {
  it('is ACTIVE with a task, BUSY with as many as the agent takes, offers counted, and READY with none', async () => {
    const { desk, chat } = await agent(2);
    const first = await talking(desk, chat);
    await until(desk, 'READY', 'ACTIVE', 'READY');
    const ringing = await centre.customer(chat);
    const busy = await until(desk, 'READY', 'BUSY', 'READY');
    expect(busy).toMatchObject({ agentStateChanged: false, mrdStateChanges: ['CHAT'] });
    const waiting = await centre.customer(chat);
    expect((await taskOf(waiting)).state).toBe('QUEUED');
    await waiting.leaves();
    await ringing.leaves();
    await until(desk, 'READY', 'ACTIVE', 'READY');
    await first.leaves();
    await until(desk, 'READY', 'READY', 'READY');
  });

  it('stays ACTIVE in wrap-up, which still takes a slot', async () => {
    const { desk, chat } = await agent(1, { wrapUp: { enabled: true, seconds: 4 } });
    const jo = await talking(desk, chat);
    await until(desk, 'READY', 'BUSY', 'READY');
    await jo.leaves();
    await desk.next('wrapupTimerStarted');
    const next = await centre.customer(chat);
    expect((await taskOf(next)).state).toBe('QUEUED');
    await desk.next('topicUnsubscription');
    expect((await desk.next('taskRequest', (offer) => offer.conversationId === next.conversationId)).event).toBe(
      'taskRequest',
    );
  });

  it('is PENDING_NOT_READY until the last task is closed, while the agent is not ready at once', async () => {
    const { desk, chat } = await agent();
    const [one, two] = [await talking(desk, chat), await talking(desk, chat)];
    await until(desk, 'READY', 'ACTIVE', 'READY');
    desk.send('changeAgentState', state('NOT_READY'));
    await until(desk, 'NOT_READY', 'PENDING_NOT_READY', 'NOT_READY');
    await one.leaves();
    await desk.never('agentPresence_', 300);
    await two.leaves();
    const { agentStateChanged, mrdStateChanges } = await until(desk, 'NOT_READY', 'NOT_READY', 'NOT_READY');
    expect({ agentStateChanged, mrdStateChanges }).toEqual({ agentStateChanged: false, mrdStateChanges: ['CHAT'] });
  });

  it('that is pending takes work again when it is switched on again', async () => {
    const { desk, chat } = await agent();
    await talking(desk, chat);
    desk.send('changeAgentState', mrd('CHAT', 'NOT_READY'));
    await until(desk, 'READY', 'PENDING_NOT_READY', 'READY');
    const next = await centre.customer(chat);
    expect((await taskOf(next)).state).toBe('QUEUED');
    desk.send('changeAgentState', mrd('CHAT', 'READY'));
    await until(desk, 'READY', 'ACTIVE', 'READY');
    await desk.next('taskRequest', (offer) => offer.conversationId === next.conversationId);
  });

  it('makes the agent not ready when it is the last one to be switched off', async () => {
    const { desk } = await agent();
    desk.send('changeAgentState', mrd('CX_VOICE', 'NOT_READY'));
    await until(desk, 'READY', 'READY', 'NOT_READY');
    desk.send('changeAgentState', mrd('CHAT', 'NOT_READY'));
    const { agentPresence, ...change } = await until(desk, 'NOT_READY', 'NOT_READY', 'NOT_READY');
    expect(change).toMatchObject({ agentStateChanged: true, mrdStateChanges: ['CHAT'] });
    expect(agentPresence.state.reasonCode).toBeNull();
  });

  it('makes the agent not ready when the last task on it is closed', async () => {
    const { desk, chat } = await agent();
    const jo = await talking(desk, chat);
    desk.send('changeAgentState', mrd('CX_VOICE', 'NOT_READY'));
    desk.send('changeAgentState', mrd('CHAT', 'NOT_READY'));
    await until(desk, 'READY', 'PENDING_NOT_READY', 'NOT_READY');
    await jo.leaves();
    await until(desk, 'NOT_READY', 'NOT_READY', 'NOT_READY');
  });
});

describe('The reason Callback', () => {
  it.each([
    ['name', { id: 'cb', name: 'Callback', type: 'NOT_READY' }],
    ['type', { id: 'cb', name: 'Customer wants a call', type: 'CALLBACK' }],
  ])('by its %s gives the conversations and offers of the agent to others at once', async (_, reason) => {
    const { desk, chat, attributes } = await agent();
    const jo = await talking(desk, chat);
    const ringing = await centre.customer(chat);
    await desk.next('taskRequest');
    const colleague = await (await centre.person(['agent'], { attributes })).ready();
    desk.frames.length = 0;
    desk.send('changeAgentState', state('NOT_READY', reason));
    expect((await desk.next('revokeTask')).conversationId).toBe(ringing.conversationId);
    expect((await desk.next('topicUnsubscription')).conversationId).toBe(jo.conversationId);
    await until(desk, 'NOT_READY', 'NOT_READY', 'NOT_READY');
    const offers = [
      (await colleague.next('taskRequest')).conversationId,
      (await colleague.next('taskRequest')).conversationId,
    ];
    expect(new Set(offers)).toEqual(new Set([jo.conversationId, ringing.conversationId]));
    expect((await taskOf(jo)).priority).toBe(11);
  });
});

describe('A changed profile', () => {
  it('is in force at once: fewer tasks make the agent BUSY, more make room for who waits', async () => {
    const { pat, desk, chat, attributes } = await agent();
    const limit = (maxAgentTasks: number) =>
      centre.call('PUT', `/config/agents/${pat.id}`, { attributes, mrds: [{ mrdId: 'CHAT', maxAgentTasks }] });
    await talking(desk, chat);
    await until(desk, 'READY', 'ACTIVE', 'READY');
    await limit(1);
    const { agentPresence } = await until(desk, 'READY', 'BUSY', 'READY');
    expect(agentPresence.agentMrdStates[0]?.maxAgentTasks).toBe(1);
    const next = await centre.customer(chat);
    expect((await taskOf(next)).state).toBe('QUEUED');
    await limit(2);
    await desk.next('taskRequest', (offer) => offer.conversationId === next.conversationId);
  });

  it('is in force at once: a new skill brings whoever waits for it', async () => {
    const { pat, desk, attributes } = await agent();
    const other = await centre.queue();
    const { conversationId } = await centre.customer(other);
    await desk.never('taskRequest', 300);
    await centre.call('PUT', `/config/agents/${pat.id}`, { attributes: { ...attributes, [other]: 3 } });
    expect((await desk.next('taskRequest')).conversationId).toBe(conversationId);
  });

  it('is in force at once: without tasks on an MRD the agent is offered none and cannot be ready there', async () => {
    const { pat, desk, voice, attributes } = await agent();
    const mrds = [{ mrdId: 'CX_VOICE', maxAgentTasks: 0 }];
    await centre.call('PUT', `/config/agents/${pat.id}`, { attributes, mrds });
    const caller = await centre.customer(voice);
    expect((await taskOf(caller)).state).toBe('QUEUED');
    await desk.become('NOT_READY');
    desk.send('changeAgentState', state('READY'));
    await until(desk, 'READY', 'READY', 'NOT_READY');
    desk.send('changeAgentState', mrd('CX_VOICE', 'READY'));
    expect((await until(desk, 'READY', 'READY', 'NOT_READY')).action).toBe('AGENT_STATE_UNCHANGED');
  });
});
