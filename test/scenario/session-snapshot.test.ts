/**
 * Snapshot before live: whatever happens while a conversation is opened, its desk gets each event
 * once, and nothing before the whole.
 */
import { describe, expect, it } from 'vitest';
import { contactCentre, type Customer } from '../support/contact-centre.ts';
import type { Desk } from '../support/desk.ts';
import { holdPost } from '../support/held-post.ts';

const centre = contactCentre();

async function specialist(settings: Record<string, unknown> = {}) {
  const queue = await centre.queue(settings);
  const pat = await centre.person(['agent'], { attributes: { [queue]: 1 } });
  return { queue, pat, desk: await pat.ready() };
}

interface Message {
  name: string;
  data: { body?: { markdownText?: string } };
}

function textsOf(events: Message[]): string[] {
  return events.flatMap(({ name, data }) => (name === 'CUSTOMER_MESSAGE' ? [String(data.body?.markdownText)] : []));
}

/**
 * What the desk holds of a conversation: the latest snapshot, and the live events after it as they
 * came.
 */
function held(desk: Desk, { conversationId }: Customer) {
  const mine = desk.frames.filter((frame) => frame.conversationId === conversationId);
  const snapshotAt = mine.findLastIndex(({ event }) => event === 'onTopicData');
  const topic = mine[snapshotAt]?.data as
    { firstSeq: number; lastSeq: number; truncated: boolean; topicData: { topicEvents: Message[] } } | undefined;
  const live = mine.slice(snapshotAt + 1).flatMap(({ event, data, seq }) => {
    if (event !== 'onCimEvent') return [];
    return [{ seq: seq ?? -1, event: JSON.parse((data as { cimEvent: string }).cimEvent) as Message }];
  });
  // A snapshot that is long in coming to be live is shown again; what came after the first was no
  // surprise.
  const first = mine.findIndex(({ event }) => event === 'onTopicData');
  const before = mine.slice(0, Math.max(0, first)).filter(({ event }) => event === 'onCimEvent');
  return { topic, live, before };
}

/**
 * The messages of the customer in the order in which the desk shows them: those before its
 * snapshot, which it asks for, that, and those after.
 */
async function shown(desk: Desk, customer: Customer): Promise<string[]> {
  const { topic, live } = held(desk, customer);
  if (!topic) return [];
  const older = topic.truncated ? await before(desk, customer, topic.firstSeq) : [];
  return [...older, ...textsOf(topic.topicData.topicEvents), ...textsOf(live.map(({ event }) => event))];
}

async function before(desk: Desk, { conversationId }: Customer, beforeSeq: number): Promise<string[]> {
  const events: Message[] = [];
  for (let afterSeq: number | null = 0; afterSeq !== null;) {
    desk.send('replayTopic', { conversationId, afterSeq, beforeSeq });
    for (let more: boolean | undefined = true; more;) {
      const { data } = await desk.next('onTopicReplay');
      events.push(...data.events.map(({ cimEvent }) => JSON.parse(cimEvent) as Message));
      more = data.more;
      afterSeq = data.nextAfterSeq;
    }
  }
  return textsOf(events);
}

