/**
 * Messages and events as they come in, from a desk or from the platform: checked where it matters,
 * normalised, otherwise passed on unread.
 */
import * as z from 'zod';
import {
  ChannelSessionReference,
  CIM_EVENT_TYPES,
  CIM_FACT_NAMES,
  CIM_MESSAGE_NAMES,
  type CimMessageName,
} from './shapes/cim.ts';
import { Id, Instant, isRecord, Note, parseJson, ShortText, Text, withoutNulls } from './values.ts';
import { onWire } from './wire.ts';

const text = Text.nullish();
const attachment = z.looseObject({
  mediaUrl: z.string().min(1).max(4_000),
  thumbnail: text,
  mimeType: ShortText.nullish(),
  size: z.number().nullish(),
  mediaLabel: Note.nullish(),
  mediaName: Note.nullish(),
});
const media = z.looseObject({
  attachment,
  caption: Note.nullish(),
  additionalDetails: z.looseObject({ fileName: Note.nullish() }).nullish(),
});

/** At most a hundred of what one message lists: contacts, buttons, files. */
function listOf<S extends z.ZodType>(item: S) {
  return z.array(item).max(100).nullish();
}

const buttons = listOf(z.looseObject({ title: text, type: ShortText.nullish() }));
const phones = listOf(z.looseObject({ phone: z.union([ShortText, z.number()]).nullish() }));
const coordinate = z.union([z.number(), ShortText]).nullish();
/** A text, or an object that may have one: channels send both. */
const wording = z.union([Text, z.looseObject({ text })]).nullish();

/**
 * What each known type of message body needs beside `type` and `markdownText`, as deep as desks
 * read it; any further member passes through. A type that is not here (RECEIPT, CUSTOM, ACTIVITY,
 * whatever comes) is stored and forwarded unread.
 */
export const messageBodies = {
  PLAIN: z.looseObject({}),
  IMAGE: media,
  VIDEO: media,
  AUDIO: media,
  FILE: media,
  MULTIMEDIA: media,
  STICKER: z.looseObject({ mediaUrl: text, stickerId: z.unknown() }),
  URL: z.looseObject({ mediaUrl: text }),
  LOCATION: z.looseObject({
    location: z.looseObject({ latitude: coordinate, longitude: coordinate }).nullish(),
    additionalDetails: z.looseObject({ name: Note.nullish(), address: Note.nullish(), url: Note.nullish() }).nullish(),
  }),
  CONTACT: z.looseObject({
    contacts: listOf(z.looseObject({ name: z.looseObject({ formattedName: Note.nullish() }).nullish(), phones })),
  }),
  BUTTON: z.looseObject({
    buttons,
    additionalDetails: z
      .looseObject({ interactive: z.looseObject({ header: wording, body: wording, footer: wording }).nullish() })
      .nullish(),
  }),
  CAROUSEL: z.looseObject({
    elements: listOf(z.looseObject({ title: text, text, url: text, imageUrl: text, buttons })),
  }),
  EMAIL: z.looseObject({
    subject: Note.nullish(),
    htmlBody: text,
    attachments: listOf(z.looseObject({ mediaUrl: text, fileName: Note.nullish(), mediaName: Note.nullish() })),
  }),
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
  VOICE: z.looseObject({
    callId: ShortText.nullish(),
    leg: ShortText.nullish(),
    reasonCode: z.union([ShortText, z.number()]).nullish(),
  }),
  TEMPLATE: z.looseObject({ name: ShortText.nullish(), components: listOf(z.looseObject({})) }),
  ACTION: z.looseObject({ name: ShortText.nullish(), data: z.looseObject({}).nullish() }),
} as const;

/** A type of message body that is looked into. */
export type KnownBodyType = keyof typeof messageBodies;

/**
 * The body of a message, of any type and in either case; a known type is checked against
 * `messageBodies` and passed on as it came.
 */
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

/**
 * Who speaks. Of an agent it is overwritten with who is connected; of older desks it is a whole
 * participant.
 */
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
  header: z
    .preprocess((header?: z.input<typeof MessageHeader> | null) => header ?? {}, MessageHeader)
    .apply(onWire({ or: [z.null()] })),
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

const event = z.discriminatedUnion(
  'name',
  [
    z.looseObject({ ...envelope, name: z.enum(CIM_MESSAGE_NAMES), data: CimMessage }),
    z.looseObject({ ...envelope, name: z.enum(CIM_FACT_NAMES), data: z.looseObject({}) }),
  ],
  { error: (issue) => (issue.code === 'invalid_union' ? 'Expected the name of a CIM event' : undefined) },
);

/**
 * An event as it comes in: an object, or a JSON text of one. `data` is an object when it is read,
 * also where it was null or missing. The channel session that older desks put into the header of a
 * message is moved to the event, and what desks leak of their own bookkeeping (`header.status`,
 * `body.isWhisper`) is dropped.
 */
export const CimEvent = z
  .preprocess((given: z.input<typeof event> | string) => normaliseEvent(given), event)
  .apply(onWire({ nulls: true, filled: ['data'], or: [z.string()] }));
export type CimEvent = z.output<typeof CimEvent>;

/**
 * The same from a desk. When it was said is the manager's to say: whatever stands there, such as
 * the `""` of read receipts, is ignored.
 */
export const DeskCimEvent = z
  .preprocess((given: z.input<typeof CimEvent>) => withoutTimes(given), CimEvent)
  .apply(onWire({ nulls: true, filled: ['data'], ignored: ['timestamp'], or: [z.string()] }));

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

function withoutTimes(value: unknown): unknown {
  const event = typeof value === 'string' ? parseJson(value) : value;
  if (!isRecord(event)) return event;
  const { timestamp: _, ...rest } = event;
  const { data } = rest;
  if (!isRecord(data) || !isRecord(data['header'])) return rest;
  return { ...rest, data: { ...data, header: without(data['header'], 'timestamp') } };
}

function without(record: Record<string, unknown>, ...keys: string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => !keys.includes(key)));
}
