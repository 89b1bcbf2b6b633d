/**
 * How many conversations of one queue an agent may have at once, where the queue says so. What is
 * parked does not count; whom an agent asks by name, and what they pick, is up to them.
 */
import type { Agent } from '../agent/agent.ts';
import type { Task } from '../conversation/task.ts';

/** How many of each queue, by its id. */
type Held = Readonly<Record<string, number>>;

/** Whoever may be at a limit: the agent's row in a line has it, too. */
interface Holder {
  readonly held?: Held | undefined;
}

/** What has a limit: a request, or its queue. */
interface Limited {
  readonly queueId: string;
  readonly maxPerAgent?: number | undefined;
}

export function heldBy({ slots }: Pick<Agent, 'slots'>): Record<string, number> {
  const counted: Record<string, number> = {};
  for (const { queueId, parked } of Object.values(slots))
    if (queueId !== undefined && !parked) counted[queueId] = (counted[queueId] ?? 0) + 1;
  return counted;
}

export function atLimit({ held = {} }: Holder, { queueId, maxPerAgent }: Limited): boolean {
  return maxPerAgent !== undefined && (held[queueId] ?? 0) >= maxPerAgent;
}

/** As they are once they have one of these more. */
export function withOneMore({ held = {} }: Holder, { queueId }: Limited): Held {
  return { ...held, [queueId]: (held[queueId] ?? 0) + 1 };
}

/** A request whose queue is gone has no limit of it. */
export function limitOf({ rules, stray }: Pick<Task, 'rules' | 'stray'>): Limited {
  return { queueId: rules.queue?.id ?? '', maxPerAgent: stray ? undefined : rules.maxPerAgent };
}
