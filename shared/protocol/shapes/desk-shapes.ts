/**
 * What the manager shows: presences, participants, tasks, conversations, pull requests, complete as
 * desks need them. Only what checks outgoing frames needs these schemas; the Lambdas that send
 * build on their types.
 */
import * as z from 'zod';
import {
  AgentMrdStateName,
  AgentStateName,
  ChannelSession,
  ChannelSessionReference,
  CIM_EVENT_NAMES,
  CIM_EVENT_TYPES,
  ConversationData,
  Customer,
  RoomInfo,
} from './cim.ts';
import { EpochMs, Id, Instant, Opaque, ShortText } from '../values.ts';

export const TaskStateName = z.enum(['ACTIVE', 'WRAP_UP', 'CLOSED']);
export type TaskStateName = z.output<typeof TaskStateName>;

/**
 * Why a task closed. Wrap-up done, skipped or expired are all DONE; a transfer keeps TRANSFERRED.
 */
export const TaskCloseReason = z.enum([
  'DONE',
  'RONA',
  /** Ours: the agent declined the offer. */
  'DECLINED',
  'NO_AGENT_AVAILABLE',
  'CANCELLED',
  'TRANSFERRED',
  'AGENT_LOGOUT',
  'REROUTE',
  'FORCE_CLOSED',
  'RESPONSE_TIMEOUT',
]);
export type TaskCloseReason = z.output<typeof TaskCloseReason>;

export const TaskMediaState = z.enum(['STARTED', 'QUEUED', 'RESERVED', 'ACTIVE', 'CLOSED']);
export type TaskMediaState = z.output<typeof TaskMediaState>;

export const TaskDirection = z.enum([
  'INBOUND',
  'OUTBOUND',
  'CONSULT',
  'CONSULT_TRANSFER',
  'CONSULT_CONFERENCE',
  'DIRECT_TRANSFER',
  'DIRECT_CONFERENCE',
  'SILENT_MONITOR',
  'BARGE_IN',
]);
export type TaskDirection = z.output<typeof TaskDirection>;

export const TaskMode = z.enum(['AGENT', 'QUEUE']);
export type TaskMode = z.output<typeof TaskMode>;

/**
 * A whispering supervisor is an ASSISTANT on the wire: both generations of desks test for that
 * word.
 */
export const ParticipantRole = z.enum(['PRIMARY', 'ASSISTANT', 'SILENT_MONITOR', 'WRAP_UP', 'CUSTOMER']);
export type ParticipantRole = z.output<typeof ParticipantRole>;

export const ParticipantType = z.enum(['AGENT', 'CUSTOMER', 'BOT', 'APP', 'MONITOR']);
export type ParticipantType = z.output<typeof ParticipantType>;

/** The state of a conversation, and so of a pull-mode request. */
export const TopicState = z.enum([
  'CREATED',
  'ACTIVE',
  'INACTIVE',
  'CLOSING',
  'CLOSED',
  'ON_HOLD',
  'CUSTOMER_LEFT',
  'WRAP_UP',
]);
export type TopicState = z.output<typeof TopicState>;

/**
 * A media routing domain, as a presence shows it. `type` is the id of its type, `maxRequests` a
 * number of tasks.
 */
export const Mrd = z.looseObject({
  id: Id,
  type: z.string(),
  name: z.string().min(1),
  description: z.string().nullable(),
  maxRequests: z.number().int().min(1),
  interruptible: z.boolean(),
});
export type Mrd = z.output<typeof Mrd>;

/** `mediaRoutingDomain` is the id of an MRD, or null where the channel is not routed. */
export const ChannelType = z.looseObject({
  id: Id,
  name: z.string().min(1).max(256),
  channelLogo: ShortText,
  isInteractive: z.boolean(),
  mediaRoutingDomain: Id.nullable(),
});
export type ChannelType = z.output<typeof ChannelType>;

const Team = z.looseObject({ teamId: z.string().max(256), teamName: z.string().max(256) });

/**
 * An agent as the identity provider knows them. `userTeam` is an object and `supervisedTeams` an
 * array, never null: a desk that gets less opens a second socket from the same page.
 */
