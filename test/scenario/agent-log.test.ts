/**
 * What an agent was told, or should have been: numbered without a gap, and told again to the desk
 * that missed it.
 */
import { byteLength } from '../../shared/protocol/bytes.ts';
import { describe, expect, it } from 'vitest';
import { MAX_FRAME_BYTES } from '../../shared/protocol/frame.ts';
import { NUMBERED_EVENTS } from '../../shared/protocol/manager-events.ts';
import { editByHand, expireByHand } from '../support/by-hand.ts';
import { contactCentre } from '../support/contact-centre.ts';
import type { Desk, Frame } from '../support/desk.ts';
import { putRows } from '../support/engines.ts';
import { agent, colleague, forget, queue, scene } from '../support/scene.ts';
import { talk } from '../support/talk.ts';

const centre = contactCentre();

type Replay = Frame<'onAgentReplay'>['data'];

async function page(desk: Desk, afterSeq: number, limit?: number): Promise<Replay> {
  desk.send('replayAgentEvents', { afterSeq, ...(limit === undefined ? {} : { limit }) });
  return (await desk.next('onAgentReplay')).data;
}

/** Page by page until nothing is left, as a client asks. */
async function replayed(desk: Desk, after: number, limit?: number) {
  const events: Replay['events'] = [];
  let pages = 0;
  for (let next: number | null = after; next !== null; pages++) {
    const answer = await page(desk, next, limit);
    expect(answer.afterSeq).toBe(next);
    expect(byteLength(JSON.stringify(answer))).toBeLessThan(MAX_FRAME_BYTES);
    events.push(...answer.events);
    next = answer.nextAfterSeq;
  }
  return { events, pages };
}

/** The frames with a number that a desk has heard, in the order of the numbers. */
function numbered(desk: Desk): Frame[] {
  const frames = desk.frames.filter(({ agentSeq }) => agentSeq !== undefined);
  return frames.toSorted((a, b) => Number(a.agentSeq) - Number(b.agentSeq));
}

const from = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe('What is said to an agent and to nobody again', () => {
  it('is numbered as it is said: that colleagues are asked and found, and the goodbye', async () => {
    const { amy, bob, conversationId } = await scene(centre);
    await amy.desk.ask('consultRequest', { conversationId, ...agent(bob.id) });
    await bob.desk.accept();
    await amy.desk.ask('consultTransferRequest', { conversationId, ...agent(bob.id) });
    await amy.desk.next('topicUnsubscription').then((frame) => amy.desk.frames.push(frame));
    expect(numbered(amy.desk).map(({ event, agentSeq }) => [agentSeq, event])).toEqual([
      [1, 'agentAssistanceRequestPlaced'],
      [2, 'agentAssignedForAssistance'],
      [3, 'onAssistanceOutcome'],
      [4, 'consulTransferRequestSuccess'],
      [5, 'topicUnsubscription'],
    ]);
    const others = amy.desk.frames.filter(({ event }) => !NUMBERED_EVENTS.some((name) => name === event));
    expect(others.filter(({ agentSeq }) => agentSeq !== undefined)).toEqual([]);
  });

  it('comes again word for word', async () => {
    const { amy, sales, conversationId } = await scene(centre);
    await amy.desk.ask('consultRequest', { conversationId, ...queue(sales, { note: 'Speaks "Danish"' }) });
    await centre.eventually(() => numbered(amy.desk)[1]);
    await amy.desk.ask('topicUnsubscription_', { conversationId });
    await centre.eventually(() => numbered(amy.desk)[3]);
    const { events } = await replayed(amy.desk, 0);
    expect(events).toEqual(numbered(amy.desk));
    expect(events).toHaveLength(4);
  });

  it('has no gap and no number twice, however much happens at once', async () => {
    const own = await centre.queue({ wrapUp: { enabled: false } });
    const mrds = [{ mrdId: 'CHAT', maxAgentTasks: 8 }];
    const pat = await centre.person(['agent'], { attributes: { [own]: 1 }, mrds });
    const desk = await pat.ready();
    const customers = await Promise.all(from(1, 8).map(() => centre.customer(own)));
    for (const _ of customers) await desk.accept();
    await Promise.all(customers.map((customer) => customer.leaves()));
    await centre.poll(() => numbered(desk).length).toBe(8);
    expect(numbered(desk).map(({ agentSeq }) => agentSeq)).toEqual(from(1, 8));
    const ended = new Set(numbered(desk).map(({ conversationId }) => conversationId));
    expect(ended).toEqual(new Set(customers.map(({ conversationId }) => conversationId)));

    const { events, pages } = await replayed(desk, 0, 3);
    expect(events).toEqual(numbered(desk));
    expect(pages).toBe(3);
    expect((await replayed(desk, 5)).events).toEqual(numbered(desk).slice(5));
    expect(await page(desk, 8)).toEqual({ events: [], afterSeq: 8, nextAfterSeq: null, firstAvailableSeq: 9 });
  });

  it('is an offer that was taken away, too', async () => {
    const own = await centre.queue({ acceptSeconds: 1 });
    const pat = await centre.person(['agent'], { attributes: { [own]: 1 } });
    const desk = await pat.ready();
    await centre.customer(own);
    const revoked = await desk.next('revokeTask');
    expect(revoked).toMatchObject({ agentSeq: 1, data: { reason: 'RONA' } });
    expect((await page(desk, 0)).events).toEqual([revoked]);
  });

  it('has no number where nothing has changed', async () => {
    const { desk } = await talk(centre);
    const { conversationId } = await centre.customer(await centre.queue());
    await desk.ask('topicUnsubscription_', { conversationId });
    expect(await desk.next('topicUnsubscription')).not.toHaveProperty('agentSeq');
    expect(await page(desk, 0)).toMatchObject({ events: [], firstAvailableSeq: 1 });
  });
});

