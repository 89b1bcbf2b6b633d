/**
 * One desk, two connections: the newer one proves that it belongs to the same desk, and nothing is
 * lost or heard twice between the two.
 */
import { describe, expect, it } from 'vitest';
import { SESSION_PREFIX, SUBPROTOCOL, TOKEN_PREFIX } from '../../shared/protocol/frame.ts';
import { contactCentre, type Person } from '../support/contact-centre.ts';
import { Desk, type Frame } from '../support/desk.ts';
import { fire } from '../support/engines.ts';
import { holdPost } from '../support/held-post.ts';
import { chatIs } from '../support/talk.ts';

const centre = contactCentre({ environment: { GRACE_SECONDS: '2' } });

type Ready = Frame<'onSessionReady'>['data'];

/** An agent at a desk, in a conversation that they have accepted, and the key of their session. */
async function busyAgent() {
  const queue = await centre.queue();
  const pat = await centre.person(['agent'], { attributes: { [queue]: 1 } });
  const desk = await pat.open();
  const ready = await session(desk);
  await desk.become('READY');
  const jo = await centre.customer(queue);
  await desk.accept();
  await desk.next('agentPresence_', chatIs('ACTIVE')); // the last thing that it is told of it
  return { queue, pat, desk, jo, key: ready.sessionKey };
}

async function session(desk: Desk): Promise<Ready> {
  return (await desk.next('onSessionReady')).data;
}

function idsOf(person: Person): string[] {
  const mine = centre.stack.gateway.connections().filter(({ principalId }) => principalId === person.id);
  return mine.map(({ connectionId }) => connectionId);
}

/** The numbers of the live events that a desk has heard of a conversation. */
function live(desk: Desk, conversationId: string): number[] {
  const events = desk.frames.filter((frame) => frame.event === 'onCimEvent' && frame.conversationId === conversationId);
  return events.map(({ seq }) => Number(seq));
}

describe('A desk that continues its session over a second connection', () => {
  it('keeps the key, and the older connection is neither told nor closed', async () => {
    const { pat, desk: old, jo, key } = await busyAgent();
    const desk = await pat.open(key);
    expect(await session(desk)).toEqual({
      sessionKey: key,
      continued: true,
      conversations: [jo.conversationId],
      offers: [],
      lastAgentSeq: 0,
      now: expect.any(Number),
    });
    await old.never('socketSessionRemoved', 1_000);
    expect(old.closed).toBeUndefined();
  });

  it('hears every event over one of the two, and none over both', async () => {
    const { pat, desk: old, jo, key } = await busyAgent();
    const { conversationId } = jo;
    old.frames.length = 0;
    const greeting = holdPost(centre, 'agentPresence_');
    const desk = await pat.open(key);
    await greeting.reached();
    const first = await jo.says('1');
    await old.cim('CUSTOMER_MESSAGE', ({ body }) => body.markdownText === '1'); // the older one is still in the conversation
    const snapshot = holdPost(centre, 'onTopicData');
    greeting.release();
    await snapshot.reached();
    for (const text of ['2', '3']) await jo.says(text);
    snapshot.release();
    await session(desk);
    const last = await jo.says('4');
    await centre.poll(() => live(desk, conversationId).at(-1)).toBe(last);
    await centre.passes(300);

    const { data } = await desk.next('onTopicData');
    expect(data.lastSeq).toBeGreaterThanOrEqual(first);
    const rest = Array.from({ length: last - data.lastSeq }, (_, index) => data.lastSeq + 1 + index);
    expect(live(desk, conversationId)).toEqual(rest);
    expect(live(old, conversationId)).toEqual([]); // the only one that it was sent was taken above
    const texts = data.topicData.topicEvents.filter(({ name }) => name === 'CUSTOMER_MESSAGE');
    expect(texts.length + rest.length).toBe(4);
  });

  it('never misses an event, however many are said while it changes over', async () => {
    const { pat, desk: old, jo, key } = await busyAgent();
    const { conversationId } = jo;
    old.frames.length = 0;
    const says = (async () => {
      const seqs: number[] = [];
      for (let n = 0; n < 40; n++) seqs.push(await jo.says(String(n)));
      return seqs;
    })();
    const desk = await pat.open(key);
    const seqs = await says;
    await centre.poll(() => live(desk, conversationId).at(-1) ?? 0).toBe(seqs.at(-1));
    const { data } = await desk.next('onTopicData');
    const [before, after] = [live(old, conversationId), live(desk, conversationId)];
    expect(after).toEqual(seqs.filter((seq) => seq > data.lastSeq));
    expect(before.every((seq) => seq <= data.lastSeq)).toBe(true);
    expect(before.filter((seq) => after.includes(seq))).toEqual([]);
  });

  it('keeps its offers, and accepts them over the newer connection only', async () => {
    const { pat, queue, desk: old, key } = await busyAgent();
    const waiting = await centre.customer(queue);
    const { data: offer } = await old.next('taskRequest');
    const desk = await pat.open(key);
    expect((await session(desk)).offers).toEqual([waiting.conversationId]);
    expect((await desk.next('taskRequest')).data).toEqual({ ...offer, now: expect.any(Number) });
    await old.never('revokeTask', 0);
    const { conversationId, taskId } = offer;
    expect(await old.ask('topicSubscription', { conversationId, taskId })).toMatchObject({ code: 'session.replaced' });
    expect(await desk.ask('topicSubscription', { conversationId, taskId })).toMatchObject({ status: 'ok' });
  });

  it('may do so again and again, as a browser does, and nobody is told to go', async () => {
    const { pat, desk: first, key } = await busyAgent();
    const token = await pat.token();
    const second = await pat.open(key);
    const offered = [SUBPROTOCOL, `${TOKEN_PREFIX}${token}`, `${SESSION_PREFIX}${key}`];
    const third = await Desk.open(centre.stack.wsUrl, null, offered);
    try {
      expect(third.socket.protocol).toBe(SUBPROTOCOL);
      expect(await session(third)).toMatchObject({ sessionKey: key, continued: true });
      for (const desk of [first, second]) await desk.never('socketSessionRemoved', 500);
    } finally {
      third.vanish();
    }
  });

  it('has not lost it when its older connection ends, however late that is noticed', async () => {
    const { pat, desk: old, jo, key } = await busyAgent();
    const [connection] = centre.stack.gateway.connections().filter(({ principalId }) => principalId === pat.id);
    const desk = await pat.open(key);
    await session(desk);
    await old.close();
    const requestContext = { ...connection, eventType: 'DISCONNECT', disconnectStatusCode: 1001 };
    expect(await centre.stack.invoke('socket/disconnect', { requestContext })).toMatchObject({ ok: true });
    desk.frames.length = 0;
    await desk.never('agentPresence_', 3_000); // longer than the grace
    expect((await centre.call('GET', `/agents/${pat.id}`)).body).toMatchObject({
      state: { name: 'READY' },
      connected: true,
      tasks: [{ conversationId: jo.conversationId }],
    });
  });

  it('leaves no connection behind: the older one is closed in the end, the newer one stays', async () => {
    const { pat, desk: old, jo, key } = await busyAgent();
    const [connectionId = ''] = idsOf(pat);
    const desk = await pat.open(key);
    await session(desk);
    const [present = ''] = idsOf(pat).filter((id) => id !== connectionId);
    await fire(centre.stack, { kind: 'closeConnection', agentId: pat.id, connectionId: present });
    await fire(centre.stack, { kind: 'closeConnection', agentId: pat.id, connectionId });
    await old.gone();
    expect(old.frames.some(({ event }) => event === 'socketSessionRemoved')).toBe(false);
    const seq = await jo.says('Hello?');
    expect((await desk.cim('CUSTOMER_MESSAGE')).seq).toBe(seq);
  });

  it('may come back within the grace of a connection that was lost', async () => {
    const { pat, desk: old, jo, key } = await busyAgent();
    old.vanish();
    await centre.poll(async () => (await centre.call('GET', `/agents/${pat.id}`)).body.connected).toBe(false);
    const desk = await pat.open(key);
    expect(await session(desk)).toMatchObject({ sessionKey: key, continued: true, conversations: [jo.conversationId] });
  });
});

