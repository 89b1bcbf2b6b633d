/** Who an agent is, by what is configured for them. */
import type { Profile, User } from '../domain/agent/agent.ts';
import type { App } from './app.ts';

/** What is configured for the person, over what the token says; without a profile they may use every MRD at its default. */
export async function profileOf(app: App, { id, user }: { id: string; user: User }): Promise<Profile> {
  const [configured, mrds] = await Promise.all([app.config.get('agents', id), app.config.list('mrds')]);
  const limit = (mrdId: string) => configured?.mrds?.find((m) => m.mrdId === mrdId)?.maxAgentTasks;
  const all = mrds.map((mrd) => ({ mrd, maxAgentTasks: limit(mrd.id) ?? mrd.maxRequests }));
  return {
    user: {
      ...user,
      username: configured?.username ?? user.username,
      firstName: configured?.firstName ?? user.firstName,
      lastName: configured?.lastName ?? user.lastName,
      team: configured?.team.teamId ? configured.team : user.team,
    },
    attributes: configured?.attributes ?? {},
    mrds: all,
  };
}
