/**
 * What a desk may say: one schema of `data` per event. A key is the event's name, its route key and
 * the file name of its Lambda. Unknown keys are dropped, null is missing, and who the agent is
 * never comes from here: `agentId` may only agree.
 */
import * as z from 'zod';
import { ALIASES } from './shapes/aliases.ts';
import { AgentMrdStateName, ChannelSessionReference, ReasonCode } from './shapes/cim.ts';
import { MOST_WRAP_UP_SECONDS } from './shapes/wrap-up.ts';
import { DeskCimEvent } from './message.ts';
import { Id, isRecord, Note, ShortText, withoutNulls } from './values.ts';
import { onWire } from './wire.ts';

const agentId = Id.optional();

/** How many conversations a supervisor acts on in one frame. */
export const MOST_ORDERED = 20;

/** How many events at most; a page may hold fewer. */
const limit = z.number().int().min(1).max(500).optional();

/** A task as desks name it, `<taskId>:<mediaId>` or bare. */
const TaskReference = z
  .string()
  .max(513)
  .refine((text) => Id.safeParse(taskNamed(text).taskId).success, 'Expected an id');

/** What is before the first colon, and what is after it. */
export function taskNamed(text: string): { taskId: string; medium?: string } {
  const colon = text.indexOf(':');
  return colon < 0 ? { taskId: text } : { taskId: text.slice(0, colon), medium: text.slice(colon + 1) };
}

/** The reason of a state: an object, a bare id, or none (missing, null, the empty text). */
const Reason = z
  .preprocess((reason: z.input<typeof ReasonCode> | string | null | undefined) => {
    if (reason === undefined || reason === '') return null;
    return typeof reason === 'string' ? { id: reason } : reason;
  }, ReasonCode.nullable())
  .apply(onWire({ or: [z.string()] }));

const changeAgentState = payload(
  z.discriminatedUnion('action', [
    z.object({
      action: z.literal('agentState'),
      agentId,
      state: z.object({ name: z.enum(['READY', 'NOT_READY', 'LOGOUT']), reasonCode: Reason }),
    }),
    z.object({ action: z.literal('agentMRDState'), agentId, mrdId: Id, state: AgentMrdStateName }),
  ]),
);

const ofQueue = z.object({ ...aboutAssistance(), mode: z.literal('queue'), queueName: z.string().min(1).max(256) });
const ofAgent = z.object({
  ...aboutAssistance(),
  mode: z.literal('agent'),
  requestedAgentId: Id,
  offerToAgent: z.boolean().default(true),
});
const toList = z.object({ ...aboutAssistance(), mode: z.literal('list'), listId: Id });

/**
 * A colleague is asked for: anybody of a queue, or one agent. `offerToAgent: false` assigns without
 * ringing.
 */
const assistance = ofConversation(z.discriminatedUnion('mode', [ofQueue, ofAgent]));

const list = payload(z.object({ agentId, listId: Id }));
const supervision = ofConversation(z.object({ agentId, conversationId: Id, participantId: ShortText.optional() }));

