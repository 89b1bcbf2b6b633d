/**
 * The line of an agent on an MRD: which of its queues they can serve, and each from which step on.
 * Agents of one line are alike to routing, so a search looks at the first few of each line instead
 * of at everybody, and an agent at the first few of each queue of theirs.
 */
import * as z from 'zod';
import type { Queue } from '../../protocol/shapes/config.ts';
import { Attributes } from '../agent/agent.ts';
import { nameOf } from './digest.ts';
import { scored, type Choosing } from '../choosing/selection.ts';
import { firstStep } from './steps.ts';

type Told = Readonly<Record<string, number | null>>;

export interface Line {
  readonly id: string;
  readonly mrdId: string;
  /** The first step of each queue that admits its agents, by the queue's id. */
  readonly queues: Readonly<Record<string, number>>;
  /** By queue, what its agents are alike in besides: their values, null for none. */
  readonly told: Readonly<Record<string, Told>>;
  /** Of the agent whose line it is: what one of it is like. */
  readonly attributes: Attributes;
}

/**
 * Where requests wait and lines are found: in a queue, or on the MRD itself, for anybody there,
 * where the queue is gone.
 */
export type Pool = string;

export function poolOfQueue(queueId: string): Pool {
  return `QUEUE#${queueId}`;
}

export function poolOfMrd(mrdId: string): Pool {
  return `MRD#${mrdId}`;
}

/** A line as it is found in a pool. */
export const PoolLine = z.object({
  line: z.string(),
  mrdId: z.string(),
  /** From this step of the queue on; 0 on an MRD. */
  step: z.number(),
  /** The value of each attribute in which all its agents are alike, null for none: of a queue. */
  told: z.record(z.string(), z.number().nullable()).optional(),
  /** What one of its agents is like: on the MRD only, where lines are told apart for people. */
  attributes: Attributes.optional(),
  /** Epoch seconds. A line that is in use is opened again before (`linesDue`). */
  expiresAt: z.number(),
});
export type PoolLine = z.output<typeof PoolLine>;

export function lineOf(
  mrdId: string,
  attributes: Attributes,
  queues: readonly (Pick<Queue, 'mrdId'> & Telling & { id: string })[],
): Line {
  const served = queues
    .filter((queue) => queue.mrdId === mrdId)
    .flatMap((queue): [string, number, Told?][] => {
      const step = firstStep(queue, attributes);
      const told = toldOf(queue, attributes);
      return step === null ? [] : [told ? [queue.id, step, told] : [queue.id, step]];
    })
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    id: nameOf(JSON.stringify([mrdId, served])),
    mrdId,
    queues: Object.fromEntries(served.map(([queueId, step]) => [queueId, step])),
    told: Object.fromEntries(served.flatMap(([queueId, , told]) => (told ? [[queueId, told]] : []))),
    attributes,
  };
}

type Telling = Choosing & Partial<Pick<Queue, 'requirable'>>;

/** What a queue tells its agents apart by: what may be required of them, and what is scored. */
function toldOf(queue: Telling, attributes: Attributes): Told | null {
  const named = [...(queue.requirable ?? []), ...scored(queue).map(({ attribute }) => attribute)];
  if (named.length === 0) return null;
  const value = (name: string) => (attributes[name] === undefined ? null : Number(attributes[name]));
  return Object.fromEntries([...new Set(named)].toSorted().map((name) => [name, value(name)]));
}

/** A place among the ids of lines, another for each task. */
export function lineStart(taskId: string): string {
  return nameOf(taskId);
}

/**
 * A line, as it is written into each of its pools: on the MRD last, for where that row is, all are.
 */
export function poolLines(
  { id: line, mrdId, queues, told, attributes }: Line,
  expiresAt: number,
): { pool: Pool; row: PoolLine }[] {
  return [
    ...Object.entries(queues).map(([queueId, step]) => ({
      pool: poolOfQueue(queueId),
      row: { line, mrdId, step, expiresAt, ...(told[queueId] ? { told: told[queueId] } : {}) },
    })),
    { pool: poolOfMrd(mrdId), row: { line, mrdId, step: 0, attributes, expiresAt } },
  ];
}
