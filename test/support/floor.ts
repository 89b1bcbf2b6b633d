/**
 * A contact centre in memory: the rules, with a store that is two records. It does what the shell
 * does (decide, start timers, save, note what follows), except that whoever uses it says when each
 * thing that follows is done.
 */
import { newAgent } from '../../shared/domain/agent/agent.ts';
import { transition } from '../../shared/domain/agent/transition.ts';
import type { Agent, AgentEvent } from '../../shared/domain/agent/agent.ts';
import * as conversations from '../../shared/domain/conversation/conversation.ts';
import { involved, type LoggedEvent, type Meta, type World } from '../../shared/domain/conversation/conversation.ts';
import { decide, needs, newConversation, type ConversationEvent } from '../../shared/domain/decide.ts';
import type { Deadline, Timer } from '../../shared/domain/effect.ts';
import { Rejection } from '../../shared/domain/rejection.ts';
import {
  merged,
  mismatch,
  routableEntries,
  waitingEntries,
  type Routable,
  type Waiting,
} from '../../shared/domain/routing/routing.ts';
import type { Rules } from '../../shared/domain/conversation/task.ts';
import { commandsAfter, timersFor, type Command } from '../../shared/edge/loop/commands.ts';
import type { Queue } from '../../shared/protocol/shapes/config.ts';
import { faults, member } from './decision.ts';
import { forsaken } from './looked-after.ts';
import { BEFORE, channelSession, frozen, robin, user } from './world.ts';

export interface Open {
  readonly conversation: conversations.Conversation;
  readonly meta: Meta;
  readonly log: readonly LoggedEvent[];
}

export interface QueueSketch {
  readonly mrdId: string;
  readonly rules: Rules;
  readonly steps: Queue['steps'];
}

type Follow = Extract<Timer, { kind: 'releaseTask' | 'placeRequest' | 'findWork' }>;

const FACTS = new Set<string>([
  'connected',
  'greeted',
  'connectionLost',
  'graceExpired',
  'profileChanged',
  'agentReconnected',
  'snapshotSeen',
  'snapshotDue',
  'release',
  'offerExpired',
  'receiptMissed',
  'requestExpired',
  'wrapUpExpired',
  'holdExpired',
  'slaReached',
]);

export class Floor {
  at = BEFORE;
  agents: Record<string, Agent> = {};
  conversations: Record<string, Open> = {};
  /**
   * Every timer that was ever started, by its key: whoever holds the floor may let any of them
   * fire, at any time.
   */
  readonly timers = new Map<string, Deadline>();
  /** What the last changes made possible or necessary, not done yet. */
  readonly follows: Follow[] = [];
  /** How many desks were ever opened. */
  connections = 0;
  /** What broke on the way: facts that counted twice, frames that break a desk. */
  readonly faults: string[] = [];
  /** Every offer that was ever made. */
  readonly offers: { conversationId: string; taskId: string; agentId: string }[] = [];
  readonly queues: Record<string, QueueSketch>;

  constructor(people: readonly string[], queues: Record<string, QueueSketch>) {
    this.queues = queues;
    for (const id of people) this.agents[id] = newAgent(id, user(id));
  }

  /** An agent changes by themselves. A refusal changes nothing. */
  toAgent(id: string, event: AgentEvent): void {
    const before = frozen(member(this.agents, id));
    const after = unlessRefused(() => transition(before, event)) ?? before;
    if (FACTS.has(event.type) && !same(transition(frozen(after), event), after))
      this.faults.push(`${event.type} counted twice`);
    this.#commit({ agents: { [id]: before } }, { agents: { [id]: after } });
  }

  /**
   * A conversation changes, with the agents whom the shell would load for that. Returns the events
   * that were logged.
   */
  toConversation(id: string, event: ConversationEvent): readonly LoggedEvent[] {
    const { conversation, meta, log } = member(this.conversations, id);
    const needed = needs(event);
    const named = needed.agents.filter((agentId) => this.agents[agentId]);
    const asking = 'agentId' in event ? [event.agentId] : [];
    const loaded = new Set([...asking, ...named, ...(needed.involved ? involved(conversation) : [])]);
    const people = Object.fromEntries([...loaded].map((agentId) => [agentId, member(this.agents, agentId)]));
    const world: World = frozen({ conversation, meta: needed.meta ? meta : null, agents: people });
    const decision = unlessRefused(() => decide(world, event));
    if (!decision) return [];
    const after = { ...decision.world, meta: decision.world.meta ?? meta };
    this.faults.push(...faults({ ...decision, world: after }));
    if (event.type !== 'leave' && forsaken(conversation, after.conversation, decision.events))
      this.faults.push(`${event.type} left the customer of ${id} to nobody`);
    if (FACTS.has(event.type)) {
      const again = decide(frozen(decision.world), event);
      if (again.events.length > 0 || !same(again.world, decision.world))
        this.faults.push(`${event.type} counted twice`);
    }
    this.#commit(world, after, [...log, ...decision.events]);
    return decision.events;
  }

  /** A customer comes to a queue. */
  arrive(id: string, queueId: string, priority: number): void {
    this.arriveAt(id, member(this.queues, queueId), priority);
  }

  /** A customer comes to a queue or to a list. */
  arriveAt(id: string, home: conversations.Home, priority = 1): void {
    const session = channelSession(`${id}-web`);
    const world = frozen(newConversation(id, this.at, session, robin, {}));
    const decision = decide(world, { type: 'start', at: this.at, home, priority });
    this.faults.push(...faults(decision));
    this.#commit({ agents: {} }, decision.world, decision.events);
  }

