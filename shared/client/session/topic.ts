/**
 * What is known of one conversation: its events in order and exactly once, and snapshots that cover
 * exactly what was said before them. Pure. A snapshot is shown when nothing is missing before it:
 * whatever was missed while the connection was gone comes first, as events.
 */
import { MOMENTARY } from '../../protocol/shapes/momentary.ts';
import type { Frame, ManagerPayload } from './frames.ts';
import { announce, arrive, fill, giveUp, missing, startAfter, type Gap, type Sequence, type Step } from './sequence.ts';

/**
 * A conversation as a whole: customer, channel session, participants, events, and up to which
 * number (`lastSeq`) it goes.
 */
export type Snapshot = ManagerPayload<'onTopicData'>;
/** An event as it is in a snapshot: `name`, `type`, `timestamp` in epoch milliseconds, `data`. */
export type CimEvent = Snapshot['topicData']['topicEvents'][number];
type Live = Frame<'onCimEvent'>;

export interface Topic {
  readonly sequence: Sequence<Live>;
  /** Every event so far but the momentary, oldest first. */
  readonly history: readonly CimEvent[];
  /** A snapshot was shown; before that, events have nothing to be behind. */
  readonly shown: boolean;
  /** What came before there was a snapshot. */
  readonly early: readonly Live[];
  /** The snapshot that will be shown once everything up to `after` is there. */
  readonly next: { readonly snapshot: Snapshot; readonly after: number } | null;
}

/** The topic that follows, and what is to be said about it, in order. */
export type Told = readonly [topic: Topic, said: readonly (Frame<'onTopicData'> | Live)[]];

export const unknownTopic: Topic = { sequence: startAfter(0), history: [], shown: false, early: [], next: null };

export function eventArrived(topic: Topic, frame: Live): Told {
  if (!topic.shown) return [{ ...topic, early: [...topic.early, frame] }, []];
  return settle(topic, arrive(topic.sequence, frame.seq ?? 0, frame));
}

export function snapshotArrived(topic: Topic, snapshot: Snapshot): Told {
  const { sequence } = topic;
  if (!topic.shown) {
    const after = snapshot.truncated ? snapshot.firstSeq - 1 : 0;
    const begun = after < sequence.seen ? { ...topic, sequence: startAfter<Live>(0), history: [] } : topic;
    return settle({ ...begun, next: { snapshot, after } }, [announce(begun.sequence, after), []]);
  }
  const after = snapshot.lastSeq;
  if (after < Math.max(sequence.seen, topic.next?.after ?? 0)) return [topic, []]; // an old one that was overtaken
  return settle({ ...topic, next: { snapshot, after } }, [announce(sequence, after), []]);
}

/** The conversation reaches at least up to `lastSeq`. */
export function announced(topic: Topic, lastSeq: number): Told {
  return [{ ...topic, sequence: announce(topic.sequence, lastSeq) }, []];
}

/** `page` answers `asked`. Momentary events of the past are left out. */
export function pageArrived(topic: Topic, asked: Gap, page: ManagerPayload<'onTopicReplay'>): Told {
  if (asked.afterSeq > topic.sequence.seen) return [topic, []];
  const { conversationId, nextAfterSeq } = page;
  const items = page.events
    .filter(({ cimEvent }) => !MOMENTARY.has(parsed(cimEvent).name))
    .map(({ seq, cimEvent }): [number, Live] => [
      seq,
      { event: 'onCimEvent', conversationId, seq, data: { conversationId, cimEvent } },
    ]);
  return settle(topic, fill(topic.sequence, items, nextAfterSeq ?? asked.beforeSeq - 1));
}

/**
 * What is missing will not come any more, because the agent is out of the conversation: what is
 * here is said.
 */
export function topicEnds(topic: Topic): Told {
  return topic.shown ? settle(topic, giveUp(topic.sequence)) : [topic, []];
}

export function gapIn({ sequence }: Topic): Gap | null {
  return missing(sequence);
}

/** Says what is due: what a snapshot covers before the snapshot, the rest after it. */
function settle(topic: Topic, [sequence, due]: Step<Live>): Told {
  const { next } = topic;
  if (!next || sequence.seen < next.after) return says({ ...topic, sequence }, due);
  if (!topic.shown) return firstShown(topic, next.snapshot, due);
  const [before, said] = says({ ...topic, sequence, next: null }, due.filter(([seq]) => seq <= next.after)); // prettier-ignore
  const [after, rest] = says(before, due.filter(([seq]) => seq > next.after)); // prettier-ignore
  return [after, [...said, whole(next.snapshot, before.history), ...rest]];
}

/**
 * The first snapshot, complete: what it left out has come page by page. What is after it waits in
 * `early`.
 */
function firstShown(topic: Topic, snapshot: Snapshot, older: Step<Live>[1]): Told {
  const history = [
    ...topic.history,
    ...older.map(([, frame]) => parsed(frame.data.cimEvent)),
    ...snapshot.topicData.topicEvents,
  ];
  const shown = { ...topic, sequence: startAfter<Live>(snapshot.lastSeq), history, shown: true, early: [], next: null };
  const said: (Frame<'onTopicData'> | Live)[] = [whole(snapshot, history)];
  return topic.early.reduce<Told>(
    ([so, far], frame) => {
      const [then, more] = eventArrived(so, frame);
      return [then, [...far, ...more]];
    },
    [shown, said],
  );
}

/** Before the first snapshot is shown, what is due is only collected: it becomes a part of it. */
function says(topic: Topic, due: Step<Live>[1]): Told {
  const frames = due.map(([, frame]) => frame);
  const lasting = frames.map(({ data }) => parsed(data.cimEvent)).filter(({ name }) => !MOMENTARY.has(name));
  const history = lasting.length > 0 ? [...topic.history, ...lasting] : topic.history;
  return [{ ...topic, history }, topic.shown ? frames : []];
}

function whole(snapshot: Snapshot, history: readonly CimEvent[]): Frame<'onTopicData'> {
  const { topicData, conversationId } = snapshot;
  const firstSeq = snapshot.truncated ? 1 : snapshot.firstSeq;
  const data = { ...snapshot, firstSeq, truncated: false, topicData: { ...topicData, topicEvents: [...history] } };
  return { event: 'onTopicData', conversationId, data };
}

function parsed(cimEvent: string): CimEvent {
  return JSON.parse(cimEvent);
}
