/**
 * What the platform adds to a conversation, once, in order, and how it reads the whole again, page
 * by page.
 */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { MAX_META_BYTES } from '../../shared/protocol/frame.ts';
import { contactCentre, customerMessage, webSession, type Customer } from '../support/contact-centre.ts';
import { http, refusedWith } from '../support/http.ts';
import { withoutTrace } from '../support/table.ts';

const centre = contactCentre({ alone: true });

const eventsOf = (id: string) => `/conversations/${id}/events`;
const add = (id: string, event: unknown) => http(centre, 'POST', eventsOf(id), { body: JSON.stringify(event) });
const fact = (name: string, data: object) => ({ id: randomUUID(), name, type: 'NOTIFICATION', data });
const view = async (id: string) => (await centre.call('GET', `/conversations/${id}`)).body;

async function seqOf(answer: ReturnType<typeof add>): Promise<number> {
  const { status, text } = await answer;
  expect(status, text).toBe(202);
  return Number(JSON.parse(text).seq);
}

interface Page {
  readonly events: {
    readonly seq: number;
    readonly cimEvent: { readonly name: string; readonly data: { readonly id?: string } };
  }[];
  readonly nextAfter: number | null;
}

async function page(id: string, query: string): Promise<Page> {
  const { status, body } = await centre.call('GET', `${eventsOf(id)}${query}`);
  expect(status).toBe(200);
  return body;
}

async function whole(id: string, limit: number): Promise<Page['events']> {
  const all: Page['events'] = [];
  for (let after: number | null = 0; after !== null;) {
    const { events, nextAfter } = await page(id, `?after=${after}&limit=${limit}`);
    expect(events.length).toBeLessThanOrEqual(limit);
    all.push(...events);
    after = nextAfter;
  }
  return all;
}

describe('An event', () => {
  it('has the next number of its conversation', async () => {
    const customer = await centre.customer(await centre.queue());
    const first = await customer.says('one');
    expect(await customer.says('two')).toBe(first + 1);
    expect(await seqOf(add(customer.conversationId, fact('BOT_SUBSCRIBED', {})))).toBe(first + 2);
    expect(await view(customer.conversationId)).toMatchObject({ lastSeq: first + 2 });
  });

  it('is added once, however often the platform sends it', async () => {
    const { conversationId, sessionId } = await centre.customer(await centre.queue());
    const message = customerMessage(sessionId, 'Hello?', 'once');
    const answers = await Promise.all(Array.from({ length: 10 }, () => seqOf(add(conversationId, message))));
    expect(new Set(answers).size).toBe(1);
    await withoutTrace(centre.stack, async () => {
      expect(await seqOf(add(conversationId, { ...message, id: 'another-envelope' }))).toBe(answers[0]);
    });
    const ids = (await whole(conversationId, 500)).map(({ cimEvent }) => cimEvent.data.id);
    expect(ids.filter((id) => id === 'once')).toHaveLength(1);
  });

  it('finds its place where many are added at the same moment', async () => {
    const { conversationId, sessionId } = await centre.customer(await centre.queue());
    const { lastSeq } = await view(conversationId);
    const adding = Array.from({ length: 8 }, (_, index) =>
      seqOf(add(conversationId, customerMessage(sessionId, 'x', `m-${index}`))),
    );
    const seqs = await Promise.all(adding);
    expect(seqs.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 8 }, (_, index) => lastSeq + 1 + index));
    const log = await whole(conversationId, 500);
    for (const [index, seq] of seqs.entries()) expect(log[seq - 1]?.cimEvent.data.id).toBe(`m-${index}`);
  });

  it('is added at the same moment to two conversations under the same id', async () => {
    const [one, two] = [await centre.customer(await centre.queue()), await centre.customer(await centre.queue())];
    const adding = [one, two].map(({ conversationId, sessionId }) =>
      seqOf(add(conversationId, customerMessage(sessionId, 'x', 'same'))),
    );
    await Promise.all(adding);
    for (const { conversationId } of [one, two]) {
      expect((await whole(conversationId, 500)).at(-1)?.cimEvent.data.id).toBe('same');
    }
  });
});

