/**
 * The state of a contact centre as its rows say it, kept up with every write, and what one step may
 * not do to it.
 */
import { Agent } from '../../shared/domain/agent/agent.ts';
import {
  LoggedEventShape,
  Meta,
  type Conversation,
  type LoggedEvent,
} from '../../shared/domain/conversation/conversation.ts';
import type { Deadline } from '../../shared/domain/effect.ts';
import {
  routableEntries,
  waitingEntries,
  mismatch,
  type Routable,
  type Waiting,
} from '../../shared/domain/routing/routing.ts';
import type { Changed } from '../../shared/memory/table.ts';
import { conversationIn } from '../../shared/rows/conversation/log-end.ts';
import type { Queue } from '../../shared/protocol/shapes/config.ts';
import { forsaken } from '../support/looked-after.ts';

export interface Open {
  readonly conversation: Conversation;
  readonly meta: Meta | null;
  readonly log: readonly LoggedEvent[];
}

export class View {
  at = 0;
  agents: Record<string, Agent> = {};
  conversations: Record<string, Open> = {};
  /** Every timer that was ever started: when it was to fire, by its key. */
  timers = new Map<string, Set<number>>();
  /** What a step did that none may. */
  faults: string[] = [];
  queues: Record<string, Queue>;
  /** Changes with every write. */
  version = 0;
  /** How many entries there are of each agent's log. */
  readonly #logged = new Map<string, number>();
  readonly #heads = new Map<string, { readonly HEAD?: unknown; readonly LOG?: unknown }>();

  constructor(queues: Record<string, Queue>) {
    this.queues = queues;
  }

  /** What was written at once, by which function. */
  changed(changes: readonly Changed[], by: string): void {
    this.version += 1;
    const before = this.conversations;
    for (const { pk, sk, item } of changes) if (item) this.#see(pk, sk, item);
    for (const pk of new Set(changes.map((change) => change.pk))) this.#together(pk);
    for (const [id, open] of Object.entries(this.conversations)) {
      const was = before[id];
      if (!was || was === open) continue;
      const events = open.log.slice(was.log.length);
      if (forsaken(was.conversation, open.conversation, events) && !LEAVES.has(by))
        this.faults.push(`${by} left the customer of ${id} to nobody`);
    }
  }

  #see(pk: string, sk: string, item: unknown): void {
    const id = pk.slice(pk.indexOf('#') + 1);
    if (pk.startsWith('AGENT#') && sk === 'STATE') this.agents = { ...this.agents, [id]: Agent.parse(item) };
    if (pk.startsWith('AGENT#') && sk.startsWith('NOTICE#')) {
      const next = (this.#logged.get(id) ?? 0) + 1;
      if (Number(sk.slice('NOTICE#'.length)) !== next) this.faults.push(`the log of ${id} does not go on with ${next}`);
      this.#logged.set(id, next);
    }
    if (!pk.startsWith('CONVERSATION#')) return;
    const open = this.conversations[id] ?? { conversation: EMPTY, meta: null, log: [] };
    if (sk === 'HEAD' || sk === 'LOG') this.#heads.set(pk, { ...this.#heads.get(pk), [sk]: item });
    else if (sk === 'META') this.#put(id, { ...open, meta: Meta.parse(item) });
    else if (sk.startsWith('EVENT#')) this.#put(id, { ...open, log: [...open.log, LoggedEventShape.parse(item)] });
  }

  /** HEAD and LOG are written together, or LOG alone. */
  #together(pk: string): void {
    const { HEAD, LOG } = this.#heads.get(pk) ?? {};
    const id = pk.slice(pk.indexOf('#') + 1);
    if (HEAD === undefined) return;
    const conversation = conversationIn(HEAD, LOG);
    if (conversation) this.#put(id, { ...(this.conversations[id] ?? { meta: null, log: [] }), conversation });
    else this.faults.push(`HEAD and LOG of ${id} do not go with each other`);
  }

  #put(id: string, open: Open): void {
    this.conversations = { ...this.conversations, [id]: open };
  }

  started(key: string, dueAt: number): void {
    const dueAts = this.timers.get(key) ?? new Set();
    this.timers.set(key, dueAts.add(dueAt));
  }

  copy(): View {
    const copy = new View(this.queues);
    Object.assign(copy, { at: this.at, agents: this.agents, conversations: this.conversations, version: this.version });
    for (const [key, dueAts] of this.timers) copy.timers.set(key, new Set(dueAts));
    for (const [id, count] of this.#logged) copy.#logged.set(id, count);
    for (const [pk, heads] of this.#heads) copy.#heads.set(pk, heads);
    return copy;
  }

  waiting(): Waiting[] {
    return inOrder(Object.values(this.conversations).flatMap(({ conversation }) => [...waitingEntries(conversation)]));
  }

  routable(): Routable[] {
    return inOrder(Object.values(this.agents).flatMap((agent) => [...routableEntries(agent)]));
  }

  timed({ key, dueAt }: Deadline): boolean {
    return this.timers.get(key)?.has(dueAt) === true;
  }

  fits(candidate: Routable, request: Waiting): boolean {
    const queue = this.queues[request.queueId];
    return (
      queue !== undefined && candidate.mrdId === request.mrdId && mismatch(candidate, request, queue, this.at) === null
    );
  }
}

/** Functions by which an agent or the platform may take a customer from everybody. */
const LEAVES = new Set(['agent/topicUnsubscription_']);

const EMPTY = { tasks: {}, participants: {}, sessions: {}, lastSeq: 0 } as unknown as Conversation;

function inOrder<T>(entries: readonly [string, T][]): T[] {
  return entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
}
