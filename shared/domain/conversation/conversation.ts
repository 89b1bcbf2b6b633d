/**
 * A conversation: the customer's open channel sessions, the agents in it and the tasks that are
 * open. Everything hot is in this one item (HEAD), so one version decides every race about it. What
 * is large and rarely changes is META. What happened is the event log.
 */
import { byteLength, bytesInText } from '../../protocol/bytes.ts';
import * as z from 'zod';
import {
  CIM_EVENT_NAMES,
  CIM_EVENT_TYPES,
  ChannelSession,
  ConversationData,
  Customer,
  RoomInfo,
} from '../../protocol/shapes/cim.ts';
import { MAX_CUSTOMER_BYTES, MAX_META_BYTES, MAX_SESSION_BYTES } from '../../protocol/frame.ts';
import type { Agent } from '../agent/agent.ts';
import type { Deadline, Effect } from '../effect.ts';
import { Rejection } from '../rejection.ts';
import { Said } from './repeated.ts';
import { Rules, Task, taskDeadlines } from './task.ts';

export const PARTICIPANT_ROLES = ['PRIMARY', 'ASSISTANT', 'SILENT_MONITOR', 'WRAP_UP'] as const;
export type Role = (typeof PARTICIPANT_ROLES)[number];

const Participant = z.object({
  role: z.enum(PARTICIPANT_ROLES),
  username: z.string(),
  firstName: z.string(),
  lastName: z.string(),
  joinedAt: z.number(),
  /** The slot that the agent holds for this conversation; supervisors have no task behind it. */
  taskId: z.string(),
  teamId: z.string(),
  /** Came to supervise: whispers as an ASSISTANT, may become PRIMARY, is never routed back. */
  supervisor: z.boolean(),
  connectionId: z.string(),
  /**
   * false until this connection has been sent the snapshot: nothing of the conversation is posted
   * to it before.
   */
  live: z.boolean(),
  /** While not live: since when (epoch ms), and when the snapshot is shown again. */
  showing: z.object({ since: z.number(), againAt: z.number() }).optional(),
});
export type Participant = z.output<typeof Participant>;

/**
 * Where a conversation belongs. With `list`, agents pick it from there; without, it is offered to
 * those of the queue.
 */
export const Home = z.object({
  rules: Rules,
  mrdId: z.string(),
  list: z
    .object({
      id: z.string(),
      name: z.string(),
      /** The first agent who joins has it for themselves. */
      exclusive: z.boolean(),
      since: z.number(),
    })
    .optional(),
});
export type Home = z.output<typeof Home>;

export const Conversation = z.object({
  id: z.string(),
  state: z.enum(['CREATED', 'ACTIVE', 'INACTIVE', 'ON_HOLD', 'WRAP_UP', 'CLOSED']),
  roomInfo: RoomInfo,
  createdAt: z.number(),
  /** Has an agent been in it since it came where it is? Tells CREATED from INACTIVE. */
  answered: z.boolean(),
  /**
   * Open channel sessions: id → `seq` of the event that announced it. None left means that the
   * customer has gone.
   */
  sessions: z.record(z.string(), z.number().int()),
  /**
   * Those of them that are calls: there nobody waits for an answer in writing, and the phone puts
   * on hold.
   */
  calls: z.array(z.string()),
  participants: z.record(z.string(), Participant),
  tasks: z.record(z.string(), Task),
  /**
   * The last queue that found an agent, or the pull list that it stands on: where the customer goes
   * back to. null: no agent was ever asked for.
   */
  home: Home.nullable(),
  /**
   * Where the conversation was handed to, from its first queue on: a transfer in a circle is
   * refused.
   */
  path: z.array(z.string()),
  /** On hold since, until at the latest. Parked: with the tasks that take no capacity meanwhile. */
  hold: z
    .object({
      since: z.number(),
      until: z.number(),
      parked: z.array(z.string()).optional(),
      /** Because the customer said nothing more. */
      silent: z.literal(true).optional(),
    })
    .nullable(),
  /**
   * The customer waits for an answer since; `shown` is the share of the time (percent) that desks
   * were told of.
   */
  sla: z.object({ startedAt: z.number(), totalSeconds: z.number(), shown: z.number() }).nullable(),
  /**
   * The customer has said nothing since, while it was their turn; null: it is not. Looked at next
   * at `checkAt`; `asked`: they were asked whether they are still there; `parked`: they have been
   * for this.
   */
  silence: z
    .object({
      since: z.number().nullable(),
      checkAt: z.number(),
      asked: z.literal(true).optional(),
      parked: z.literal(true).optional(),
    })
    .nullable()
    .default(null),
  /** How often each agent has let the customer wait since somebody answered (unanswered.ts). */
  unanswered: z.record(z.string(), z.number().int()).default({}),
  /**
   * Nobody but the owner has the customer, and not beyond `until`, unless something is said before
   * (`seq` is the newest event then). null: an agent has them, or will.
   */
  entrusted: z
    .object({
      owner: z.enum(['PLATFORM']),
      since: z.number(),
      until: z.number(),
      seconds: z.number(),
      seq: z.number().int(),
    })
    .nullable()
    .default(null),
  /** Agents who have raised their hand, by name. */
  handsRaised: z.array(z.string()),
  /**
   * Offers that were accepted, and are over before they would have rung out: until when, by
   * attempt. Their timers find no task, and are not to take away a card that was answered.
   */
  answeredOffers: z.record(z.string(), z.number()).optional(),
  /** When it was CLOSED, which is for good; null: it is open, or ended before this was kept. */
  endedAt: z.number().nullable().default(null),
  /** The number of the newest event: gap-free, and it only grows. */
  lastSeq: z.number().int(),
  version: z.number().int(),
  /**
   * What the rows know of the end of the log: the version of HEAD that it goes with, and what may
   * have been said. Rules leave it alone. Missing: nothing was stored of it yet.
   */
  logEnd: z.looseObject({ head: z.number().int(), said: Said }).optional(),
});
export type Conversation = z.output<typeof Conversation>;

