/**
 * The ports: everything that a decision's surroundings may do to the world. One object, made once
 * per Lambda in shared/aws/app.ts.
 */
import * as z from 'zod';
import type { Agent } from '../domain/agent/agent.ts';
import type { LogEntry, Notice } from '../domain/shown/log.ts';
import {
  LoggedEventShape,
  type Conversation,
  type LoggedEvent,
  type Meta,
  type World,
} from '../domain/conversation/conversation.ts';
import type { LastAgent } from '../domain/conversation/last-agent.ts';
import type { Entrusted } from '../domain/custody/entrusting.ts';
import { Timer, type Deadline } from '../domain/effect.ts';
import type { Listed, ListNews, Subscriber } from '../domain/handling/pull-list.ts';
import type { Line, Pool, PoolLine } from '../domain/routing/lines.ts';
import type { Routable, Waiting } from '../domain/routing/routing.ts';
import type { Counted, Watcher } from '../domain/shown/team.ts';
import type { Code } from '../protocol/codes.ts';
import type { AgentProfile, ConfigKind, ConfigOf } from '../protocol/shapes/config.ts';
import type { AgentFigure } from '../protocol/shapes/figures.ts';

export interface App {
  /** Epoch milliseconds. */
  now(): number;
  newId(): string;
  /** From 0 to below 1. */
  random(): number;
  /** Comes back so much later, by the clock of `now`. */
  sleep(ms: number): Promise<void>;
  readonly settings: Settings;
  readonly store: Store;
  readonly config: Config;
  readonly connections: Connections;
  readonly pace: Pace;
  readonly requests: Requests;
  readonly sockets: Sockets;
  readonly timers: Timers;
  readonly lists: Lists;
  readonly log: Log;
}

export interface Settings {
  readonly graceSeconds: number;
  readonly leaseSeconds: number;
  /** After its token's `exp`: so long an agent has new customers, twice as long a session. */
  readonly tokenGraceSeconds: number;
  /** So many frames one connection may send, on average over so long. */
  readonly framesPerSecond: number;
  readonly framesOverSeconds: number;
  /** How long a conversation is kept after it has ended; 0: for ever. */
  readonly retentionDays: number;
}

/** What a function that only looks needs. */
export type Reader = Pick<App, 'now' | 'store' | 'config' | 'log'>;

/** What is written together. Everything names the version that it relies on. */
export interface Change {
  readonly before: Partial<World>;
  readonly after: Partial<World>;
  readonly events?: readonly LoggedEvent[];
  /** What is added to the logs of agents, kept for a day. */
  readonly notices?: readonly Notice[];
  /** So long orders stay in an agent's log. 0 or missing: for ever. */
  readonly auditDays?: number;
  /** The answer to a frame with an id, kept for ten minutes. */
  readonly request?: { readonly agentId: string; readonly ack: Ack } | undefined;
  /** The channel session that this conversation belongs to: starting twice is a `Conflict`. */
  readonly startedBy?: string | undefined;
}

