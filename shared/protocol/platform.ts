/**
 * The HTTP API of the conversation platform: its routes, what each takes, and the configuration it
 * keeps.
 */
import * as z from 'zod';
import { ChannelData, ChannelSession, ChannelSessionReference, type CimEventName, Customer } from './shapes/cim.ts';
import { CimEvent, isMessageEvent } from './message.ts';
import { CODES } from './codes.ts';
import { deskEventData } from './desk-event.ts';
import { RequiredAttributes } from './shapes/config.ts';
import { byteLength } from './bytes.ts';
import { Id, isRecord, ShortText, withoutNulls } from './values.ts';
import { onWire } from './wire.ts';

/** Every route of the HTTP API. `name` is the file of its Lambda in functions/platform. */
export const platformRoutes = [
  { name: 'startConversation', method: 'POST', path: '/conversations' },
  { name: 'addConversationEvent', method: 'POST', path: '/conversations/{id}/events' },
  { name: 'listConversationEvents', method: 'GET', path: '/conversations/{id}/events' },
  { name: 'getConversation', method: 'GET', path: '/conversations/{id}' },
  { name: 'endConversation', method: 'DELETE', path: '/conversations/{id}' },
  { name: 'queueConversation', method: 'POST', path: '/conversations/{id}/queue' },
  { name: 'explainRouting', method: 'GET', path: '/conversations/{id}/routing' },
  { name: 'listConfig', method: 'GET', path: '/config/{kind}' },
  { name: 'getConfig', method: 'GET', path: '/config/{kind}/{id}' },
  { name: 'putConfig', method: 'PUT', path: '/config/{kind}/{id}' },
  { name: 'deleteConfig', method: 'DELETE', path: '/config/{kind}/{id}' },
  { name: 'listAgents', method: 'GET', path: '/agents' },
  { name: 'getAgent', method: 'GET', path: '/agents/{id}' },
  { name: 'listAgentEvents', method: 'GET', path: '/agents/{id}/events' },
  { name: 'logoutAgent', method: 'POST', path: '/agents/{id}/logout' },
  { name: 'eraseCustomer', method: 'DELETE', path: '/customers/{id}' },
  { name: 'handshake', method: 'GET', path: '/handshake' },
] as const satisfies readonly { name: string; method: 'GET' | 'POST' | 'PUT' | 'DELETE'; path: string }[];
export type PlatformRoute = (typeof platformRoutes)[number];
export type PlatformRouteName = PlatformRoute['name'];

// --- conversations ---

const seconds = z.number().int().min(1).max(31_536_000);

/** A logo's file name where the platform names none: the convention of the original product. */
const GivenChannelType = z
  .preprocess((type) => {
    if (!isRecord(type) || typeof type['name'] !== 'string') return type;
    return { ...type, channelLogo: type['channelLogo'] ?? `_${type['name'].toUpperCase()}.svg` };
  }, ChannelSession.shape.channel.shape.channelType)
  .apply(onWire({ nulls: true, filled: ['channelLogo'] }));

const GivenChannelData = z
  .preprocess((data) => {
    if (!isRecord(data)) return data;
    const missing = { serviceIdentifier: '', requestPriority: 0, additionalAttributes: [] };
    return { ...missing, ...Object.fromEntries(Object.entries(data).filter(([, value]) => value !== null)) };
  }, ChannelData)
  .apply(onWire({ nulls: true, filled: ['serviceIdentifier', 'requestPriority', 'additionalAttributes'] }));

const GivenCustomer = z
  .preprocess(
    withoutNulls,
    Customer.extend({
      firstName: Customer.shape.firstName.optional(),
      isAnonymous: Customer.shape.isAnonymous.optional(),
      phoneNumber: Customer.shape.phoneNumber.optional(),
    }),
  )
  .apply(onWire({ nulls: true }));

