/**
 * One conversation as a client knows it: snapshots and events in whatever order they come, and what
 * the desk is told.
 */
import { describe, expect, it } from 'vitest';
import type { Frame } from '../../../shared/client/session/frames.ts';
import {
  announced,
  eventArrived,
  gapIn,
  pageArrived,
  snapshotArrived,
  topicEnds,
  unknownTopic,
  type Snapshot,
  type Told,
  type Topic,
} from '../../../shared/client/session/topic.ts';

const cimEvent = (seq: number, name = 'CUSTOMER_MESSAGE') =>
  JSON.stringify({ id: `e-${seq}`, name, type: 'MESSAGE', timestamp: 1, data: {} });

const live = (seq: number, name?: string): Frame<'onCimEvent'> => ({
  event: 'onCimEvent',
  conversationId: 'c-1',
  seq,
  data: { conversationId: 'c-1', cimEvent: cimEvent(seq, name) },
});

/** The snapshot of the events from `firstSeq` to `lastSeq`. */
function snapshot(firstSeq: number, lastSeq: number, truncated = firstSeq > 1): Snapshot {
  const topicEvents: unknown[] = [];
  for (let seq = firstSeq; seq <= lastSeq; seq++) topicEvents.push(JSON.parse(cimEvent(seq)));
  return { conversationId: 'c-1', taskId: 't:m', firstSeq, lastSeq, truncated, topicData: { topicEvents } } as never;
}

const page = (afterSeq: number, seqs: number[], nextAfterSeq: number | null = null) => ({
  conversationId: 'c-1',
  afterSeq,
  nextAfterSeq,
  events: seqs.map((seq) => ({ seq, cimEvent: cimEvent(seq) })),
});

/** What happens to a topic, one after the other: what the desk was told of it, as texts. */
function telling(...steps: ((topic: Topic) => Told)[]) {
  let topic = unknownTopic;
  const told: string[] = [];
  for (const step of steps) {
    const [next, said] = step(topic);
    topic = next;
    for (const frame of said) told.push(asText(frame));
  }
  return { topic, told };
}

function asText(frame: Frame<'onTopicData'> | Frame<'onCimEvent'>): string {
  if (frame.event === 'onCimEvent') return `event ${frame.seq}`;
  const { truncated, topicData } = frame.data;
  return `snapshot ${topicData.topicEvents.map(({ id }) => id.slice(2)).join(' ')}${truncated ? ' truncated' : ''}`;
}

const comes = (seq: number, name?: string) => (topic: Topic) => eventArrived(topic, live(seq, name));
const shows = (data: Snapshot) => (topic: Topic) => snapshotArrived(topic, data);
/** The page that fills the gap of the moment. */
const brings =
  (seqs: number[], nextAfterSeq: number | null = null) =>
  (topic: Topic) => {
    const gap = gapIn(topic);
    if (!gap) throw new Error('nothing is missing');
    return pageArrived(topic, gap, page(gap.afterSeq, seqs, nextAfterSeq));
  };

describe('A conversation that the agent comes into', () => {
  it('is shown before anything that happens in it', () => {
    expect(telling(comes(4), comes(3), comes(2), shows(snapshot(1, 3))).told).toEqual(['snapshot 1 2 3', 'event 4']);
  });

  it('is shown whole when its snapshot was cut: older events are fetched first', () => {
    const { topic, told } = telling(shows(snapshot(4, 5)), comes(6));
    expect(told).toEqual([]);
    expect(gapIn(topic)).toEqual({ afterSeq: 0, beforeSeq: 4 });
    expect(telling(shows(snapshot(4, 5)), comes(6), brings([1, 2], 2), brings([3])).told).toEqual([
      'snapshot 1 2 3 4 5',
      'event 6',
    ]);
  });

  it('is shown whole when it was cut elsewhere after the connection was lost in between', () => {
    const again = shows(snapshot(3, 7));
    expect(telling(shows(snapshot(4, 5)), brings([1, 2, 3].slice(0, 2), 2), again).told).toEqual(['snapshot 1 2 3 4 5 6 7']); // prettier-ignore
    expect(telling(shows(snapshot(6, 7)), brings([1, 2, 3, 4], 4), shows(snapshot(3, 7)), brings([1, 2])).told).toEqual(
      ['snapshot 1 2 3 4 5 6 7'],
    );
  });

  it('has a history without what concerned a moment only', () => {
    const { topic, told } = telling(shows(snapshot(1, 1)), comes(2, 'TYPING_INDICATOR'), comes(3), shows(snapshot(1, 3))); // prettier-ignore
    expect(told).toEqual(['snapshot 1', 'event 2', 'event 3', 'snapshot 1 3']);
    expect(topic.history.map(({ id }) => id)).toEqual(['e-1', 'e-3']);
  });
});

describe('After a reconnect', () => {
  it('what was missed comes first, then the snapshot that covers it, then what happens', () => {
    const missed = telling(shows(snapshot(1, 2)), shows(snapshot(1, 4)), comes(5));
    expect(missed.told).toEqual(['snapshot 1 2']);
    expect(gapIn(missed.topic)).toEqual({ afterSeq: 2, beforeSeq: 5 });
    expect(telling(shows(snapshot(1, 2)), shows(snapshot(1, 4)), comes(5), brings([3, 4])).told).toEqual([
      'snapshot 1 2',
      'event 3',
      'event 4',
      'snapshot 1 2 3 4',
      'event 5',
    ]);
  });

  it('nothing is fetched where nothing was missed', () => {
    const { topic, told } = telling(shows(snapshot(1, 2)), comes(3), shows(snapshot(1, 3)));
    expect(told).toEqual(['snapshot 1 2', 'event 3', 'snapshot 1 2 3']);
    expect(gapIn(topic)).toBeNull();
  });

  it('a snapshot that was cut takes nothing away that was known', () => {
    expect(telling(shows(snapshot(1, 3)), shows(snapshot(3, 3))).told.at(-1)).toBe('snapshot 1 2 3');
  });

  it('an older snapshot that comes late is not shown', () => {
    expect(telling(shows(snapshot(1, 3)), comes(4), shows(snapshot(1, 3))).told).toEqual(['snapshot 1 2 3', 'event 4']);
  });

  it('that nobody should notice, what was missed comes without a snapshot', () => {
    const quietly = telling(shows(snapshot(1, 2)), (topic) => announced(topic, 4), brings([4]), comes(5));
    expect(quietly.told).toEqual(['snapshot 1 2', 'event 4', 'event 5']);
  });
});

describe('When the agent is out of the conversation', () => {
  it('what waited for something missing is said', () => {
    expect(telling(shows(snapshot(1, 1)), comes(3), comes(5), topicEnds).told).toEqual([
      'snapshot 1',
      'event 3',
      'event 5',
    ]);
  });

  it('before they ever were in it, nothing is', () => {
    expect(telling(comes(3), topicEnds).told).toEqual([]);
  });
});
