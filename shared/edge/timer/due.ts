/**
 * What happens when a timer fires. Every branch is conditional on the thing that the timer guards:
 * late, twice or outlived changes nothing.
 */
import { BACKUP_MS } from '../../domain/effect.ts';
import type { Timer } from '../../domain/effect.ts';
import { Rejection } from '../../domain/rejection.ts';
import { Conflict, type App } from '../app.ts';
import { inLoop, type Loop } from '../loop/run.ts';
import { greet } from '../socket/greet.ts';
import { estimateDue } from './estimate.ts';
import { receiptDue } from './receipt.ts';
import { applyProfiles, placeQueue } from './in-force.ts';
import { retain } from './retention.ts';
import { check } from '../socket/session.ts';
import { tokenDue } from './token.ts';

/**
 * A timer that comes early, or loses its race for seconds, is started again; one whose thing is
 * unknown by now is over.
 */
export async function fire(app: App, timer: Timer, dueAt: number): Promise<void> {
  const at = app.now();
  if (at < dueAt) return app.timers.start([{ key: `again#${dueAt}`, dueAt, timer }]);
  try {
    await inLoop(app, (loop) => act(app, loop, timer, at));
  } catch (error) {
    // Sooner than the queue would show the message again.
    if (error instanceof Conflict) return app.timers.start([{ key: `again#${at}`, dueAt: at + BACKUP_MS, timer }]);
    if (!(error instanceof Rejection)) throw error;
    app.log.info('a timer was outlived', { kind: timer.kind, because: error.code });
  }
}

async function act(app: App, loop: Loop, timer: Timer, at: number): Promise<unknown> {
  switch (timer.kind) {
    case 'offerExpired':
      return loop.applyToConversation(timer.conversationId, {
        type: timer.kind,
        at,
        taskId: timer.taskId,
        attempt: timer.attempt,
        agentId: timer.agentId,
      });
    case 'receiptDue':
      return receiptDue(app, loop, timer);
    case 'requestExpired':
      return loop.applyToConversation(timer.conversationId, { type: timer.kind, at, timerId: timer.timerId });
    case 'estimateDue':
      return estimateDue(app, loop, timer);
    case 'wrapUpExpired':
      return loop.applyToConversation(timer.conversationId, { type: timer.kind, at, taskId: timer.taskId });
    case 'entrustExpired':
    case 'holdExpired':
      return loop.applyToConversation(timer.conversationId, { type: timer.kind, at, since: timer.since });
    case 'silenceDue':
      return loop.applyToConversation(timer.conversationId, { type: timer.kind, at, checkAt: timer.checkAt });
    case 'slaReached': {
      const { startedAt, share } = timer;
      return loop.applyToConversation(timer.conversationId, { type: timer.kind, at, startedAt, share });
    }
    case 'snapshotDue': {
      const { agentId, connectionId, againAt } = timer;
      return loop.applyToConversation(timer.conversationId, { type: timer.kind, at, agentId, connectionId, againAt });
    }
    case 'retentionDue':
      return retain(app, timer);
    case 'placeRequest':
    case 'findWork':
    case 'releaseTask':
    case 'listNews':
      return loop.perform(timer);
    case 'profilesDue':
      return applyProfiles(app, loop, timer);
    case 'queueDue':
      return placeQueue(app, loop, timer);
    case 'graceExpired':
      return loop.applyToAgent(timer.agentId, { type: timer.kind, at, epoch: timer.epoch });
    case 'tokenDue':
      return tokenDue(app, loop, timer);
    case 'sessionCheck':
      return check(app, timer);
    case 'greetingDue':
      return greet(app, timer);
    case 'closeConnection':
      return closeLeftOver(app, timer);
    default:
      return timer satisfies never;
  }
}

/**
 * Closes what a desk has left open after its logout, or after it went on over a newer connection:
 * whatever speaks for no agent who is logged in.
 */
async function closeLeftOver(
  app: App,
  { agentId, connectionId }: { agentId: string; connectionId: string },
): Promise<void> {
  const agent = await app.store.agent(agentId);
  if (agent?.session?.connectionId === connectionId && agent.state.name !== 'LOGOUT') return;
  await app.sockets.close(connectionId);
}