describe('A greeting that comes too late', () => {
  it('does not take a conversation back from the connection on which the desk has gone on', async () => {
    const { pat, jo, key } = await busyAgent();
    const greeting = holdPost(centre, 'agentPresence_');
    const second = await pat.open(key);
    await greeting.reached();
    const third = await pat.open(key);
    await session(third);
    greeting.release();
    await second.next('pullModeSubscribedListRequests'); // from here on its greeting would go on with conversations
    await centre.passes(500);
    const seq = await jo.says('Where are you?');
    expect((await third.cim('CUSTOMER_MESSAGE')).seq).toBe(seq);
    expect(second.frames.map(({ event }) => event)).not.toContain('onTopicData');
    expect(second.frames.map(({ event }) => event)).not.toContain('onSessionReady');
  });

  it.each([
    ['tells nothing to a connection that was continued since', true],
    ['tells a connection that was replaced since that it was', false],
  ])('%s', async (_, continued) => {
    const { pat, desk: first, key } = await busyAgent();
    const [connectionId = ''] = idsOf(pat);
    const second = await pat.open(continued ? key : undefined);
    await session(second);
    first.frames.length = 0;
    const body = JSON.stringify({ agentId: pat.id, connectionId, epoch: 1, began: 1 });
    const Records = [{ messageId: 'm-1', body }];
    expect(await centre.stack.invoke('session/greet', { Records })).toMatchObject({ ok: true });
    await centre.passes(300);
    expect(first.frames.map(({ event }) => event)).toEqual([]);
    expect(first.closed === undefined).toBe(continued);
  });
});

describe('A connection that does not prove it', () => {
  it.each<[string, () => Promise<string | undefined>]>([
    ['with no key', async () => undefined],
    ['with a key that never was', async () => '1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed'],
    ['with the key of a colleague', async () => (await busyAgent()).key],
  ])('%s takes over', async (_, keyOf) => {
    const { pat, desk: old, key } = await busyAgent();
    const offered = await keyOf();
    const desk = await pat.open(offered);
    await old.next('socketSessionRemoved');
    await old.gone();
    const { sessionKey, continued } = await session(desk);
    expect(continued).toBe(false);
    expect([key, offered]).not.toContain(sessionKey);
  });

  it('with the key of a session that was taken over takes over in turn', async () => {
    const { pat, desk: first, key } = await busyAgent();
    const second = await pat.connect();
    await first.gone();
    const third = await pat.open(key);
    expect((await second.next('socketSessionRemoved')).data).toEqual({ agentId: pat.id });
    await second.gone();
    const { sessionKey, continued } = await session(third);
    expect(continued).toBe(false);
    expect(sessionKey).not.toBe(key);
  });

  it('with the key of a session that ended with a logout begins a new one', async () => {
    const { pat, desk: old, key } = await busyAgent();
    await old.become('LOGOUT');
    const desk = await pat.open(key);
    const ready = await session(desk);
    expect(ready).toMatchObject({ continued: false, conversations: [], offers: [] });
    expect(ready.sessionKey).not.toBe(key);
  });
});
