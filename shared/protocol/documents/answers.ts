/**
 * The HTTP API for its document: who may call each route, what it takes, answers and refuses. No
 * function reads it; the tests hold every call and every answer against it.
 */
import * as z from 'zod';
import type { Code } from '../codes.ts';
import {
  AgentsQuery,
  ConfigQuery,
  EndQuery,
  EventsQuery,
  LogoutAgent,
  PlatformEvent,
  type PlatformRouteName,
  QueueConversation,
  StartConversation,
} from '../platform.ts';
import { ChannelSession, ConversationData, Customer, RoomInfo } from '../shapes/cim.ts';
import { type ConfigKind, configSchemas } from '../shapes/config.ts';
import { AgentParticipant, AgentPresence, Task, TopicState } from '../shapes/desk-shapes.ts';
import { DeskEvent } from '../desk-event.ts';
import { managerEvents } from '../manager-events.ts';
import { EpochMs, Id } from '../values.ts';

const count = z.number().int().min(0);
const named = z.looseObject({ id: Id, name: z.string() });

const Started = z.looseObject({ conversationId: Id });

/** `dropped`: a signal that the role may not send. */
const Added = z.union([z.looseObject({ seq: count }), z.looseObject({ dropped: z.literal(true) })]);

const LoggedEvents = z.looseObject({
  events: z.array(z.looseObject({ seq: z.number().int().min(1), cimEvent: DeskEvent })),
  /** The `after` of the next page; null at the end. */
  nextAfter: count.nullable(),
});

/** A conversation as the platform sees it. */
export const ConversationView = z.looseObject({
  conversationId: Id,
  state: TopicState,
  roomInfo: RoomInfo,
  createdAt: EpochMs,
  lastSeq: count,
  customer: Customer.nullable(),
  conversationData: ConversationData,
  channelSessions: z.array(ChannelSession),
  participants: z.array(AgentParticipant),
  tasks: z.array(Task),
  hold: z.looseObject({ since: EpochMs, until: EpochMs, parked: z.boolean() }).nullable(),
  list: named.nullable(),
  entrusted: z.looseObject({ owner: z.string(), since: EpochMs, until: EpochMs }).nullable(),
});

const Ended = z.looseObject({ conversationId: Id, state: TopicState });

const Considered = z.looseObject({ agentId: Id, line: z.string(), failed: z.string().nullable() });
const Routing = z.looseObject({
  tasks: z.array(
    z.looseObject({
      task: Task,
      lastDecision: z
        .looseObject({ at: EpochMs, offeredTo: Id.nullable(), considered: z.array(Considered) })
        .nullable(),
      availableNow: z.array(Considered),
      lines: z.array(
        z.looseObject({
          line: z.string(),
          attributes: z.record(z.string(), z.number()),
          failed: z.string().nullable(),
        }),
      ),
      placeInLine: z.number().int().min(1).nullable(),
      estimatedWaitSeconds: z.number().min(0).nullable(),
    }),
  ),
});

/** An agent as the platform sees them. `mrdId` null: they supervise it. */
export const AgentView = AgentPresence.extend({
  connected: z.boolean(),
  tasks: z.array(
    z.looseObject({
      taskId: Id,
      conversationId: Id,
      mrdId: Id.nullable(),
      phase: z.enum(['RESERVED', 'ACTIVE', 'WRAP_UP']),
      parked: z.literal(true).optional(),
    }),
  ),
  missed: z.looseObject({ rona: count, declined: count }),
  capacity: z.looseObject({ total: count, used: count }).optional(),
});

const Erased = z.looseObject({
  customerId: Id,
  erased: z.looseObject({ conversations: count, events: count, notices: count, others: count }),
  more: z.boolean(),
});

const Opens = z.looseObject({
  message: z.literal('ok'),
  data: z.looseObject({ content: z.looseObject({ key: z.literal('OK'), msg: z.string() }) }),
});

/** A colleague's profile, as an agent sees it. */
const ProfileShown = z.looseObject({ id: Id, name: z.string().optional() });

/**
 * One of a kind, with every default and its id, and a page of them. Of colleagues an agent sees
 * less there.
 */
export function configAnswers(kind: ConfigKind) {
  const one = z.intersection(z.looseObject({ id: Id }), configSchemas[kind]);
  const items = z.array(kind === 'agents' ? ProfileShown : one);
  return { one, page: z.looseObject({ items, nextAfter: z.string().nullable().optional() }) };
}

interface Described {
  /** Who has one of these roles; `anybody`: whoever has a token. */
  readonly callers: readonly ('platform' | 'admin' | 'supervisor' | 'agent')[] | 'anybody';
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** The body may be left out. */
  readonly mayBeEmpty?: true;
  /** By status; null: no body. */
  readonly answers: Readonly<Record<number, z.ZodType | null>>;
  /** Beside those of every route (`codesOfEvery`). */
  readonly codes: readonly Code[];
}