export const agentEvents = {
  // In the original product's published list.
  changeAgentState,
  publishCimEvent: ofConversation(z.object({ agentId, conversationId: Id, cimEvent: DeskCimEvent })),
  directConferenceRequest: assistance,
  consultTransferRequest: assistance,
  consultConferenceRequest: assistance,
  // The original product's, not in its published list: desks send it beside its two siblings.
  consultRequest: assistance,
  // In the original product's published list.
  closeWrapup: ofConversation(
    z.object({
      agentId,
      conversationId: Id,
      cimEvent: z.preprocess((event?: z.input<typeof DeskCimEvent> | null) => event ?? null, DeskCimEvent.nullable()),
    }),
  ),
  /** Mode `list` is ours: the customer waits on a pull list for whoever picks them. */
  directTransferRequest: ofConversation(z.discriminatedUnion('mode', [ofQueue, ofAgent, toList])),
  unsubscribePullModeList: list,
  topicUnsubscription_: ofConversation(z.object({ agentId, conversationId: Id })),
  // Without a task (ours): the snapshot again, of a conversation that the agent is in.
  topicSubscription: ofConversation(z.object({ agentId, conversationId: Id, taskId: TaskReference.optional() })),
  JoinAsSilentMonitor: supervision,
  // The original product's, not in its published list: the two steps after silent monitoring.
  joinAsWhisper: supervision,
  joinAsBargeIn: supervision,
  // In the original product's published list.
  subscribePullModeList: list,
  joinPullModeRequest: payload(z.object({ agentId, requestId: Id })),
  deletePullModeRequest: z
    .preprocess(
      (request: { agentId?: string; id: string } | string) =>
        typeof request === 'string' ? { id: request } : withoutNulls(request),
      z.object({ agentId, id: Id }),
    )
    .apply(onWire({ nulls: true, or: [Id] })),
  // The original product's, not in its published list. A duration below 1e9 is seconds from now,
  // any other the epoch second of resumption.
  pauseConversation: ofConversation(
    z.object({
      agentId,
      conversationId: Id,
      participantId: ShortText.optional(),
      duration: z
        .preprocess(
          (duration: number | string) =>
            typeof duration === 'string' && /^\d{1,11}$/.test(duration) ? Number(duration) : duration,
          z.number().positive().max(1e10),
        )
        .apply(onWire({ or: [z.string().regex(/^\d{1,11}$/)] })),
      /** Ours: parks it, so that it takes no capacity. */
      release: z.boolean().optional(),
    }),
  ),
  resumeConversation: ofConversation(z.object({ agentId, conversationId: Id, participantId: ShortText.optional() })),
  // Ours.
  cancelAssistanceRequest: ofConversation(z.object({ agentId, conversationId: Id })),
  /** More time for a wrap-up, or one where the agent chooses; else by what the queue says. */
  extendWrapup: ofConversation(
    z.object({ agentId, conversationId: Id, seconds: z.number().int().min(1).max(MOST_WRAP_UP_SECONDS).optional() }),
  ),
  /** A supervisor ends the wrap-up of an agent of theirs. */
  endWrapup: ofConversation(z.object({ agentId, conversationId: Id, ofAgentId: Id })),
  /**
   * A supervisor takes conversations over, gives them to an agent of theirs, sends them to a queue
   * (without `queue`: away from their agents, to where they came from), or closes them.
   */
  superviseConversations: payload(
    z.discriminatedUnion('command', [
      z.object({ ...ordered(), command: z.literal('TAKE_OVER') }),
      z.object({ ...ordered(), command: z.literal('ASSIGN'), toAgentId: Id }),
      z.object({
        ...ordered(),
        command: z.literal('QUEUE'),
        queue: Id.optional(),
        priority: z.number().int().min(1).max(10).optional(),
        agentRequestTtl: z.number().int().min(1).max(31_536_000).optional(),
      }),
      z.object({ ...ordered(), command: z.literal('CLOSE') }),
    ]),
  ),
  /** A supervisor sets the state of an agent of theirs. */
  setStateOfAgent: payload(
    z.object({
      agentId,
      ofAgentId: Id,
      state: z.object({ name: z.enum(['READY', 'NOT_READY', 'LOGOUT']), reasonCode: Reason }),
    }),
  ),
  /** An offer has arrived at the desk, which may not have shown it yet. */
  offerReceived: ofConversation(z.object({ agentId, conversationId: Id, taskId: TaskReference })),
  /** An offer is not for the agent: it goes to the next one. */
  declineTask: ofConversation(z.object({ agentId, conversationId: Id, taskId: TaskReference, reasonCode: Reason })),
  heartbeat: payload(
    z.object({
      /**
       * For how long the desk may be silent from now on; it is granted no more than
       * MAX_LEASE_SECONDS. Without it: as ever.
       */
      leaseSeconds: z.number().int().min(1).max(86_400).optional(),
    }),
  ),
  /** A newer access token of the same person, in the place of the one that they connected with. */
  refreshToken: payload(z.object({ agentId, token: z.string().min(1).max(16_384) })),
  replayTopic: ofConversation(
    z.object({
      agentId,
      conversationId: Id,
      /** Exclusive: the last `seq` that the desk holds, 0 for none. */
      afterSeq: z.number().int().min(0),
      /** Exclusive: where what the desk holds begins again. */
      beforeSeq: z.number().int().min(1).optional(),
      limit,
    }),
  ),
  replayAgentEvents: payload(
    z.object({
      agentId,
      /** Exclusive: the last `agentSeq` that the desk holds, 0 for none. */
      afterSeq: z.number().int().min(0),
      limit,
    }),
  ),
  /** Without `teamId`: every team that the token says they supervise. */
  subscribeTeam: payload(z.object({ agentId, teamId: Id.optional(), subscribe: z.boolean().default(true) })),
} as const;

/** What a desk may say, spelled as on the wire. */
export type AgentEventName = keyof typeof agentEvents;

/** The payloads as a desk may give them. */
export type AgentRequests = { [E in AgentEventName]: z.input<(typeof agentEvents)[E]> };

/** The payload of an event as a handler gets it: normalised, defaults filled in. */
export type AgentPayload<E extends AgentEventName> = z.output<(typeof agentEvents)[E]>;

/** Other spellings that public desks use, and what they stand for. */
export const aliases: Readonly<Record<string, AgentEventName>> = ALIASES;

/**
 * The event that an `action` stands for, by its name or by an alias; undefined where there is none.
 */
export function canonical(action: string): AgentEventName | undefined {
  if (isAgentEventName(action)) return action;
  return Object.hasOwn(aliases, action) ? aliases[action] : undefined;
}

/**
 * An alias with other characters is no legal route key; functions/socket/default.ts dispatches it.
 */
const legalRouteKey = /^[A-Za-z_]+$/;

/**
 * The route keys of an event: its name, and the other names under which desks in the field send it.
 */
export function routeKeys(event: string): string[] {
  return [event, ...Object.keys(aliases).filter((alias) => aliases[alias] === event && legalRouteKey.test(alias))];
}

function isAgentEventName(action: string): action is AgentEventName {
  return Object.hasOwn(agentEvents, action);
}

function ordered() {
  return { agentId, conversationIds: z.array(Id).min(1).max(MOST_ORDERED) };
}

function aboutAssistance() {
  return { agentId, conversationId: Id, channelSession: ChannelSessionReference.optional(), note: Note.optional() };
}

/** An object whose null members are missing. */
function payload<S extends z.ZodType>(schema: S) {
  return z.preprocess((data: z.input<S>) => withoutNulls(data), schema).apply(onWire({ nulls: true }));
}

/** As `payload`, with `conversationId` taken from wherever desks have put it over the years. */
function ofConversation<S extends z.ZodType>(schema: S) {
  return z
    .preprocess((data: z.input<S>) => {
      const given = withoutNulls(data);
      if (!isRecord(given)) return given;
      const conversationId = conversationOf(given);
      return conversationId === undefined ? given : { ...given, conversationId };
    }, schema)
    .apply(onWire({ nulls: true, conversation: true }));
}

function conversationOf(data: Record<string, unknown>): unknown {
  const carriers = [data, data['channelSession'], data['topicParticipant'], data['agentParticipant']];
  for (const carrier of carriers) {
    if (!isRecord(carrier)) continue;
    const id = carrier['conversationId'] || carrier['topicId'];
    if (id) return id;
  }
  return undefined;
}