const GivenSession = z
  .preprocess(
    withoutNulls,
    ChannelSession.extend({
      participantType: ChannelSession.shape.participantType.default('ChannelSession'),
      channel: ChannelSession.shape.channel.extend({ channelType: GivenChannelType }),
      channelData: GivenChannelData,
      customer: GivenCustomer.optional(),
      customerSuggestions: ChannelSession.shape.customerSuggestions.default([]),
      state: ChannelSession.shape.state.default('STARTED'),
    }),
  )
  .apply(onWire({ nulls: true }));

/** Facts about a conversation; numbers and flags become texts, because desks show texts. */
const GivenConversationData = z
  .record(z.string().max(256), z.union([z.string().max(4_000), z.number(), z.boolean(), z.null()]))
  .transform((data) =>
    Object.fromEntries(Object.entries(data).flatMap(([key, value]) => (value === null ? [] : [[key, String(value)]]))),
  );

/**
 * Agents who are asked before anybody else, in this order, each once and for at most `waitSeconds`;
 * who could not take it now is passed over.
 */
const PreferredAgents = z.object({
  agentIds: z.array(Id).min(1).max(5),
  waitSeconds: z.number().int().min(1).max(3_600).optional(),
});
export type PreferredAgents = z.output<typeof PreferredAgents>;

/**
 * The body of `POST /conversations`. Given `queue` (or `list`) routes there; with neither, the
 * routing policy of the channel decides; where that says nothing either, the platform has the
 * customer, for `platformSeconds` after the last word. `priority` is 1..10, `agentRequestTtl` in
 * seconds. The output is complete: session and customer have all that a desk reads, a customer who
 * is not given is made from the channel's data.
 */
export const StartConversation = z
  .preprocess(
    withoutNulls,
    z
      .object({
        channelSession: GivenSession,
        customer: GivenCustomer.optional(),
        queue: Id.optional(),
        list: Id.optional(),
        priority: z.number().int().min(1).max(10).optional(),
        agentRequestTtl: seconds.optional(),
        platformSeconds: seconds.optional(),
        preferredAgents: PreferredAgents.optional(),
        requiredAttributes: RequiredAttributes.optional(),
        conversationData: GivenConversationData.default({}),
      })
      .refine(({ queue, list }) => queue === undefined || list === undefined, {
        path: ['list'],
        error: 'Expected a queue or a list, not both',
      })
      .transform(({ channelSession: session, customer: given, ...rest }) => {
        const channelSession = completeSession({ ...session, customer: given ?? session.customer });
        return { ...rest, channelSession, customer: channelSession.customer };
      }),
  )
  .apply(onWire({ nulls: true }));
export type StartConversation = z.output<typeof StartConversation>;

/**
 * The body of `POST /conversations/{id}/queue`. `priority` is 1..10; without it a customer who
 * waits keeps theirs, and one who does not has 1. `agentRequestTtl` seconds; without it the queue's
 * own, or in the queue in which they wait what is left.
 */
export const QueueConversation = z
  .preprocess(
    withoutNulls,
    z.object({
      queue: Id,
      priority: z.number().int().min(1).max(10).optional(),
      agentRequestTtl: seconds.optional(),
      preferredAgents: PreferredAgents.optional(),
      requiredAttributes: RequiredAttributes.optional(),
    }),
  )
  .apply(onWire({ nulls: true }));
export type QueueConversation = z.output<typeof QueueConversation>;

/**
 * The body of `POST /agents/{id}/logout`, which may be left out. `revoke`: tokens of the agent that
 * were issued before now are refused.
 */
export const LogoutAgent = z
  .preprocess(withoutNulls, z.object({ revoke: z.boolean().default(false) }))
  .apply(onWire({ nulls: true }));
export type LogoutAgent = z.output<typeof LogoutAgent>;

function completeSession(session: z.output<typeof GivenSession>): ChannelSession {
  const state = typeof session.state === 'string' ? { name: session.state, reasonCode: 'CUSTOMER' } : session.state;
  return { isActive: true, active: true, ...session, state, customer: customerOf(session) };
}