describe('A desk that opens a conversation under load', () => {
  it('sees each of 200 messages exactly once and in order, the snapshot first', async () => {
    const { queue, desk } = await specialist();
    const jo = await centre.customer(queue);
    const { data } = await desk.next('taskRequest');
    const texts = Array.from({ length: 200 }, (_, index) => `message ${index}`);
    const talking = (async () => {
      for (const text of texts) await jo.says(text);
    })();
    await expect
      .poll(async () => (await centre.call('GET', `/conversations/${jo.conversationId}`)).body.lastSeq, {
        timeout: 20_000,
      })
      .toBeGreaterThan(50);
    desk.send('topicSubscription', { conversationId: jo.conversationId, taskId: data.taskId });
    await talking;
    await centre.poll(async () => (await shown(desk, jo)).at(-1), { timeout: 30_000 }).toBe(texts.at(-1));

    expect(await shown(desk, jo)).toEqual(texts);
    const { topic, live, before } = held(desk, jo);
    expect(before).toEqual([]);
    const seqs = live.map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_, index) => (topic?.lastSeq ?? 0) + 1 + index));
    expect(seqs.length).toBeGreaterThan(0);
  }, 120_000);

  it('sees each message exactly once where several channels write at the same time', async () => {
    const { queue, desk } = await specialist();
    const jo = await centre.customer(queue);
    const { data } = await desk.next('taskRequest');
    const lanes = ['a', 'b', 'c', 'd'].map(async (lane) => {
      for (let index = 0; index < 15; index++) await jo.says(`${lane} ${index}`);
    });
    await centre.passes(200);
    desk.send('topicSubscription', { conversationId: jo.conversationId, taskId: data.taskId });
    await Promise.all(lanes);
    await centre.poll(async () => (await shown(desk, jo)).length, { timeout: 30_000 }).toBeGreaterThanOrEqual(60);
    await centre.passes(500);

    const texts = await shown(desk, jo);
    expect(texts).toHaveLength(60);
    expect(new Set(texts).size).toBe(60);
    const { topic, live, before } = held(desk, jo);
    expect(before).toEqual([]);
    const seqs = live.map(({ seq }) => seq).toSorted((a, b) => a - b);
    expect(seqs).toEqual(seqs.map((_, index) => (topic?.lastSeq ?? 0) + 1 + index));
  }, 120_000);

  it('comes back to it, loses it again and comes back again, and has it all', async () => {
    const { queue, pat, desk } = await specialist();
    const jo = await centre.customer(queue);
    await desk.accept();
    const texts = Array.from({ length: 60 }, (_, index) => `message ${index}`);
    const talking = (async () => {
      for (const text of texts) await jo.says(text);
    })();
    for (let times = 0; times < 3; times++) {
      await centre.passes(150);
      const next = await pat.open();
      if (times === 1) next.vanish();
    }
    await talking;
    const last = await pat.open();
    await centre.poll(() => shown(last, jo), { timeout: 30_000 }).toEqual(texts);
    expect(held(last, jo).before).toEqual([]);
  }, 120_000);
});

describe('While the snapshot is on its way', () => {
  it('messages wait for it', async () => {
    const { queue, desk } = await specialist();
    const jo = await centre.customer(queue);
    const { data } = await desk.next('taskRequest');
    const snapshot = holdPost(centre, 'onTopicData');
    desk.send('topicSubscription', { conversationId: jo.conversationId, taskId: data.taskId });
    await snapshot.reached();
    await jo.says('one');
    await jo.says('two');
    await desk.never('onCimEvent', 300);
    snapshot.release();
    await centre.poll(() => shown(desk, jo)).toEqual(['one', 'two']);
    expect(held(desk, jo).before).toEqual([]);
  });

  it('a wrap-up that begins waits for it too', async () => {
    const { queue, desk } = await specialist({ wrapUp: { enabled: true, seconds: 30 } });
    const jo = await centre.customer(queue);
    const { data } = await desk.next('taskRequest');
    const snapshot = holdPost(centre, 'onTopicData');
    desk.send('topicSubscription', { conversationId: jo.conversationId, taskId: data.taskId });
    await snapshot.reached();
    await jo.leaves();
    await desk.never('wrapupTimerStarted', 300);
    snapshot.release();
    await desk.next('wrapupTimerStarted');
    expect(held(desk, jo).topic).toBeDefined();
    await desk.never('wrapupTimerStarted', 300);
  });

  it('the end of the conversation waits for it too', async () => {
    const { queue, desk } = await specialist({ wrapUp: { enabled: false } });
    const jo = await centre.customer(queue);
    const { data } = await desk.next('taskRequest');
    const snapshot = holdPost(centre, 'onTopicData');
    desk.send('topicSubscription', { conversationId: jo.conversationId, taskId: data.taskId });
    await snapshot.reached();
    await jo.leaves();
    await desk.never('topicUnsubscription', 300);
    snapshot.release();
    const told = () =>
      desk.frames.filter(({ event }) => ['onTopicData', 'topicUnsubscription', 'topicClosed'].includes(event));
    await expect
      .poll(() => told().map(({ event }) => event))
      .toEqual(['onTopicData', 'topicUnsubscription', 'topicClosed']);
    await centre.passes(300);
    expect(told()).toHaveLength(3);
  });
});
