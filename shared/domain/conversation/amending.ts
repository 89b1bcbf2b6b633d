/**
 * A message that edits or deletes an earlier one: only one that was said, and only by who said it,
 * or by their side. A deletion or an edit cannot be amended itself: both name the message.
 */
import { isRecord } from '../../protocol/values.ts';
import { Rejection } from '../rejection.ts';
import type { LoggedEvent } from './conversation.ts';

interface Said {
  readonly name: string;
  readonly data: Record<string, unknown>;
}

const MESSAGES = ['CUSTOMER_MESSAGE', 'BOT_MESSAGE', 'AGENT_MESSAGE', 'WHISPER_MESSAGE'];

/** The id of the message that this one edits or deletes; undefined: it stands for itself. */
export function amendedId({ data }: Pick<Said, 'data'>): string | undefined {
  const { header, body } = data;
  if (typeOf(data) === 'DELETEDNOTIFICATION' && isRecord(body)) return String(body['messageId']);
  if (!isRecord(header) || String(header['intent']).toUpperCase() !== 'UPDATE') return undefined;
  return typeof header['originalMessageId'] === 'string' ? header['originalMessageId'] : '';
}

/**
 * `by`: the agent who says it; null: the platform, which speaks for customers and for bots. What
 * agents whisper, say to the customer and note at the end are for different ears.
 */
export function mustAmend(event: Said, target: LoggedEvent | undefined, by: string | null): void {
  const id = amendedId(event);
  if (id === undefined) return;
  const refuse = (why: string) => new Rejection('message.invalid', why);
  const said = target?.event;
  if (!said || !MESSAGES.includes(said.name) || amendedId(said) !== undefined)
    throw refuse(`There is no message ${id} that could be edited or deleted.`);
  const theirs = said.name === event.name && (by === null || authorOf(target) === by);
  const sameEars = isWrapUp(said) === isWrapUp(event);
  if (!theirs || !sameEars) throw refuse(`Message ${id} was said by somebody else, or to somebody else.`);
}

function isWrapUp({ data }: Said): boolean {
  return typeOf(data) === 'WRAPUP';
}

/** The id of the agent who said it, or of whoever it is otherwise known to come from. */
export function authorOf({ event: { eventEmitter } }: Pick<LoggedEvent, 'event'>): string | undefined {
  return isRecord(eventEmitter) ? String(eventEmitter['id']) : undefined;
}

/** The type of a message's body, in capitals. */
export function typeOf(data: Record<string, unknown>): string | undefined {
  const { body } = data;
  return isRecord(body) && typeof body['type'] === 'string' ? body['type'].toUpperCase() : undefined;
}