export interface Store {
  agent(id: string): Promise<Agent | null>;
  agents(ids: readonly string[]): Promise<Agent[]>;
  /**
   * Ids of agents who have ever connected, in the order of their UTF-8 bytes, those behind `after`;
   * null: from the first.
   */
  agentIds(after: string | null, limit: number): Promise<string[]>;
  conversation(id: string): Promise<Conversation | null>;
  meta(id: string): Promise<Meta | null>;
  /** Those of these channel sessions, by id, that have ended and left META. */
  endedSessions(id: string, sessionIds: readonly string[]): Promise<Meta['sessions']>;
  /**
   * Events after `after` (exclusive) and before `before`, oldest first, or newest first but
   * returned in order with `newest`.
   */
  events(
    id: string,
    range: { after?: number; before?: number; limit: number; newest?: boolean },
  ): Promise<LoggedEvent[]>;
  /**
   * What is kept of an agent's log after `after` (exclusive), in order. `whole`: also orders that
   * are older than what a desk may ask for.
   */
  notices(agentId: string, range: { after: number; limit: number; whole?: boolean }): Promise<LogEntry[]>;
  /** The newest events with each of these marks (`marksOf`), as far back as they are known. */
  saidBefore(conversation: Conversation, marks: readonly string[]): Promise<LoggedEvent[]>;
  /** The event with the message of this id, however long ago it was said. */
  said(conversation: Conversation, messageId: string): Promise<LoggedEvent | undefined>;
  startedBy(channelSessionId: string): Promise<string | null>;
  /** Who had this customer last, where a channel of theirs routes to the last agent. */
  lastAgent(customerId: string): Promise<LastAgent | null>;
  /** All or nothing. Throws `Conflict` or `AlreadyAnswered`. */
  save(change: Change): Promise<void>;
  /**
   * Consistent reads of the two routing indexes, best first: the agents of a line, the requests of
   * a pool.
   */
  routable(mrdId: string, line: string, page: Page): Promise<Routable[]>;
  waiting(pool: Pool, page: Page): Promise<Waiting[]>;
  /** When a queue's customers were taken by agents after an instant, the newest so many of them. */
  handOuts(queueId: string, range: { after: number; limit: number }): Promise<number[]>;
  /** The lines that serve a pool, in the order of their ids. */
  lines(pool: Pool, page: Page): Promise<PoolLine[]>;
  /** Sees to it that these lines are found in their pools, before any agent stands in them. */
  openLines(lines: readonly Line[], at: number): Promise<void>;
  /** What stands on a pull list, and who watches it. */
  listed(listId: string): Promise<Listed[]>;
  /** Whom the platform has, longest first. */
  entrusted(limit: number): Promise<Entrusted[]>;
  subscribers(listId: string): AsyncIterable<Subscriber[]>;
  /** The figures of a team's agents, and who watches teams now. */
  members(teamId: string): Promise<AgentFigure[]>;
  /** All, or these of them. */
  watchers(agentIds?: Iterable<string>): Promise<Watcher[]>;
  /**
   * Takes it upon oneself to tell a watcher at `at`. False: another does, or they need it no
   * longer.
   */
  willTell(watcher: Watcher, at: number): Promise<boolean>;
  /**
   * Queues and lists as they were counted last; null: never yet. What is older than what is kept is
   * not kept.
   */
  counted(): Promise<Counted | null>;
  keepCount(counted: Counted): Promise<void>;
  /**
   * When they are counted next, or were last; 0: never yet. The one who writes the next instant is
   * the one who counts then.
   */
  countDue(): Promise<number>;
  willCount(seen: number, at: number): Promise<boolean>;
  /** META of those conversations that exist, by id. */
  metas(ids: readonly string[]): Promise<ReadonlyMap<string, Meta>>;
  putReceipt(receipt: Receipt): Promise<void>;
  /**
   * Has DynamoDB delete a conversation with all its rows at an instant. False: some are left; call
   * again.
   */
  expire(conversationId: string, at: number): Promise<boolean>;
  /**
   * Deletes a conversation with all its rows now. Safe to repeat; `complete: false`: some are left.
   */
  erase(conversationId: string): Promise<Erased & { complete: boolean }>;
  /** Deletes what is kept in an agent's log about a conversation. */
  eraseNotices(agentId: string, conversationId: string): Promise<number>;
  /** Conversations whose customer this is, or once was, in no order. */
  conversationsOf(customerId: string): Promise<string[]>;
  forgetCustomer(customerId: string, conversationId: string): Promise<void>;
  receipts(conversationId: string): Promise<Receipt[]>;
}

/** At most so many rows, those behind a sort key. Fewer than `limit`: there are no more. */
export interface Page {
  readonly after?: string;
  readonly limit: number;
}

