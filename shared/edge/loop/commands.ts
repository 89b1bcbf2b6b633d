/**
 * What follows from a decision, as data: commands that are run at once, and the timers, started
 * before the save, that do the same later where this process dies first. Both come from the same
 * two states, so no command is without its timer.
 */
import { deadlines as deadlinesOfAgent } from '../../domain/agent/deadlines.ts';
import { evictions } from '../../domain/agent/slots.ts';
import { deadlines as deadlinesOfConversation, type World } from '../../domain/conversation/conversation.ts';
import { BACKUP_MS, type Deadline, type Timer } from '../../domain/effect.ts';
import { listNews } from '../../domain/handling/pull-list.ts';
import { openings } from '../../domain/routing/routing.ts';
import type { Delivered } from './deliver.ts';
import type { Saved } from './saved.ts';

type Change = Pick<Saved, 'before' | 'after'>;

/**
 * Most of them are what a timer says, too. Backed otherwise: `showSnapshot` by `snapshotDue`,
 * `lose` by the `sessionCheck` of every connection.
 */
export type Command =
  | Extract<Timer, { kind: 'listNews' | 'releaseTask' | 'placeRequest' | 'findWork' }>
  | {
      readonly kind: 'showSnapshot';
      readonly conversationId: string;
      readonly agentId: string;
      readonly connectionId: string;
      readonly since?: number | undefined;
    }
  | { readonly kind: 'lose'; readonly agentId: string; readonly connectionId: string };

/** In the order in which they are run: first what a desk waits for. */
export function commandsAfter(
  { before, after }: Change,
  { lost, toShow }: Pick<Delivered, 'lost' | 'toShow'>,
): Command[] {
  const people = Object.values(after.agents ?? {});
  const taken = people.flatMap((agent) =>
    evictions(before.agents?.[agent.id], agent).map(({ conversationId, taskId }) => ({
      kind: 'releaseTask' as const,
      agentId: agent.id,
      conversationId,
      taskId,
    })),
  );
  return [
    ...toShow.map((desk) => ({ kind: 'showSnapshot' as const, ...desk })),
    ...lost.map(({ agentId, connectionId }) => ({ kind: 'lose' as const, agentId, connectionId })),
    ...newsOf(before, after),
    ...taken,
    ...newlyQueued(before, after),
    ...workFor(before, after),
  ];
}

/** Sooner may be before it is saved. Few saves take as long, and backups are due later. */
const EARLY_MS = 1_500;

/**
 * For every deadline that was not there before, and for what no state remembers: news of lists,
 * work for who is free. What is early could find nothing yet, so it comes a second time, as late as
 * backups do.
 */
export function timersFor({ before, after }: Change, at: number): Deadline[] {
  const was = new Set(deadlinesOf(before).map(({ key }) => key));
  const dueAt = at + BACKUP_MS;
  const work = workFor(before, after).map((timer) => ({
    key: `work#${timer.agentId}#${timer.mrdId}#${at}`,
    dueAt,
    timer,
  }));
  const news = newsOf(before, after).map((timer) => ({
    key: `list#${timer.listId}#${timer.conversationId}#${timer.seq}`,
    dueAt,
    timer,
  }));
  const due = [...deadlinesOf(after), ...work, ...news].filter(({ key }) => !was.has(key));
  const early = due.filter((deadline) => deadline.dueAt < at + EARLY_MS);
  return [...due, ...early.map((deadline) => ({ ...deadline, dueAt }))];
}

/** What is due because of these states. */
export function deadlinesOf({ conversation, agents = {} }: Partial<World>): Deadline[] {
  const ofAgents = Object.values(agents).flatMap((agent) => deadlinesOfAgent(agent));
  return conversation ? [...ofAgents, ...deadlinesOfConversation(conversation)] : ofAgents;
}

function newsOf(before: Partial<World>, after: Partial<World>) {
  return listNews(before.conversation, after.conversation).map((news) => ({ kind: 'listNews' as const, ...news }));
}

function newlyQueued(before: Partial<World>, { conversation }: Partial<World>) {
  return Object.values(conversation?.tasks ?? {})
    .filter((task) => {
      const was = before.conversation?.tasks[task.id];
      return task.phase === 'QUEUED' && (was?.phase !== 'QUEUED' || was.movedAt !== task.movedAt);
    })
    .map((task) => ({ kind: 'placeRequest' as const, conversationId: conversation?.id ?? '', taskId: task.id }));
}

function workFor(before: Partial<World>, { agents = {} }: Partial<World>) {
  return Object.values(agents).flatMap((agent) =>
    openings(before.agents?.[agent.id], agent).map((mrdId) => ({
      kind: 'findWork' as const,
      agentId: agent.id,
      mrdId,
    })),
  );
}