export const KeycloakUser = z.looseObject({
  id: Id,
  username: z.string().min(1).max(256),
  firstName: ShortText,
  lastName: ShortText,
  roles: z.array(z.string()),
  realm: z.string(),
  permittedResources: z.looseObject({
    Resources: z.array(z.looseObject({ rsid: z.string(), rsname: z.string(), scopes: z.array(z.string()) })),
  }),
  attributes: z.looseObject({}),
  userTeam: Team,
  supervisedTeams: z.array(Team),
});
export type KeycloakUser = z.output<typeof KeycloakUser>;

/** An agent as a presence shows them to themselves. */
export const CcUser = z.looseObject({
  participantType: z.literal('CCUser'),
  id: Id,
  keycloakUser: KeycloakUser,
  associatedRoutingAttributes: z.array(
    z.looseObject({
      routingAttribute: z.looseObject({ id: z.string(), name: z.string(), type: z.string() }),
      value: z.number(),
    }),
  ),
  associatedMrds: z.array(z.looseObject({ mrdId: Id, maxAgentTasks: z.number().int().min(0) })),
});
export type CcUser = z.output<typeof CcUser>;

/**
 * State and MRD states of an agent. All instants are epoch milliseconds; `stateChangeTime` moves
 * with the global state only.
 */
export const AgentPresence = z.looseObject({
  agent: CcUser,
  state: z.looseObject({
    name: AgentStateName,
    reasonCode: z.looseObject({ id: Id, name: z.string().min(1) }).nullable(),
  }),
  stateChangeTime: EpochMs,
  agentLoginTime: EpochMs,
  agentMrdStates: z.array(
    z.looseObject({
      mrd: Mrd,
      state: AgentMrdStateName,
      previousState: AgentMrdStateName.nullable(),
      stateChangeTime: EpochMs,
      lastReadyStateChangeTime: EpochMs,
      maxAgentTasks: z.number().int().min(0),
    }),
  ),
});
export type AgentPresence = z.output<typeof AgentPresence>;

const secret = z.undefined({ error: 'Must not be shown to others' }).optional();

/** An agent as colleagues may see them: permissions, attributes and tokens stay at home. */
export const Colleague = z.looseObject({
  id: Id,
  participantType: z.literal('CCUser'),
  keycloakUser: z.looseObject({
    id: Id,
    username: z.string().min(1),
    permittedResources: secret,
    attributes: secret,
    token: secret,
  }),
});
export type Colleague = z.output<typeof Colleague>;

const membership = {
  id: Id,
  role: ParticipantRole,
  joiningTime: Instant.nullish(),
  conversationId: Id.nullish(),
  state: z.enum(['SUBSCRIBED', 'UNSUBSCRIBED']).nullish(),
};

/** A participant who is an agent, as events and snapshots show them. */
export const AgentParticipant = z.looseObject({ ...membership, type: z.literal('AGENT'), participant: Colleague });
export type AgentParticipant = z.output<typeof AgentParticipant>;

/** Somebody, or something, that takes part in a conversation. */
export const ConversationParticipant = z.discriminatedUnion('type', [
  AgentParticipant,
  z.looseObject({ ...membership, type: z.literal('CUSTOMER'), participant: ChannelSession }),
  z.looseObject({
    ...membership,
    type: z.enum(['BOT', 'APP', 'MONITOR']),
    participant: z.looseObject({ id: z.string() }),
  }),
]);
export type ConversationParticipant = z.output<typeof ConversationParticipant>;

/**
 * Why and how a task came to be. Desks read `metadata.requestedBy` and need `metadata` to be an
 * object.
 */
export const TaskType = z.looseObject({
  direction: TaskDirection,
  mode: TaskMode,
  metadata: z.looseObject({ requestedBy: z.string().optional(), note: z.string().optional() }),
});
export type TaskType = z.output<typeof TaskType>;

export const TaskState = z.looseObject({ name: TaskStateName, reasonCode: TaskCloseReason.nullish() });
export type TaskState = z.output<typeof TaskState>;

