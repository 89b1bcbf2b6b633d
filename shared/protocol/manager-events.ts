/**
 * What the manager may say: one schema of `data` per event, spelled as the original product's list
 * does. They are as strict as desks are: a frame that passes breaks no desk. Every object may carry
 * more than its schema names.
 */
import * as z from 'zod';
import {
  AgentPresence,
  ChannelType,
  PullList,
  PullModeRequest,
  Task,
  TaskDirection,
  TopicData,
  WireTaskId,
} from './shapes/desk-shapes.ts';
import { AgentStateName, ChannelSession, RoomInfo } from './shapes/cim.ts';
import { CODES } from './codes.ts';
import { DeskEvent } from './desk-event.ts';
import { TeamFigures } from './shapes/figures.ts';
import { EpochMs, Id, parseJson } from './values.ts';
import { onWire } from './wire.ts';

/**
 * What the desks of 2024 have texts for; older ones show reasons that they do not know as faults.
 */
export const WRAP_UP_ENDS = ['Wrap Up applied', 'choosing leave without Wrap Up', 'wrap Up Timer Expired'] as const;

const roomInfo = RoomInfo.optional();
const correlationId = z.string().optional();
const statusCode = z.number().int().optional();

const agentPresence = z
  .looseObject({
    agentPresence: AgentPresence,
    action: z.enum(['AGENT_STATE_CHANGED', 'AGENT_STATE_UNCHANGED']),
    /** true: the global state changed. false: at most MRD states did. */
    agentStateChanged: z.boolean(),
    /** The ids of the MRDs whose state changed. */
    mrdStateChanges: z.array(Id),
    /** Ours: grows with each change. What came before a newer one is of no interest any more. */
    version: z.number().int().min(0).optional(),
    correlationId,
  })
  .refine(
    ({ action, agentStateChanged, mrdStateChanges }) =>
      action === 'AGENT_STATE_CHANGED' || (!agentStateChanged && mrdStateChanges.length === 0),
    { path: ['action'], error: 'Unchanged, yet something changed' },
  );

const refused = { status: z.literal('error'), code: z.enum(CODES), msg: z.string().min(1) };
const ack = z.discriminatedUnion('status', [
  z.looseObject({
    id: z.string().min(1).max(64),
    status: z.literal('ok'),
    /** Of `superviseConversations`: what became of each. */
    results: z
      .array(
        z.discriminatedUnion('status', [
          z.object({ conversationId: z.string().min(1), status: z.literal('ok') }),
          z.object({ conversationId: z.string().min(1), ...refused }),
        ]),
      )
      .optional(),
  }),
  z.looseObject({ id: z.string().min(1).max(64), ...refused }),
]);

/**
 * What is said to one agent and cannot be inferred from the next greeting: numbered per agent
 * (`agentSeq`), and kept for a day. Everything else is state, which the greeting says again, or an
 * answer, which the same request gets again.
 */
export const NUMBERED_EVENTS = [
  'agentAssistanceRequestPlaced',
  'agentAssignedForAssistance',
  'consulTransferRequestSuccess',
  'onAssistanceOutcome',
  'topicUnsubscription',
  'revokeTask',
  'onSupervisorAction',
] as const;

const OrderedState = z.looseObject({
  name: AgentStateName,
  reasonCode: z.looseObject({ id: Id, name: z.string() }).nullable(),
});

/** What the log of an agent holds: see `NUMBERED_EVENTS`. */
const numbered = {
  agentAssistanceRequestPlaced: z.looseObject({
    requestAction: z.enum(['transfer', 'conference', 'consult']),
    /** `list` is ours: a transfer to a pull list. */
    mode: z.enum(['queue', 'agent', 'list']),
    conversationId: Id.optional(),
    statusCode,
  }),
  agentAssignedForAssistance: z.looseObject({
    conversationId: Id,
    task: Task,
    type: z.enum(['consult', 'direct-transfer', 'direct-conference']),
  }),
  consulTransferRequestSuccess: z.looseObject({ conversationId: Id, task: Task, newTask: Task, agentId: Id }),
  onAssistanceOutcome: z.looseObject({
    conversationId: Id,
    taskId: WireTaskId,
    direction: TaskDirection.exclude(['SILENT_MONITOR', 'BARGE_IN']),
    /** Which queue was asked; null: a colleague, by name. */
    queue: z.looseObject({ id: Id, name: z.string() }).nullable(),
    outcome: z.enum(['ACCEPTED', 'NO_AGENT_AVAILABLE', 'CANCELLED']),
    /** Who accepted. */
    agent: z.looseObject({ id: Id, name: z.string() }).nullable(),
  }),
  topicUnsubscription: z.looseObject({
    conversationId: Id,
    reason: z.string().min(1),
    /** How the wrap-up ended, in the words of one generation of desks. */
    detail: z.enum(WRAP_UP_ENDS).optional(),
    task: z.literal('topicUnsubscription').optional(),
    roomInfo,
    statusCode,
  }),
  revokeTask: z.looseObject({ conversationId: Id, taskId: WireTaskId.optional(), reason: z.string().optional() }),
  onSupervisorAction: z.looseObject({
    by: z.looseObject({ id: Id, name: z.string() }),
    command: z.enum(['STATE', 'LOGOUT']),
    before: OrderedState,
    after: OrderedState,
    /** Tokens that were issued before are refused. */
    revoked: z.literal(true).optional(),
    at: EpochMs,
  }),
} satisfies Record<(typeof NUMBERED_EVENTS)[number], z.ZodType>;

