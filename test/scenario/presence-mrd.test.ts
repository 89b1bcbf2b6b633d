/**
 * MRDs that differ: interrupted by others, not synchronised with the agent, controlled from
 * outside, not used by an agent.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { contactCentre } from '../support/contact-centre.ts';
import type { Desk } from '../support/desk.ts';

const centre = contactCentre({ alone: true });

/** By id, in the order in which a presence lists them. */
const MRDS = {
  CHAT: { maxRequests: 5, interruptible: true, autoSync: true },
  CX_VOICE: { maxRequests: 1, interruptible: false, autoSync: true },
  EMAIL: { maxRequests: 5, interruptible: true, autoSync: false, interruptAction: 'KEEP' },
  PHONE: { maxRequests: 1, interruptible: false, autoSync: true, externallyControlled: true },
};
type Mrd = keyof typeof MRDS;

beforeAll(async () => {
  for (const [id, settings] of Object.entries(MRDS))
    await centre.call('PUT', `/config/mrds/${id}`, { name: id, ...settings });
});

const noWrapUp = { wrapUp: { enabled: false } };
const mrd = (mrdId: Mrd, to: string) => ({ action: 'agentMRDState', mrdId, state: to });

/** A ready agent with a queue of their own on each of these MRDs. */
async function agent(settings: Record<string, unknown> = noWrapUp) {
  const ids = Object.keys(MRDS);
  const queues = await Promise.all(ids.map((mrdId) => centre.queue({ mrdId, ...settings })));
  const attributes = Object.fromEntries(queues.map((queue) => [queue, 1]));
  const pat = await centre.person(['agent'], { attributes });
  const desk = await pat.ready();
  const queue = (id: Mrd) => queues[ids.indexOf(id)] ?? '';
  return { desk, queue, attributes };
}

/** Waits for a presence with these states, in the order of the MRDs above. */
async function until(desk: Desk, states: string) {
  const { data } = await desk.next(
    'agentPresence_',
    ({ agentPresence }) => agentPresence.agentMrdStates.map((m) => m.state).join(' ') === states,
  );
  return data;
}

describe('A call', () => {
  it('interrupts the chats of an agent who has none open, from the offer to the end', async () => {
    const { desk, queue } = await agent();
    const caller = await centre.customer(queue('CX_VOICE'));
    const interrupted = await until(desk, 'INTERRUPTED BUSY NOT_READY READY');
    expect(interrupted).toMatchObject({ agentStateChanged: false, mrdStateChanges: ['CHAT', 'CX_VOICE'] });
    expect(interrupted.agentPresence.agentMrdStates[0]?.previousState).toBe('READY');
    await desk.accept();
    const chat = await centre.customer(queue('CHAT'));
    await desk.never('taskRequest', 300);
    await caller.leaves();
    await until(desk, 'READY READY NOT_READY READY');
    expect((await desk.next('taskRequest')).conversationId).toBe(chat.conversationId);
  });

  it('that nobody answers gives the chats back, and the call is not for this agent any more', async () => {
    const { desk, queue } = await agent({ acceptSeconds: 1 });
    await centre.customer(queue('CX_VOICE'));
    await until(desk, 'INTERRUPTED BUSY NOT_READY READY');
    await until(desk, 'READY NOT_READY NOT_READY READY');
  });

  it('whose caller leaves while it rings gives the chats back', async () => {
    const { desk, queue } = await agent();
    const caller = await centre.customer(queue('CX_VOICE'));
    await until(desk, 'INTERRUPTED BUSY NOT_READY READY');
    await caller.leaves();
    await until(desk, 'READY READY NOT_READY READY');
  });

  it('takes open chats from the agent, first in line for others', async () => {
    const { desk, queue, attributes } = await agent();
    const jo = await centre.customer(queue('CHAT'));
    await desk.accept();
    const colleague = await (await centre.person(['agent'], { attributes })).ready();
    await colleague.become('NOT_READY');
    await centre.customer(queue('CX_VOICE'));
    const goodbye = await desk.next('topicUnsubscription');
    expect(goodbye.data).toMatchObject({ conversationId: jo.conversationId, reason: 'MRD INTERRUPTED' });
    await colleague.become('READY');
    expect((await colleague.accept()).conversationId).toBe(jo.conversationId);
    const { body } = await centre.call('GET', `/conversations/${jo.conversationId}`);
    expect(body.tasks[0].activeMedia[0].priority).toBe(11);
  });

  it('leaves open the conversations of an MRD that keeps them, which is active again after it', async () => {
    const { desk, queue } = await agent();
    desk.send('changeAgentState', mrd('EMAIL', 'READY'));
    await until(desk, 'READY READY READY READY');
    const mail = await centre.customer(queue('EMAIL'));
    await desk.accept();
    await until(desk, 'INTERRUPTED READY ACTIVE READY');
    const caller = await centre.customer(queue('CX_VOICE'));
    await until(desk, 'INTERRUPTED BUSY INTERRUPTED READY');
    await mail.says('One more thing');
    expect((await desk.cim('CUSTOMER_MESSAGE')).data.body.markdownText).toBe('One more thing');
    await caller.leaves();
    await until(desk, 'INTERRUPTED READY ACTIVE READY'); // the mail still keeps the agent from chats
    await mail.leaves();
    await until(desk, 'READY READY READY READY');
  });

  it('does not bring back chats that the agent switched off meanwhile', async () => {
    const { desk, queue } = await agent();
    const caller = await centre.customer(queue('CX_VOICE'));
    await until(desk, 'INTERRUPTED BUSY NOT_READY READY');
    desk.send('changeAgentState', mrd('CHAT', 'NOT_READY'));
    await until(desk, 'NOT_READY BUSY NOT_READY READY');
    await caller.leaves();
    await until(desk, 'NOT_READY READY NOT_READY READY');
  });

  it('is not interrupted by a chat', async () => {
    const { desk, queue } = await agent();
    await centre.customer(queue('CHAT'));
    await desk.accept();
    await until(desk, 'ACTIVE READY NOT_READY READY');
  });
});