/** Without a customer of their own, a caller is known by how the channel knows them. */
function customerOf({ id, channelData, customer }: z.output<typeof GivenSession>): Customer {
  const identifier = channelData.channelCustomerIdentifier;
  const firstName = channelData['customerFirstName'];
  return {
    ...customer,
    _id: customer?._id ?? (identifier || id),
    firstName: customer?.firstName ?? (typeof firstName === 'string' && firstName ? firstName : identifier),
    isAnonymous: customer?.isAnonymous ?? customer === undefined,
    phoneNumber: customer?.phoneNumber ?? [],
  };
}

const CompleteSession = GivenSession.transform(completeSession);

/**
 * What the platform's own events hold, where it is not what desks need: the manager completes it.
 */
const givenEventData: Partial<Record<CimEventName, z.ZodType<Record<string, unknown>>>> = {
  CHANNEL_SESSION_STARTED: CompleteSession,
  CHANNEL_SESSION_ENDED: ChannelSessionReference,
  CHANNEL_SESSION_EXPIRED: ChannelSessionReference,
  CONVERSATION_DATA_CHANGED: GivenConversationData,
  ASSOCIATED_CUSTOMER_CHANGED: GivenCustomer.transform((customer): Record<string, unknown> => ({
    firstName: '',
    isAnonymous: false,
    phoneNumber: [],
    ...customer,
  })),
};

/**
 * The body of `POST /conversations/{id}/events`: a CIM event that every desk can show. Who speaks
 * (`header.sender.type`) must be said; the customer behind a CONNECTOR and the channel of the
 * session are filled in from the conversation. A session (also that of a message), a customer or
 * conversation data are completed as in `StartConversation`.
 */
export const PlatformEvent = CimEvent.transform((event, ctx): CimEvent => {
  const refuse = (error: z.ZodError | undefined) => {
    for (const { message, path } of error?.issues ?? []) {
      ctx.issues.push({ code: 'custom', message, path: ['data', ...path], input: event });
    }
  };
  const given = givenEventData[event.name];
  if (!given || isMessageEvent(event)) {
    refuse(deskEventData[event.name]?.safeParse(event.data).error);
    const session = CompleteSession.safeParse(event.channelSession); // one that only names its id stays as it is
    return session.success ? { ...event, channelSession: session.data } : event;
  }
  const { data, error } = given.safeParse(event.data);
  refuse(error);
  return data ? { ...event, data } : event;
});
export type PlatformEvent = z.output<typeof PlatformEvent>;

// --- parameters behind the `?` ---

/** `GET /conversations/{id}/events`, `GET /agents/{id}/events`. `after` is exclusive. */
export const EventsQuery = z.object({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

/** `DELETE /conversations/{id}`. */
export const EndQuery = z.object({
  reason: z.enum(['CUSTOMER', 'INACTIVITY', 'NETWORK', 'AGENT', 'FORCE_CLOSED']).default('CUSTOMER'),
});

/** `GET /agents`. */
export const AgentsQuery = z.object({
  after: z.preprocess((after) => after || null, Id.nullable()).apply(onWire({ or: [z.literal('')] })),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

/** The most of a page of configuration. */
export const MOST_AT_ONCE = 100;

/** `GET /config/{kind}`. */
export const ConfigQuery = z.object({
  search: ShortText.optional(),
  after: z
    .string()
    .refine((after) => byteLength(after) <= 1_024, { error: 'Expected at most 1,024 bytes' })
    .optional(),
  limit: z.coerce.number().int().min(1).max(MOST_AT_ONCE).optional(),
});

// --- answers ---

/**
 * Why a socket with this token would or would not open: what `GET /handshake` answers, also when it
 * refuses.
 */
export const Handshake = z.looseObject({
  message: z.string().min(1),
  data: z.looseObject({
    content: z.looseObject({ key: z.string().min(1), msg: z.string().min(1), code: z.enum(CODES).optional() }),
  }),
});
export type Handshake = z.output<typeof Handshake>;

/**
 * A refusal of the HTTP API, RFC 9457 (`application/problem+json`), with the code that a program
 * may branch on.
 */
export const Problem = z.looseObject({
  type: z.string(),
  title: z.string().min(1),
  status: z.number().int().min(400).max(599),
  detail: z.string(),
  code: z.enum(CODES),
});
export type Problem = z.output<typeof Problem>;