describe('A desk that was away', () => {
  it('learns what became of its request for a colleague, and why its conversation has ended', async () => {
    const { amy, customer, conversationId } = await scene(centre);
    const sales = await centre.queue({ wrapUp: { enabled: false } });
    const first = await amy.person.open(); // a session whose key is known
    const { sessionKey, lastAgentSeq } = (await first.next('onSessionReady')).data;
    expect(lastAgentSeq).toBe(0);
    await first.ask('consultRequest', { conversationId, ...queue(sales) });
    const placed = await first.next('agentAssistanceRequestPlaced');
    expect(placed.agentSeq).toBe(1);
    first.vanish();
    await centre.eventually(async () =>
      (await centre.call('GET', `/agents/${amy.id}`)).body.connected ? undefined : true,
    );
    const bob = await colleague(centre, sales);
    await bob.desk.next('taskRequest');
    await customer.leaves();

    const desk = await amy.person.open(sessionKey);
    const { data } = await desk.next('onSessionReady');
    expect(data).toMatchObject({ continued: true, conversations: [], offers: [], lastAgentSeq: 4 });
    const { events } = await replayed(desk, 1);
    expect(events).toMatchObject([
      { agentSeq: 2, event: 'agentAssignedForAssistance', conversationId, data: { conversationId, type: 'consult' } },
      { agentSeq: 3, event: 'topicUnsubscription', conversationId, data: { conversationId, reason: 'CUSTOMER LEFT' } },
      { agentSeq: 4, event: 'onAssistanceOutcome', conversationId, data: { outcome: 'CANCELLED', agent: null } },
    ]);
  });

  it('learns that its offer went to somebody else when its connection was lost', async () => {
    const own = await centre.queue();
    const pat = await centre.person(['agent'], { attributes: { [own]: 1 } });
    const desk = await pat.ready();
    const { conversationId } = await centre.customer(own);
    const { data: offer } = await desk.next('taskRequest');
    desk.vanish();
    await centre.eventually(async () =>
      (await centre.call('GET', `/agents/${pat.id}`)).body.connected ? undefined : true,
    );
    const again = await pat.open();
    expect((await again.next('onSessionReady')).data.lastAgentSeq).toBe(1);
    const { events } = await replayed(again, 0);
    const data = { conversationId, taskId: offer.taskId, reason: 'REROUTE' };
    expect(events).toEqual([{ agentSeq: 1, event: 'revokeTask', conversationId, data }]);
  });

  it('longer than a day is told which numbers are gone', async () => {
    const { amy, conversationId } = await scene(centre);
    await amy.desk.ask('consultRequest', { conversationId, ...queue(await centre.queue()) });
    await amy.desk.ask('topicUnsubscription_', { conversationId });
    await amy.desk.next('topicUnsubscription');
    await expireByHand(centre.stack, amy.id, 1);
    expect(await page(amy.desk, 0)).toMatchObject({
      events: [{ agentSeq: 2 }, { agentSeq: 3 }],
      nextAfterSeq: null,
      firstAvailableSeq: 2,
    });
  });

  it('gets a long log in pages that fit into a frame', async () => {
    const { amy } = await scene(centre);
    const data = { conversationId: 'c-1', reason: 'RONA', filler: 'x'.repeat(9_000) };
    const items = from(1, 25).map((agentSeq) => ({
      pk: `AGENT#${amy.id}`,
      sk: `NOTICE#${String(agentSeq).padStart(12, '0')}`,
      agentSeq,
      event: 'revokeTask',
      data,
      expiresAt: Math.floor(Date.now() / 1000) + 600,
    }));
    await putRows(centre.stack, items);
    await editByHand(centre.stack, `AGENT#${amy.id}`, 'STATE', () => ({ lastAgentSeq: 25 }));
    const { events, pages } = await replayed(amy.desk, 0);
    expect(events.map(({ agentSeq }) => agentSeq)).toEqual(from(1, 25));
    expect(pages).toBe(9);
  });
});

describe('The log of an agent', () => {
  it('is read by nobody else', async () => {
    const { amy, bob, conversationId } = await scene(centre);
    await amy.desk.ask('topicUnsubscription_', { conversationId });
    forget(bob);
    expect(await page(bob.desk, 0)).toEqual({ events: [], afterSeq: 0, nextAfterSeq: null, firstAvailableSeq: 1 });
    const foreign = await bob.desk.ask('replayAgentEvents', { agentId: amy.id, afterSeq: 0 });
    expect(foreign).toMatchObject({ status: 'error', code: 'agent.mismatch' });
    await bob.desk.never('onAgentReplay', 0);
  });

  it('is not read through a connection that no longer speaks for the agent', async () => {
    const pat = await centre.person();
    const old = await pat.open();
    const { sessionKey } = (await old.next('onSessionReady')).data;
    await (await pat.open(sessionKey)).next('onSessionReady');
    expect(await old.ask('replayAgentEvents', { afterSeq: 0 })).toMatchObject({ code: 'session.replaced' });
    await old.never('onAgentReplay', 0);
  });

  it.each([
    { afterSeq: -1 },
    { afterSeq: 0.5 },
    { afterSeq: '0' },
    {},
    { afterSeq: 0, limit: 0 },
    { afterSeq: 0, limit: 501 },
  ])('is not read from nowhere: %j', async (wanted) => {
    const desk = await (await centre.person()).connect();
    expect(await desk.ask('replayAgentEvents', wanted)).toMatchObject({ status: 'error', code: 'event.invalid' });
  });
});
