/**
 * Between the wire and the desk: each conversation in order and without a gap, the agent's own log
 * likewise, nothing twice. What a greeting repeats is compared with what was said before, so that a
 * desk hears what is new, and of what ended while it was away.
 */
import type { Clock } from '../clock.ts';
import type { Frame, ManagerPayload } from './frames.ts';
import { announce, arrive, fill, missing, startAfter, type Gap, type Sequence, type Step } from './sequence.ts';
import * as topics from './topic.ts';

export interface InboxOptions {
  /** What the desk hears. */
  readonly say: (frame: Frame) => void;
  /**
   * Asks for a page, over the next connection too if this one ends. Rejects where the manager
   * refuses.
   */
  readonly topicPage: (conversationId: string, gap: Gap) => Promise<ManagerPayload<'onTopicReplay'>>;
  readonly agentPage: (gap: Gap) => Promise<ManagerPayload<'onAgentReplay'>>;
  /**
   * Asks for a conversation as a whole, until it has come. Rejects where the agent is not in it.
   */
  readonly snapshot: (conversationId: string) => Promise<void>;
  /**
   * How long to wait for frames that were only overtaken before they are asked for, in
   * milliseconds.
   */
  readonly gapMs: number;
  readonly clock: Clock;
}

/**
 * The reason of a conversation that ended while the client was away, where the agent's log does not
 * know it any more.
 */
export const ENDED_WHILE_AWAY = 'ENDED WHILE AWAY';

/** A numbered stream with a gap, and how to fill it. */
interface Repairable {
  gap(): Gap | null;
  fill(gap: Gap): Promise<void>;
  giveUp(): void;
}

export class Inbox {
  readonly #options: InboxOptions;
  readonly #topics = new Map<string, topics.Topic>();
  /** Frames about a conversation that must not be said before its snapshot. */
  readonly #after = new Map<string, Frame[]>();
  #log: Sequence<Frame> | null = null;
  #earlyNotices: Frame[] = [];
  #ready: ManagerPayload<'onSessionReady'> | null = null;
  /**
   * Conversations that a greeting has said goodbye to: what the log says of the same end is not
   * said again.
   */
  readonly #gone = new Set<string>();
  /** Conversations whose snapshot came over the newest connection. */
  readonly #greeted = new Set<string>();
  /** What was said last of things that may be repeated, as text. */
  readonly #last = new Map<string, string>();
  /** Conversations whose snapshot was asked for. */
  readonly #asking = new Set<string>();
  readonly #repairing = new Map<Repairable, Promise<void>>();
  readonly #streams = new Map<string, Repairable>();
  #closed = false;

  constructor(options: InboxOptions) {
    this.#options = options;
  }

  /**
   * A connection is open and will be greeted. `quietly`: the desk is not to notice, for it still
   * has another one.
   */
  begin(quietly: boolean): void {
    this.#greeted.clear();
    if (!quietly) this.#last.clear();
  }

