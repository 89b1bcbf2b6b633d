/**
 * The state of a contact centre as its rows say it, kept up with every write, and what is wrong
 * with it then.
 */
import * as z from 'zod';
import type { Agent } from '../../shared/domain/agent/agent.ts';
import {
  LoggedEventShape,
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
import { commandsAfter } from '../../shared/edge/loop/commands.ts';
import type { Changed } from '../../shared/memory/table.ts';
import { configSchemas, type Queue } from '../../shared/protocol/shapes/config.ts';
import { Stored } from '../../shared/rows/agents.ts';
import { Head, LogEnd, together } from '../../shared/rows/conversation/log-end.ts';
import { faultsOf, type Resting } from '../support/faults.ts';
import { forsaken } from '../support/looked-after.ts';

/** A conversation and its log, which only grows. */
export interface Open {
  readonly conversation: Conversation;
  readonly log: readonly LoggedEvent[];
}

export class View implements Resting {
  at = 0;
  readonly agents = new Map<string, Agent>();
  readonly conversations = new Map<string, Open>();
  /** Every timer that was ever started: when it was to fire, by its key. */
  readonly #timers = new Map<string, readonly number[]>();
  /** When the last that says the same was to fire, by what it says. */
  readonly #says = new Map<string, number>();
  /** What is wrong, or was. */
  readonly #faults: string[];
  /** How often an agent or a conversation was written. */
  version = 0;
  /** How many entries there are of each agent's log. */
  readonly #logged = new Map<string, number>();
  readonly #heads = new Map<string, { readonly HEAD?: Changed; readonly LOG?: Changed }>();
  /** As they are configured now, by their ids. */
  readonly queues = new Map<string, Queue>();
  readonly shownAt: Resting['shownAt'];

  constructor(faults: string[], shownAt: Resting['shownAt']) {
    this.#faults = faults;
    this.shownAt = shownAt;
  }

  /** What was written at once, by which function. */
  changed(changes: readonly Changed[], by: string): void {
    const agents = new Map<string, Agent | undefined>();
    const before = new Map<string, Open | undefined>();
    const events = new Map<string, LoggedEvent[]>();
    for (const change of changes) {
      const { pk, sk } = change;
      if (pk === 'CONFIG#queues') this.#configured(sk, change.as(configSchemas.queues));
      if (change.deleted) continue;
      if (pk.startsWith('AGENT#')) {
        const id = pk.slice('AGENT#'.length);
        if (sk === 'STATE') {
          agents.set(id, this.agents.get(id));
          const agent = change.as(Stored);
          if (agent) this.agents.set(id, agent);
        } else if (sk.startsWith('NOTICE#')) this.#notice(id, Number(sk.slice('NOTICE#'.length)));
      } else if (pk.startsWith('CONVERSATION#')) {
        const id = pk.slice('CONVERSATION#'.length);
        if (sk === 'HEAD' || sk === 'LOG') {
          if (!before.has(id)) before.set(id, this.conversations.get(id));
          this.#heads.set(id, { ...this.#heads.get(id), [sk]: change });
        } else if (sk.startsWith('EVENT#'))
          events.set(
            id,
            [...(events.get(id) ?? []), change.as(LoggedEventShape)].filter((logged) => logged !== null),
          );
      }
    }
    for (const id of before.keys()) this.#together(id, events.get(id) ?? []);
    if (agents.size + before.size === 0) return;
    this.version += 1;
    for (const [id, was] of before) this.#logOf(id, was, by);
    this.#followed(agents, before);
    this.#faults.push(...faultsOf(this, { agents, conversations: new Set(before.keys()) }));
  }

  #configured(id: string, queue: Omit<Queue, 'id'> | null): void {
    if (queue) this.queues.set(id, { id, ...queue });
    else this.queues.delete(id);
  }

  /** HEAD and LOG are written together, or LOG alone. */
  #together(id: string, events: readonly LoggedEvent[]): void {
    const { HEAD, LOG } = this.#heads.get(id) ?? {};
    const head = HEAD?.as(Head);
    const conversation = head && together(head, LOG?.as(LogEnd) ?? null);
    const log = this.conversations.get(id)?.log ?? [];
    if (conversation) this.conversations.set(id, { conversation, log: [...log, ...events] });
    else this.#faults.push(`HEAD and LOG of ${id} do not go with each other`);
  }

  #notice(id: string, number: number): void {
    const next = (this.#logged.get(id) ?? 0) + 1;
    if (number !== next) this.#faults.push(`the log of ${id} does not go on with ${next}`);
    this.#logged.set(id, next);
  }

  /**
   * A log has no gap and nothing twice, ends where HEAD says, and tells of nobody who was forsaken.
   */
  #logOf(id: string, was: Open | undefined, by: string): void {
    const open = this.conversations.get(id);
    if (!open) return;
    const { conversation, log } = open;
    const events = log.slice(was?.log.length ?? 0);
    const said = events.some(({ event }) => event.type === 'MESSAGE') ? was?.log : [];
    const known = new Set(said?.map(({ event }) => event.data['id']));
    events.forEach(({ seq, event: { type, data } }, index) => {
      if (seq !== log.length - events.length + index + 1) this.#faults.push(`the log of ${id} has a gap at ${seq}`);
      if (type === 'MESSAGE' && known.has(data['id'])) this.#faults.push(`${id} has a message twice`);
    });
    this.#faults.push(...miscounted(conversation, log));
    if (log.length !== conversation.lastSeq)
      this.#faults.push(`the log of ${id} does not end at ${conversation.lastSeq}`);
    if (was && forsaken(was.conversation, conversation) && !LEAVES.has(by))
      this.#faults.push(`${by} left the customer of ${id} to the platform`);
  }

  /** What follows at once is what a timer says, too, which has not fired yet. */
  #followed(agents: ReadonlyMap<string, Agent | undefined>, before: ReadonlyMap<string, Open | undefined>): void {
    const [one] = before; // a write is about one conversation at most
    const people = [...agents].map(([id, was]) => ({ was, is: this.agents.get(id) }));
    const change = {
      before: { conversation: one?.[1]?.conversation, agents: byId(people.map(({ was }) => was)) },
      after: {
        conversation: one && this.conversations.get(one[0])?.conversation,
        agents: byId(people.map(({ is }) => is)),
      },
    };
    for (const command of commandsAfter(change, { lost: [], toShow: [] }))
      if ((this.#says.get(saying(command)) ?? -Infinity) < this.at) this.#faults.push(`${command.kind} has no timer`);
  }

  started({ key, dueAt, timer }: Deadline): void {
    const dueAts = this.#timers.get(key) ?? [];
    this.#timers.set(key, [...dueAts, dueAt]);
    const says = saying(timer);
    this.#says.set(says, Math.max(dueAt, this.#says.get(says) ?? dueAt));
  }

  copyInto(other: View): void {
    other.version = this.version;
    for (const [id, queue] of this.queues) other.queues.set(id, queue);
    for (const [id, agent] of this.agents) other.agents.set(id, agent);
    for (const [id, open] of this.conversations) other.conversations.set(id, open);
    for (const [key, dueAts] of this.#timers) other.#timers.set(key, dueAts);
    for (const [says, dueAt] of this.#says) other.#says.set(says, dueAt);
    for (const [id, count] of this.#logged) other.#logged.set(id, count);
    for (const [id, rows] of this.#heads) other.#heads.set(id, rows);
  }

  waiting(): Waiting[] {
    return inOrder([...this.conversations.values()].flatMap(({ conversation }) => [...waitingEntries(conversation)]));
  }

  routable(): Routable[] {
    return inOrder([...this.agents.values()].flatMap((agent) => [...routableEntries(agent)]));
  }

  timed({ key, dueAt }: Deadline): boolean {
    return this.#timers.get(key)?.includes(dueAt) === true;
  }

  fits(candidate: Routable, request: Waiting): boolean {
    const queue = (request.stray ? undefined : this.queues.get(request.queueId)) ?? ANYBODY;
    return candidate.mrdId === request.mrdId && mismatch(candidate, request, queue, this.at) === null;
  }
}

/** What a queue that is gone wants of its agents. */
const ANYBODY = { steps: [] };

/** Functions by which an agent may leave a customer to the platform. */
const LEAVES = new Set(['agent/topicUnsubscription_']);

/**
 * Who counts tasks by the log knows of those that are open, and of no others: each has ended once
 * if it is not open any more.
 */
function miscounted({ id, tasks }: Conversation, log: readonly LoggedEvent[]): string[] {
  const open = new Map<string, string>();
  const again: string[] = [];
  for (const { event } of log) {
    if (event.name !== 'TASK_STATE_CHANGED') continue;
    const { task, state } = TaskChange.parse(event.data);
    if (open.get(task.id) === 'CLOSED') again.push(task.id);
    open.set(task.id, state.name);
  }
  const left = [...open].flatMap(([taskId, state]) => (state === 'CLOSED' ? [] : [taskId]));
  return [
    ...again.map((taskId) => `${taskId} of ${id} goes on after its end`),
    ...left.flatMap((taskId) => (tasks[taskId] ? [] : [`${taskId} of ${id} is gone, and the log does not say so`])),
    ...Object.keys(tasks).flatMap((taskId) => (left.includes(taskId) ? [] : [`${taskId} of ${id} is not in the log`])),
  ];
}

const TaskChange = z.object({ task: z.object({ id: z.string() }), state: z.object({ name: z.string() }) });

/** The same text for what says the same. */
function saying(what: object): string {
  return JSON.stringify(Object.entries(what).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function byId(agents: readonly (Agent | undefined)[]): Record<string, Agent> {
  return Object.fromEntries(agents.flatMap((agent) => (agent ? [[agent.id, agent]] : [])));
}

function inOrder<T>(entries: readonly [string, T][]): T[] {
  return entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
}
