/**
 * A conversation's HEAD, and beside it the end of its log (LOG): all that changes with a message,
 * so that a message does not write HEAD. A conversation is both, as they were written together.
 */
import * as z from 'zod';
import { Conversation, LoggedEventShape, type LoggedEvent } from '../../domain/conversation/conversation.ts';
import { ANYTHING, marked, MARKS, mayHold, NOTHING, Said } from '../../domain/conversation/repeated.ts';
import { marksOf, messageMark } from '../../domain/handling/message.ts';
import { Conflict } from '../../edge/app.ts';
import { kept } from '../stored.ts';
import { absent, unchanged, type Key, type Table, type Write } from '../table.ts';

export function key(id: string, sk: string): Key {
  return { pk: `CONVERSATION#${id}`, sk };
}

export function eventKey(id: string, seq: number | string): Key {
  return key(id, `EVENT#${String(seq).padStart(12, '0')}`);
}

/** `version` decides every race: it grows with each change, of HEAD as of LOG alone. */
const OfMessages = Conversation.pick({ lastSeq: true, silence: true, sla: true, version: true });
type OfMessages = z.output<typeof OfMessages>;

/** Whole: what a later version has put into them stays in them. */
const ofMessages = ({ lastSeq, silence, sla, version }: OfMessages): OfMessages => ({
  lastSeq,
  silence,
  sla,
  version,
});

export const Head = kept(Conversation);
export const LogEnd = kept(OfMessages.extend({ head: z.number().int(), said: Said }));

/** What is written between two reads of them is seldom written again before the next two. */
const MOST_READINGS = 5;

export async function conversationOf(table: Table, id: string): Promise<Conversation | null> {
  for (let readings = 1; ; readings++) {
    const [head, end] = await Promise.all([table.get(Head, key(id, 'HEAD')), table.get(LogEnd, key(id, 'LOG'))]);
    if (!head) return null;
    const whole = together(head, end);
    if (whole) return whole;
    if (readings === MOST_READINGS) throw new Conflict('HEAD and LOG were written while they were read');
  }
}

/** null: they are of different moments. Where there is no LOG yet, HEAD is all. */
export function together(head: Conversation, logEnd: z.output<typeof LogEnd> | null): Conversation | null {
  if (!logEnd) return head;
  if (logEnd.head !== head.version) return null;
  return { ...head, ...ofMessages(logEnd), logEnd };
}

/** The same from the two items as they are stored. */
export function conversationIn(head: unknown, logEnd: unknown): Conversation | null {
  return together(Head.parse(head), logEnd === undefined ? null : LogEnd.parse(logEnd));
}

/** HEAD is written where more has changed than a message does; LOG always. */
export function headWrites(
  before: Conversation | undefined,
  after: Conversation,
  logged: readonly LoggedEvent[],
): Write[] {
  if (after === before) return [];
  const { logEnd, ...head } = after;
  const was = before?.version ?? 0;
  const version = was + 1;
  const said = marked(logEnd?.said ?? (was === 0 ? NOTHING : ANYTHING), logged.flatMap(marksOf));
  const alone = before && logEnd && !headChanged(before, after);
  const end = { ...logEnd, ...ofMessages({ ...after, version }), head: alone ? logEnd.head : version, said };
  const { id } = after;
  return [
    ...(alone
      ? []
      : [{ put: { ...head, version, ...key(id, 'HEAD') }, where: unchanged(before?.logEnd?.head ?? was) }]),
    { put: { ...end, ...key(id, 'LOG') }, where: before?.logEnd ? unchanged(was) : absent() },
  ];
}

const ELSEWHERE = new Set([...Object.keys(OfMessages.shape), 'logEnd']);

function headChanged(before: Conversation, after: Conversation): boolean {
  return Object.entries(after).some(([name, value]) => !ELSEWHERE.has(name) && Reflect.get(before, name) !== value);
}

const PAGE = 50;

/**
 * The newest events of a conversation with these marks, one for each. Nothing is read where there
 * cannot be one, and no more than the marks go back.
 */
export async function saidBefore(
  table: Table,
  { id, logEnd }: Conversation,
  marks: readonly string[],
): Promise<LoggedEvent[]> {
  const maybe = marks.filter((mark) => mayHold(logEnd?.said ?? ANYTHING, mark));
  return newest(table, id, maybe, logEnd ? 2 * MARKS : Infinity);
}

/** Edits and deletions are seldom: what is too old for the marks is looked for in the whole log. */
export async function said(
  table: Table,
  { id, logEnd }: Conversation,
  messageId: string,
): Promise<LoggedEvent | undefined> {
  const { said: marks = ANYTHING } = logEnd ?? {};
  const whole = logEnd !== undefined && marks.older === '';
  if (whole && !mayHold(marks, messageMark(messageId))) return undefined;
  return (await newest(table, id, [messageMark(messageId)], Infinity))[0];
}

async function newest(table: Table, id: string, marks: readonly string[], most: number): Promise<LoggedEvent[]> {
  const left = new Set(marks);
  const found: LoggedEvent[] = [];
  if (left.size === 0) return found;
  const range = { pk: key(id, '').pk, sk: { prefix: 'EVENT#' }, limit: PAGE, newestFirst: true };
  let passed = 0;
  for await (const page of table.pages(LoggedEventShape, range)) {
    for (const logged of page) {
      const own = marksOf(logged);
      passed += own.length;
      if (!own.some((mark) => left.delete(mark))) continue;
      found.push(logged);
      if (left.size === 0) return found;
    }
    if (passed > most) break;
  }
  return found;
}
