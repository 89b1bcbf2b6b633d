/**
 * The customer interaction model: events, messages and the nouns in them. What comes in is tolerated as real desks and
 * connectors send it; what is named complete (`ChannelSession`, `Task`, …) is what the manager stores and sends.
 */
import * as z from 'zod';
import { EpochMs, Id, Instant, isRecord, Note, Opaque, parseJson, ShortText, Text, withoutNulls } from './values.ts';

// --- enums ---

export const AGENT_STATES = ['LOGIN', 'NOT_READY', 'READY', 'LOGOUT'] as const;
export const AgentStateName = z.enum(AGENT_STATES);
export type AgentStateName = z.output<typeof AgentStateName>;

export const AGENT_MRD_STATES = [
  'LOGOUT',
  'LOGIN',
  'NOT_READY',
  'PENDING_NOT_READY',
  'READY',
  'INTERRUPTED',
  'ACTIVE',
  'BUSY',
  'UNKNOWN',
] as const;
export const AgentMrdStateName = z.enum(AGENT_MRD_STATES);
export type AgentMrdStateName = z.output<typeof AgentMrdStateName>;

export const TaskStateName = z.enum(['ACTIVE', 'WRAP_UP', 'CLOSED']);
export type TaskStateName = z.output<typeof TaskStateName>;

