/**
 * The life of an agent's connection: it becomes their session, it is checked on, it is lost.
 * Presence is never inferred from a row.
 */
import { newAgent } from '../../domain/agent/agent.ts';
import type { Deadline } from '../../domain/effect.ts';
import { Rejection } from '../../domain/rejection.ts';
import { MAX_LEASE_SECONDS } from '../../protocol/frame.ts';
import type { App, Greeting } from '../app.ts';
import { inLoop } from '../loop/run.ts';
import { decideAgain } from '../loop/save.ts';
import type { Identity } from '../identity.ts';
import { profileOf, setupOf } from '../profile.ts';
import { tokenOf } from '../token.ts';

const FIRST_CHECK_MS = 60_000;
const NEXT_CHECK_MS = 600_000;

/**
 * `$connect`: this connection is the agent's session from now on. Returns the greeting that is due
 * to it. A desk that offers the key of the present session continues it, and nobody is told to go;
 * one that promises receipts is held to it.
 */
export async function connect(
  app: App,
  identity: Identity,
  connectionId: string,
  offered: { offeredKey: string | undefined; receipts: boolean; ackInEcho?: boolean },
): Promise<Greeting> {
  const at = app.now();
  const agentId = identity.id;
  const profile = await decideAgain(app, async () => profileOf(app, identity, await setupOf(app)));
  const first = checkOn(app, agentId, connectionId, at + FIRST_CHECK_MS);
  await app.timers.start([first.deadline]);
  const create = () => newAgent(agentId, identity.user);
  const token = tokenOf(app, identity);
  const event = { type: 'connected' as const, at, connectionId, profile, newKey: app.newId(), token, ...offered };
  const { before, after } = await inLoop(app, (loop) => loop.applyToAgent(agentId, event, { create }));
  const opened = { id: connectionId, agentId, epoch: after.epoch, at, check: first.check };
  await decideAgain(app, () => app.connections.open(opened));
  const replaced = before !== after && after.session?.continues === null;
  const previousConnectionId = replaced ? before.session?.connectionId : undefined;
  return {
    agentId,
    connectionId,
    epoch: after.epoch,
    began: after.session?.began ?? after.epoch,
    previousConnectionId,
  };
}

/** `$disconnect`: the gateway says that a connection is gone. */
export async function disconnect(app: App, agentId: string, connectionId: string): Promise<void> {
  await inLoop(app, (loop) => loop.perform({ kind: 'lose', agentId, connectionId }));
}

/**
 * A desk from which something was expected since then: it is lost if the gateway does not know it,
 * or if nothing at all was heard of it.
 */
export async function doubt(
  app: App,
  { agentId, connectionId, since }: { agentId: string; connectionId: string; since: number },
): Promise<void> {
  const [agent, lease] = await Promise.all([app.store.agent(agentId), app.connections.lease(connectionId)]);
  if (agent?.session?.connectionId !== connectionId || agent.session.lost) return;
  const heard = (lease?.lastSeen ?? 0) >= since;
  if (heard && (await app.sockets.alive(connectionId))) return;
  app.log.warn('a desk did not confirm an offer and is given up', { agentId, connectionId });
  await disconnect(app, agentId, connectionId);
  await app.sockets.close(connectionId);
}

/**
 * `$disconnect` is best effort, so every session is looked at: by its lease if it has one, else by
 * asking the gateway. Whoever starts a check, only the one that the connection's row names is
 * followed by another: a connection has one chain of them, however often a queue delivers.
 */
export async function check(
  app: App,
  { agentId, connectionId, check: mine }: { agentId: string; connectionId: string; check: string | null },
): Promise<void> {
  const agent = await app.store.agent(agentId);
  if (agent?.session?.connectionId !== connectionId || agent.session.lost) return;
  const at = app.now();
  const usual = app.settings.leaseSeconds;
  const lease = await app.connections.lease(connectionId);
  const lastSeen = lease?.lastSeen ?? null;
  const leaseEnds = lastSeen === null ? null : lastSeen + (lease?.leaseSeconds ?? usual) * 1000;
  const alive = leaseEnds === null ? await app.sockets.alive(connectionId) : leaseEnds > at;
  if (!alive) {
    await disconnect(app, agentId, connectionId);
    return app.sockets.close(connectionId);
  }
  if (lease?.check !== mine) return;
  // A long lease may be made a short one before it ends.
  const dueAt = leaseEnds === null ? at + NEXT_CHECK_MS : Math.min(leaseEnds, at + usual * 1000);
  const next = checkOn(app, agentId, connectionId, dueAt);
  await app.timers.start([next.deadline]);
  await app.connections.followCheck(connectionId, mine, next.check);
}

/**
 * A heartbeat gives the connection a lease, of the length that it asks for within bounds, and with
 * the first one its check comes that soon. Returns the length. A desk that was given up learns it
 * from here.
 */
export async function heartbeat(
  app: App,
  { agentId, connectionId }: { agentId: string; connectionId: string },
  askedSeconds: number | undefined,
): Promise<number> {
  const at = app.now();
  const usual = app.settings.leaseSeconds;
  const leaseSeconds = Math.min(askedSeconds ?? usual, Math.max(MAX_LEASE_SECONDS, usual));
  const frames = await app.connections.seen(connectionId, at, leaseSeconds);
  app.pace.counted(connectionId, frames, true);
  if (frames !== null) return leaseSeconds;
  const first = checkOn(app, agentId, connectionId, at + Math.min(leaseSeconds, usual) * 1000);
  await app.timers.start([first.deadline]);
  if (!(await app.connections.beginLease(connectionId, at, leaseSeconds, first.check)))
    throw new Rejection('session.notConnected', 'This connection was given up as lost; connect again.');
  return leaseSeconds;
}

/**
 * A check with a name of its own. It is started before its name is written, so no crash ends the
 * chain.
 */
function checkOn(
  app: App,
  agentId: string,
  connectionId: string,
  dueAt: number,
): { check: string; deadline: Deadline } {
  const check = app.newId();
  const timer = { kind: 'sessionCheck' as const, agentId, connectionId, check };
  return { check, deadline: { key: `check#${check}`, dueAt, timer } };
}
