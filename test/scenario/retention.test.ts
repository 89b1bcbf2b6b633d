/**
 * What was said is not kept for ever: a conversation expires after its end, and a person can have
 * theirs erased.
 */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { agentMessage, contactCentre } from '../support/contact-centre.ts';
import { fire, putRows } from '../support/engines.ts';
import { conversationOf } from '../support/platform.ts';
import { queue, scene } from '../support/scene.ts';
import { items } from '../support/table.ts';

const centre = contactCentre({ environment: { RETENTION_DAYS: '400' } });
const forEver = contactCentre();

const DAY_SECONDS = 86_400;

/** The rows in which a word stands anywhere, keys included. */
async function rowsWith(word: string): Promise<Record<string, unknown>[]> {
  return (await items(centre.stack)).filter((item) => JSON.stringify(item).includes(word));
}

/**
 * A customer who was helped with advice, and has gone. `secret` is a word that they and their agent
 * wrote.
 */
async function helped(customerId: string, secret: string) {
  const story = await scene(centre);
  const { amy, bob, sales, customer, conversationId } = story;
  const sender = { id: 'web', type: 'CONNECTOR', senderName: 'web' };
  const person = { _id: customerId, firstName: secret, isAnonymous: false, phoneNumber: [] };
  const known = { id: randomUUID(), name: 'ASSOCIATED_CUSTOMER_CHANGED', type: 'NOTIFICATION', data: person };
  const { status } = await centre.call('POST', `/conversations/${conversationId}/events`, {
    ...known,
    timestamp: Date.now(),
    eventEmitter: sender,
  });
  expect(status).toBe(202);
  await customer.says(`My order ${secret} is late.`);
  const cimEvent = agentMessage(`I see, ${secret}.`);
  expect(await amy.desk.ask('publishCimEvent', { conversationId, cimEvent })).toMatchObject({ status: 'ok' });
  const asks = { conversationId, ...queue(sales, { note: `for ${secret}` }) };
  expect(await amy.desk.ask('consultRequest', asks)).toMatchObject({ status: 'ok' });
  await bob.desk.next('taskRequest');
  return story;
}

async function ended(conversationId: string): Promise<void> {
  await centre.eventually(async () => (await conversationOf(centre, conversationId)).state === 'CLOSED' || undefined);
}

describe('A conversation that has ended', () => {
  it('is kept for 400 days from its end, with every row that leads to it', async () => {
    const { customer, conversationId } = await helped(`c-${randomUUID()}`, `s-${randomUUID()}`);
    await customer.leaves();
    await ended(conversationId);
    const before = await rowsWith(conversationId);
    // Some are kept for a while only, whatever becomes of the conversation.
    const brief = ({ pk, sk }: Record<string, unknown>) =>
      /^HANDED#|\/(NOTICE|REQUEST)#/.test(`${String(pk)}/${String(sk)}`);
    expect(before.filter((row) => row['expiresAt'] && !brief(row))).toEqual([]);
    const head = before.find(({ sk }) => sk === 'HEAD');
    await fire(centre.stack, { kind: 'retentionDue', conversationId });
    const after = (await rowsWith(conversationId)).filter((row) => !brief(row));
    const goes = Math.ceil(Number(head?.['endedAt']) / 1000) + 400 * DAY_SECONDS;
    const first = (key: unknown) => String(key).split('#')[0] ?? '';
    const kinds = after.map(({ pk, sk }) => (first(pk) === 'CONVERSATION' ? `CONVERSATION ${first(sk)}` : first(pk)));
    expect([...new Set(kinds)].toSorted()).toEqual([
      'CONVERSATION EVENT',
      'CONVERSATION HEAD',
      'CONVERSATION LOG',
      'CONVERSATION META',
      'CONVERSATION RECEIPT',
      'CUSTOMER',
      'SESSION',
    ]);
    expect(new Set(after.map(({ expiresAt }) => expiresAt))).toEqual(new Set([goes]));
  });

  it('and one that goes on does not expire, whatever timer comes', async () => {
    const { conversationId } = await scene(centre);
    await fire(centre.stack, { kind: 'retentionDue', conversationId });
    expect((await rowsWith(conversationId)).filter(({ expiresAt, sk }) => expiresAt && sk === 'HEAD')).toEqual([]);
  });

  it('is kept for ever where a stage says so', async () => {
    const waits = await forEver.customer(await forEver.queue());
    await waits.leaves();
    await fire(forEver.stack, { kind: 'retentionDue', conversationId: waits.conversationId });
    const rows = (await items(forEver.stack)).filter((item) => JSON.stringify(item).includes(waits.conversationId));
    expect(rows.length).toBeGreaterThan(3);
    expect(rows.filter(({ expiresAt }) => expiresAt)).toEqual([]);
  });
});

describe('A person who wants to be forgotten', () => {
  it('is refused while one of their conversations is open, and nothing is erased', async () => {
    const [id, secret] = [`c-${randomUUID()}`, `s-${randomUUID()}`];
    const { conversationId } = await helped(id, secret);
    const before = await rowsWith(secret);
    const { status, body } = await centre.call('DELETE', `/customers/${id}`);
    expect(status).toBe(409);
    expect(body).toMatchObject({ code: 'customer.inConversation', detail: expect.stringContaining(conversationId) });
    expect((await rowsWith(secret)).length).toBe(before.length);
  });

  it('is gone from every row, and the answer says what was erased', async () => {
    const [id, secret] = [`c-${randomUUID()}`, `s-${randomUUID()}`];
    for (const story of [await helped(id, secret), await helped(id, secret)]) {
      await story.customer.leaves();
      await ended(story.conversationId);
    }
    const events = (await rowsWith(secret)).map(({ pk }) => String(pk));
    expect(events.length).toBeGreaterThan(8);
    const conversations = new Set(events.filter((pk) => pk.startsWith('CONVERSATION#')));
    const { status, body } = await centre.call('DELETE', `/customers/${id}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ customerId: id, more: false, erased: { conversations: 2 } });
    expect(body.erased.events).toBeGreaterThan(10);
    expect(body.erased.notices).toBeGreaterThan(1);
    for (const word of [secret, id, ...conversations]) {
      const left = (await rowsWith(word)).map(({ pk, sk }) => `${String(pk)} ${String(sk)}`);
      expect(left, word).toEqual([]);
    }
    expect((await centre.call('DELETE', `/customers/${id}`)).body).toMatchObject({ erased: { conversations: 0 } });
  });

  it('is refused for one open conversation among more than one call erases, and nothing is erased', async () => {
    const id = `c-${randomUUID()}`;
    const { conversationId } = await scene(centre);
    const ended = Array.from({ length: 101 }, (_, index) => `${id}-${String(index).padStart(3, '0')}`);
    const rows = [...ended, conversationId].map((sk) => ({ pk: `CUSTOMER#${id}`, sk }));
    await putRows(centre.stack, rows);
    const { status, body } = await centre.call('DELETE', `/customers/${id}`);
    expect(status).toBe(409);
    expect(body.detail).toContain(conversationId);
    expect((await rowsWith(id)).length).toBe(102);
  });

  it('needs the role of the platform', async () => {
    const agent = await centre.person();
    expect((await centre.call('DELETE', '/customers/c1', undefined, await agent.token())).status).toBe(403);
  });
});
