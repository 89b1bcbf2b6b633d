/**
 * What goes with a change of state: a complete reason, and a presence after a refusal, because
 * desks wait for one.
 */
import type { AgentReason } from '../../domain/agent/agent.ts';
import { presence } from '../../domain/shown/presence.ts';
import { Rejection } from '../../domain/rejection.ts';
import type { ReasonCode } from '../../protocol/shapes/cim.ts';
import type { App } from '../app.ts';
import type { Caller } from '../loop/caller.ts';
import { frameOf } from '../loop/frames.ts';

/** Desks show a reason by its name. One that came as a bare id is looked up. */
export async function completeReason(app: App, reason: ReasonCode | null): Promise<AgentReason> {
  if (!reason) return null;
  const { name } = reason;
  if (name !== undefined) return { ...reason, name };
  const known = await app.config.get('reason-codes', reason.id);
  if (!known) throw new Rejection('reason.unknown', `There is no reason code ${reason.id}.`);
  return known;
}

/** The presence as it is, to the connection that asked. */
export async function tellPresence({ app, by }: { app: App; by: Caller }): Promise<void> {
  const agent = await app.store.agent(by.agentId);
  if (!agent) return;
  await app.sockets.post(by.connectionId, frameOf({ event: 'agentPresence_', data: presence(agent, agent) }));
}
