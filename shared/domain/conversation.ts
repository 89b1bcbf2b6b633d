/**
 * A conversation: the customer's open channel sessions, the agents in it and the tasks that are open. Everything hot is in this one
 * item (HEAD), so one version decides every race about it. What is large and rarely changes is META. What happened is the event log.
 */
import * as z from 'zod';
import {
  CIM_EVENT_NAMES,
  CIM_EVENT_TYPES,
  ChannelSession,
  ConversationData,
  Customer,
  RoomInfo,
} from '../protocol/cim.ts';
import type { Agent } from './agent.ts';
import type { Deadline, Effect } from './effect.ts';
import { Task, taskDeadlines } from './task.ts';

export const PARTICIPANT_ROLES = ['PRIMARY', 'ASSISTANT', 'SILENT_MONITOR', 'WRAP_UP'] as const;
export type Role = (typeof PARTICIPANT_ROLES)[number];

const Participant = z.object({
  role: z.enum(PARTICIPANT_ROLES),
  username: z.string(),
  firstName: z.string(),
  lastName: z.string(),
  joinedAt: z.number(),
  taskId: z.string(),
  connectionId: z.string(),
  /** false until this connection has been sent the snapshot: nothing of the conversation is posted to it before. */
  live: z.boolean(),
});
export type Participant = z.output<typeof Participant>;

export const Conversation = z.object({
  id: z.string(),
  state: z.enum(['CREATED', 'ACTIVE', 'INACTIVE', 'WRAP_UP', 'CLOSED']),
  roomInfo: RoomInfo,
  createdAt: z.number(),
  /** Has an agent ever been in it? Tells CREATED from INACTIVE. */
  answered: z.boolean(),
  /** Open channel sessions: id → `seq` of the event that announced it. None left means that the customer has gone. */
  sessions: z.record(z.string(), z.number().int()),
  participants: z.record(z.string(), Participant),
  tasks: z.record(z.string(), Task),
  /** The number of the newest event: gap-free, and it only grows. */
  lastSeq: z.number().int(),
  version: z.number().int(),
});
export type Conversation = z.output<typeof Conversation>;

export const Meta = z.object({
  /** Every channel session that the conversation ever had, by id. */
  sessions: z.record(z.string(), ChannelSession),
  latestSessionId: z.string(),
  customer: Customer,
  conversationData: ConversationData,
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

export const LoggedEventShape = z.object({ seq: z.number().int(), event: StoredEvent });

export interface LoggedEvent {
  readonly seq: number;
  readonly event: StoredEvent;
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

/** The agents whose state a change of this conversation may touch. */
export function involved(conversation: Conversation): string[] {
  const assignees = Object.values(conversation.tasks).flatMap((task) =>
    task.phase === 'QUEUED' ? [] : [task.assignedTo.id],
  );
  return [...new Set([...assignees, ...Object.keys(conversation.participants)])];
}

export function deadlines(conversation: Conversation): Deadline[] {
  return Object.values(conversation.tasks).flatMap((task) => taskDeadlines(conversation.id, task));
}

/** The ids of the open channel sessions, the latest last. A stored map has no order of its own. */
export function openSessions({ sessions }: Conversation): string[] {
  return Object.entries(sessions)
    .toSorted(([, a], [, b]) => a - b)
    .map(([id]) => id);
}

/** The session that speaks for the conversation where only one can: the latest that is open if there is any. */
export function currentSession(conversation: Conversation, meta: Meta): ChannelSession {
  const id = openSessions(conversation).at(-1) ?? meta.latestSessionId;
  const session = meta.sessions[id];
  if (!session) throw new Error(`conversation ${conversation.id} has no channel session ${id}`);
  return session;
}
