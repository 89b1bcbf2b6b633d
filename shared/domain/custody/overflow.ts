/**
 * A request whose time to live is over goes on: to another queue, onto a list, or it waits on where
 * it is, after all others. Which of these, its queue says, as it is configured then.
 */
import type { Queue } from '../../protocol/shapes/config.ts';
import type { Home } from '../conversation/conversation.ts';
import type { Draft } from '../conversation/draft.ts';
import type { Task } from '../conversation/task.ts';
import { goTo } from '../handling/moving.ts';
import { endRequest } from '../handling/queueing.ts';

export type Overflow = Exclude<Queue['overflow'], { to: 'WAIT' }>;

/**
 * Where the request goes next. null: it is where it belongs. It never comes twice to a queue in
 * which its time was over.
 */
export function overflowOf({ overdue, rules }: Task, queue: Pick<Queue, 'id' | 'overflow'> | null): Overflow | null {
  if (!queue || overdue?.at(-1) !== queue.id || rules.queue?.id !== queue.id) return null;
  const { overflow } = queue;
  if (overflow.to === 'WAIT' || (overflow.to === 'QUEUE' && overdue.includes(overflow.queueId))) return null;
  return overflow;
}

/** It goes there, in a queue with a time to live of its own. */
export function overflow(draft: Draft, event: { taskId: string; home: Home; priority: number }): void {
  const task = draft.conversation.tasks[event.taskId];
  if (task?.phase !== 'QUEUED' || !task.overdue) return;
  const { home } = event;
  if (home.list) {
    endRequest(draft, task, 'REROUTE');
    return draft.change({ home, answered: false });
  }
  const { rules, mrdId } = home;
  goTo(draft, task, { rules, mrdId, priority: event.priority });
}
