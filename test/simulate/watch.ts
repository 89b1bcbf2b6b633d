/**
 * Looks on while a day is played: what every write may not do, what may not be true of the whole
 * floor now and then, who is served when, and how busy agents are.
 */
import type { Agent } from '../../shared/domain/agent/agent.ts';
import type { Conversation } from '../../shared/domain/conversation/conversation.ts';
import { customerPresent, hasPrimary } from '../../shared/domain/conversation/participants.ts';
import type { Deadline } from '../../shared/domain/effect.ts';
import { mismatch, routableEntries, waitingEntries } from '../../shared/domain/routing/routing.ts';
import type { Routable, Waiting } from '../../shared/domain/routing/routing.ts';
import type { Changed } from '../../shared/memory/table.ts';
import { Stored } from '../../shared/rows/agents.ts';
import { Head, LogEnd, together } from '../../shared/rows/conversation/log-end.ts';
import { faultsOf, leftovers, type Resting } from '../support/faults.ts';
import { forsaken } from '../support/looked-after.ts';
import type { Config } from './config.ts';
import type { Witness } from './centre.ts';

/** Timers that were due so long ago are not remembered. */
const REMEMBERED_MS = 600_000;
const MOST_FAULTS = 1_000;

/** What the one who plays the day wants to know at once. */
export interface Told {
  /** A customer has somebody who talks with them from now on, or (null) nobody any more. */
  served(sessionId: string, agentId: string | null): void;
  closed(conversationId: string, sessionId: string): void;
}

interface Work {
  since: number;
  /** Places, as many as are taken by a conversation, and by an offer. */
  places: number;
  taken: number;
  signedIn: boolean;
}

export class Watch implements Witness {
  readonly faults: string[] = [];
  offers = 0;
  /** Time of all agents together: signed in, places that they had, and that were taken. */
  readonly spent = { signedInMs: 0, placesMs: 0, takenMs: 0 };
  readonly #now: () => number;
  readonly #told: Told;
  readonly #queues;
  readonly #agents = new Map<string, Agent>();
  readonly #conversations = new Map<string, Conversation>();
  readonly #heads = new Map<string, Conversation>();
  readonly #sessions = new Map<string, string>();
  readonly #work = new Map<string, Work>();
  readonly #timers = new Map<string, number>();

  constructor(config: Config, now: () => number, told: Told) {
    this.#now = now;
    this.#told = told;
    this.#queues = new Map(config.queues.map(({ rules }) => [rules.id, rules]));
  }

  fault(fault: string): void {
    if (this.faults.length < MOST_FAULTS) this.faults.push(`${new Date(this.#now()).toISOString()} ${fault}`);
  }

  started(key: string, dueAt: number): void {
    this.#timers.set(`${key} ${dueAt}`, dueAt);
  }

  wrote(changes: readonly Changed[]): void {
    for (const change of changes) {
      if (change.sk === 'STATE') this.#agent(change);
      if (change.sk === 'LOG') this.#conversation(change, changes);
    }
  }

  /** How many agents are signed in, and how many of their places there are and are taken. */
  floor(): { agents: number; places: number; taken: number } {
    const sum = { agents: 0, places: 0, taken: 0 };
    for (const { signedIn, places, taken } of this.#work.values()) {
      if (signedIn) sum.agents += 1;
      sum.places += places;
      sum.taken += taken;
    }
    return sum;
  }

