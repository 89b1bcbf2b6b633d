/**
 * The line of an agent on an MRD: which of its queues they can serve, and each from which step on.
 * Agents of one line are alike to routing, so a search looks at the first few of each line instead
 * of at everybody, and an agent at the first few of each queue of theirs.
 */
import * as z from 'zod';
import type { Queue } from '../../protocol/shapes/config.ts';
import { Attributes } from '../agent/agent.ts';
import { nameOf } from './digest.ts';
import { firstStep } from './steps.ts';

export interface Line {
  readonly id: string;
  readonly mrdId: string;
  /** The first step of each queue that admits its agents, by the queue's id. */
  readonly queues: Readonly<Record<string, number>>;
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
  /** What one of its agents is like: on the MRD only, where lines are told apart for people. */
  attributes: Attributes.optional(),
  /** Epoch seconds. A line that is in use is opened again before (`linesDue`). */
  expiresAt: z.number(),
});
export type PoolLine = z.output<typeof PoolLine>;

export function lineOf(
  mrdId: string,
  attributes: Attributes,
  queues: readonly (Pick<Queue, 'mrdId' | 'steps'> & { id: string })[],
): Line {
  const served = queues
    .filter((queue) => queue.mrdId === mrdId)
    .flatMap((queue): [string, number][] => {
      const step = firstStep(queue, attributes);
      return step === null ? [] : [[queue.id, step]];
    })
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return { id: nameOf(JSON.stringify([mrdId, served])), mrdId, queues: Object.fromEntries(served), attributes };
}

/** A place among the ids of lines, another for each task. */
export function lineStart(taskId: string): string {
  return nameOf(taskId);
}

/**
 * A line, as it is written into each of its pools: on the MRD last, for where that row is, all are.
 */
export function poolLines(
  { id: line, mrdId, queues, attributes }: Line,
  expiresAt: number,
): { pool: Pool; row: PoolLine }[] {
  return [
    ...Object.entries(queues).map(([queueId, step]) => ({
      pool: poolOfQueue(queueId),
      row: { line, mrdId, step, expiresAt },
    })),
    { pool: poolOfMrd(mrdId), row: { line, mrdId, step: 0, attributes, expiresAt } },
  ];
}
