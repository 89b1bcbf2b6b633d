/**
 * What a decision asks for besides the new state. Something is said to one agent's desk, a
 * conversation's snapshot is due there, or an event was logged for all who are in it. Timers and
 * index entries are no effects: they are derived from the state.
 */
import * as z from 'zod';
import type { ManagerEventName, ManagerPayload } from '../protocol/manager-events.ts';

/** Say `event` to the desk of `agentId`, if it has one. */
export interface Emit {
  readonly type: 'emit';
  readonly agentId: string;
  readonly event: ManagerEventName;
  readonly data: unknown;
  readonly conversationId?: string;
  /**
   * Its number in the agent's log; what the greeting says again, and what nothing was decided for,
   * has none.
   */
  readonly agentSeq?: number;
}

/**
 * Post `onTopicData` to the agent and then make them live (ARCHITECTURE.md, "Snapshot before
 * live").
 */
export interface Snapshot {
  readonly type: 'snapshot';
  readonly agentId: string;
  readonly conversationId: string;
}

/**
 * An event was appended to the log: everybody who is live in the conversation is sent it, at this
 * point of what is said.
 */
export interface Logged {
  readonly type: 'logged';
  readonly seq: number;
}

/** In the order in which they are said. */
export type Effect = Emit | Snapshot | Logged;

export function emit<E extends ManagerEventName>(
  agentId: string,
  event: E,
  data: ManagerPayload<E>,
  conversationId?: string,
): Emit {
  return { type: 'emit', agentId, event, data, ...(conversationId === undefined ? {} : { conversationId }) };
}

/**
 * Something that must happen later even if the process that caused it dies. Derived from the state
 * by `deadlines…`, so a timer exists for every deadline. `key` tells one deadline from the next: a
 * new key starts a timer. Instants are epoch milliseconds.
 */
export interface Deadline {
  readonly key: string;
  readonly dueAt: number;
  readonly timer: Timer;
}

/**
 * Follow-up work is done at once after a save; this long after it a timer does it again, in case
 * the process died.
 */
export const BACKUP_MS = 2_000;

/**
 * What a timer says when it fires. Each names the thing that it guards, and changes nothing once
 * that has moved on.
 */
export const Timer = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('offerExpired'),
    conversationId: z.string(),
    taskId: z.string(),
    /** Missing: the first. */
    attempt: z.number().int().optional(),
    agentId: z.string(),
  }),
  z.object({
    kind: z.literal('receiptDue'),
    conversationId: z.string(),
    taskId: z.string(),
    attempt: z.number().int().optional(),
    agentId: z.string(),
    connectionId: z.string(),
  }),
  z.object({ kind: z.literal('requestExpired'), conversationId: z.string(), timerId: z.string() }),
  z.object({ kind: z.literal('wrapUpExpired'), conversationId: z.string(), taskId: z.string() }),
  z.object({ kind: z.literal('placeRequest'), conversationId: z.string(), taskId: z.string() }),
  z.object({ kind: z.literal('estimateDue'), conversationId: z.string(), taskId: z.string(), dueAt: z.number() }),
  z.object({ kind: z.literal('holdExpired'), conversationId: z.string(), since: z.number() }),
  z.object({ kind: z.literal('silenceDue'), conversationId: z.string(), checkAt: z.number() }),
  z.object({ kind: z.literal('entrustExpired'), conversationId: z.string(), since: z.number() }),
  z.object({ kind: z.literal('slaReached'), conversationId: z.string(), startedAt: z.number(), share: z.number() }),
  z.object({
    kind: z.literal('snapshotDue'),
    conversationId: z.string(),
    agentId: z.string(),
    connectionId: z.string(),
    againAt: z.number(),
  }),
  z.object({ kind: z.literal('retentionDue'), conversationId: z.string() }),
  z.object({ kind: z.literal('listNews'), listId: z.string(), conversationId: z.string(), seq: z.number() }),
  z.object({ kind: z.literal('profilesDue'), after: z.string().nullable() }),
  z.object({ kind: z.literal('queueDue'), queueId: z.string(), after: z.string().nullable() }),
  z.object({ kind: z.literal('findWork'), agentId: z.string(), mrdId: z.string() }),
  z.object({ kind: z.literal('releaseTask'), agentId: z.string(), conversationId: z.string(), taskId: z.string() }),
  z.object({ kind: z.literal('graceExpired'), agentId: z.string(), epoch: z.number() }),
  z.object({ kind: z.literal('tokenDue'), agentId: z.string(), connectionId: z.string() }),
  z.object({
    kind: z.literal('sessionCheck'),
    agentId: z.string(),
    connectionId: z.string(),
    /** Its name: the connection's row says which check is followed by another. */
    check: z.string().nullable().default(null),
  }),
  z.object({
    kind: z.literal('greetingDue'),
    agentId: z.string(),
    connectionId: z.string(),
    epoch: z.number(),
    began: z.number(),
  }),
  z.object({ kind: z.literal('closeConnection'), agentId: z.string(), connectionId: z.string() }),
]);
export type Timer = z.output<typeof Timer>;
