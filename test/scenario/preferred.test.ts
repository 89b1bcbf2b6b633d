/** A customer who comes back to whom they know, and one for whom the platform names somebody. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { contactCentre, webSession } from '../support/contact-centre.ts';
import { closings, logOf } from '../support/platform.ts';

const centre = contactCentre();

async function agentFor(queue: string, more: Record<string, unknown> = {}) {
  const person = await centre.person(['agent'], { attributes: { [queue]: 1 }, ...more });
  return { id: person.id, desk: await person.ready() };
}

/** A session of this customer on a channel that routes to the last agent. */
function returning(customerId: string, routeToLastAgent = true) {
  const session = webSession(randomUUID());
  const routingPolicy = { routingMode: 'PUSH', routeToLastAgent };
  const channel = { ...session.channel, channelConfig: { routingPolicy } };
  return { channelSession: { ...session, channel, customer: { ...session.customer, _id: customerId } } };
}

/** Ids of those to whom it was offered, in order, with how long that took after the first. */
async function askedIn(conversationId: string) {
  const asked = (await logOf(centre, conversationId)).filter(({ name }) => name === 'AGENT_RESERVED');
  return asked.map(({ data, timestamp }) => ({ id: data.ccUser.id, at: Number(timestamp) }));
}

/** Amy has had this customer, and has been available for a shorter time than Bob since. */
async function served(settings: Record<string, unknown> = {}) {
  const queue = await centre.queue({ wrapUp: { enabled: false }, ...settings });
  const customerId = `known-${randomUUID()}`;
  const amy = await agentFor(queue);
  const before = await centre.customer(queue, returning(customerId));
  await amy.desk.accept();
  const bob = await agentFor(queue);
  await before.leaves();
  await amy.desk.next('topicUnsubscription');
  for (const state of ['NOT_READY', 'READY'] as const) {
    amy.desk.frames.length = 0;
    await amy.desk.become(state);
  }
  return { queue, customerId, amy, bob };
}

describe('A customer who comes again', () => {
  it('is offered to the agent who had them last, though another has been free for longer', async () => {
    const { queue, customerId, amy } = await served();
    const { conversationId } = await centre.customer(queue, returning(customerId));
    expect((await amy.desk.accept()).conversationId).toBe(conversationId);
    expect((await askedIn(conversationId)).map(({ id }) => id)).toEqual([amy.id]);
  });

  it('waits for whoever is next where the channel does not want that', async () => {
    const { queue, customerId, bob } = await served();
    const { conversationId } = await centre.customer(queue, returning(customerId, false));
    expect((await bob.desk.accept()).conversationId).toBe(conversationId);
  });

  it('goes to somebody else at once where that agent is away, and to them when that one lets it ring', async () => {
    const { queue, customerId, amy, bob } = await served({ acceptSeconds: 2 });
    await amy.desk.become('NOT_READY');
    const { conversationId } = await centre.customer(queue, returning(customerId));
    await bob.desk.next('taskRequest');
    const [log] = await logOf(centre, conversationId);
    const [asked] = await askedIn(conversationId);
    expect(asked?.id).toBe(bob.id);
    expect((asked?.at ?? 0) - Number(log?.['timestamp'])).toBeLessThan(1_500);
    await bob.desk.next('revokeTask');
    await amy.desk.become('READY');
    expect((await amy.desk.accept()).conversationId).toBe(conversationId);
  });

  it('has the one to whom they were handed over', async () => {
    const queue = await centre.queue({ wrapUp: { enabled: false } });
    const customerId = `known-${randomUUID()}`;
    const amy = await agentFor(queue);
    const before = await centre.customer(queue, returning(customerId));
    await amy.desk.accept();
    const bob = await agentFor(queue);
    const { conversationId } = before;
    await amy.desk.ask('directTransferRequest', { conversationId, mode: 'agent', requestedAgentId: bob.id });
    await bob.desk.accept();
    await before.leaves();
    await bob.desk.next('topicUnsubscription');
    await centre.customer(queue, returning(customerId));
    await bob.desk.accept();
  });

  it('is a stranger again when what is kept of them is erased', async () => {
    const { queue, customerId, bob } = await served();
    const erased = await centre.call('DELETE', `/customers/${customerId}`);
    expect(erased).toMatchObject({ status: 200, body: { erased: { conversations: 1 } } });
    await centre.customer(queue, returning(customerId));
    await bob.desk.accept();
  });

  it('is offered so too where the platform sends them to the queue later', async () => {
    const { queue, customerId, amy } = await served();
    const { channelSession } = returning(customerId);
    const { body } = await centre.call('POST', '/conversations', { channelSession });
    expect(body.conversationId).toEqual(expect.any(String));
    await centre.call('POST', `/conversations/${body.conversationId}/queue`, { queue });
    expect((await amy.desk.accept()).conversationId).toBe(body.conversationId);
  });
});

describe('A customer for whom agents are named', () => {
  it('is offered to each of them for so long, in their order, and then to everybody', async () => {
    const queue = await centre.queue({ acceptSeconds: 20, ronaPolicy: 'KEEP' });
    const [amy, bob, carol] = [await agentFor(queue), await agentFor(queue), await agentFor(queue)];
    const preferredAgents = { agentIds: ['nobody', carol.id, bob.id], waitSeconds: 3 };
    const { conversationId } = await centre.customer(queue, { preferredAgents });
    expect((await amy.desk.accept()).conversationId).toBe(conversationId);
    const asked = await askedIn(conversationId);
    expect(asked.map(({ id }) => id)).toEqual([carol.id, bob.id, amy.id]);
    const [, second = 0, third = 0] = asked.map(({ at }) => at - (asked[0]?.at ?? 0));
    expect(second).toBeGreaterThanOrEqual(3_000);
    expect(third).toBeGreaterThanOrEqual(6_000);
    expect(third).toBeLessThan(9_000);
    expect(closings(await logOf(centre, conversationId))).toEqual(['RONA', 'RONA']);
  });

  it('is not offered to one who does not serve the queue', async () => {
    const queue = await centre.queue();
    const other = await centre.person(['agent'], { attributes: { [queue]: 0 } });
    const desk = await other.ready();
    const amy = await agentFor(queue);
    await centre.customer(queue, { preferredAgents: { agentIds: [other.id] } });
    await amy.desk.accept();
    await desk.never('taskRequest', 0);
  });

  it('is offered to others who are named while they wait', async () => {
    const queue = await centre.queue();
    const { conversationId } = await centre.customer(queue, { preferredAgents: { agentIds: ['nobody'] } });
    const path = `/conversations/${conversationId}/queue`;
    const other = await centre.queue();
    const amy = await agentFor(other);
    const bob = await agentFor(other);
    const move = { queue: other, preferredAgents: { agentIds: [bob.id] } };
    expect((await centre.call('POST', path, move)).status).toBe(202);
    expect((await bob.desk.next('taskRequest')).data.conversationId).toBe(conversationId);
    expect((await centre.call('POST', path, move)).status).toBe(202);
    await bob.desk.never('revokeTask', 1_000); // the same again changes nothing
    await amy.desk.never('taskRequest', 0);
  });

  it.each([
    ['on a list', { list: 'backlog' }],
    ['nowhere', {}],
  ])('is refused %s, where nobody is asked', async (_, home) => {
    const body = { channelSession: webSession(randomUUID()), preferredAgents: { agentIds: ['amy'] }, ...home };
    const answer = await centre.call('POST', '/conversations', body);
    expect(answer).toMatchObject({ status: 400, body: { code: 'request.invalid' } });
    expect(answer.body.detail).toContain('preferredAgents');
  });
});
