/**
 * What a change makes possible or necessary elsewhere: news of a pull list to tell, a waiting request to place, a free agent to find work for, a task to take from an
 * agent who has gone. Done at once here; the timers that were started before the save do it again if this process dies first.
 */
import { evictions } from '../../domain/agent/slots.ts';
import type { World } from '../../domain/conversation/conversation.ts';
import { Rejection } from '../../domain/rejection.ts';
import { listNews } from '../../domain/handling/pull-list.ts';
import { openings } from '../../domain/routing/routing.ts';
import type { App, Change } from '../app.ts';
import { applyToAgent, applyToConversation } from './apply.ts';
import { findWork, place } from '../follow/matching.ts';

export async function followUp(app: App, { before, after }: Pick<Change, 'before' | 'after'>): Promise<void> {
  const work = [
    ...listNews(before.conversation, after.conversation).map((news) => () => app.lists.announce(news)),
    ...Object.values(after.agents ?? {}).flatMap((agent) =>
      evictions(before.agents?.[agent.id], agent).map((task) => () => releaseTask(app, { ...task, agentId: agent.id })),
    ),
    ...newlyQueued(before, after).map((task) => () => place(app, task)),
    ...Object.values(after.agents ?? {}).flatMap((agent) =>
      openings(before.agents?.[agent.id], agent).map((mrdId) => () => findWork(app, { agentId: agent.id, mrdId })),
    ),
  ];
  for (const step of work) {
    try {
      await step();
    } catch (error) {
      app.log.warn('left to the backup timer', { error });
    }
  }
}

/** Takes a task from an agent who no longer has it. A conversation that is unknown frees the slot all the same. */
export async function releaseTask(
  app: App,
  task: { agentId: string; conversationId: string; taskId: string },
): Promise<void> {
  const { agentId, conversationId, taskId } = task;
  try {
    await applyToConversation(app, conversationId, { type: 'release', at: app.now(), agentId, taskId });
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    await applyToAgent(app, agentId, { type: 'taskReleased', at: app.now(), taskId });
  }
}

function newlyQueued(before: Partial<World>, after: Partial<World>) {
  const { conversation } = after;
  if (!conversation) return [];
  return Object.values(conversation.tasks)
    .filter((task) => task.phase === 'QUEUED' && !before.conversation?.tasks[task.id])
    .map((task) => ({ conversationId: conversation.id, taskId: task.id }));
}
