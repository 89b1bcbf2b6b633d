/**
 * Who gets which request. Two indexes are derived from the states and written with them: WAITING entries from queued tasks,
 * ROUTABLE entries from agents. Whoever writes one side then reads the other, so at least one of two racing writers sees the other.
 */
import * as z from 'zod';
import type { Queue } from '../../protocol/shapes/config.ts';
import { freeSlots } from '../agent/slots.ts';
import { routable } from '../agent/routable.ts';
import type { Agent } from '../agent/agent.ts';
import type { Conversation } from '../conversation/conversation.ts';

export const Routable = z.object({
  agentId: z.string(),
  mrdId: z.string(),
  since: z.number(),
  free: z.number(),
  attributes: z.record(z.string(), z.union([z.number(), z.boolean()])),
});
export type Routable = z.output<typeof Routable>;

export const Waiting = z.object({
  conversationId: z.string(),
  taskId: z.string(),
  mrdId: z.string(),
  queueId: z.string(),
  queuePriority: z.number(),
  priority: z.number(),
  enqueuedAt: z.number(),
  routedSince: z.number(),
  passOver: z.record(z.string(), z.number()),
  /** Who asked for a colleague, and so is none. */
  requestedBy: z.string().nullable(),
});
export type Waiting = z.output<typeof Waiting>;

/** The agent's entries, by sort key. Longest available first is the order of the keys. */
export function routableEntries(agent: Agent): Map<string, Routable> {
  const here = Object.values(agent.mrds).filter((m) => routable(agent, m.mrd.id));
  return new Map(
    here.map(({ mrd, availableSince: since }) => [
      `${mrd.id}#${padded(since, 14)}#${agent.id}`,
      { agentId: agent.id, mrdId: mrd.id, since, free: freeSlots(agent, mrd.id), attributes: agent.attributes },
    ]),
  );
}

/** The conversation's entries, by sort key: queue priority, then task priority, both highest first, then first come first served. */
export function waitingEntries(conversation: Conversation): Map<string, Waiting> {
  const entries = new Map<string, Waiting>();
  for (const task of Object.values(conversation.tasks)) {
    const { queue } = task.rules;
    if (task.phase !== 'QUEUED' || !queue) continue;
    const { mrdId, priority, enqueuedAt, routedSince, passOver, rules, request } = task;
    const order = `${padded(99 - rules.queuePriority, 2)}#${padded(99 - priority, 2)}#${padded(enqueuedAt, 14)}`;
    entries.set(`${mrdId}#${order}#${task.id}`, {
      conversationId: conversation.id,
      taskId: task.id,
      mrdId,
      queueId: queue.id,
      queuePriority: rules.queuePriority,
      priority,
      enqueuedAt,
      routedSince,
      passOver,
      requestedBy: request?.by.id ?? null,
    });
  }
  return entries;
}

/** The MRDs on which the agent can take more now than before: a chance for whoever waits there. */
export function openings(before: Agent | undefined, after: Agent): string[] {
  const was = new Map([...(before ? routableEntries(before).values() : [])].map((entry) => [entry.mrdId, entry]));
  const watched = Object.entries(before?.slots ?? {}).filter(([, { mrdId }]) => mrdId === null);
  const left = watched.some(([taskId]) => !after.slots[taskId]); // nobody is asked for a conversation that they watch
  return [...routableEntries(after).values()]
    .filter(
      (entry) =>
        left || entry.free > (was.get(entry.mrdId)?.free ?? 0) || changedAttributes(was.get(entry.mrdId), entry),
    )
    .map((entry) => entry.mrdId);
}

function changedAttributes(was: Routable | undefined, is: Routable): boolean {
  return JSON.stringify(was?.attributes) !== JSON.stringify(is.attributes);
}

/**
 * The first condition that keeps this agent from this request, in words, or null if they match. A queue without steps takes
 * anybody; otherwise one of the steps opened so far must fit, each step being expressions that must all hold.
 */
export function mismatch(entry: Routable, request: Waiting, queue: Pick<Queue, 'steps'>, at: number): string | null {
  const until = request.passOver[entry.agentId];
  if (until !== undefined && at < until)
    return `let this request ring out, passed over until ${new Date(until).toISOString()}`;
  if (entry.agentId === request.requestedBy) return 'asked for this colleague';
  if (entry.free < 1) return 'no free slot';
  if (queue.steps.length === 0) return null;
  const failures = openSteps(queue, request.routedSince, at).map((step) => firstUnmet(step, entry.attributes));
  return failures.includes(null) ? null : (failures[0] ?? 'no step is open');
}

/** A request, and the agent whom it goes to. */
export interface Pair {
  readonly request: Waiting;
  readonly entry: Routable;
}

/** Of two requests of the same kind, each fits the same agents. */
interface Fitting {
  readonly fits: (entry: Routable, request: Waiting) => boolean;
  readonly kind: (request: Waiting) => string;
}

/**
 * Who gets which request if all of them are served at once: each in line takes the longest available agent whom it fits and nobody before it took, and
 * who was taken comes last, with one place less. Whoever looks at the same moment comes to the same pairs, so many can go for one each, without a fight.
 * Each kind of request looks at each agent once.
 */
export function pairs(line: readonly Waiting[], agents: readonly Routable[], { fits, kind }: Fitting): Pair[] {
  const order = [...agents];
  const taken = new Set<Routable>();
  const lookedAt = new Map<string, number>();
  return line.flatMap((request) => {
    let index = lookedAt.get(kind(request)) ?? 0;
    const isNone = (entry: Routable) => taken.has(entry) || !fits(entry, request);
    for (let entry = order[index]; entry && isNone(entry); entry = order[index]) index += 1;
    lookedAt.set(kind(request), index);
    const entry = order[index];
    if (!entry) return [];
    taken.add(entry);
    if (entry.free > 1) order.push({ ...entry, free: entry.free - 1 });
    return [{ request, entry }];
  });
}

/** Could the agent be offered a request of this queue now, one that has waited until all its steps are open? */
export function serves(entry: Routable, { steps }: Pick<Queue, 'steps'>): boolean {
  return entry.free > 0 && (steps.length === 0 || steps.some((step) => firstUnmet(step, entry.attributes) === null));
}

/** A step opens when the timeouts of all steps before it have passed since the customer began to wait. */
export function openSteps(queue: Pick<Queue, 'steps'>, since: number, at: number): Queue['steps'] {
  const opensAfter = stepsOpenAfter(queue);
  return queue.steps.filter((_, index) => at >= since + (opensAfter[index] ?? 0) * 1000);
}

/** Seconds from the start of waiting to the opening of each step; the first opens at once. */
export function stepsOpenAfter(queue: Pick<Queue, 'steps'>): number[] {
  return queue.steps.map((_, index) => queue.steps.slice(0, index).reduce((sum, step) => sum + step.timeoutSeconds, 0));
}

function firstUnmet(step: Queue['steps'][number], attributes: Routable['attributes']): string | null {
  const unmet = step.expressions.find(({ attribute, operator, value }) => {
    const has = Number(attributes[attribute] ?? 0); // an attribute that the agent does not have counts as 0
    switch (operator) {
      case '==':
        return has !== value;
      case '!=':
        return has === value;
      case '>':
        return has <= value;
      case '>=':
        return has < value;
      case '<':
        return has >= value;
      case '<=':
        return has > value;
      default:
        return operator satisfies never;
    }
  });
  return unmet ? `${unmet.attribute} ${unmet.operator} ${unmet.value}` : null;
}

function padded(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}
