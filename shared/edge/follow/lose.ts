/**
 * A connection is gone. If it still was the agent's session, their offers go to others at once and
 * the grace period begins.
 */
import { Rejection } from '../../domain/rejection.ts';
import type { App } from '../app.ts';
import { saveAgent } from '../loop/save.ts';
import type { Steps } from '../loop/saved.ts';

export async function* lose(app: App, { agentId, connectionId }: { agentId: string; connectionId: string }): Steps {
  const { graceSeconds } = app.settings;
  try {
    yield await saveAgent(app, agentId, { type: 'connectionLost', at: app.now(), connectionId, graceSeconds });
  } catch (error) {
    if (!(error instanceof Rejection)) throw error; // nobody of that name: nothing to lose
  }
  await app.connections.forget(connectionId);
}
