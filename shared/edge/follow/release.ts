/**
 * Takes a task from an agent who no longer has it. A conversation that is unknown frees the slot
 * all the same.
 */
import { Rejection } from '../../domain/rejection.ts';
import type { App } from '../app.ts';
import { saveAgent, saveConversation } from '../loop/save.ts';
import type { Steps } from '../loop/saved.ts';

export async function* releaseTask(
  app: App,
  { agentId, conversationId, taskId }: { agentId: string; conversationId: string; taskId: string },
): Steps {
  try {
    yield await saveConversation(app, conversationId, { type: 'release', at: app.now(), agentId, taskId });
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    yield await saveAgent(app, agentId, { type: 'taskReleased', at: app.now(), taskId });
  }
}
