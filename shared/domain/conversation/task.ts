/**
 * A task is the work that one conversation needs from one agent: QUEUED, RESERVED for an agent,
 * ACTIVE, WRAP_UP, then gone. Open tasks live in the conversation's HEAD, so one condition on one
 * item decides who owns what. Closed tasks live in the event log.
 */
import * as z from 'zod';
import { WRAP_UP_MODES } from '../../protocol/shapes/wrap-up.ts';
import { Consequence, Inactivity, RequiredAttributes } from '../../protocol/shapes/config.ts';
import type { Deadline } from '../effect.ts';
import { BACKUP_MS } from '../effect.ts';
import { AgentSelection } from '../choosing/selection.ts';
import { expiries } from '../choosing/required.ts';
import { Preferred } from '../choosing/preferred.ts';

export const REROUTE_PRIORITY = 11;

/** Who waits on after their time is served when nobody else waits. */
export const OVERDUE_PRIORITY = 0;
/** Nobody is asked for in vain for ever in silence: the platform is told again after this. */
export const OVERDUE_SECONDS = 86_400;

/** How long nothing may be said where no agent has the customer: a week. */
export const PLATFORM_SECONDS = 604_800;

export const DIRECTIONS = [
  'INBOUND',
  'OUTBOUND',
  'CONSULT',
  'CONSULT_TRANSFER',
  'CONSULT_CONFERENCE',
  'DIRECT_TRANSFER',
  'DIRECT_CONFERENCE',
] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** What asks for a colleague and leaves, stays, or only wants advice. */
export const LEAVING: readonly Direction[] = ['DIRECT_TRANSFER', 'CONSULT_TRANSFER'];

/** Why a task was closed (protocol: `task.state.reasonCode`). */
export type CloseReason =
  | 'DONE'
  | 'RONA'
  | 'DECLINED'
  | 'NO_AGENT_AVAILABLE'
  | 'CANCELLED'
  | 'TRANSFERRED'
  | 'AGENT_LOGOUT'
  | 'REROUTE'
  | 'FORCE_CLOSED'
  | 'RESPONSE_TIMEOUT';

/**
 * The rules of the queue (or list) as they were when the task was made, so that a task needs no
 * other row to be decided on.
 */
export const Rules = z.object({
  /** null: the conversation was taken from a list. */
  queue: z.object({ id: z.string(), name: z.string() }).nullable(),
  queuePriority: z.number(),
  /** After how much waiting the platform is told how long it will last. Missing: never. */
  estimateAfterSeconds: z.number().optional(),
  /** How much waiting makes up for one priority. Missing: nothing does. */
  ageingSeconds: z.number().optional(),
  acceptSeconds: z.number(),
  requestTtlSeconds: z.number(),
  ronaPolicy: Consequence,
  declinePolicy: Consequence.default('KEEP'),
  declineSeconds: z.number().default(120),
  autoAccept: z.boolean().default(false),
  slaPolicy: Consequence.default('KEEP'),
  /** null: this queue has no wrap-up. */
  wrapUpSeconds: z.number().nullable(),
  /** Who decides about the wrap-up, and how long it may last in all. Missing: as ever. */
  wrapUp: z.object({ mode: z.enum(WRAP_UP_MODES), extendSeconds: z.number(), mostSeconds: z.number() }).optional(),
  /** What this conversation requires of its agent, beside what the queue wants. */
  required: RequiredAttributes.optional(),
  /** Whom the customer's channel wants rather. Missing: whom the queue does. */
  selection: AgentSelection.optional(),
  /** When each routing step after the first opens, in seconds after `routedSince`. */
  stepsOpenAfter: z.array(z.number()),
  /** How long the customer may wait for an answer; null: no limit. */
  agentSlaSeconds: z.number().nullable(),
  /** How long they may be silent, by channel type; missing: for as long as they like. */
  inactivity: z.array(Inactivity).optional(),
  /** After so long without a word, a conversation that no agent has is over. */
  platformSeconds: z.number().default(PLATFORM_SECONDS),
  /** Who has a customer who writes after all agents have left: this queue, or the platform. */
  afterAgents: z.enum(['QUEUE', 'PLATFORM']).default('QUEUE'),
  /** How many of the queue one agent is given at once; missing: as many as they take. */
  maxPerAgent: z.number().optional(),
});
export type Rules = z.output<typeof Rules>;

const Assignee = z.object({ id: z.string(), name: z.string() });
export type Assignee = z.output<typeof Assignee>;
const Ttl = z.object({ timerId: z.string(), expiresAt: z.number() });

