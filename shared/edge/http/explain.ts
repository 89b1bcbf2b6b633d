/**
 * "Why was this not routed?": for each open task the last decision's receipt, how those who are
 * free now compare, the first of each line, and for everybody else how somebody of their line does.
 */
import { wireTask, type Task } from '../../domain/conversation/task.ts';
import { Rejection } from '../../domain/rejection.ts';
import { poolOfMrd, type PoolLine } from '../../domain/routing/lines.ts';
import { unmetOf } from '../../domain/choosing/required.ts';
import { merged, mismatch, unmet, waitingFor } from '../../domain/routing/routing.ts';
import type { Considered, Reader, Receipt } from '../app.ts';
import { standingOf } from '../estimate.ts';

/** So many agents are looked at of each line, and so many lines are listed. */
const AGENTS = 10;
const LINES = 100;

interface Explanation {
  readonly task: ReturnType<typeof wireTask>;
  readonly lastDecision: Receipt | null;
  /**
   * Agents who could be offered a task on this MRD now, and the first condition that each fails;
   * null is a match.
   */
  readonly availableNow: readonly Considered[];
  /**
   * The lines of the MRD: what somebody of each is like, and the first condition of the queue that
   * they do not meet now.
   */
  readonly lines: readonly {
    readonly line: string;
    readonly attributes: NonNullable<PoolLine['attributes']>;
    readonly failed: string | null;
  }[];
  /** 1 is next; null where it does not wait, or is too far behind to be counted. */
  readonly placeInLine: number | null;
  /** By how fast the queue's line went of late; null where nobody knows. */
  readonly estimatedWaitSeconds: number | null;
}

export async function explainRouting(app: Reader, conversationId: string): Promise<Explanation[]> {
  const [conversation, receipts] = await Promise.all([
    app.store.conversation(conversationId),
    app.store.receipts(conversationId),
  ]);
  if (!conversation) throw new Rejection('conversation.unknown', `There is no conversation ${conversationId}.`);
  const explained = async (task: Task): Promise<Explanation> => {
    const lastDecision = receipts.find(({ taskId }) => taskId === task.id) ?? null;
    const said = { task: wireTask(conversationId, task), lastDecision };
    const nowhere = { placeInLine: null, estimatedWaitSeconds: null };
    if (!task.rules.queue) return { ...said, availableNow: [], lines: [], ...nowhere };
    const at = app.now();
    const [found, open] = await Promise.all([
      app.config.get('queues', task.rules.queue.id),
      app.store.lines(poolOfMrd(task.mrdId), { limit: LINES }),
    ]);
    const queue = found ?? { steps: [] };
    const { routedSince: since, rules } = task;
    const { required } = rules;
    const inUse = open.filter(({ expiresAt }) => expiresAt * 1000 > at);
    const lines = inUse.map(({ line, attributes = {} }) => {
      return {
        line,
        attributes,
        failed: unmet(queue, attributes, since, at) ?? unmetOf(required, attributes, since, at),
      };
    });
    const request = waitingFor(conversation, task.id);
    if (!request) return { ...said, availableNow: [], lines, ...nowhere };
    const standing = await standingOf(app, request);
    const heads = await Promise.all(inUse.map(({ line }) => app.store.routable(task.mrdId, line, { limit: AGENTS })));
    const availableNow = merged(heads).map((entry) => {
      return { agentId: entry.agentId, line: entry.line, failed: mismatch(entry, request, queue, at) };
    });
    return { ...said, availableNow, lines, ...standing };
  };
  return Promise.all(Object.values(conversation.tasks).map(explained));
}
