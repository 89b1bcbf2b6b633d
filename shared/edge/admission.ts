/**
 * Whom a queue takes: within its hours, as long as not too many wait in it. Others go where it
 * says, or are refused with its words.
 */
import { Rejection } from '../domain/rejection.ts';
import { isOpen } from '../domain/routing/hours.ts';
import { poolOfQueue } from '../domain/routing/lines.ts';
import type { Queue } from '../protocol/shapes/config.ts';
import type { Elsewhere } from '../protocol/shapes/hours.ts';
import type { Reader } from './app.ts';

type Reading = Pick<Reader, 'config' | 'store' | 'now'>;

export interface Closed {
  readonly code: 'queue.closed' | 'queue.full';
  readonly elsewhere: Elsewhere;
}

/** null: it takes one more. Two who come at the same moment may be one too many. */
export async function closedNow(app: Reading, { id, hours, maxWaiting, whenFull }: Queue): Promise<Closed | null> {
  if (hours && !isOpen(hours, app.now())) return { code: 'queue.closed', elsewhere: hours.outside };
  if (maxWaiting === undefined) return null;
  const waiting = await app.store.waiting(poolOfQueue(id), { limit: maxWaiting });
  return waiting.length < maxWaiting ? null : { code: 'queue.full', elsewhere: whenFull };
}

/** An agent who asks for this queue decides where else to go. null: it takes one more. */
export async function refusedBy(app: Reading, queue: Queue): Promise<Rejection | null> {
  const closed = await closedNow(app, queue);
  return closed && refusal(queue, closed);
}

export interface Admitted {
  readonly to: { readonly queue: Queue } | { readonly listId: string };
  /** How urgent it is there, where that is said. */
  readonly priority?: number | undefined;
}

/** Where a customer who is to go to this queue really goes. Never twice to the same. */
export async function admitted(app: Reading, queue: Queue, been: readonly string[] = []): Promise<Admitted> {
  const closed = await closedNow(app, queue);
  if (!closed) return { to: { queue } };
  const { elsewhere } = closed;
  const next = elsewhere.to === 'OVERFLOW' ? queue.overflow : elsewhere;
  if (next.to === 'WAIT') return { to: { queue } };
  if (next.to === 'LIST') return { to: { listId: next.listId } };
  if (next.to === 'REFUSE' || been.includes(next.queueId)) throw refusal(queue, closed);
  const other = await app.config.get('queues', next.queueId);
  if (!other) throw refusal(queue, closed);
  return { priority: next.priority, ...(await admitted(app, other, [...been, queue.id])) };
}

function refusal({ name }: Queue, { code, elsewhere }: Closed): Rejection {
  const usual = code === 'queue.closed' ? `${name} is closed now.` : `Too many wait in ${name} already.`;
  return new Rejection(code, (elsewhere.to === 'REFUSE' && elsewhere.text) || usual);
}
