/**
 * What of a message was said before: the message itself, the frame by which an agent said it, and
 * the one that it changes.
 */
import { amendedId } from '../../domain/conversation/amending.ts';
import type { LoggedEvent, World } from '../../domain/conversation/conversation.ts';
import type { ConversationEvent } from '../../domain/decide.ts';
import {
  frameMark,
  marksOf,
  messageId,
  messageMark,
  sessionIdOf,
  type OutsideEvent,
} from '../../domain/handling/message.ts';
import { AlreadyAnswered, ANSWERS_KEPT_MS, type App } from '../app.ts';
import type { Caller } from './caller.ts';

/**
 * The event that this one repeats, by the id of its message. A frame that comes again is answered
 * as it was, whatever has become of the conversation: throws `AlreadyAnswered`.
 */
export async function saidBefore(
  app: App,
  { conversation }: World,
  event: ConversationEvent,
  by: Caller | undefined,
): Promise<LoggedEvent | undefined> {
  const message = messageOf(event);
  const id = message && messageId(message);
  if (!id) return undefined;
  const frame = frameOf(event, by);
  const frames = frame === undefined || !by ? [] : [frameMark(by.agentId, frame)];
  const before = await app.store.saidBefore(conversation, [messageMark(id), ...frames]);
  const having = (marks: readonly string[]) =>
    before.find((logged) => marksOf(logged).some((mark) => marks.includes(mark)));
  const answered = having(frames);
  if (frame !== undefined && answered && answered.event.timestamp >= app.now() - ANSWERS_KEPT_MS)
    throw new AlreadyAnswered(frame, { id: frame, status: 'ok', seq: answered.seq });
  return having([messageMark(id)]);
}

/** With the message that it edits or deletes, so that it can be decided whether it may. */
export async function withTarget<E extends ConversationEvent>(app: App, { conversation }: World, event: E): Promise<E> {
  const message = messageOf(event);
  const id = message ? amendedId(message) : undefined;
  return id !== undefined ? { ...event, about: await app.store.said(conversation, id) } : event;
}

/** The same kind of message in the same channel session, and not something else under its id. */
export function repeats({ event: { name, channelSessionId } }: LoggedEvent, event: ConversationEvent): boolean {
  const message = messageOf(event);
  return message?.name === name && [undefined, channelSessionId].includes(sessionIdOf(message));
}

function messageOf(event: ConversationEvent): OutsideEvent | null {
  return 'event' in event ? event.event : event.type === 'closeWrapUp' ? event.wrapUp : null;
}

/**
 * With the frame that a message came in: where it comes again, the log has its answer, and no other
 * row is needed.
 */
export function withFrame(
  events: readonly LoggedEvent[],
  event: ConversationEvent,
  by: Caller | undefined,
): readonly LoggedEvent[] {
  const frame = frameOf(event, by);
  const id = event.type === 'publish' ? messageId(event.event) : undefined;
  if (frame === undefined || id === undefined) return events;
  return events.map((logged) => (messageId(logged.event) === id ? { ...logged, frame } : logged));
}

/** Of what else is asked for with a message, more is answered than its place. */
const frameOf = ({ type }: ConversationEvent, by: Caller | undefined): string | undefined =>
  type === 'publish' ? by?.request?.id : undefined;
