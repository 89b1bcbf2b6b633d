/**
 * What a desk is told of what comes over the wire: here of what the manager says more than once.
 */
import { describe, expect, it } from 'vitest';
import { machineClock } from '../../../shared/client/clock.ts';
import type { Frame, ManagerPayload } from '../../../shared/client/session/frames.ts';
import { Inbox } from '../../../shared/client/session/inbox.ts';

const conversationId = 'c1';

/** A goodbye: without a number it is of a greeting, with one it is of the agent's log, too. */
function goodbye(reason: string, agentSeq?: number): Frame<'topicUnsubscription'> {
  const data = { conversationId, reason, task: 'topicUnsubscription' as const, statusCode: 200 };
  return { event: 'topicUnsubscription', conversationId, data, ...(agentSeq === undefined ? {} : { agentSeq }) };
}

function snapshot(): Frame<'onTopicData'> {
  const data = { conversationId, lastSeq: 1, firstSeq: 1, truncated: false, topicData: { topicEvents: [] } };
  return { event: 'onTopicData', conversationId, data: data as unknown as ManagerPayload<'onTopicData'> };
}

/** An inbox whose agent's log is as given, with what its desk was told. */
function inbox(
  log: readonly Frame[] = [],
  snapshots: (id: string) => Promise<void> = () => Promise.reject(new Error('nothing is missing')),
) {
  // prettier-ignore
  const told: string[] = [];
  const box = new Inbox({
    gapMs: 0,
    clock: machineClock,
    say: (frame) => told.push(frame.event === 'topicUnsubscription' ? `goodbye: ${frame.data.reason}` : frame.event),
    snapshot: snapshots,
    topicPage: () => Promise.reject(new Error('nothing is missing')),
    agentPage: ({ afterSeq }) => Promise.resolve({ events: log, afterSeq, nextAfterSeq: null, firstAvailableSeq: 1 } as never), // prettier-ignore
  });
  const greeted = async (lastAgentSeq: number, conversations: string[] = []) => {
    box.ready({ sessionKey: 'k', continued: true, conversations, offers: [], lastAgentSeq });
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { box, told, greeted };
}

describe('A conversation that ends while its desk is greeted', () => {
  it('ends once, though the greeting and the log of the agent both say so', async () => {
    const { box, told, greeted } = inbox([goodbye('CUSTOMER LEFT', 5)]);
    await greeted(4);
    told.length = 0;
    box.begin(false);
    for (const frame of [snapshot(), goodbye('CONVERSATION CLOSED')]) box.received(frame, false);
    await greeted(5);
    expect(told).toEqual(['onTopicData', 'goodbye: CONVERSATION CLOSED', 'onSessionReady']);
  });

  it('ends again when the agent has come into it again', async () => {
    const { box, told, greeted } = inbox();
    await greeted(0);
    told.length = 0;
    const frames = [snapshot(), goodbye('CONVERSATION CLOSED'), snapshot(), goodbye('CUSTOMER LEFT', 1)];
    for (const frame of frames) box.received(frame, false);
    expect(told).toEqual(['onTopicData', 'goodbye: CONVERSATION CLOSED', 'onTopicData', 'goodbye: CUSTOMER LEFT']);
  });
});

describe('A goodbye', () => {
  it('to a conversation that the desk does not hold is told: somebody may wait for it', async () => {
    const { box, told, greeted } = inbox();
    await greeted(0);
    told.length = 0;
    box.received(goodbye('UNSUBSCRIBED'), false);
    box.received(goodbye('UNSUBSCRIBED'), false);
    box.received(goodbye('CUSTOMER LEFT', 1), false);
    expect(told).toEqual(['goodbye: UNSUBSCRIBED', 'goodbye: UNSUBSCRIBED', 'goodbye: CUSTOMER LEFT']);
  });

  it('of the log comes once, however often it is sent', async () => {
    const { box, told, greeted } = inbox();
    await greeted(0);
    told.length = 0;
    for (const frame of [snapshot(), goodbye('CUSTOMER LEFT', 1), goodbye('CUSTOMER LEFT', 1)]) box.received(frame, false); // prettier-ignore
    expect(told).toEqual(['onTopicData', 'goodbye: CUSTOMER LEFT']);
  });
});

describe('What a greeting says again while the desk changes its connection', () => {
  const offer = (taskRequest: object) => ({ event: 'taskRequest', data: { conversationId, ...taskRequest } }) as Frame<'taskRequest'>; // prettier-ignore
  const first = { taskId: 't1', channelSession: { id: 's1', channel: { id: 'web', name: 'Web' } } };

  it('is not told twice, in whatever order its members come', () => {
    const { box, told } = inbox();
    box.received(offer(first), false);
    box.begin(true);
    box.received(offer({ channelSession: { channel: { name: 'Web', id: 'web' }, id: 's1' }, taskId: 't1' }), true);
    expect(told).toEqual(['taskRequest']);
  });

  it('is told where it is another thing now', () => {
    const { box, told } = inbox();
    box.received(offer(first), false);
    box.begin(true);
    box.received(offer({ ...first, taskId: 't2' }), true);
    expect(told).toEqual(['taskRequest', 'taskRequest']);
  });

  it('is the same offer where only the clock of the manager has gone on', () => {
    const { box, told } = inbox();
    box.received(offer({ taskId: 't1', expiresAt: 9, now: 1 }), false);
    box.received(offer({ taskId: 't1', expiresAt: 9, now: 2 }), true);
    expect(told).toEqual(['taskRequest']);
  });
});

describe('A conversation that the desk does not hold', () => {
  const event = (seq: number): Frame<'onCimEvent'> => {
    const cimEvent = JSON.stringify({ name: 'CUSTOMER_MESSAGE', data: {} });
    return { event: 'onCimEvent', conversationId, seq, data: { conversationId, cimEvent } };
  };

  it('is asked for once when something is said of it, and what was said follows', async () => {
    const asked: string[] = [];
    const { box, told } = inbox([], (id) => {
      asked.push(id);
      setTimeout(() => box.received(snapshot(), false));
      return Promise.resolve();
    });
    for (const frame of [event(2), event(3)]) box.received(frame, false);
    await expect.poll(() => told).toEqual(['onTopicData', 'onCimEvent', 'onCimEvent']);
    expect(asked).toEqual([conversationId]);
  });

  it('is not asked for where its snapshot was only overtaken', async () => {
    const { box, told } = inbox([], () => Promise.resolve(void told.push('asked for')));
    for (const frame of [event(2), snapshot()]) box.received(frame, false);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(told).toEqual(['onTopicData', 'onCimEvent']);
  });

  it('is forgotten where the agent is out of it, and asked for again by what is said later', async () => {
    let asked = 0;
    const { box, told } = inbox([], () => {
      asked += 1;
      return Promise.reject(new Error('not in it'));
    });
    for (const times of [1, 2]) {
      box.received(event(times + 1), false);
      await expect.poll(() => asked).toBe(times);
    }
    await new Promise((resolve) => setTimeout(resolve));
    box.received(snapshot(), false);
    expect(told).toEqual(['onTopicData']);
  });
});