const common = {
  id: z.string(),
  /** How often it has been put into the line. Missing: once. */
  attempt: z.number().int().optional(),
  direction: z.enum(DIRECTIONS),
  mode: z.enum(['QUEUE', 'AGENT']),
  mrdId: z.string(),
  rules: Rules,
  priority: z.number(),
  enqueuedAt: z.number(),
  /**
   * When the customer first began to wait: the routing steps open from here, also after a requeue.
   */
  routedSince: z.number(),
  /** An agent asked for this colleague. Unless it was moved, they are not offered it themselves. */
  request: z
    .object({
      by: Assignee,
      note: z.string().nullable(),
      /** How often the customer was handed over, this time included. */
      hops: z.number().int().optional(),
      /** false: the colleague's desk takes it by itself, without ringing. */
      offerToAgent: z.boolean().optional(),
      /** Somebody else has sent the customer elsewhere since: whoever asked may get them back. */
      moved: z.literal(true).optional(),
    })
    .optional(),
  /** Whom it asks, or asked, before anybody else. */
  preferred: Preferred.optional(),
  /** The queue was gone when it was last looked at: anybody on the MRD may take it. */
  stray: z.literal(true).optional(),
  /** The queues in which its time to live was over, one after the other. */
  overdue: z.array(z.string()).optional(),
};

/** The agent has said what it was about. */
const noted = z.literal(true).optional();

export const Task = z.discriminatedUnion('phase', [
  z.object({
    ...common,
    phase: z.literal('QUEUED'),
    ttl: Ttl,
    /** When the platform is told next how long it will last. */
    estimateDueAt: z.number().optional(),
    /**
     * Agents who are passed over until an instant: those who just let this request ring out under
     * the policy KEEP, declined it, or let the customer wait.
     */
    passOver: z.record(z.string(), z.number()),
    /** Since when it stands where it does, where somebody has moved it. */
    movedAt: z.number().optional(),
  }),
  z.object({
    ...common,
    phase: z.literal('RESERVED'),
    ttl: Ttl,
    assignedTo: Assignee,
    expiresAt: z.number(),
    /**
     * The desk at this connection is to confirm by then that the offer has arrived. Missing: it
     * has, or nobody promised that.
     */
    receipt: z.object({ connectionId: z.string(), dueAt: z.number() }).optional(),
    /** As while it waited: should it wait again, these are still passed over. */
    passOver: z.record(z.string(), z.number()).optional(),
  }),
  z.object({
    ...common,
    phase: z.literal('ACTIVE'),
    assignedTo: Assignee,
    answeredAt: z.number(),
    noted,
    /** For how many seconds the agent wants to wrap up, where that is their choice. */
    wrapUpAsked: z.number().optional(),
    /** When whoever was consulted came in front of the customer. */
    tookOverAt: z.number().optional(),
  }),
  z.object({
    ...common,
    phase: z.literal('WRAP_UP'),
    assignedTo: Assignee,
    answeredAt: z.number(),
    noted,
    expiresAt: z.number(),
    wrapUpSeconds: z.number(),
    closeAs: z.enum(['DONE', 'TRANSFERRED']),
  }),
]);
export type Task = z.output<typeof Task>;
export type TaskIn<P extends Task['phase']> = Extract<Task, { phase: P }>;

/** Who asked for a colleague, and so is none. */
export function askerOf({ request }: Pick<Task, 'request'>): string | null {
  return request && !request.moved ? request.by.id : null;
}

/** May the wrap-up be closed only once the agent has said what the conversation was about? */
export function needsNote({ rules }: Pick<Task, 'rules'>): boolean {
  return rules.wrapUp?.mode === 'MANDATORY' || rules.wrapUp?.mode === 'MANDATORY_TIMED';
}

/** How a task ended, or only the offer of it. */
export interface Ended {
  readonly closed?: CloseReason | undefined;
  readonly back?: CloseReason | undefined;
}

/** On the wire a task id is `<taskId>:<mediaId>`; a task here has one medium. */
export function wireTaskId(task: Pick<Task, 'id' | 'attempt'>): string {
  return `${task.id}:${mediaId(task)}`;
}

/** Each attempt is a medium of its own: so an id on the wire tells one offer from the next. */
function mediaId(task: Pick<Task, 'id' | 'attempt'>): string {
  const attempt = attemptOf(task);
  return attempt === 1 ? `${task.id}-m` : `${task.id}-m${attempt}`;
}

export function attemptOf({ attempt = 1 }: { readonly attempt?: number | undefined }): number {
  return attempt;
}

/** One attempt of a task among all. */
export function attemptName(taskId: string, of: Parameters<typeof attemptOf>[0]): string {
  const attempt = attemptOf(of);
  return attempt === 1 ? taskId : `${taskId}#${attempt}`;
}

/** Which attempt a medium is of, as desks name it; nothing where it is no medium of this task. */
export function attemptIn(taskId: string, medium: string | undefined): number | undefined {
  const given = medium?.startsWith(`${taskId}-m`) ? medium.slice(taskId.length + 2) : undefined;
  return given !== undefined && /^\d*$/.test(given) ? Number(given || 1) : undefined;
}