/**
 * One medium of a task. Instants are epoch milliseconds, `answerTime` 0 until somebody answers;
 * `priority` 1..10, 11 for reroutes, 0 after its time to live.
 */
export const TaskMedia = z.looseObject({
  id: Id,
  taskId: Id,
  mrdId: Id,
  queue: z.looseObject({ id: Id, name: z.string() }).nullable(),
  type: TaskType,
  priority: z.number().int().min(0).max(11),
  state: TaskMediaState,
  enqueueTime: z.number().int(),
  answerTime: z.number().int(),
});
export type TaskMedia = z.output<typeof TaskMedia>;

/**
 * A task on the wire. `id` is the bare task id; payloads that name a task use `<taskId>:<mediaId>`.
 */
export const Task = z.looseObject({
  id: Id,
  conversationId: Id,
  state: TaskState,
  assignedTo: z.looseObject({ id: Id, name: z.string() }).nullable(),
  activeMedia: z.array(TaskMedia).min(1),
});
export type Task = z.output<typeof Task>;

/** The compound id `<taskId>:<mediaId>` under which a payload names a task. */
export const WireTaskId = z.string().regex(/^[^:]+:.+$/, 'Expected <taskId>:<mediaId>');

/**
 * An event as it goes out, before anybody looks into its `data` (`desk-event.ts` does). The manager
 * sends epoch milliseconds.
 */
export const OutgoingEvent = z.looseObject({
  id: Id,
  name: z.enum(CIM_EVENT_NAMES),
  type: z.enum(CIM_EVENT_TYPES),
  timestamp: Instant,
  conversationId: Id.nullish(),
  roomInfo: RoomInfo.optional(),
  channelSession: ChannelSessionReference.nullish(),
  data: z.looseObject({}),
});
export type OutgoingEvent = z.input<typeof OutgoingEvent>;

/**
 * The snapshot of a conversation. `topicEvents` are in the order of their `seq`; `topicParticipant`
 * is the agent who gets it. Durations are seconds; an SLA starts at `yyyy-MM-dd HH:mm:ss` UTC.
 */
export const TopicData = z.looseObject({
  id: Id,
  customer: Customer,
  channelSession: ChannelSession,
  conversationData: ConversationData,
  state: TopicState,
  topicParticipant: z.looseObject({
    ...membership,
    type: z.literal('AGENT'),
    participant: z.looseObject({
      id: Id,
      participantType: z.literal('CCUser'),
      keycloakUser: z.looseObject({ id: Id, username: z.string().min(1) }),
    }),
  }),
  participants: z.array(ConversationParticipant),
  topicEvents: z.array(OutgoingEvent),
  agentParticipants: z.array(AgentParticipant).optional(),
  customerSuggestions: Opaque.optional(),
  agentSla: z
    .looseObject({
      totalDuration: z.number().nullable(),
      action: z.string().nullable(),
      startTime: z.string().nullable(),
    })
    .optional(),
  holdTimerDetails: z.looseObject({ totalDuration: z.number().nullable() }).optional(),
  agentHandRaise: z.looseObject({ handRaised: z.boolean(), agentNames: z.array(z.string()) }).optional(),
  externalGadgets: Opaque.optional(),
  wrapUps: Opaque.optional(),
  /** Only where the agent chooses: whether a wrap-up will follow. */
  wrapUpChosen: z.boolean().optional(),
  durationInSeconds: z.number().nullish(),
});
export type TopicData = z.input<typeof TopicData>;

/** A list from which agents pick conversations themselves. */
export const PullList = z.looseObject({ id: Id, name: z.string().min(1), description: z.string().nullable() });
export type PullList = z.output<typeof PullList>;

/**
 * A conversation that waits on a list. `id` is the conversation id; a request that goes away is
 * CLOSING, never CLOSED.
 */
export const PullModeRequest = z.looseObject({
  id: Id,
  channelSession: ChannelSession,
  status: TopicState.exclude(['CLOSED']),
  listId: Id,
  time: Instant,
});
export type PullModeRequest = z.output<typeof PullModeRequest>;