/** How many rows of each kind were deleted. */
export interface Erased {
  readonly events: number;
  /**
   * Markers by which a repeated message is known, routing receipts, and what describes the
   * conversation.
   */
  readonly others: number;
}

/** Why a routing decision came out as it did: who was looked at. */
export interface Receipt {
  readonly conversationId: string;
  readonly taskId: string;
  readonly at: number;
  readonly offeredTo: string | null;
  readonly considered: readonly Considered[];
}

/**
 * An agent who was looked at, their line, and the first condition that they do not meet; null: they
 * match.
 */
export interface Considered {
  readonly agentId: string;
  readonly line: string;
  readonly failed: string | null;
}

export interface Config {
  get<K extends ConfigKind>(kind: K, id: string): Promise<ConfigOf<K> | null>;
  /** By id, those behind `after`; all of them without a limit. */
  list<K extends ConfigKind>(kind: K, page?: { after?: string | null; limit?: number }): Promise<ConfigOf<K>[]>;
  /**
   * Profiles of whom each word begins a word of their id or names (search.ts), in a stable order. A
   * page may hold fewer than `limit` while there are more: `nextAfter` is null at the end.
   */
  find(
    words: readonly string[],
    page: { after: string | null; limit: number },
  ): Promise<{ items: AgentProfile[]; nextAfter: string | null }>;
  put<K extends ConfigKind>(kind: K, item: ConfigOf<K>): Promise<void>;
  delete(kind: ConfigKind, id: string): Promise<boolean>;
}

export interface Connections {
  /** `check` names the check that is to look at it first. */
  open(connection: { id: string; agentId: string; epoch: number; at: number; check: string }): Promise<void>;
  lease(id: string): Promise<Lease | null>;
  /**
   * Renews the lease of a connection, or with `leaseSeconds` (a heartbeat) gives it another length,
   * and counts a frame: how many there were so far. Null: it has no lease, or is not known (any
   * more).
   */
  seen(id: string, at: number, leaseSeconds?: number): Promise<number | null>;
  /** Counts a frame of a connection that may have no lease. Null: it is not known (any more). */
  count(id: string): Promise<{ frames: number; hasLease: boolean } | null>;
  /**
   * A lease begins, and `check` looks at the connection from now on, instead of any other. False:
   * it is not known (any more).
   */
  beginLease(id: string, at: number, leaseSeconds: number, check: string): Promise<boolean>;
  /** After `check` comes `next`. False: it was not the turn of `check`. */
  followCheck(id: string, check: string | null, next: string): Promise<boolean>;
  forget(id: string): Promise<void>;
}

/** `silent`: the connection was closed just now, and is not told more. */
export type Verdict = 'taken' | 'refused' | 'closed' | 'silent';

/** What an instance remembers of how fast the connections that it hears send. */
export interface Pace {
  /** A frame has come. Above the bound it is refused; above twice the bound, the end. */
  arrived(id: string, at: number, bound: Settings): Verdict;
  /** So many frames of it were counted; null: none are, because it has no lease. */
  counted(id: string, frames: number | null, hasLease: boolean): void;
  /** As far as it is known here. */
  hasLease(id: string): boolean;
}

/** What is known of a connection. */
export interface Lease {
  /** When it was last heard; null: it has no lease. */
  readonly lastSeen: number | null;
  /** For how long it may be silent; null: as long as is usual. */
  readonly leaseSeconds: number | null;
  /** Which check is followed by another; null: a version that named none began this connection. */
  readonly check: string | null;
}

/** How a request ended. */
export interface Outcome {
  readonly status: 'ok' | 'error';
  readonly code?: Code | undefined;
  readonly msg?: string | undefined;
  readonly [field: string]: unknown;
}

export interface Ack extends Outcome {
  readonly id: string;
}

/** For so long the same frame again is answered alike. */
export const ANSWERS_KEPT_MS = 600_000;

