/**
 * A desk has promised to confirm what it is offered, and has not: is it there? Whatever it is, the
 * customer goes on to the next agent at once.
 */
import { RECEIPT_MS } from '../../domain/handling/offering.ts';
import { attemptOf } from '../../domain/conversation/task.ts';
import type { Timer } from '../../domain/effect.ts';
import type { App } from '../app.ts';
import type { Loop } from '../loop/run.ts';
import { doubt } from '../socket/session.ts';

/**
 * In this order, so that a timer which comes again after a crash finds what is left to do. A desk
 * that is lost loses its offers with it.
 */
export async function receiptDue(app: App, loop: Loop, timer: Extract<Timer, { kind: 'receiptDue' }>): Promise<void> {
  const { conversationId, taskId, attempt, agentId, connectionId } = timer;
  const task = (await app.store.conversation(conversationId))?.tasks[taskId];
  if (task?.phase !== 'RESERVED' || task.receipt?.connectionId !== connectionId) return;
  if (attemptOf(task) !== attemptOf(timer)) return;
  await doubt(app, { agentId, connectionId, since: task.receipt.dueAt - RECEIPT_MS });
  const missed = { type: 'receiptMissed' as const, at: app.now(), taskId, attempt, agentId, connectionId };
  await loop.applyToConversation(conversationId, missed);
}
