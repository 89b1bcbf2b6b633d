/**
 * The nouns of the customer interaction model that come in and are kept: names of states and
 * events, customers, channel sessions, reasons. What comes in is tolerated as real desks and
 * connectors send it.
 */
import * as z from 'zod';
import { Id, Note, Opaque, ShortText, withoutNulls } from '../values.ts';
import { onWire } from '../wire.ts';

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
  'SUPERVISOR_ACTION',
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

/**
 * The room of a conversation. Desks may leave it out; the manager always sends it where a payload
 * has one.
 */
export const RoomInfo = z.looseObject({ id: Id, mode: z.enum(['CONTACT_CENTER', 'PRIVATE']) });
export type RoomInfo = z.output<typeof RoomInfo>;

const reason = z.object({
  id: Id,
  name: ShortText.optional(),
  description: Note.optional(),
  type: ShortText.optional(),
  code: z.number().int().optional(),
});

/** Why an agent is not ready or logs out. On the wire an object or null, never a bare id. */
export const ReasonCode = z
  .preprocess((given: z.input<typeof reason>) => withoutNulls(given), reason)
  .apply(onWire({ nulls: true }));
export type ReasonCode = z.output<typeof ReasonCode>;

/** A customer. Any further attribute (identities per channel, labels …) passes through. */
export const Customer = z.looseObject({
  _id: Id,
  firstName: ShortText,
  isAnonymous: z.boolean(),
  phoneNumber: z.array(ShortText).max(100),
});
export type Customer = z.output<typeof Customer>;

/**
 * What a channel knows of its customer. Desks iterate the attributes and read the `type` of each as
 * a string.
 */
export const ChannelData = z.looseObject({
  channelCustomerIdentifier: ShortText,
  serviceIdentifier: ShortText,
  requestPriority: z.number(),
  additionalAttributes: z.array(z.looseObject({ key: z.string().optional(), type: z.string() })).max(100),
});
export type ChannelData = z.output<typeof ChannelData>;

/**
 * How a channel wants its conversations routed: `routingObjectId` is a queue for PUSH, a list for
 * PULL. `agentRequestTtl` is in seconds.
 */
export const RoutingPolicy = z.looseObject({
  routingMode: z.enum(['PUSH', 'PULL', 'EXTERNAL']),
  routingObjectId: Id.nullish(),
  agentRequestTtl: z.number().nullish(),
});
export type RoutingPolicy = z.output<typeof RoutingPolicy>;

/**
 * One customer on one channel, complete: as stored, as offered, as shown. Older ones carry `state`
 * as a bare word.
 */
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

/**
 * The channel session that a desk points at: only its id counts, the rest is known here already.
 */
export const ChannelSessionReference = z.looseObject({ id: Id });

/** Facts about a conversation, shown beside it: a flat map of texts. */
export const ConversationData = z.record(z.string().max(256), z.string().max(4_000));
export type ConversationData = z.output<typeof ConversationData>;