/** Answers to frames with an id: the same id again is answered alike and changes nothing. */
export interface Requests {
  find(agentId: string, id: string): Promise<Ack | null>;
  /** Returns the answer that stands: this one, or the one that was there first. */
  keep(agentId: string, ack: Ack): Promise<Ack>;
}

/**
 * What became of a post. `sent`: the gateway has taken it. `gone`: there is no such connection.
 * `unsure`: it may have arrived or not, and the desk may well be there (an error or a throttle that
 * lasts, no answer in time, a frame that is refused).
 */
export type Posted = 'sent' | 'gone' | 'unsure';

/**
 * Where an agent can be told something. `since`: when it connected (epoch ms), if that is known.
 */
export interface Desk {
  readonly agentId: string;
  readonly connectionId: string;
  readonly since?: number | undefined;
}

export interface Sockets {
  /** `connectedAt` (if known) tells a connection that is not open yet from one that has gone. */
  post(connectionId: string, frame: string, connectedAt?: number): Promise<Posted>;
  alive(connectionId: string): Promise<boolean>;
  close(connectionId: string): Promise<void>;
}

export interface Timers {
  start(deadlines: readonly Deadline[]): Promise<void>;
}

/**
 * The queue by which news of pull lists leave, so that no request waits for hundreds of desks to be
 * told.
 */
export interface Lists {
  /**
   * The same news again within five minutes is told once; news of one conversation are told one
   * after the other.
   */
  announce(news: ListNews): Promise<void>;
}

/**
 * A greeting that is due to a desk which has just connected, perhaps in the place of another one.
 * `began` says in which session.
 */
export const Greeting = z.object({
  agentId: z.string(),
  connectionId: z.string(),
  epoch: z.number(),
  began: z.number(),
  previousConnectionId: z.string().optional(),
});
export type Greeting = z.output<typeof Greeting>;

/**
 * The queue by which a desk is greeted, because nothing can be posted before its connection is
 * open.
 */
export interface Greetings {
  enqueue(greeting: Greeting): Promise<void>;
}

/** A timer that fires: what to do, and when it was due (epoch milliseconds). */
export const TimerMessage = z.object({ timer: Timer, dueAt: z.number() });

/** An event of a conversation, as the table's stream has it. */
export const OutwardEvent = LoggedEventShape.extend({ conversationId: z.string() });
export type OutwardEvent = z.output<typeof OutwardEvent>;

/** Where events go out. A consumer sees those of a conversation in order, and each once. */
export interface Topic {
  /**
   * What became of each. They are of as many conversations: those that follow go when it is known
   * that these went.
   */
  publish(events: readonly OutwardEvent[]): Promise<readonly PromiseSettledResult<void>[]>;
}

export interface Metrics {
  milliseconds(name: string, value: number): void;
}

/** Reads what the table's stream holds of an item. */
export interface Images {
  read(image: Record<string, unknown>): unknown;
}

export interface Log {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

/** Somebody else changed what this decision was based on: decide again. */
export class Conflict extends Error {
  override readonly name = 'Conflict';
}

/** What whoever asked is told of one that lasts. */
export const LASTING_CONFLICT = {
  code: 'state.conflict',
  msg: 'Others changed the same thing at the same time. Please try again.',
} as const;

/** A message with this `data.id` is in the log already, as `logged`. */
export class DuplicateMessage extends Error {
  override readonly name = 'DuplicateMessage';
  readonly logged: LoggedEvent;

  constructor(logged: LoggedEvent) {
    super(`it was said before, as ${logged.seq}`);
    this.logged = logged;
  }
}

/** A frame with this id was answered already; with `ack`, if that is not kept. */
export class AlreadyAnswered extends Error {
  override readonly name = 'AlreadyAnswered';
  readonly ack: Ack | undefined;

  constructor(id: string, ack?: Ack) {
    super(id);
    this.ack = ack;
  }
}
