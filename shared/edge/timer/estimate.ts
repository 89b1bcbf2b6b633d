/** A customer has waited for so long that the platform is told how long they still will. */
import type { Timer } from '../../domain/effect.ts';
import { waitingFor } from '../../domain/routing/routing.ts';
import type { App } from '../app.ts';
import { standingOf } from '../estimate.ts';
import type { Loop } from '../loop/run.ts';

export async function estimateDue(app: App, loop: Loop, timer: Extract<Timer, { kind: 'estimateDue' }>): Promise<void> {
  const { conversationId, taskId, dueAt } = timer;
  const conversation = await app.store.conversation(conversationId);
  const request = conversation && waitingFor(conversation, taskId);
  if (!request) return;
  const { placeInLine: place, estimatedWaitSeconds: seconds } = await standingOf(app, request);
  const told = { type: 'estimated' as const, at: app.now(), taskId, dueAt, place, seconds };
  await loop.applyToConversation(conversationId, told);
}
