/** What supervisors may do with agents: look at those of the teams that they supervise, and log them out. The platform may do so with all. */
import type { Agent } from '../domain/agent.ts';
import { agentView } from '../domain/view.ts';
import { Rejection } from '../domain/rejection.ts';
import type { App } from './app.ts';
import { applyToAgent } from './apply.ts';
import { hasRole, ROLES, type Identity } from './identity.ts';

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

export async function forceLogout(app: App, by: Identity, agentId: string): Promise<ReturnType<typeof agentView>> {
  const agent = await app.store.agent(agentId);
  if (!agent) throw new Rejection('agent.unknown', `There is no agent ${agentId}.`);
  if (!mayLookAt(by, agent)) throw new Rejection('role.forbidden', 'You do not supervise the team of this agent.');
  const { after } = await applyToAgent(app, agentId, { type: 'forcedOut', at: app.now(), reasonCode: FORCED });
  return agentView(after);
}
