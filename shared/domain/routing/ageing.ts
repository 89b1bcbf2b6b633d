/**
 * A place in line that is written once and still ages: a lower priority is a lag in time. Whoever
 * comes later than a request's own lag is behind it, however urgent, so nobody waits for ever.
 */

/** Priorities: of a task from 0 (after all others) to 11 (back from an offer), of a queue to 10. */
const TASK_PRIORITIES = 12;
const HIGHEST = 10 * TASK_PRIORITIES + 11;

interface Ranked {
  readonly queuePriority: number;
  readonly priority: number;
  readonly enqueuedAt: number;
  readonly ageingSeconds?: number | undefined;
}

/**
 * Smallest first: three numbers below 100, 100 and 10^14. Requests that were made before there was
 * ageing have none: their first two are the priorities, and they come first.
 */
export function rankOf({ queuePriority, priority, enqueuedAt, ageingSeconds }: Ranked): [number, number, number] {
  if (ageingSeconds === undefined) return [99 - queuePriority, 99 - priority, enqueuedAt];
  return [99, 99, enqueuedAt + lagSeconds({ queuePriority, priority, ageingSeconds }) * 1000];
}

/** Who comes this much later can no longer come before a request like this. */
export function lagSeconds(of: { queuePriority: number; priority: number; ageingSeconds: number }): number {
  return (HIGHEST - of.queuePriority * TASK_PRIORITIES - of.priority) * of.ageingSeconds;
}
