/**
 * Who gets which request. Two indexes are derived from the states and written with them: WAITING
 * entries from queued tasks, ROUTABLE entries from agents. Whoever writes one side then reads the
 * other, so at least one of two racing writers sees the other.
 */
import * as z from 'zod';
import { RequiredAttributes, type Queue } from '../../protocol/shapes/config.ts';
import { freeSlots } from '../agent/capacity.ts';
import { tasksOn } from '../agent/slots.ts';
import { routable } from '../agent/routable.ts';
import { Attributes, type Agent } from '../agent/agent.ts';
import type { Conversation } from '../conversation/conversation.ts';
import { askerOf, type Task } from '../conversation/task.ts';
import { rankOf } from './ageing.ts';
import { digest } from './digest.ts';
import { atLimit, heldBy, limitOf, withOneMore } from './limits.ts';
import { poolOfMrd, poolOfQueue, type Pool } from './lines.ts';
import { AgentSelection } from '../choosing/selection.ts';
import { unmetOf } from '../choosing/required.ts';
import { firstStep, firstUnmet, openSteps } from './steps.ts';

export const Routable = z.object({
  agentId: z.string(),
  mrdId: z.string(),
  since: z.number(),
  free: z.number(),
  attributes: Attributes,
  /** Of which line they are there (lines.ts). */
  line: z.string().default(''),
  /** How many conversations of each queue they have, by its id. */
  held: z.record(z.string(), z.number()).optional(),
  /** How many conversations they have on the MRD. Missing: none. */
  busy: z.number().optional(),
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
  /** How much waiting makes up for one priority. Missing: nothing does. */
  ageingSeconds: z.number().optional(),
  routedSince: z.number(),
  /** How many of its queue one agent is given at once. */
  maxPerAgent: z.number().optional(),
  passOver: z.record(z.string(), z.number()),
  /** Who asked for a colleague, and so is none. */
  requestedBy: z.string().nullable(),
  /** What its agent must have, beside what the queue wants. */
  required: RequiredAttributes.optional(),
  selection: AgentSelection.optional(),
  /** These are asked before anybody else. */
  preferred: z.array(z.string()).optional(),
  /** Its queue is gone: it waits on its MRD, for anybody there. */
  stray: z.boolean().default(false),
});
export type Waiting = z.output<typeof Waiting>;

/** The agent's entries, each by its partition and its place there. */
export function routableEntries(agent: Agent): Map<string, Routable> {
  const here = Object.values(agent.mrds).filter((m) => routable(agent, m.mrd.id));
  const held = heldBy(agent);
  const limits = Object.keys(held).length > 0 ? { held } : {};
  return new Map(
    here.map(({ mrd, availableSince: since, line }) => {
      const free = freeSlots(agent, mrd.id);
      const tasks = tasksOn(agent, mrd.id).length;
      const busy = tasks > 0 ? { busy: tasks } : {};
      const entry = {
        agentId: agent.id,
        mrdId: mrd.id,
        since,
        free,
        attributes: agent.attributes,
        line,
        ...limits,
        ...busy,
      };
      return [`${partitionOf(entry)}#${placeOf(entry)}`, entry];
    }),
  );
}

/** The conversation's entries, each by its partition and its place there. */
export function waitingEntries(conversation: Conversation): Map<string, Waiting> {
  const waiting = Object.values(conversation.tasks).flatMap((task) => waitingEntry(conversation.id, task));
  return new Map(waiting.map((entry) => [`${partitionOf(entry)}#${placeOf(entry)}`, entry]));
}

export function waitingFor(conversation: Conversation, taskId: string): Waiting | undefined {
  return [...waitingEntries(conversation).values()].find((entry) => entry.taskId === taskId);
}

function waitingEntry(conversationId: string, task: Task): Waiting[] {
  const { queue } = task.rules;
  if (task.phase !== 'QUEUED' || !queue) return [];
  const { id: taskId, mrdId, priority, enqueuedAt, routedSince, passOver, rules, stray = false } = task;
  const { left = [] } = task.preferred ?? {};
  const preferred = left.length > 0 ? { preferred: left } : {};
  const { queuePriority, ageingSeconds } = rules;
  const requestedBy = askerOf(task);
  const order = { queuePriority, priority, enqueuedAt, routedSince, ...(ageingSeconds ? { ageingSeconds } : {}) };
  const { maxPerAgent } = limitOf(task);
  const limit = maxPerAgent === undefined ? {} : { maxPerAgent };
  return [
    {
      conversationId,
      taskId,
      mrdId,
      queueId: queue.id,
      ...order,
      ...limit,
      passOver,
      requestedBy,
      ...preferred,
      ...(rules.required ? { required: rules.required } : {}),
      ...(rules.selection ? { selection: rules.selection } : {}),
      stray,
    },
  ];
}

/**
 * Requests wait by queue, agents stand by line: whoever looks reads no more than what may be for
 * them.
 */
export function partitionOf(entry: Routable | Waiting): string {
  return 'taskId' in entry ? poolOf(entry) : `${entry.mrdId}#${entry.line}`;
}

export function poolOf({ queueId, mrdId, stray }: Waiting): Pool {
  return stray ? poolOfMrd(mrdId) : poolOfQueue(queueId);
}