/** Does a desk mean another attempt of this task? One that names none means this one. */
export function isAnotherAttempt(task: Task, medium: string | undefined): boolean {
  return (attemptIn(task.id, medium) ?? attemptOf(task)) !== attemptOf(task);
}

/**
 * The task object of CIM events. `closed` says how it ended, `back` why only its offer did; the
 * medium's state follows the phase.
 */
export function wireTask(conversationId: string, task: Task, { closed, back }: Ended = {}) {
  const mediaState = closed || back ? ('CLOSED' as const) : task.phase === 'WRAP_UP' ? ('ACTIVE' as const) : task.phase;
  const name = closed ? ('CLOSED' as const) : task.phase === 'WRAP_UP' ? ('WRAP_UP' as const) : ('ACTIVE' as const);
  const transferred = task.phase === 'WRAP_UP' && task.closeAs === 'TRANSFERRED' ? task.closeAs : null;
  return {
    id: task.id,
    conversationId,
    attempt: attemptOf(task),
    state: { name, reasonCode: closed ?? back ?? transferred },
    assignedTo: task.phase === 'QUEUED' ? null : task.assignedTo,
    agentRequestTtlTimerId: 'ttl' in task ? task.ttl.timerId : null,
    activeMedia: [
      {
        id: mediaId(task),
        mrdId: task.mrdId,
        taskId: task.id,
        queue: task.rules.queue,
        type: taskType(task),
        priority: task.priority,
        state: mediaState,
        channelSessions: [],
        enqueueTime: task.enqueuedAt,
        answerTime: 'answeredAt' in task ? task.answeredAt : 0,
      },
    ],
  };
}

export function taskType({ direction, mode, request }: Pick<Task, 'direction' | 'mode' | 'request'>) {
  if (!request) return { direction, mode, metadata: {} };
  const { by, note, moved: _, ...more } = request;
  return { direction, mode, metadata: { requestedBy: by.name, ...(note === null ? {} : { note }), ...more } };
}

/**
 * What is due because of one open task. Its id stays, so keys and timers carry the attempt: none
 * outlives its meaning.
 */
export function taskDeadlines(conversationId: string, task: Task): Deadline[] {
  const taskId = task.id;
  const { attempt } = task;
  const name = attemptName(taskId, task);
  switch (task.phase) {
    case 'QUEUED': {
      const { required, stepsOpenAfter } = task.rules;
      const opens = [...stepsOpenAfter, ...expiries(required)].map((seconds) => task.routedSince + seconds * 1000);
      const since = task.movedAt ?? task.enqueuedAt;
      const later = [...opens, ...Object.values(task.passOver)].filter((at) => at > since);
      const place = [...new Set([since + BACKUP_MS, ...later])].map((dueAt) => ({
        key: `place#${name}#${dueAt}`,
        dueAt,
        timer: { kind: 'placeRequest' as const, conversationId, taskId },
      }));
      return [ttlDeadline(conversationId, task.ttl), ...place, ...estimateDeadlines(conversationId, task)];
    }
    case 'RESERVED': {
      const timer = {
        kind: 'offerExpired' as const,
        conversationId,
        taskId,
        ...(attempt ? { attempt } : {}),
        agentId: task.assignedTo.id,
      };
      const due = [ttlDeadline(conversationId, task.ttl), { key: `offer#${name}`, dueAt: task.expiresAt, timer }];
      if (!task.receipt) return due;
      const { connectionId, dueAt } = task.receipt;
      return [
        ...due,
        { key: `receipt#${name}`, dueAt, timer: { ...timer, kind: 'receiptDue' as const, connectionId } },
      ];
    }
    case 'WRAP_UP': {
      const timer = { kind: 'wrapUpExpired' as const, conversationId, taskId };
      return [{ key: `wrapUp#${taskId}#${task.expiresAt}`, dueAt: task.expiresAt, timer }];
    }
    case 'ACTIVE':
      return [];
    default:
      return task satisfies never;
  }
}

function estimateDeadlines(conversationId: string, { id: taskId, estimateDueAt }: TaskIn<'QUEUED'>): Deadline[] {
  if (estimateDueAt === undefined) return [];
  const timer = { kind: 'estimateDue' as const, conversationId, taskId, dueAt: estimateDueAt };
  return [{ key: `estimate#${taskId}#${estimateDueAt}`, dueAt: estimateDueAt, timer }];
}

/** A requeued task keeps its TTL, and so this key: the timer that is running stays the only one. */
function ttlDeadline(conversationId: string, ttl: TaskIn<'QUEUED'>['ttl']): Deadline {
  const timer = { kind: 'requestExpired' as const, conversationId, timerId: ttl.timerId };
  return { key: `ttl#${ttl.timerId}`, dueAt: ttl.expiresAt, timer };
}
