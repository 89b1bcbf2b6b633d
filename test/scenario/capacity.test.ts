/** Weights, a capacity of everything together, and a matrix of interruptions, on the wire. */
import { beforeAll, describe, expect, it } from 'vitest';
import { contactCentre } from '../support/contact-centre.ts';
import type { Desk } from '../support/desk.ts';
import { agentOf, conversationOf } from '../support/platform.ts';
import { tasksOf } from '../support/scene.ts';

const centre = contactCentre({ alone: true });

const MRDS = {
  CHAT: { maxRequests: 5, interruptible: true, interruptedBy: [{ mrdId: 'VOICE', on: 'ACCEPT' }] },
  EMAIL: { maxRequests: 10 },
  VOICE: { maxRequests: 1, weight: 5 },
};
type Mrd = keyof typeof MRDS;

beforeAll(async () => {
  const types = await centre.call('GET', '/config/channel-types'); // they name MRDs
  for (const { id } of types.body.items) await centre.call('DELETE', `/config/channel-types/${id}`);
  const { body } = await centre.call('GET', '/config/mrds');
  for (const { id } of body.items) if (!(id in MRDS)) await centre.call('DELETE', `/config/mrds/${id}`);
  for (const [id, settings] of Object.entries(MRDS).toReversed()) {
    const answer = await centre.call('PUT', `/config/mrds/${id}`, { name: id, ...settings });
    expect(answer.body).toMatchObject(settings);
  }
});

/** Pat is ready, with a queue of their own on each MRD. */
async function pat(profile: Record<string, unknown> = {}) {
  const ids: Mrd[] = ['CHAT', 'EMAIL', 'VOICE'];
  const queues = await Promise.all(ids.map((mrdId) => centre.queue({ mrdId, wrapUp: { enabled: false } })));
  const attributes = Object.fromEntries(queues.map((queue) => [queue, 1]));
  const person = await centre.person(['agent'], { attributes, ...profile });
  const desk = await person.ready();
  return { id: person.id, desk, customerOf: (mrd: Mrd) => centre.customer(queues[ids.indexOf(mrd)] ?? '') };
}

/** Waits for a presence with these states, in the order of the MRDs above. */
const until = (desk: Desk, states: string) =>
  desk.next(
    'agentPresence_',
    ({ agentPresence }) => agentPresence.agentMrdStates.map((m) => m.state).join(' ') === states,
  );

const waits = async (conversationId: string) =>
  expect(await tasksOf(centre, conversationId)).toEqual([expect.objectContaining({ state: 'QUEUED' })]);

describe('An agent who can take five, of whom a call takes five and an e-mail one', () => {
  it('is offered no e-mail during a call, and gets it after', async () => {
    const { id, desk, customerOf } = await pat({ capacity: 5 });
    const caller = await customerOf('VOICE');
    await desk.accept();
    await until(desk, 'INTERRUPTED BUSY BUSY');
    const mail = await customerOf('EMAIL');
    await centre.passes(5_000);
    await waits(mail.conversationId);
    expect((await agentOf(centre, id)).capacity).toEqual({ total: 5, used: 5 });
    await caller.leaves();
    expect((await desk.accept()).data.conversationId).toBe(mail.conversationId);
  });

  it('is offered no call with an e-mail, and one who has no capacity is', async () => {
    const busy = await pat({ capacity: 5 });
    await busy.customerOf('EMAIL');
    await busy.desk.accept();
    const caller = await busy.customerOf('VOICE');
    await centre.passes(5_000);
    await waits(caller.conversationId);
    const usual = await pat();
    await usual.customerOf('EMAIL');
    await usual.desk.accept();
    const other = await usual.customerOf('VOICE');
    expect((await usual.desk.accept()).data.conversationId).toBe(other.conversationId);
  });

  it('has more room when their profile says so', async () => {
    const { id, desk, customerOf } = await pat({ capacity: 1 });
    await customerOf('EMAIL');
    await desk.accept();
    const second = await customerOf('EMAIL');
    await centre.passes(3_000);
    await waits(second.conversationId);
    const { body } = await centre.call('GET', `/config/agents/${id}`);
    const { id: _, ...profile } = body;
    await centre.call('PUT', `/config/agents/${id}`, { ...profile, capacity: 2 });
    expect((await desk.accept()).data.conversationId).toBe(second.conversationId);
  });
});

describe('A chat that calls interrupt once they are accepted', () => {
  it('goes on while a call rings, and goes to somebody else when it is answered', async () => {
    const { desk, customerOf } = await pat();
    const chat = await customerOf('CHAT');
    await desk.accept();
    await until(desk, 'ACTIVE READY READY');
    await customerOf('VOICE');
    await until(desk, 'ACTIVE READY BUSY');
    expect(await conversationOf(centre, chat.conversationId)).toMatchObject({ state: 'ACTIVE' });
    await desk.accept();
    await desk.next('topicUnsubscription', ({ reason }) => reason === 'MRD INTERRUPTED');
    await until(desk, 'INTERRUPTED READY BUSY');
    await waits(chat.conversationId);
  });

  it('is not touched by an e-mail', async () => {
    const { desk, customerOf } = await pat();
    await customerOf('CHAT');
    await desk.accept();
    await customerOf('EMAIL');
    await desk.accept();
    await until(desk, 'ACTIVE ACTIVE READY');
  });
});