export const Meta = z.object({
  /**
   * The channel sessions that are open, and the latest, by id. Others that have ended leave it with
   * its next change, for items of their own.
   */
  sessions: z.record(z.string(), ChannelSession),
  latestSessionId: z.string(),
  customer: Customer,
  /**
   * Everybody who was ever this conversation's customer, or a session's: whoever erases one of them
   * finds it.
   */
  customerIds: z.array(z.string()).default([]),
  /** The channel session that it began with. Empty: it began before this was kept. */
  startedBy: z.string().default(''),
  conversationData: ConversationData,
  /** Grows with each change. 0: it was written before this was kept. */
  version: z.number().int().default(0),
});
export type Meta = z.output<typeof Meta>;

/** A CIM event as the log keeps it: without what META holds. */
export const StoredEvent = z.looseObject({
  id: z.string(),
  name: z.enum(CIM_EVENT_NAMES),
  type: z.enum(CIM_EVENT_TYPES),
  timestamp: z.number(),
  channelSessionId: z.string().optional(),
  data: z.record(z.string(), z.unknown()),
});
export type StoredEvent = z.output<typeof StoredEvent>;

export const LoggedEventShape = z.object({
  seq: z.number().int(),
  event: StoredEvent,
  frame: z.string().optional(),
});

export interface LoggedEvent {
  readonly seq: number;
  readonly event: StoredEvent;
  /** The id of the frame by which the agent said it, if it had one. */
  readonly frame?: string | undefined;
}

/**
 * A desk that has not been sent the snapshot after this long is shown it again. Longer than a post
 * is tried, short for whoever waits.
 */
const SHOWN_WITHIN_MS = 5_000;
const LONGEST_SHOWING_MS = 60_000;

/** Not live yet: the snapshot is on its way, and is shown again if it has not arrived by then. */
export function notLive(at: number): Pick<Participant, 'live' | 'showing'> {
  return { live: false, showing: { since: at, againAt: at + SHOWN_WITHIN_MS } };
}

/** The next try comes after as long again as it has taken so far, a minute at most. */
export function showLater({ since }: NonNullable<Participant['showing']>, at: number): Pick<Participant, 'showing'> {
  return { showing: { since, againAt: at + Math.min(LONGEST_SHOWING_MS, at - since) } };
}

/** All that one decision about a conversation sees, and may change. */
export interface World {
  readonly conversation: Conversation;
  readonly agents: Readonly<Record<string, Agent>>;
  readonly meta: Meta | null;
}

export interface Decision {
  readonly world: World;
  readonly events: readonly LoggedEvent[];
  readonly effects: readonly Effect[];
}

/** Has a decision changed anything that must be saved? */
export function changed(before: World, after: World): boolean {
  const agents = Object.keys(after.agents).some((id) => before.agents[id] !== after.agents[id]);
  return before.conversation !== after.conversation || before.meta !== after.meta || agents;
}

/**
 * The agents whose state a change of this conversation may touch, and who is to be told what became
 * of their request.
 */
export function involved(conversation: Conversation): string[] {
  const assignees = Object.values(conversation.tasks).flatMap((task) =>
    task.phase === 'QUEUED' ? [] : [task.assignedTo.id],
  );
  const asking = Object.values(conversation.tasks).flatMap(({ phase, request }) =>
    request && (phase === 'QUEUED' || phase === 'RESERVED') ? [request.by.id] : [],
  );
  return [...new Set([...assignees, ...asking, ...Object.keys(conversation.participants)])];
}