const platform = ['platform', 'admin'] as const;
const supervisors = [...platform, 'supervisor'] as const;
const withBody = ['request.invalid', 'request.invalidJson', 'request.tooLarge'] as const;

/** A token that does not do, a path that is no id, and what may happen to anybody. */
export const codesOfEvery: readonly Code[] = [
  'auth.missing',
  'auth.invalid',
  'auth.expired',
  'auth.notYetValid',
  'auth.notAccessToken',
  'auth.revoked',
  'auth.wrongIssuer',
  'auth.wrongAudience',
  'auth.noRole',
  'request.invalid',
  'internal',
];

/** The routes of configuration are described once for all kinds: see `configAnswers`. */
export const httpApi: Readonly<Record<PlatformRouteName, Described>> = {
  startConversation: {
    callers: platform,
    body: StartConversation,
    answers: { 200: Started, 201: Started },
    codes: [
      ...withBody,
      'queue.unknown',
      'queue.closed',
      'queue.full',
      'queue.mrdUnknown',
      'list.unknown',
      'mrd.unknown',
      'agent.unknown',
      'channelSession.closed',
      'conversation.tooLarge',
      'state.conflict',
    ],
  },
  addConversationEvent: {
    callers: platform,
    body: PlatformEvent,
    answers: { 202: Added },
    codes: [
      ...withBody,
      'conversation.unknown',
      'conversation.closed',
      'conversation.tooLarge',
      'channelSession.unknown',
      'channelSession.closed',
      'message.forbidden',
      'message.invalid',
      'message.tooLarge',
      'state.invalid',
      'state.conflict',
    ],
  },
  listConversationEvents: {
    callers: supervisors,
    query: EventsQuery,
    answers: { 200: LoggedEvents },
    codes: ['conversation.unknown', 'role.forbidden'],
  },
  getConversation: {
    callers: supervisors,
    answers: { 200: ConversationView },
    codes: ['conversation.unknown', 'role.forbidden'],
  },
  endConversation: {
    callers: platform,
    query: EndQuery,
    answers: { 200: Ended },
    codes: ['conversation.unknown', 'state.conflict'],
  },
  queueConversation: {
    callers: supervisors,
    body: QueueConversation,
    answers: { 202: Started },
    codes: [
      ...withBody,
      'conversation.unknown',
      'conversation.closed',
      'role.forbidden',
      'state.invalid',
      'queue.unknown',
      'queue.closed',
      'queue.full',
      'queue.mrdUnknown',
      'mrd.unknown',
      'state.conflict',
    ],
  },
  explainRouting: {
    callers: supervisors,
    answers: { 200: Routing },
    codes: ['conversation.unknown', 'role.forbidden'],
  },
  listConfig: {
    callers: [...supervisors, 'agent'],
    query: ConfigQuery,
    answers: { 200: z.unknown() },
    codes: ['config.unknownKind'],
  },
  getConfig: {
    callers: platform,
    answers: { 200: z.unknown() },
    codes: ['config.unknownKind', 'config.notFound'],
  },
  putConfig: {
    callers: platform,
    body: z.unknown(),
    answers: { 200: z.unknown() },
    codes: [
      'request.invalidJson',
      'request.tooLarge',
      'config.unknownKind',
      'config.invalid',
      'config.tooMany',
      'queue.mrdUnknown',
      'queue.unknown',
      'list.unknown',
      'state.conflict',
    ],
  },
  deleteConfig: {
    callers: platform,
    answers: { 204: null },
    codes: ['config.unknownKind', 'config.notFound', 'config.inUse', 'state.conflict'],
  },
  listAgents: {
    callers: supervisors,
    query: AgentsQuery,
    answers: { 200: z.looseObject({ agents: z.array(AgentView), nextAfter: Id.nullable() }) },
    codes: [],
  },
  getAgent: { callers: supervisors, answers: { 200: AgentView }, codes: ['agent.unknown', 'role.forbidden'] },
  listAgentEvents: {
    callers: supervisors,
    query: EventsQuery,
    answers: { 200: z.looseObject({ events: managerEvents.onAgentReplay.shape.events, nextAfter: count.nullable() }) },
    codes: ['agent.unknown', 'role.forbidden'],
  },
  logoutAgent: {
    callers: supervisors,
    body: LogoutAgent,
    mayBeEmpty: true,
    answers: { 200: AgentView },
    codes: [...withBody, 'agent.unknown', 'role.forbidden', 'state.conflict'],
  },
  eraseCustomer: {
    callers: platform,
    answers: { 200: Erased },
    codes: ['customer.inConversation', 'state.conflict'],
  },
  handshake: { callers: 'anybody', answers: { 200: Opens }, codes: ['auth.tooLarge', 'auth.unknownSubprotocol'] },
};
