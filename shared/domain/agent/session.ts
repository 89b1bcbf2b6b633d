/**
 * The connection that speaks for an agent: it opens, goes on over a newer one or with a newer
 * token, is lost, and its grace runs out.
 */
import { Rejection } from '../rejection.ts';
import { NEVER_READY, settle } from './mrds.ts';
import { NONE_MISSED, type Agent, type AgentEvent, type AgentMrd, type Profile } from './agent.ts';
import { evict } from './slots.ts';
import { logout } from './state.ts';
import { held, mustNotBeRevoked } from './token.ts';

export function sessionOpened(agent: Agent, event: AgentEvent & { type: 'connected' }): Agent {
  const { at, connectionId, profile, newKey, offeredKey, receipts = false, ackInEcho = false, token } = event;
  if (agent.session?.connectionId === connectionId) return agent; // saved before, though nobody heard that it was
  mustNotBeRevoked(agent, token);
  const epoch = agent.epoch + 1;
  const earlier = agent.state.name !== 'LOGOUT' && agent.session?.key === offeredKey ? agent.session : null;
  const session = {
    connectionId,
    since: at,
    key: earlier?.key ?? newKey,
    began: earlier?.began ?? epoch,
    continues: earlier?.connectionId ?? null,
    receipts,
    ackInEcho,
    token: token ? held(token, at) : null,
    greeted: false,
    lost: null,
  };
  const here = { ...agent, epoch, session };
  if (agent.state.name !== 'LOGOUT') return settle(withProfile(here, profile, at), at);
  const state = { name: 'NOT_READY' as const, reasonCode: null }; // LOGOUT → LOGIN → NOT_READY: nobody ever sees LOGIN
  const fresh = { ...here, mrds: {}, missed: NONE_MISSED, state, stateChangeTime: at, agentLoginTime: at };
  return settle(withProfile(fresh, profile, at), at);
}

/** A newer token over the open connection; one that does not last longer renews nothing. */
export function tokenRefreshed(agent: Agent, event: AgentEvent & { type: 'tokenRefreshed' }): Agent {
  const { at, profile, token } = event;
  const { session } = agent;
  mustNotBeRevoked(agent, token);
  if (!session || agent.state.name === 'LOGOUT') throw new Rejection('state.invalid', 'You are logged out.');
  const longer = token.expiresAt > (session.token?.expiresAt ?? 0);
  const renewed = longer ? { ...session, token: held(token, at) } : session;
  return settle(withProfile({ ...agent, session: renewed }, profile, at), at);
}

export function withProfile(agent: Agent, profile: Profile, at: number): Agent {
  const entry = agent.state.name === 'LOGOUT' ? 'LOGOUT' : 'NOT_READY';
  const mrds = profile.mrds.map(({ mrd, maxAgentTasks, line }): [string, AgentMrd] => {
    const known = agent.mrds[mrd.id];
    const unseen = {
      previousState: null,
      stateChangeTime: at,
      lastReadyStateChangeTime: NEVER_READY,
      availableSince: at,
    };
    return [mrd.id, { ...(known ?? { state: entry, ...unseen }), mrd, maxAgentTasks, line }];
  });
  const kept = Object.entries(agent.mrds).filter(
    ([id]) =>
      Object.values(agent.slots).some((slot) => slot.mrdId === id) && !profile.mrds.some(({ mrd }) => mrd.id === id),
  );
  const { capacity: _, ...rest } = agent;
  return {
    ...rest,
    ...(profile.capacity === undefined ? {} : { capacity: profile.capacity }),
    user: profile.user,
    attributes: profile.attributes,
    mrds: Object.fromEntries([...mrds, ...kept.map(([id, m]): [string, AgentMrd] => [id, { ...m, maxAgentTasks: 0 }])]),
  };
}

export function connectionLost(agent: Agent, event: AgentEvent & { type: 'connectionLost' }): Agent {
  const { session } = agent;
  if (!session || session.connectionId !== event.connectionId || session.lost) return agent;
  if (agent.state.name === 'LOGOUT') return { ...agent, session: null };
  const lost = { at: event.at, graceUntil: event.at + event.graceSeconds * 1000 };
  const away = { ...agent, session: { ...session, lost } };
  return evict(away, 'REROUTE', event.at, ({ phase, named }) => phase === 'RESERVED' && !named);
}

export function graceExpired(agent: Agent, { at, epoch }: AgentEvent & { type: 'graceExpired' }): Agent {
  const lost = agent.epoch === epoch ? agent.session?.lost : null;
  return lost && at >= lost.graceUntil ? logout(agent, null, at) : agent;
}