function inReplay<E extends keyof typeof numbered>(event: E) {
  const agentSeq = z.number().int().min(1);
  return z.looseObject({ agentSeq, event: z.literal(event), data: numbered[event], conversationId: Id.optional() });
}

export const managerEvents = {
  // In the original product's published list.
  removePullModeSubscribedListRequests: Id,
  onPullModeSubscribedListRequest: z.looseObject({
    pullModeEvent: jsonOf(PullModeRequest),
    type: z.enum(['PULL_MODE_LIST_REQUEST_RECEIVED', 'PULL_MODE_LIST_REQUEST_STATE_CHANGED']),
    /** The id of the list; the conversation is inside `pullModeEvent`. */
    conversationId: Id,
  }),
  wrapupTimerStarted: z
    .looseObject({
      conversationId: Id,
      /** Seconds left: desks count it down by one a second. */
      duration: z.number().int().min(0),
      durationMs: z.number().int().min(0),
      now: EpochMs.optional(),
      /** When it ends, in epoch milliseconds by the manager's clock. */
      expiresAt: z.number().optional(),
      /** It may be closed only with a `WRAPUP` message. */
      noteNeeded: z.boolean().optional(),
      task: z.literal('wrapupTimerStarted').optional(),
      roomInfo,
      statusCode,
    })
    .refine(({ duration, durationMs }) => Math.abs(durationMs - duration * 1000) <= 1000, {
      path: ['durationMs'],
      error: 'duration is in seconds, durationMs the same in milliseconds',
    }),
  consulTransferRequestSuccess: numbered.consulTransferRequestSuccess,
  agentAssistanceRequestPlaced: numbered.agentAssistanceRequestPlaced,
  agentAssignedForAssistance: numbered.agentAssignedForAssistance,
  topicUnsubscription: numbered.topicUnsubscription,
  topicClosed: z.looseObject({ conversationId: Id, task: z.literal('topicClosed').optional(), statusCode }),
  socketSessionRemoved: z.looseObject({ agentId: Id }),
  revokeTask: numbered.revokeTask,
  onTopicData: z.looseObject({
    conversationId: Id,
    taskId: WireTaskId,
    roomInfo: RoomInfo,
    topicData: TopicData.extend({ topicEvents: z.array(DeskEvent) }),
    /** The `seq` of the oldest event that is in `topicEvents`; `lastSeq + 1` where none is. */
    firstSeq: z.number().int().min(1),
    /**
     * The `seq` of the newest event that this snapshot covers: live events go on at `lastSeq + 1`.
     */
    lastSeq: z.number().int().min(0),
    /** true: there are older events than `firstSeq`; `replayTopic` brings them. */
    truncated: z.boolean(),
    /** Ours: the manager's clock, by which all of its instants go. */
    now: EpochMs.optional(),
    correlationId,
  }),
  taskRequest: z.looseObject({
    conversationId: Id,
    channelSession: ChannelSession,
    roomInfo: RoomInfo,
    taskId: WireTaskId,
    /** Ours: how often the task has been put into the line. */
    attempt: z.number().int().min(1).optional(),
    taskState: z.looseObject({ name: z.enum(['STARTED', 'RESERVED']) }),
    taskDirection: TaskDirection.exclude(['SILENT_MONITOR', 'BARGE_IN']),
    queue: z.looseObject({ id: Id, name: z.string() }).nullable(),
    note: z.string().nullable(),
    requestedBy: z.string().nullable(),
    /** Ours: when it will be revoked, and the manager's clock. */
    expiresAt: EpochMs.optional(),
    now: EpochMs.optional(),
    correlationId,
  }),
  agentPresence_: agentPresence,
  onCimEvent: z.looseObject({ cimEvent: jsonOf(DeskEvent), conversationId: Id, roomInfo }),
  onChannelTypes: z.array(ChannelType),
  errors: z.looseObject({
    /** The event that failed; `frame` where there was none. */
    task: z.string().min(1),
    code: z.enum(CODES),
    msg: z.string().min(1),
    conversationId: Id.optional(),
    /** The client id of the request, where it had one. */
    id: z.string().optional(),
  }),
  // In the original product's published list. Never a frame: what `GET /handshake` answers, which
  // the SDK turns into this event.
  connect_error: z.looseObject({
    message: z.enum(['login-failed', 'invalid-data', 'license']),
    data: z.looseObject({
      content: z.looseObject({
        key: z.enum(['AUTH', 'DATA', 'LM']),
        msg: z.string().min(1),
        code: z.enum(CODES).optional(),
      }),
    }),
  }),
  addPullModeSubscribedListRequests: z.array(PullModeRequest),
  onPullModeSubscribedList: z.array(PullList),
  pullModeSubscribedListRequests: z.array(PullModeRequest),
  // Ours.
  ack,
  onTopicReplay: z.looseObject({
    conversationId: Id,
    events: z.array(z.looseObject({ seq: z.number().int().min(1), cimEvent: jsonOf(DeskEvent) })),
    /**
     * As it was asked; of a further frame of the same answer, the `seq` of the last event before
     * it.
     */
    afterSeq: z.number().int().min(0),
    /**
     * What to ask next; null where nothing is left in the range that was asked, or the rest comes
     * by itself.
     */
    nextAfterSeq: z.number().int().min(1).nullable(),
    /** The rest of this answer follows in another frame. */
    more: z.literal(true).optional(),
  }),
  onAssistanceOutcome: numbered.onAssistanceOutcome,
  onSupervisorAction: numbered.onSupervisorAction,
  onSessionReady: z.looseObject({
    /** What a connection offers (`session.<key>`) to continue this session. A secret. */
    sessionKey: z.string().regex(/^[\w-]{16,128}$/),
    /** false: a new session, of a fresh login or by taking over. */
    continued: z.boolean(),
    /** The conversations that the agent is in. */
    conversations: z.array(Id),
    /** The conversations that ring. */
    offers: z.array(Id),
    /** The newest number of the agent's log; 0 where nothing was ever said. */
    lastAgentSeq: z.number().int().min(0),
    /** The manager's clock. */
    now: EpochMs.optional(),
  }),
  /** The desk is asked for `refreshToken`. Said again when there are no new customers any more. */
  tokenExpiring: z.looseObject({
    /** The token's `exp`. */
    expiresAt: EpochMs,
    newCustomersUntil: EpochMs,
    sessionEndsAt: EpochMs,
    /** The manager's clock. */
    now: EpochMs,
  }),
  onAgentReplay: z.looseObject({
    events: z.array(
      z.discriminatedUnion('event', [
        inReplay('agentAssistanceRequestPlaced'),
        inReplay('agentAssignedForAssistance'),
        inReplay('consulTransferRequestSuccess'),
        inReplay('onAssistanceOutcome'),
        inReplay('topicUnsubscription'),
        inReplay('revokeTask'),
        inReplay('onSupervisorAction'),
      ]),
    ),
    /** As it was asked. */
    afterSeq: z.number().int().min(0),
    /** What to ask next; null where there is nothing more. */
    nextAfterSeq: z.number().int().min(1).nullable(),
    /**
     * The oldest number after `afterSeq` that is still kept, or the next one to come: what lies
     * between was dropped after a day.
     */
    firstAvailableSeq: z.number().int().min(1),
  }),
  onTeam: TeamFigures,
} as const;

/** What the manager may say, spelled as on the wire. */
export type ManagerEventName = keyof typeof managerEvents;

/** The payloads as they are sent. */
export type ManagerPayloads = { [E in ManagerEventName]: z.input<(typeof managerEvents)[E]> };

/** The payload of an event, as it is sent. */
export type ManagerPayload<E extends ManagerEventName> = ManagerPayloads[E];

/** A JSON text whose value has a shape. The text itself is the value: desks parse it themselves. */
function jsonOf(schema: z.ZodType) {
  return z
    .string()
    .check((ctx) => {
      const issues = schema.safeParse(parseJson(ctx.value)).error?.issues ?? [];
      for (const { message, path } of issues) ctx.issues.push({ code: 'custom', message, path, input: ctx.value });
    })
    .apply(onWire({ text: schema }));
}