  /** Looks at everything that there is now. `over`: nothing may be left to do either. */
  check(over = false): void {
    const at = this.#now();
    const floor: Resting = {
      at,
      agents: this.#agents,
      conversations: new Map([...this.#conversations].map(([id, conversation]) => [id, { conversation }])),
      waiting: () => [...this.#conversations.values()].flatMap((one) => [...waitingEntries(one).values()]),
      routable: () => [...this.#agents.values()].flatMap((agent) => [...routableEntries(agent).values()]),
      fits: (candidate, request) => this.#fits(candidate, request),
      timed: ({ key, dueAt }: Deadline) => dueAt < at - REMEMBERED_MS || this.#timers.has(`${key} ${dueAt}`),
      shownAt: () => Infinity, // what desks are shown is not watched here
    };
    const all = { agents: this.#agents, conversations: new Set(this.#conversations.keys()) };
    for (const fault of faultsOf(floor, all)) this.fault(fault);
    if (over) for (const fault of leftovers(floor)) this.fault(fault);
    for (const [timer, dueAt] of this.#timers) if (dueAt < at - REMEMBERED_MS) this.#timers.delete(timer);
    for (const id of this.#work.keys()) this.#spend(id);
  }

  /** The channel session with which a conversation began; the empty text: it is over. */
  sessionOf(conversationId: string): string {
    return this.#sessions.get(conversationId) ?? '';
  }

  #fits(candidate: Routable, request: Waiting): boolean {
    const queue = this.#queues.get(request.queueId);
    return queue !== undefined && mismatch(candidate, request, queue, this.#now()) === null;
  }

  #agent(change: Changed): void {
    const agent = change.as(Stored);
    if (!agent) return;
    this.#agents.set(agent.id, agent);
    this.#spend(agent.id);
    const slots = Object.values(agent.slots);
    const taken = slots.filter(({ phase }) => phase !== 'RESERVED').length;
    const most = Object.values(agent.mrds).reduce((sum, { maxAgentTasks }) => sum + maxAgentTasks, 0);
    const { name } = agent.state;
    // Who takes a break has no place that could be taken, but for those that are.
    this.#work.set(agent.id, {
      since: this.#now(),
      places: name === 'READY' ? most : taken,
      taken,
      signedIn: name !== 'LOGOUT' && name !== 'LOGIN',
    });
  }

  #spend(agentId: string): void {
    const work = this.#work.get(agentId);
    if (!work) return;
    const ms = this.#now() - work.since;
    work.since = this.#now();
    if (work.signedIn) this.spent.signedInMs += ms;
    this.spent.placesMs += ms * work.places;
    this.spent.takenMs += ms * work.taken;
  }

  #conversation(change: Changed, changes: readonly Changed[]): void {
    const id = change.pk.slice(change.pk.indexOf('#') + 1);
    const before = this.#conversations.get(id);
    const head = changes.find(({ pk, sk }) => pk === change.pk && sk === 'HEAD')?.as(Head) ?? this.#heads.get(id);
    const after = head && together(head, change.as(LogEnd));
    if (!head || change.deleted) return;
    if (!after) return this.fault(`HEAD and LOG of ${id} do not belong together`);
    this.#heads.set(id, head);
    this.#conversations.set(id, after);
    const logged = changes.filter(({ pk, sk, deleted }) => !deleted && pk === change.pk && sk.startsWith('EVENT#'));
    if ((before?.lastSeq ?? 0) + logged.length !== after.lastSeq) this.fault(`the log of ${id} has a gap`);
    if (before && forsaken(before, after)) this.fault(`the customer of ${id} was left to the platform`);
    for (const task of Object.values(after.tasks)) {
      if (task.phase !== 'RESERVED') continue;
      const was = before?.tasks[task.id];
      if (was?.phase !== 'RESERVED' || was.assignedTo.id !== task.assignedTo.id) this.offers += 1;
    }
    const [had, has] = [before ? primaryOf(before) : '', primaryOf(after)];
    const [began] = Object.keys(after.sessions);
    if (!before && began !== undefined) this.#sessions.set(id, began);
    const sessionId = this.sessionOf(id);
    if (had !== has && customerPresent(after)) this.#told.served(sessionId, has || null);
    if (after.state !== 'CLOSED') return;
    this.#told.closed(id, sessionId);
    this.#conversations.delete(id);
    this.#heads.delete(id);
    this.#sessions.delete(id);
  }
}

/** Who talks with the customer; the empty text: nobody. */
function primaryOf(conversation: Conversation): string {
  if (!hasPrimary(conversation)) return '';
  return Object.entries(conversation.participants).find(([, { role }]) => role === 'PRIMARY')?.[0] ?? '';
}