/**
 * Where an entry stands, in its partition and among those of others. Agents: longest available
 * first. Requests: queue priority, then task priority, both highest first, then first come first
 * served, as far as nobody has waited too long for that (ageing.ts).
 */
export function placeOf(entry: Routable | Waiting): string {
  if (!('taskId' in entry)) return `${padded(entry.since, 14)}#${entry.agentId}`;
  const [first, second, third] = rankOf(entry);
  return `${padded(first, 2)}#${padded(second, 2)}#${padded(third, 14)}#${entry.taskId}`;
}

/** Entries of several partitions in one order. */
export function merged<E extends Routable | Waiting>(parts: readonly (readonly E[])[]): E[] {
  return parts
    .flat()
    .map((entry): [string, E] => [placeOf(entry), entry])
    .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, entry]) => entry);
}

/** The MRDs on which the agent can take more now than before: a chance for whoever waits there. */
export function openings(before: Agent | undefined, after: Agent): string[] {
  const was = new Map([...(before ? routableEntries(before).values() : [])].map((entry) => [entry.mrdId, entry]));
  const watched = Object.entries(before?.slots ?? {}).filter(([, { mrdId }]) => mrdId === null);
  const left = watched.some(([taskId]) => !after.slots[taskId]); // nobody is asked for a conversation that they watch
  return [...routableEntries(after).values()]
    .filter(
      (entry) => left || entry.free > (was.get(entry.mrdId)?.free ?? 0) || fitsOthers(was.get(entry.mrdId), entry),
    )
    .map((entry) => entry.mrdId);
}

function fitsOthers(was: Routable | undefined, is: Routable): boolean {
  return was?.line !== is.line || JSON.stringify(was.attributes) !== JSON.stringify(is.attributes);
}

/**
 * The first condition that keeps this agent from this request, in words, or null if they match. A
 * queue without steps takes anybody; otherwise one of the steps opened so far must fit (one of all,
 * for who is preferred), each step being expressions that must all hold.
 */
export function mismatch(entry: Routable, request: Waiting, queue: Pick<Queue, 'steps'>, at: number): string | null {
  const until = request.passOver[entry.agentId];
  if (until !== undefined && at < until)
    return `let this request ring out or declined it, passed over until ${new Date(until).toISOString()}`;
  if (entry.agentId === request.requestedBy) return 'asked for this colleague';
  if (entry.free < 1) return 'no free slot';
  if (atLimit(entry, request)) return `has ${request.maxPerAgent} conversations of this queue, as many as one may`;
  const first = request.preferred?.includes(entry.agentId);
  if (request.preferred && !first) return `others are asked first: ${request.preferred.join(', ')}`;
  return (
    unmet(queue, entry.attributes, first ? -Infinity : request.routedSince, at) ??
    unmetOf(request.required, entry.attributes, request.routedSince, at)
  );
}

/**
 * The first condition of the first step that somebody with these attributes does not meet, or null
 * if one of the steps opened so far fits.
 */
export function unmet(queue: Pick<Queue, 'steps'>, attributes: Attributes, since: number, at: number): string | null {
  if (queue.steps.length === 0) return null;
  const failures = openSteps(queue, since, at).map((step) => firstUnmet(step, attributes));
  return failures.includes(null) ? null : (failures[0] ?? 'no step is open');
}

/** One of so many, another for each task. */
export function spread(taskId: string, count: number): number {
  return digest(taskId) % Math.max(1, count);
}

/** A request, and the agent whom it goes to. */
export interface Pair {
  readonly request: Waiting;
  readonly entry: Routable;
}

/**
 * Who gets which request if all of them are served at once: each in order takes the longest
 * available agent whom it fits and nobody before it took, or of these whom its queue wants rather
 * (`order`). Who was taken comes last, with one place less. Whoever looks at the same moment comes
 * to the same pairs, so many can go for one each, without a fight.
 */
export function pairs(
  requests: readonly Waiting[],
  agents: readonly Routable[],
  fits: (entry: Routable, request: Waiting) => boolean,
  order: (request: Waiting) => ((one: Routable, other: Routable) => number) | null = () => null,
): Pair[] {
  const free = [...agents];
  return requests.flatMap((request) => {
    const better = order(request);
    const one = (candidate: Routable) => fits(candidate, request);
    const entry = better ? free.filter(one).toSorted(better)[0] : free.find(one);
    if (!entry) return [];
    free.splice(free.indexOf(entry), 1);
    const left = { free: entry.free - 1, held: withOneMore(entry, request), busy: (entry.busy ?? 0) + 1 };
    if (entry.free > 1) free.push({ ...entry, ...left });
    return [{ request, entry }];
  });
}

/**
 * Could the agent be offered a request of this queue now, one that has waited until all its steps
 * are open?
 */
export function serves(entry: Routable, queue: Pick<Queue, 'steps' | 'maxPerAgent'> & { id: string }): boolean {
  const { id: queueId, maxPerAgent } = queue;
  return entry.free > 0 && !atLimit(entry, { queueId, maxPerAgent }) && firstStep(queue, entry.attributes) !== null;
}

function padded(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}