  /** Does one of the things that follow. */
  follow(next: Follow): void {
    this.follows.splice(this.follows.indexOf(next), 1);
    this.#act(next);
  }

  /** A timer fires, whether or not its time has come: before that nothing may be over. */
  fire({ timer, dueAt }: Deadline): void {
    const before = { agents: { ...this.agents }, conversations: { ...this.conversations } };
    this.#act(timer);
    if (this.at >= dueAt || !/Expired|Reached|snapshotDue/.test(timer.kind)) return;
    if (!same(before, { agents: this.agents, conversations: this.conversations }))
      this.faults.push(`${timer.kind} counted early`);
  }

  /** Everything that follows is done, and every timer whose time has come has fired. */
  settle(): void {
    const fired = new Set<string>();
    for (;;) {
      const [next] = this.follows;
      const due = [...this.timers.values()].find(({ key, dueAt }) => dueAt <= this.at && !fired.has(key));
      if (next) this.follow(next);
      else if (due) this.fire(due);
      else return;
      if (due && !next) fired.add(due.key);
    }
  }

  waiting(): Waiting[] {
    return merged(
      Object.values(this.conversations).map(({ conversation }) => [...waitingEntries(conversation).values()]),
    );
  }

  routable(): Routable[] {
    return merged(Object.values(this.agents).map((agent) => [...routableEntries(agent).values()]));
  }

  timed({ key, dueAt }: Deadline): boolean {
    return this.timers.get(key)?.dueAt === dueAt;
  }

  fits(candidate: Routable, request: Waiting): boolean {
    return (
      candidate.mrdId === request.mrdId &&
      mismatch(candidate, request, member(this.queues, request.queueId), this.at) === null
    );
  }

  offer(conversationId: string, taskId: string, agentId: string): boolean {
    return this.toConversation(conversationId, { type: 'offer', at: this.at, taskId, agentId }).length > 0;
  }

  #place({ conversationId, taskId }: { conversationId: string; taskId: string }): void {
    const request = this.waiting().find((entry) => entry.taskId === taskId);
    if (!request) return;
    for (const candidate of this.routable()) {
      if (this.fits(candidate, request) && this.offer(conversationId, taskId, candidate.agentId)) return;
    }
  }

  #findWork({ agentId, mrdId }: { agentId: string; mrdId: string }): void {
    for (const request of this.waiting()) {
      const candidate = this.routable().find((entry) => entry.agentId === agentId && entry.mrdId === mrdId);
      if (!candidate) return;
      if (this.fits(candidate, request)) this.offer(request.conversationId, request.taskId, agentId);
    }
  }

  #act(timer: Timer): void {
    const { at } = this;
    switch (timer.kind) {
      case 'receiptDue':
        this.toConversation(timer.conversationId, { ...timer, type: 'receiptMissed', at });
        return;
      case 'offerExpired':
        this.toConversation(timer.conversationId, { ...timer, type: timer.kind, at });
        return;
      case 'requestExpired':
        this.toConversation(timer.conversationId, { ...timer, type: timer.kind, at });
        return;
      case 'wrapUpExpired':
        this.toConversation(timer.conversationId, { ...timer, type: timer.kind, at });
        return;
      case 'holdExpired':
        this.toConversation(timer.conversationId, { ...timer, type: timer.kind, at });
        return;
      case 'snapshotDue':
        this.toConversation(timer.conversationId, { ...timer, type: timer.kind, at });
        return;
      case 'slaReached':
        this.toConversation(timer.conversationId, { ...timer, type: timer.kind, at });
        return;
      case 'releaseTask':
        this.toConversation(timer.conversationId, { ...timer, type: 'release', at });
        return;
      case 'graceExpired':
        return this.toAgent(timer.agentId, { ...timer, type: timer.kind, at });
      case 'placeRequest':
        return this.#place(timer);
      case 'findWork':
        return this.#findWork(timer);
      case 'listNews':
      case 'retentionDue':
      case 'sessionCheck':
      case 'profilesDue':
      case 'queueDue':
      case 'greetingDue':
      case 'closeConnection':
        return; // about desks, configuration and what is kept: there is none of these here
      default:
        timer satisfies never;
    }
  }

  #commit(before: Partial<World>, after: Partial<World>, log: readonly LoggedEvent[] = []): void {
    const change = { before, after };
    for (const deadline of timersFor(change, this.at)) this.timers.set(deadline.key, deadline);
    Object.assign(this.agents, after.agents);
    const { conversation, meta } = after;
    if (conversation && meta) this.conversations[conversation.id] = { conversation, meta, log };

    for (const command of commandsAfter(change, { lost: [], toShow: [] })) {
      if (!isFollow(command)) continue;
      this.follows.push(command);
      if (![...this.timers.values()].some(({ timer }) => same(timer, command)))
        this.faults.push(`${command.kind} has no timer`);
    }
    for (const task of Object.values(conversation?.tasks ?? {})) {
      const [conversationId, taskId] = [conversation?.id ?? '', task.id];
      const was = before.conversation?.tasks[taskId]?.phase;
      if (task.phase === 'RESERVED' && was !== 'RESERVED')
        this.offers.push({ conversationId, taskId, agentId: task.assignedTo.id });
    }
  }
}

function isFollow(command: Command): command is Follow {
  return ['releaseTask', 'placeRequest', 'findWork'].includes(command.kind);
}

function unlessRefused<T>(decision: () => T): T | null {
  try {
    return decision();
  } catch (error) {
    if (error instanceof Rejection) return null;
    throw error;
  }
}

function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
