/** "Why was this not routed?": for each open task the last decision's receipt, and how every available agent compares now. */
import { Rejection } from '../../domain/rejection.ts';
import { wireTask } from '../../domain/conversation/task.ts';
import type { Reader, Receipt } from '../app.ts';
import { compare, waitingFor } from '../follow/matching.ts';

interface Explanation {
  readonly task: ReturnType<typeof wireTask>;
  readonly lastDecision: Receipt | null;
  /** Agents who could be offered a task on this MRD now, and the first condition that each fails; null is a match. */
  readonly availableNow: readonly { readonly agentId: string; readonly failed: string | null }[];
}

export async function explainRouting(app: Reader, conversationId: string): Promise<Explanation[]> {
  const [conversation, receipts] = await Promise.all([
    app.store.conversation(conversationId),
    app.store.receipts(conversationId),
  ]);
  if (!conversation) throw new Rejection('conversation.unknown', `There is no conversation ${conversationId}.`);
  return Promise.all(
    Object.values(conversation.tasks).map(async (task) => {
      const request = waitingFor(conversation, task.id);
      const availableNow = request ? await compare(app, request) : [];
      const lastDecision = receipts.find(({ taskId }) => taskId === task.id) ?? null;
      return { task: wireTask(conversationId, task), lastDecision, availableNow };
    }),
  );
}