describe('An MRD that is not synchronised with the agent', () => {
  it('is switched on by hand, and off with the agent', async () => {
    const { desk } = await agent();
    desk.send('changeAgentState', mrd('EMAIL', 'READY'));
    expect((await until(desk, 'READY READY READY READY')).mrdStateChanges).toEqual(['EMAIL']);
    await desk.become('NOT_READY');
    desk.send('changeAgentState', { action: 'agentState', state: { name: 'READY', reasonCode: null } });
    const { mrdStateChanges } = await until(desk, 'READY READY NOT_READY READY');
    expect(mrdStateChanges).toEqual(['CHAT', 'CX_VOICE', 'PHONE']);
  });

  it('does not make the agent not ready, even as the last one', async () => {
    const { desk } = await agent();
    desk.send('changeAgentState', mrd('EMAIL', 'READY'));
    await until(desk, 'READY READY READY READY');
    for (const id of ['CHAT', 'CX_VOICE', 'PHONE'] as const) await desk.ask('changeAgentState', mrd(id, 'NOT_READY'));
    await until(desk, 'NOT_READY NOT_READY READY NOT_READY');
    desk.send('changeAgentState', mrd('EMAIL', 'NOT_READY'));
    const { agentPresence } = await until(desk, 'NOT_READY NOT_READY NOT_READY NOT_READY');
    expect(agentPresence.state.name).toBe('READY');
  });
});

describe('An MRD that another system controls', () => {
  it('is BUSY when that system says so, and READY when it says so', async () => {
    const { desk, queue } = await agent();
    desk.send('changeAgentState', mrd('PHONE', 'BUSY'));
    const busy = await until(desk, 'READY READY NOT_READY BUSY');
    expect(busy).toMatchObject({ agentStateChanged: false, mrdStateChanges: ['PHONE'] });
    await centre.customer(queue('PHONE'));
    await desk.never('taskRequest', 300);
    desk.send('changeAgentState', mrd('PHONE', 'READY'));
    await until(desk, 'READY READY NOT_READY READY');
    await desk.next('taskRequest');
  });

  it('cannot be BUSY while the agent is not ready', async () => {
    const { desk } = await agent();
    await desk.become('NOT_READY');
    desk.send('changeAgentState', mrd('PHONE', 'BUSY'));
    expect((await desk.next('agentPresence_')).data.action).toBe('AGENT_STATE_UNCHANGED');
  });
});
