/**
 * A token is due: a newer one is asked for, or it is too late for new customers, or a session has
 * outlived it and is closed, as by the gateway.
 */
import { tokenIsOver } from '../../domain/agent/token.ts';
import type { Timer } from '../../domain/effect.ts';
import type { App } from '../app.ts';
import type { Loop } from '../loop/run.ts';

export async function tokenDue(
  app: App,
  loop: Loop,
  { agentId, connectionId }: Extract<Timer, { kind: 'tokenDue' }>,
): Promise<void> {
  const at = app.now();
  const { after } = await loop.applyToAgent(agentId, { type: 'tokenDue', at, connectionId });
  if (!tokenIsOver(after, connectionId, at)) return;
  app.log.info('a session has outlived its token and is closed', { agentId, connectionId });
  await loop.perform({ kind: 'lose', agentId, connectionId });
  await app.sockets.close(connectionId);
}