/**
 * So long after its end nobody adds a row to a conversation any more, such as the receipt of a
 * routing decision, and its rows are stamped when fewer timers are in a hurry than at its end.
 * Still a delay of SQS.
 */
const SETTLED_MS = 14 * 60_000;

export function deadlines(conversation: Conversation): Deadline[] {
  const { id: conversationId, endedAt, entrusted, hold, participants, silence, sla, tasks } = conversation;
  const due = Object.values(tasks).flatMap((task) => taskDeadlines(conversationId, task));
  if (hold) {
    const timer = { kind: 'holdExpired' as const, conversationId, since: hold.since };
    due.push({ key: `hold#${conversationId}#${hold.since}`, dueAt: hold.until, timer });
  }
  if (silence) {
    const { checkAt } = silence;
    const timer = { kind: 'silenceDue' as const, conversationId, checkAt };
    due.push({ key: `silence#${conversationId}#${checkAt}`, dueAt: checkAt, timer });
  }
  if (entrusted) {
    const timer = { kind: 'entrustExpired' as const, conversationId, since: entrusted.since };
    due.push({ key: `entrusted#${conversationId}#${entrusted.since}`, dueAt: entrusted.until, timer });
  }
  if (endedAt !== null) {
    const timer = { kind: 'retentionDue' as const, conversationId };
    due.push({ key: `retention#${conversationId}`, dueAt: endedAt + SETTLED_MS, timer });
  }
  for (const share of sla ? SLA_SHARES.filter((percent) => percent > sla.shown) : []) {
    const { startedAt, totalSeconds } = sla ?? { startedAt: 0, totalSeconds: 0 };
    const timer = { kind: 'slaReached' as const, conversationId, startedAt, share };
    due.push({
      key: `sla#${conversationId}#${startedAt}#${share}`,
      dueAt: startedAt + totalSeconds * 10 * share,
      timer,
    });
  }
  for (const [agentId, { connectionId, live, showing }] of Object.entries(participants)) {
    if (live || !showing) continue;
    const { againAt } = showing;
    const timer = { kind: 'snapshotDue' as const, conversationId, agentId, connectionId, againAt };
    due.push({ key: `show#${conversationId}#${connectionId}#${againAt}`, dueAt: againAt, timer });
  }
  return due;
}

/**
 * Percent of the agent SLA at which desks are told: change the colour, to red, ask the agent; at
 * 100 the customer goes to somebody else.
 */
export const SLA_SHARES = [50, 75, 90, 100] as const;

const CALLS = ['CX_VOICE', 'CISCO_CC'];

export function isCall({ channel }: ChannelSession): boolean {
  return CALLS.includes(channel.channelType.name);
}

/** The ids of the open channel sessions, the latest last. A stored map has no order of its own. */
export function openSessions({ sessions }: Conversation): string[] {
  return Object.entries(sessions)
    .toSorted(([, a], [, b]) => a - b)
    .map(([id]) => id);
}

/**
 * The session that speaks for the conversation where only one can: the latest that is open if there
 * is any.
 */
export function currentSession(conversation: Conversation, meta: Meta): ChannelSession {
  const id = openSessions(conversation).at(-1) ?? meta.latestSessionId;
  const session = meta.sessions[id];
  if (!session) throw new Error(`conversation ${conversation.id} has no channel session ${id}`);
  return session;
}

/** Refuses what a snapshot, or an event that carries a session twice, would have no room for. */
export function mustFit(conversation: Conversation, meta: Meta): void {
  const { customer, conversationData } = meta;
  const open = openSessions(conversation).flatMap((id) => meta.sessions[id] ?? []);
  const current = currentSession(conversation, meta);
  const tooLarge = (what: string, limit: number) =>
    new Rejection('conversation.tooLarge', `${what} than ${limit / 1024} KB.`);
  if ([...open, current].some((session) => bytesInText(session) > MAX_SESSION_BYTES))
    throw tooLarge('A channel session, as a text in a frame, is larger', MAX_SESSION_BYTES);
  if (bytesInText(customer) > MAX_CUSTOMER_BYTES)
    throw tooLarge('The customer, as a text in a frame, is larger', MAX_CUSTOMER_BYTES);
  if (byteLength(JSON.stringify({ open, current, customer, conversationData })) > MAX_META_BYTES)
    throw tooLarge(
      'Sessions (the current one counts twice), customer and conversation data are larger',
      MAX_META_BYTES,
    );
  if (bytesInText(conversation.roomInfo) > MAX_ROOM_BYTES) throw tooLarge('`roomInfo` is larger', MAX_ROOM_BYTES);
}

const MAX_ROOM_BYTES = 512;