/** Why a task closed. Wrap-up done, skipped or expired are all DONE; a transfer keeps TRANSFERRED. */
export const TaskCloseReason = z.enum([
  'DONE',
  'RONA',
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

/** A whispering supervisor is an ASSISTANT on the wire: both generations of desks test for that word. */
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

export const CIM_EVENT_TYPES = ['MESSAGE', 'SUGGESTION', 'ACTIVITY', 'NOTIFICATION', 'CALL'] as const;
export type CimEventType = (typeof CIM_EVENT_TYPES)[number];

/** Events whose `data` is a message `{id, header, body}`. */
export const CIM_MESSAGE_NAMES = [
  'CUSTOMER_MESSAGE',
  'AGENT_MESSAGE',
  'BOT_MESSAGE',
  'WHISPER_MESSAGE',
  'MESSAGE_DELIVERY_NOTIFICATION',
  'TYPING_INDICATOR',
] as const;

/** Events whose `data` is something else; `{}` where nothing is said. */
export const CIM_FACT_NAMES = [
  'AGENT_OUTBOUND',
  'ACTION_MESSAGE',
  'BOT_SUGGESTION',
  'NO_AGENT_AVAILABLE',
  'CHANNEL_SESSION_STARTED',
  'CHANNEL_SESSION_ENDED',
  'CHANNEL_SESSION_EXPIRED',
  'AGENT_RESERVED',
  'EWT_MESSAGE',
  'AGENT_RESERVED_TIMEOUT',
  'AGENT_ACCEPT_TIMEOUT',
  'AGENT_SUBSCRIBED',
  'AGENT_UNSUBSCRIBED',
  'BOT_SUBSCRIBED',
  'BOT_UNSUBSCRIBED',
  'RESPONSE_SLA_BREACHED',
  'BOT_TIMEOUT',
  'BOT_NOT_AVAILABLE',
  'CUSTOMER_ACTIVITY_TIMEOUT',
  'TOPIC_STATE_CHANGE_EVENT',
  'ASSOCIATED_CUSTOMER_CHANGED',
  'CISCO_VOICE_EVENT',
  'WRAPUP_APPLIED',
  'TASK_STATE_CHANGED',
  'REVOKE_RESOURCE',
  'CONVERSATION_DATA_CHANGED',
  'CALL_LEG_STARTED',
  'CALL_LEG_ENDED',
  'PARTICIPANT_ROLE_CHANGED',
  'TASK_ENQUEUED',
  'VOICE_ACTIVITY',
  'ASSIGN_RESOURCE_REQUESTED',
  'REMOVE_CHANNEL_SESSION',
  'THIRD_PARTY_ACTIVITY',
  'IVR_AGGREGATED_ACTIVITY',
  'CHANNEL_SESSION_DATA_UPDATED',
  'CUSTOMER_LEFT',
  'ADVISOR_SUBSCRIBED',
  'AGENT_SLA_STARTED',
  'AGENT_SLA_STOPPED',
  'AGENT_SLA_EXPIRED',
  'REMOVE_ALL_AGENTS',
  'RESET_AGENT_SLA',
  'ROOM_CREATED',
  'ROOM_MEMBER_STATUS_CHANGED',
  'CONVERSATION_PAUSED',
  'CONVERSATION_RESUMED',
  'EXTERNAL_GADGET_REQUESTED',
  'CALL_HOLD',
  'CALL_RESUME',
  'AGENT_SLA',
  'CUSTOMER_SLA_STARTED',
  'CUSTOMER_SLA_EXPIRED',
  'CUSTOMER_SLA_STOPPED',
  'CUSTOMER_SLA',
  'HOLD_TIMER',
  'NO_RESPONSE_ENTITY',
  'AGENT_MRD_INTERRUPTED',
  'HAND_RAISED',
  'HAND_DOWN',
  'FIND_AGENT',
  'MRD_INTERRUPTED',
  'TOPIC_STATE_CHANGED',
  'ACCEPT_TIMEOUT',
  'AGENT_RESPONSE_TIMEOUT',
  'CUSTOMER_RESPONSE_TIMEOUT',
] as const;

/** Every name that a CIM event may have. */
export const CIM_EVENT_NAMES = [...CIM_MESSAGE_NAMES, ...CIM_FACT_NAMES] as const;
export type CimEventName = (typeof CIM_EVENT_NAMES)[number];
export type CimMessageName = (typeof CIM_MESSAGE_NAMES)[number];

// --- small nouns ---

/** The room of a conversation. Desks may leave it out; the manager always sends it where a payload has one. */
export const RoomInfo = z.looseObject({ id: Id, mode: z.enum(['CONTACT_CENTER', 'PRIVATE']) });
export type RoomInfo = z.output<typeof RoomInfo>;

/** Why an agent is not ready or logs out. On the wire an object or null, never a bare id. */
export const ReasonCode = z.preprocess(
  withoutNulls,
  z.object({
    id: Id,
    name: ShortText.optional(),
    description: Note.optional(),
    type: ShortText.optional(),
    code: z.number().int().optional(),
  }),
);
export type ReasonCode = z.output<typeof ReasonCode>;

/** A media routing domain, as a presence shows it. `type` is the id of its type, `maxRequests` a number of tasks. */
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

/** A customer. Any further attribute (identities per channel, labels …) passes through. */
export const Customer = z.looseObject({
  _id: Id,
  firstName: ShortText,
  isAnonymous: z.boolean(),
  phoneNumber: z.array(ShortText).max(100),
});
export type Customer = z.output<typeof Customer>;

/** What a channel knows of its customer. Desks iterate the attributes and read the `type` of each as a string. */
export const ChannelData = z.looseObject({
  channelCustomerIdentifier: ShortText,
  serviceIdentifier: ShortText,
  requestPriority: z.number(),
  additionalAttributes: z.array(z.looseObject({ key: z.string().optional(), type: z.string() })).max(100),
});
export type ChannelData = z.output<typeof ChannelData>;

/** How a channel wants its conversations routed: `routingObjectId` is a queue for PUSH, a list for PULL. `agentRequestTtl` is in seconds. */
export const RoutingPolicy = z.looseObject({
  routingMode: z.enum(['PUSH', 'PULL', 'EXTERNAL']),
  routingObjectId: Id.nullish(),
  agentRequestTtl: z.number().nullish(),
});
export type RoutingPolicy = z.output<typeof RoutingPolicy>;

/** One customer on one channel, complete: as stored, as offered, as shown. Older ones carry `state` as a bare word. */
export const ChannelSession = z.looseObject({
  participantType: z.literal('ChannelSession'),
  id: Id,
  channel: z.looseObject({
    channelType: z.looseObject({ name: z.string().min(1).max(256), channelLogo: ShortText }),
    channelConfig: z.looseObject({ routingPolicy: RoutingPolicy.nullish() }).nullish(),
  }),
  customer: Customer,
  customerSuggestions: Opaque,
  channelData: ChannelData,
  conversationId: Id.optional(),
  state: z.union([z.string().min(1), z.looseObject({ name: z.string().min(1) })]),
});
export type ChannelSession = z.output<typeof ChannelSession>;

/** The channel session that a desk points at: only its id counts, the rest is known here already. */
export const ChannelSessionReference = z.looseObject({ id: Id });

// --- messages ---

const attachment = z.looseObject({
  mediaUrl: z.string().min(1).max(4_000),
  thumbnail: z.string().max(65_536).nullish(),
  mimeType: ShortText.nullish(),
  size: z.number().nullish(),
});
const media = z.looseObject({ attachment, caption: Note.nullish() });
const list = z.array(z.looseObject({})).max(100);

/**
 * What each known type of message body needs beside `type` and `markdownText`. A type that is not here (RECEIPT, CUSTOM,
 * ACTIVITY, whatever comes) is stored and forwarded unread.
 */
export const messageBodies = {
  PLAIN: z.looseObject({}),
  IMAGE: media,
  VIDEO: media,
  AUDIO: media,
  FILE: media,
  MULTIMEDIA: media,
  STICKER: z.looseObject({ mediaUrl: z.string().nullish(), stickerId: z.unknown() }),
  URL: z.looseObject({ mediaUrl: z.string().nullish() }),
  LOCATION: z.looseObject({ location: z.looseObject({}).nullish() }),
  CONTACT: z.looseObject({ contacts: list.nullish() }),
  BUTTON: z.looseObject({ buttons: list.nullish() }),
  CAROUSEL: z.looseObject({ elements: list.nullish() }),
  EMAIL: z.looseObject({ subject: Note.nullish(), htmlBody: Text.nullish(), attachments: list.nullish() }),
  COMMENT: z.looseObject({
    postId: Id,
    itemType: z.enum(['TEXT', 'IMAGE', 'VIDEO', 'LIKE', 'UNLIKE', 'DELETE', 'HIDE', 'PRIVATE_REPLY']),
    attachment: attachment.nullish(),
  }),
  WRAPUP: z.looseObject({
    wrapups: z.array(z.looseObject({ categoryName: ShortText.nullish(), value: ShortText })).max(5),
    note: Note.nullish(),
  }),
  NOTIFICATION: z.looseObject({ notificationType: ShortText.nullish() }),
  DELIVERYNOTIFICATION: z.looseObject({
    messageId: Id,
    status: z.enum(['DELIVERED', 'READ', 'CONNECTED', 'FAILED']),
    reasonCode: z.union([z.string(), z.number()]).nullish(),
  }),
  DELETEDNOTIFICATION: z.looseObject({ messageId: Id }),
  VOICE: z.looseObject({ callId: ShortText.nullish(), leg: ShortText.nullish() }),
  TEMPLATE: z.looseObject({ name: ShortText.nullish(), components: list.nullish() }),
  ACTION: z.looseObject({ name: ShortText.nullish(), data: z.looseObject({}).nullish() }),
} as const;

/** A type of message body that is looked into. */
export type KnownBodyType = keyof typeof messageBodies;

/** The body of a message, of any type and in either case; a known type is checked against `messageBodies` and passed on as it came. */
export const MessageBody = z
  .looseObject({ type: z.string().min(1).max(64), markdownText: Text.nullish() })
  .check((ctx) => {
    const type = ctx.value.type.toUpperCase();
    if (!isKnownBody(type)) return;
    for (const issue of messageBodies[type].safeParse(ctx.value).error?.issues ?? []) {
      ctx.issues.push({ code: 'custom', message: issue.message, path: issue.path, input: ctx.value });
    }
  });
export type MessageBody = z.output<typeof MessageBody>;

function isKnownBody(type: string): type is KnownBodyType {
  return Object.hasOwn(messageBodies, type);
}

/** Who speaks. Of an agent it is overwritten with who is connected; of older desks it is a whole participant. */
export const Sender = z.looseObject({ id: Id.nullish(), type: ShortText.nullish(), senderName: ShortText.nullish() });
export type Sender = z.output<typeof Sender>;

export const MessageHeader = z.looseObject({
  sender: Sender.nullish(),
  channelSessionId: ShortText.nullish(),
  conversationId: ShortText.nullish(),
  customer: z.looseObject({}).nullish(),
  timestamp: Instant.nullish(),
  intent: ShortText.nullish(),
  originalMessageId: ShortText.nullish(),
  providerMessageId: ShortText.nullish(),
});
export type MessageHeader = z.output<typeof MessageHeader>;

/** The `data` of a message event. `id` identifies the message: the same id again is a retry. */
export const CimMessage = z.looseObject({
  id: Id,
  header: z.preprocess((header) => header ?? {}, MessageHeader),
  body: MessageBody,
});
export type CimMessage = z.output<typeof CimMessage>;

// --- events ---

const envelope = {
  id: Id,
  type: z.enum(CIM_EVENT_TYPES),
  timestamp: Instant.optional(),
  conversationId: Id.optional(),
  eventEmitter: Sender.optional(),
  channelSession: ChannelSessionReference.optional(),
  roomInfo: z.looseObject({}).optional(),
};

/**
 * An event as it comes in: an object, or a JSON text of one. `data` is an object when it is read, also where it was null
 * or missing. The channel session that older desks put into the header of a message is moved to the event, and what
 * desks leak of their own bookkeeping (`header.status`, `body.isWhisper`) is dropped.
 */
export const CimEvent = z.preprocess(
  normaliseEvent,
  z.discriminatedUnion(
    'name',
    [
      z.looseObject({ ...envelope, name: z.enum(CIM_MESSAGE_NAMES), data: CimMessage }),
      z.looseObject({ ...envelope, name: z.enum(CIM_FACT_NAMES), data: z.looseObject({}) }),
    ],
    { error: (issue) => (issue.code === 'invalid_union' ? 'Expected the name of a CIM event' : undefined) },
  ),
);
export type CimEvent = z.output<typeof CimEvent>;

/** A CIM event whose `data` is a message. */
export type CimMessageEvent = Extract<CimEvent, { name: CimMessageName }>;

export function isMessageEvent(event: CimEvent): event is CimMessageEvent {
  return isMessageName(event.name);
}

export function isMessageName(name: unknown): name is CimMessageName {
  return (CIM_MESSAGE_NAMES as readonly unknown[]).includes(name);
}

function normaliseEvent(value: unknown): unknown {
  const event = withoutNulls(typeof value === 'string' ? parseJson(value) : value);
  if (!isRecord(event)) return event;
  const { data = {}, ...rest } = event;
  if (!isMessageName(event['name']) || !isRecord(data)) return { ...rest, data };

  const { header, body } = data;
  const message = { ...data };
  if (isRecord(body)) message['body'] = without(body, 'isWhisper');
  if (!isRecord(header)) return { ...rest, data: message };
  message['header'] = without(header, 'status', 'channelSession');
  const channelSession = rest['channelSession'] ?? header['channelSession'] ?? undefined;
  return { ...rest, ...(channelSession === undefined ? {} : { channelSession }), data: message };
}

function without(record: Record<string, unknown>, ...keys: string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => !keys.includes(key)));
}

