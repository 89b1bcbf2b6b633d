/**
 * How long somebody who waits will wait: their place in line, times how long one place took of
 * late. A guess by what has happened, not a promise; where nothing has, there is none.
 */
import * as z from 'zod';
import type { Conversation } from '../conversation/conversation.ts';

/** A queue's customer was taken by an agent. Kept for an hour: nobody looks further back. */
export const HandOut = z.object({ queueId: z.string(), taskId: z.string(), at: z.number() });
export type HandOut = z.output<typeof HandOut>;

export const HAND_OUT_KEPT_MS = 3_600_000;

/** The pace is that of the newest so many. */
export const MOST_HAND_OUTS = 20;

/** Who stands further behind has no number: so many are read to find out. */
export const LAST_PLACE = 1_000;

/** The tasks that agents took from a queue in this change. */
export function handOuts(before: Conversation | null | undefined, after: Conversation, at: number): HandOut[] {
  return Object.values(after.tasks).flatMap(({ id, phase, mode, rules }) => {
    const taken = phase === 'ACTIVE' && mode === 'QUEUE' && before?.tasks[id]?.phase === 'RESERVED';
    return taken && rules.queue ? [{ queueId: rules.queue.id, taskId: id, at }] : [];
  });
}

/**
 * In seconds; null where nobody knows. `taken`: when the newest were, at most `MOST_HAND_OUTS`. A
 * queue that stands still gets slower with every second.
 */
export function estimatedWaitSeconds(place: number | null, taken: readonly number[], at: number): number | null {
  const recent = taken.filter((instant) => instant > at - HAND_OUT_KEPT_MS);
  if (place === null || recent.length === 0) return null;
  const placeMs = (at - Math.min(...recent)) / recent.length;
  return Math.ceil((place * placeMs) / 1000);
}
