/**
 * How a request for a colleague ended: whoever asked is told whom they got, that there was nobody,
 * or that it was called off, wherever they are by then. Read off the change itself, so that no rule
 * can forget it.
 */
import type { Draft } from '../conversation/draft.ts';
import { wireTask, wireTaskId, type Task } from '../conversation/task.ts';
import { pendingRequest } from '../handling/queueing.ts';

/**
 * What has become of the request that was open before this change. Says nothing while it goes on.
 */
export function tellOutcome(draft: Draft): void {
  const asked = pendingRequest(draft.before.conversation);
  if (!asked?.request || goesOn(draft, asked)) return;
  const { id: conversationId, tasks } = draft.conversation;
  const accepted = tasks[asked.id];
  const colleague = accepted?.phase === 'ACTIVE' ? accepted.assignedTo : null;
  const by = asked.request.by.id;
  if (accepted && colleague && colleague.id !== by && asked.direction === 'CONSULT_TRANSFER') {
    const task = wireTask(conversationId, accepted);
    draft.emit(by, 'consulTransferRequestSuccess', { conversationId, task, newTask: task, agentId: colleague.id });
  }
  draft.emit(by, 'onAssistanceOutcome', {
    conversationId,
    taskId: wireTaskId(asked),
    direction: asked.direction,
    queue: asked.mode === 'QUEUE' ? asked.rules.queue : null,
    outcome: colleague ? 'ACCEPTED' : nobodyFound(draft) ? 'NO_AGENT_AVAILABLE' : 'CANCELLED',
    agent: colleague,
  });
}

/** Tried again, moved to another queue: as long as somebody is looked for. */
function goesOn({ conversation }: Draft, asked: Task): boolean {
  return pendingRequest(conversation)?.id === asked.id;
}

function nobodyFound({ events }: Draft): boolean {
  return events.some(({ event }) => event.name === 'NO_AGENT_AVAILABLE');
}
