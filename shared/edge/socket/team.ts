/**
 * What supervisors ask of the figures of their teams: to be told of them from now on, or no longer.
 */
import { Rejection } from '../../domain/rejection.ts';
import { watcher } from '../../domain/shown/team.ts';
import { figuresFor, framesOf } from '../watch/team.ts';
import { hasRole } from '../identity.ts';
import { claimsOf } from '../token.ts';
import { answerWith } from './answer.ts';
import type { Call } from './route.ts';

/**
 * Which teams somebody supervises, the token says. Answered by the figures of what they watch now.
 */
export async function subscribe({ app, loop, identity, data, by }: Call<'subscribeTeam'>): Promise<void> {
  const user = await claimsOf(app, identity);
  const supervised = user.supervisedTeams.map(({ teamId }) => teamId);
  const teamIds = data.teamId === undefined ? supervised : supervised.filter((teamId) => teamId === data.teamId);
  if (!hasRole({ user }, ['supervisor']) || teamIds.length === 0)
    throw new Rejection('role.forbidden', 'Only those may watch a team who supervise it.');
  const type = data.subscribe ? 'watchTeams' : 'unwatchTeams';
  const { after } = await loop.applyToAgent(identity.id, { type, at: app.now(), teamIds }, { by });
  for (const frame of framesOf(await figuresFor(app, after))) await answerWith(app, by, frame);
}

/**
 * The figures as they are, where nothing was done: a repeated frame may be one whose answer was
 * lost.
 */
export async function tellTeams({ app, by }: Pick<Call<'subscribeTeam'>, 'app' | 'by'>): Promise<void> {
  const agent = await app.store.agent(by.agentId);
  if (!agent || !watcher(agent)) return;
  for (const frame of framesOf(await figuresFor(app, agent))) await app.sockets.post(by.connectionId, frame);
}
