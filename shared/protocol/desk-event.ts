/**
 * What a desk dereferences in each CIM event. An event that lacks it throws inside the desk, which
 * then leaves the conversation. Events of the platform are held against it when they come in,
 * everything that goes out by the tests.
 */
import * as z from 'zod';
import { AgentParticipant, OutgoingEvent, Task, TaskState, TaskType } from './shapes/desk-shapes.ts';
import { ChannelSession, type CimEventName, ConversationData, Customer } from './shapes/cim.ts';
import { CimMessage, isMessageName, MessageBody, MessageHeader } from './message.ts';
import { Id, isRecord } from './values.ts';

const spoken = z.looseObject({ type: z.string().min(1) });
const said = CimMessage.extend({ header: MessageHeader.extend({ sender: spoken }), body: MessageBody });
const receipt = said.extend({
  header: MessageHeader.extend({ sender: z.looseObject({ id: Id, type: z.string().min(1) }) }),
  body: z.looseObject({ type: z.string().min(1), messageId: Id, status: z.string().min(1) }),
});
const membership = z.looseObject({ agentParticipant: AgentParticipant, reason: z.string() });
const sla = z.looseObject({ action: z.string().min(1), totalDuration: z.number() });

/** The `data` that desks need, by event name. Any other event needs an object, nothing more. */
export const deskEventData: Partial<Record<CimEventName, z.ZodType>> = {
  CUSTOMER_MESSAGE: said,
  AGENT_MESSAGE: said,
  BOT_MESSAGE: said,
  WHISPER_MESSAGE: said,
  TYPING_INDICATOR: said,
  MESSAGE_DELIVERY_NOTIFICATION: receipt,
  BOT_SUGGESTION: z.looseObject({
    requestedMessage: z.looseObject({ id: Id }),
    suggestions: z.array(z.looseObject({})),
  }),
  CHANNEL_SESSION_STARTED: ChannelSession,
  CHANNEL_SESSION_ENDED: z.looseObject({
    id: Id,
    channel: z.looseObject({ channelType: z.looseObject({ name: z.string().min(1) }) }),
  }),
  CONVERSATION_DATA_CHANGED: ConversationData,
  ASSOCIATED_CUSTOMER_CHANGED: Customer,
  AGENT_SUBSCRIBED: membership,
  AGENT_UNSUBSCRIBED: membership,
  PARTICIPANT_ROLE_CHANGED: z.looseObject({ conversationParticipant: AgentParticipant }),
  // Both generations of desks at once: the older reads the flat fields, the newer what is inside
  // `task`.
  TASK_ENQUEUED: z.looseObject({
    task: Task.extend({ type: TaskType }),
    queue: z.looseObject({ id: Id, name: z.string() }).nullish(),
  }),
  TASK_STATE_CHANGED: z.looseObject({
    task: Task,
    taskStateChanged: z.boolean(),
    mediaStateChanges: z.array(z.unknown()),
    type: TaskType,
    state: TaskState,
  }),
  NO_AGENT_AVAILABLE: z.looseObject({ requestType: TaskType }),
  AGENT_SLA_STARTED: sla,
  AGENT_SLA_STOPPED: sla,
};

/** An event as a desk can show it: live, in a snapshot or in a replay. */
export const DeskEvent = OutgoingEvent.check((ctx) => {
  const { name, type, data } = ctx.value;
  const refuse = (path: PropertyKey[], msg: string) =>
    ctx.issues.push({ code: 'custom', message: msg, path, input: ctx.value });

  for (const { path, message } of deskEventData[name]?.safeParse(data).error?.issues ?? []) {
    refuse(['data', ...path], message);
  }
  if (type === 'ACTIVITY' && !isMessageName(name)) refuse(['type'], 'Desks take an ACTIVITY for a delivery receipt');
  if (!isMessageName(name)) return;

  const { header } = data;
  if (fromConnector.safeParse(header).success) {
    for (const { path, message } of named.safeParse(header).error?.issues ?? []) {
      refuse(['data', 'header', ...path], message);
    }
  }
  for (const { path, message } of onChannel.safeParse(ctx.value).error?.issues ?? []) refuse(path, message);
  for (const { path, message } of onChannel.safeParse(header).error?.issues ?? []) {
    refuse(['data', 'header', ...path], message);
  }
  if (isRecord(header) && 'status' in header) refuse(['data', 'header', 'status'], 'Bookkeeping of a desk');
});
export type DeskEvent = z.output<typeof DeskEvent>;

const fromConnector = z.looseObject({ sender: z.looseObject({ type: z.literal('CONNECTOR') }) });
const named = z.looseObject({ customer: z.looseObject({ _id: Id, firstName: z.string() }) });
/**
 * Every generation of desks hides a message whose header has no channel session, and some take it
 * from the envelope.
 */
const onChannel = z.looseObject({
  channelSession: z.looseObject({
    id: Id,
    channel: z.looseObject({ channelType: z.looseObject({ name: z.string().min(1) }) }),
  }),
});
