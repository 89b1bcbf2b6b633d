/**
 * What supervisors may do: look at the agents of the teams that they supervise, log them out, and
 * follow their conversations. The platform may do so with all.
 */
import type { Agent } from '../../domain/agent/agent.ts';
import type { Conversation } from '../../domain/conversation/conversation.ts';
import { agentView } from '../../domain/shown/view.ts';
import { Rejection } from '../../domain/rejection.ts';
import type { App, Reader } from '../app.ts';
import type { Loop } from '../loop/run.ts';
import { hasRole, ROLES, who, type Identity } from '../identity.ts';
import { supervisedBy } from '../token.ts';
import { route, type Route } from './route.ts';

/** The reason that desks know for it, with the id that the original product gives it. */
const FORCED = {
  id: '62ffc95cf12b6ccf1594d934',
  name: 'FORCED_LOGOUT_BY_SUPERVISOR',
  description: 'Logout by supervisor',
  type: 'LOGOUT',
  code: 9,
};

/** Who may call the routes about agents at all. */
export const LOOKING = { roles: [...ROLES.platform, 'supervisor'] };

export function mayLookAt(by: Identity, agent: Agent): boolean {
  const supervises = by.user.supervisedTeams.some(({ teamId }) => teamId === agent.user.team.teamId);
  return hasRole(by, ROLES.platform) || supervises;
}

/** An agent at whom somebody may look, or a `Rejection`. */
export async function agentLookedAt({ store }: Pick<Reader, 'store'>, by: Identity, id: string): Promise<Agent> {
  const agent = await store.agent(id);
  if (!agent) throw new Rejection('agent.unknown', `There is no agent ${id}.`);
  if (!mayLookAt(by, agent)) throw new Rejection('role.forbidden', 'You do not supervise the team of this agent.');
  return agent;
}

/**
 * Supervisors read conversations with an agent of a team of theirs, their own, and those in which a
 * customer waits; the platform reads all.
 */
export function mustBeReadable(by: Identity, { participants, sessions }: Conversation): void {
  if (hasRole(by, ROLES.platform)) return;
  const agents = Object.entries(participants).filter(([, { supervisor }]) => !supervisor);
  const teams = by.user.supervisedTeams.map(({ teamId }) => teamId);
  const own = agents.some(([id, { teamId }]) => id === by.id || teams.includes(teamId));
  if (own || (agents.length === 0 && Object.keys(sessions).length > 0)) return;
  throw new Rejection('role.forbidden', 'You do not supervise a team of the agents in this conversation.');
}

export async function forceLogout(
  app: App,
  loop: Loop,
  by: Identity,
  agentId: string,
  { revoke }: { revoke: boolean },
): Promise<ReturnType<typeof agentView>> {
  await agentLookedAt(app, by, agentId);
  const out = { type: 'forcedOut' as const, at: app.now(), reasonCode: FORCED, revoke, by: who(by) };
  return agentView((await loop.applyToAgent(agentId, out)).after);
}

/** A supervisor ends the wrap-up of an agent of a team of theirs. */
export const endWrapUp: Route = route('endWrapup', async ({ app, loop, identity, data, by }) => {
  const supervisedTeams = await supervisedBy(app, identity);
  const end = { type: 'endWrapUp' as const, at: app.now(), of: data.ofAgentId, by: who(identity), supervisedTeams };
  await loop.applyToConversation(data.conversationId, end, { by });
});

type SupervisionEvent = 'JoinAsSilentMonitor' | 'joinAsWhisper' | 'joinAsBargeIn';

/**
 * A supervisor joins a conversation, or steps closer. Which teams they supervise, the token says.
 */
export function supervise(event: SupervisionEvent, type: 'joinSilently' | 'whisper' | 'bargeIn'): Route {
  return route(event, async ({ app, loop, identity, data, by }) => {
    const supervisedTeams = await supervisedBy(app, identity);
    const { connectionId } = by;
    const step = { type, at: app.now(), agentId: identity.id, connectionId, supervisedTeams };
    await loop.applyToConversation(data.conversationId, step, { by });
  });
}