describe('The log of a conversation', () => {
  async function busy(messages: number): Promise<Customer> {
    const customer = await centre.customer(await centre.queue());
    for (let index = 0; index < messages; index++) await customer.says(`message ${index}`);
    return customer;
  }

  it('is the same in pages of any size', async () => {
    const { conversationId } = await busy(9);
    const all = await whole(conversationId, 500);
    expect(all.map(({ seq }) => seq)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
    for (const limit of [1, 5, 12]) expect(await whole(conversationId, limit)).toEqual(all);
  });

  it('says where to go on, and that nothing is left', async () => {
    const { conversationId } = await busy(2);
    expect((await page(conversationId, '?limit=2')).nextAfter).toBe(2);
    expect(await page(conversationId, '?after=4')).toMatchObject({ events: [{ seq: 5 }], nextAfter: null });
    expect(await page(conversationId, '?after=5')).toEqual({ events: [], nextAfter: null });
    expect(await page(conversationId, '?after=999999999999999')).toEqual({ events: [], nextAfter: null });
  });

  it('never comes in a page that no function may answer, however large the messages', async () => {
    const { conversationId, sessionId } = await centre.customer(await centre.queue());
    const text = 'x'.repeat(16_000);
    for (let index = 0; index < 80; index += 10) {
      const adding = Array.from({ length: 10 }, (_, more) =>
        seqOf(add(conversationId, customerMessage(sessionId, text, `large-${index + more}`))),
      );
      await Promise.all(adding);
    }
    const answer = await http(centre, 'GET', `${eventsOf(conversationId)}?limit=500`);
    expect(Buffer.byteLength(answer.text)).toBeLessThan(1.1 * 1024 * 1024); // Lambda takes 6 MB as an answer
    const first: Page = JSON.parse(answer.text);
    expect(first.nextAfter).toBe(first.events.at(-1)?.seq);
    const all = await whole(conversationId, 500);
    expect(all.map(({ seq }) => seq)).toEqual(Array.from({ length: 83 }, (_, index) => index + 1));
  });
});

describe('A channel session', () => {
  it('is added, ended and lost one by one, and the customer has left with the last', async () => {
    const { conversationId, sessionId } = await centre.customer(await centre.queue());
    const second = webSession(`second-${randomUUID()}`);
    const seq = await seqOf(add(conversationId, fact('CHANNEL_SESSION_STARTED', second)));
    expect((await view(conversationId)).channelSessions.map(({ id }: { id: string }) => id).toSorted()).toEqual(
      [second.id, sessionId].toSorted(),
    );
    await withoutTrace(centre.stack, async () => {
      expect(await seqOf(add(conversationId, fact('CHANNEL_SESSION_STARTED', second)))).toBe(seq); // it is there already
    });
    await seqOf(add(conversationId, fact('CHANNEL_SESSION_ENDED', { id: sessionId })));
    expect(await view(conversationId)).toMatchObject({ state: 'CREATED', channelSessions: [{ id: second.id }] });
    await seqOf(add(conversationId, fact('CHANNEL_SESSION_EXPIRED', { id: second.id })));
    expect(await view(conversationId)).toMatchObject({ state: 'CLOSED', channelSessions: [], tasks: [] });
  });

  it('may be announced by the first message that comes through it', async () => {
    const { conversationId } = await centre.customer(await centre.queue());
    const second = webSession(`second-${randomUUID()}`);
    const complete = { ...second, participantType: 'ChannelSession', customerSuggestions: [], state: 'STARTED' };
    const message = { ...customerMessage(second.id, 'Me again', 'again'), channelSession: complete };
    const seq = await seqOf(add(conversationId, message));
    const names = (await whole(conversationId, 500)).map(({ cimEvent }) => cimEvent.name);
    expect(names.slice(seq - 2)).toEqual(['CHANNEL_SESSION_STARTED', 'CUSTOMER_MESSAGE']);
    await withoutTrace(centre.stack, async () => expect(await seqOf(add(conversationId, message))).toBe(seq));
  });

  it('that nobody knows takes no message, and cannot end', async () => {
    const { conversationId } = await centre.customer(await centre.queue());
    await withoutTrace(centre.stack, async () => {
      await refusedWith('channelSession.unknown', add(conversationId, customerMessage('nothing', 'Hello?', 'm')));
      await refusedWith(
        'channelSession.unknown',
        add(conversationId, fact('CHANNEL_SESSION_ENDED', { id: 'nothing' })),
      );
      await refusedWith(
        'channelSession.unknown',
        add(conversationId, fact('CHANNEL_SESSION_EXPIRED', { id: 'nothing' })),
      );
      await refusedWith('conversation.unknown', add('nowhere', fact('BOT_SUBSCRIBED', {})));
    });
  });

  it('that has ended takes no message, and cannot end again', async () => {
    const { conversationId, sessionId } = await centre.customer(await centre.queue());
    await seqOf(add(conversationId, fact('CHANNEL_SESSION_STARTED', webSession(`second-${randomUUID()}`))));
    await seqOf(add(conversationId, fact('CHANNEL_SESSION_ENDED', { id: sessionId })));
    await withoutTrace(centre.stack, async () => {
      await refusedWith('channelSession.closed', add(conversationId, customerMessage(sessionId, 'Hello?', 'm')));
      await refusedWith('channelSession.closed', add(conversationId, fact('CHANNEL_SESSION_ENDED', { id: sessionId })));
    });
  });
});

describe('What is known about a conversation', () => {
  it('changes with what the platform says of the customer and of the conversation', async () => {
    const { conversationId } = await centre.customer(await centre.queue());
    await seqOf(add(conversationId, fact('CONVERSATION_DATA_CHANGED', { order: 4711, gift: true, coupon: null })));
    await seqOf(
      add(conversationId, fact('ASSOCIATED_CUSTOMER_CHANGED', { _id: 'c-9', firstName: 'Kim', labels: ['vip'] })),
    );
    expect(await view(conversationId)).toMatchObject({
      conversationData: { order: '4711', gift: 'true' },
      customer: { _id: 'c-9', firstName: 'Kim', labels: ['vip'], isAnonymous: false, phoneNumber: [] },
    });
  });

  it('never grows beyond what a desk can be shown', async () => {
    const { conversationId } = await centre.customer(await centre.queue());
    const large = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`k${index}`, 'x'.repeat(3_900)]));
    expect(JSON.stringify(large).length).toBeGreaterThan(MAX_META_BYTES);
    const session = webSession(`second-${randomUUID()}`);
    const withLarge = { ...session, channelData: { ...session.channelData, ...large } };
    await withoutTrace(centre.stack, async () => {
      await refusedWith('conversation.tooLarge', add(conversationId, fact('CONVERSATION_DATA_CHANGED', large)));
      await refusedWith(
        'conversation.tooLarge',
        add(conversationId, fact('ASSOCIATED_CUSTOMER_CHANGED', { _id: 'c', ...large })),
      );
      await refusedWith('conversation.tooLarge', add(conversationId, fact('CHANNEL_SESSION_STARTED', withLarge)));
    });
  });
});