// --- people ---

const Team = z.looseObject({ teamId: z.string().max(256), teamName: z.string().max(256) });

/**
 * An agent as the identity provider knows them. `userTeam` is an object and `supervisedTeams` an array, never null:
 * a desk that gets less opens a second socket from the same page.
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

/** State and MRD states of an agent. All instants are epoch milliseconds; `stateChangeTime` moves with the global state only. */
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

// --- tasks ---

/** Why and how a task came to be. Desks read `metadata.requestedBy` and need `metadata` to be an object. */
export const TaskType = z.looseObject({
  direction: TaskDirection,
  mode: TaskMode,
  metadata: z.looseObject({ requestedBy: z.string().optional(), note: z.string().optional() }),
});
export type TaskType = z.output<typeof TaskType>;

export const TaskState = z.looseObject({ name: TaskStateName, reasonCode: TaskCloseReason.nullish() });
export type TaskState = z.output<typeof TaskState>;

/** One medium of a task. Instants are epoch milliseconds, `answerTime` 0 until somebody answers; `priority` 1..10, 11 for reroutes. */
export const TaskMedia = z.looseObject({
  id: Id,
  taskId: Id,
  mrdId: Id,
  queue: z.looseObject({ id: Id, name: z.string() }).nullable(),
  type: TaskType,
  priority: z.number().int().min(1).max(11),
  state: TaskMediaState,
  enqueueTime: z.number().int(),
  answerTime: z.number().int(),
});
export type TaskMedia = z.output<typeof TaskMedia>;

