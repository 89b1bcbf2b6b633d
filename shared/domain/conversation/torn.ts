/**
 * Whether a conversation, its agents and its META were read at different moments: a task and its
 * slot are written together, so neither is there alone, and so are an open session's two halves.
 */
import { openSessions, type World } from './conversation.ts';

/**
 * A decision on such a world would be saved where it changes only one of the two, for what it does
 * not change it does not rely on: a slot would be left without a task, for ever.
 */
export function torn({ conversation, agents, meta }: World): boolean {
  if (meta && openSessions(conversation).some((sessionId) => !meta.sessions[sessionId])) return true;
  const { id, tasks, participants, hold } = conversation;
  return Object.values(agents).some((agent) => {
    const held = Object.entries(agent.slots).flatMap(([taskId, slot]) =>
      slot.conversationId === id ? [named(taskId, slot.phase, slot.parked)] : [],
    );
    const owned = Object.values(tasks).flatMap((task) =>
      task.phase !== 'QUEUED' && task.assignedTo.id === agent.id
        ? [named(task.id, task.phase, hold?.parked?.includes(task.id))]
        : [],
    );
    const participant = participants[agent.id];
    const all = participant?.supervisor ? [...owned, named(participant.taskId, 'ACTIVE')] : owned;
    return held.toSorted().join() !== all.toSorted().join();
  });
}

function named(taskId: string, phase: string, parked = false): string {
  return `${taskId} ${phase}${parked ? ' parked' : ''}`;
}