  /**
   * The greeting is complete. The desk hears so once it has heard what became of what it does not
   * mention.
   */
  ready(ready: ManagerPayload<'onSessionReady'>): void {
    this.#ready = ready;
    const early = this.#earlyNotices.splice(0);
    const begin = Math.min(ready.lastAgentSeq, ...early.map(({ agentSeq = 0 }) => agentSeq - 1));
    this.#log = announce(this.#log ?? startAfter(begin), ready.lastAgentSeq);
    for (const frame of early) this.#notice(frame);
    for (const [id, topic] of this.#topics) {
      if (!topic.shown && !ready.conversations.includes(id) && !this.#greeted.has(id)) this.#topics.delete(id);
    }
    void this.#repair(this.#agentLog).then(() => this.#caughtUp(ready));
    for (const id of this.#topics.keys()) void this.#repair(this.#stream(id));
  }

  /** `quietly`: over a connection that is to replace another one without the desk noticing. */
  received(frame: Frame, quietly: boolean): void {
    if (frame.agentSeq === undefined) this.#heard(frame, quietly);
    else if (this.#log) this.#notice(frame);
    else this.#earlyNotices.push(frame);
  }

  close(): void {
    this.#closed = true;
  }

  #heard(frame: Frame, quietly: boolean): void {
    switch (frame.event) {
      case 'onCimEvent':
        if (frame.seq === undefined) return this.#options.say(frame);
        return this.#told(frame.data.conversationId, (topic) => topics.eventArrived(topic, frame));
      case 'onTopicData':
        return this.#snapshot(frame.data, quietly);
      case 'wrapupTimerStarted':
      case 'topicClosed':
        return this.#sayAfterSnapshot(frame.data.conversationId, frame);
      case 'topicUnsubscription':
        return this.#goodbye(frame);
      default:
        this.#outdate(frame);
        if (!this.#repeats(frame, quietly)) this.#options.say(frame);
    }
  }

  #snapshot(snapshot: topics.Snapshot, quietly: boolean): void {
    this.#greeted.add(snapshot.conversationId);
    this.#gone.delete(snapshot.conversationId);
    this.#last.delete(`taskRequest ${snapshot.conversationId}`);
    this.#told(snapshot.conversationId, (topic) =>
      quietly && topic.shown ? topics.announced(topic, snapshot.lastSeq) : topics.snapshotArrived(topic, snapshot),
    );
  }

  /** Something new of a conversation: what is due is said, what is missing is asked for. */
  #told(id: string, next: (topic: topics.Topic) => topics.Told): void {
    const [topic, said] = next(this.#topics.get(id) ?? topics.unknownTopic);
    this.#topics.set(id, topic);
    for (const frame of said) this.#options.say(frame);
    if (topic.shown && !topic.next) for (const frame of this.#after.get(id)?.splice(0) ?? []) this.#say(frame);
    if (!topic.shown && !topic.next) this.#askSoon(id);
    if (topics.gapIn(topic)) this.#repairSoon(this.#stream(id), topic.next ? 0 : this.#options.gapMs);
  }

  /**
   * Told of a conversation that the desk does not hold: its snapshot got lost, unless it was only
   * overtaken.
   */
  #askSoon(id: string): void {
    if (this.#asking.has(id)) return;
    this.#asking.add(id);
    const ask = () => void this.#ask(id).finally(() => this.#asking.delete(id));
    this.#options.clock.after(this.#options.gapMs, ask);
  }

  async #ask(id: string): Promise<void> {
    const isHeld = () => {
      const topic = this.#topics.get(id);
      return !topic || topic.shown || topic.next !== null;
    };
    if (this.#closed || isHeld()) return;
    try {
      await this.#options.snapshot(id);
    } catch {
      if (!isHeld()) this.#topics.delete(id); // the agent is out of it: what came was late
    }
  }

  #sayAfterSnapshot(id: string, frame: Frame): void {
    const topic = this.#topics.get(id);
    if (!topic || (topic.shown && !topic.next)) return this.#say(frame);
    this.#after.set(id, [...(this.#after.get(id) ?? []), frame]);
  }

  /** A countdown that is repeated would run twice. */
  #say(frame: Frame): void {
    if (frame.event === 'wrapupTimerStarted') {
      const key = `wrapUp ${frame.data.conversationId}`;
      const ends = String(frame.data.expiresAt);
      if (this.#last.get(key) === ends) return;
      this.#last.set(key, ends);
    }
    this.#options.say(frame);
  }

  /** An event of the agent's own log, in its turn. */
  #notice(frame: Frame): void {
    if (!this.#log) return;
    this.#noticed(arrive(this.#log, frame.agentSeq ?? 0, frame));
    if (missing(this.#log)) this.#repairSoon(this.#agentLog, this.#options.gapMs);
  }

  #noticed([log, due]: Step<Frame>): void {
    this.#log = log;
    for (const [seq, frame] of due) if (!this.#isOutdated(seq, frame)) this.#heard(frame, false);
  }

  /** An end that the greeting knew of, of something that has begun again since. */
  #isOutdated(seq: number, { event, conversationId = '' }: Frame): boolean {
    if (!this.#ready || seq > this.#ready.lastAgentSeq) return false;
    if (event === 'topicUnsubscription') return this.#ready.conversations.includes(conversationId);
    return event === 'revokeTask' && this.#ready.offers.includes(conversationId);
  }

  #goodbye(frame: Frame<'topicUnsubscription'>): void {
    const { conversationId: id } = frame.data;
    if (frame.agentSeq !== undefined && this.#gone.delete(id)) return;
    if (frame.agentSeq === undefined && this.#topics.has(id)) this.#gone.add(id);
    const [, said] = topics.topicEnds(this.#topics.get(id) ?? topics.unknownTopic);
    for (const last of said) this.#options.say(last);
    for (const forgotten of [this.#topics, this.#after, this.#streams]) forgotten.delete(id);
    this.#last.delete(`wrapUp ${id}`);
    this.#options.say(frame);
  }

  /**
   * The agent's log has been read: what ended while the client was away and is not in it ended for
   * a reason that is forgotten.
   */
  #caughtUp(ready: ManagerPayload<'onSessionReady'>): void {
    if (this.#ready !== ready || this.#closed) return; // there was another greeting meanwhile
    for (const id of this.#topics.keys()) {
      if (this.#greeted.has(id) || ready.conversations.includes(id)) continue;
      const data = {
        conversationId: id,
        reason: ENDED_WHILE_AWAY,
        task: 'topicUnsubscription' as const,
        statusCode: 200,
      };
      this.#goodbye({ event: 'topicUnsubscription', conversationId: id, data });
    }
    this.#options.say({ event: 'onSessionReady', data: ready });
  }

  /** What was said last of a thing is no longer how it is. */
  #outdate(frame: Frame): void {
    if (frame.event === 'revokeTask') this.#last.delete(`taskRequest ${frame.data.conversationId}`);
    if (frame.event.includes('PullModeSubscribedListRequest')) this.#last.delete('pullModeSubscribedListRequests');
  }

  /**
   * Is this what the desk was told already? An offer that rings must not ring twice; the rest only
   * where nobody is to notice.
   */
  #repeats(frame: Frame, quietly: boolean): boolean {
    const [key, value] = repeatable(frame);
    if (key === undefined) return false;
    const text = textOf(value);
    const same = this.#last.get(key) === text;
    this.#last.set(key, text);
    return same && (quietly || frame.event === 'taskRequest');
  }

  #repairSoon(stream: Repairable, ms: number): void {
    if (ms === 0) void this.#repair(stream);
    else this.#options.clock.after(ms, () => void this.#repair(stream));
  }

  /** Asks for what is missing until nothing is. */
  #repair(stream: Repairable): Promise<void> {
    const running = this.#repairing.get(stream) ?? this.#fill(stream).finally(() => this.#repairing.delete(stream));
    this.#repairing.set(stream, running);
    return running;
  }

  async #fill(stream: Repairable): Promise<void> {
    try {
      for (let gap = stream.gap(); gap && !this.#closed; gap = stream.gap()) await stream.fill(gap);
    } catch {
      stream.giveUp();
    }
  }

  readonly #agentLog: Repairable = {
    gap: () => this.#log && missing(this.#log),
    fill: async (gap) => {
      const { events, nextAfterSeq } = await this.#options.agentPage(gap);
      const items = events.map((event): [number, Frame] => [event.agentSeq, event]);
      if (this.#log) this.#noticed(fill(this.#log, items, nextAfterSeq ?? gap.beforeSeq - 1));
    },
    giveUp: () => {},
  };

  #stream(id: string): Repairable {
    const stream: Repairable = this.#streams.get(id) ?? {
      gap: () => topics.gapIn(this.#topics.get(id) ?? topics.unknownTopic),
      fill: async (gap) => {
        const page = await this.#options.topicPage(id, gap);
        if (this.#topics.has(id)) this.#told(id, (topic) => topics.pageArrived(topic, gap, page));
      },
      giveUp: () => {
        if (this.#topics.has(id)) this.#told(id, topics.topicEnds);
      },
    };
    this.#streams.set(id, stream);
    return stream;
  }
}

/** What a greeting says again, under which name it is remembered and what of it counts. */
function repeatable(frame: Frame): [key?: string, value?: unknown] {
  switch (frame.event) {
    case 'agentPresence_':
      return [frame.event, frame.data.agentPresence];
    case 'onChannelTypes':
    case 'onPullModeSubscribedList':
    case 'pullModeSubscribedListRequests':
      return [frame.event, frame.data];
    case 'taskRequest':
      // The manager's clock has gone on, and the offer is the same.
      return [`taskRequest ${frame.data.conversationId}`, { ...frame.data, now: null }];
    default:
      return [];
  }
}

/**
 * The same text for the same value, in whatever order its members come: DynamoDB does not keep it.
 */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