/** A task on the wire. `id` is the bare task id; payloads that name a task use `<taskId>:<mediaId>`. */
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

// --- conversations ---

/** An event as it goes out, before anybody looks into its `data` (`desk-event.ts` does). The manager sends epoch milliseconds. */
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

/** Facts about a conversation, shown beside it: a flat map of texts. */
export const ConversationData = z.record(z.string().max(256), z.string().max(4_000));
export type ConversationData = z.output<typeof ConversationData>;

/**
 * The snapshot of a conversation. `topicEvents` are in the order of their `seq`; `topicParticipant` is the agent who gets
 * it. Durations are seconds; an SLA starts at `yyyy-MM-dd HH:mm:ss` UTC.
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
  durationInSeconds: z.number().nullish(),
});
export type TopicData = z.input<typeof TopicData>;

/** A list from which agents pick conversations themselves. */
export const PullList = z.looseObject({ id: Id, name: z.string().min(1), description: z.string().nullable() });
export type PullList = z.output<typeof PullList>;

/** A conversation that waits on a list. `id` is the conversation id; a request that goes away is CLOSING, never CLOSED. */
export const PullModeRequest = z.looseObject({
  id: Id,
  channelSession: ChannelSession,
  status: TopicState.exclude(['CLOSED']),
  listId: Id,
  time: Instant,
});
export type PullModeRequest = z.output<typeof PullModeRequest>;
