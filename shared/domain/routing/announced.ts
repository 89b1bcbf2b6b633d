/**
 * The platform is told how long a customer will probably wait, where their queue wants that: after
 * a while, and again whenever they have waited twice as long. So one who waits an hour costs a
 * dozen events, however much the line moves.
 */
import type { Draft } from '../conversation/draft.ts';

export interface Estimate {
  readonly taskId: string;
  readonly dueAt: number;
  /** 1 is next; null: too far behind to be counted. */
  readonly place: number | null;
  readonly seconds: number | null;
}

export function estimated(draft: Draft, { taskId, dueAt, place, seconds }: Estimate): void {
  const { at, conversation } = draft;
  const task = conversation.tasks[taskId];
  if (task?.phase !== 'QUEUED' || task.estimateDueAt !== dueAt || at < dueAt) return;
  draft.setTask({ ...task, estimateDueAt: at + (at - task.enqueuedAt) });
  const { queue } = task.rules;
  draft.log({ name: 'EWT_MESSAGE', data: { taskId, queue, placeInLine: place, estimatedWaitSeconds: seconds } });
}
