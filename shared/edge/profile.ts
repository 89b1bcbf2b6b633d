/**
 * Who an agent is, as configured now: over what their token says, with the MRDs that they may use
 * and their line on each.
 */
import type { Profile, User } from '../domain/agent/agent.ts';
import { lineOf, type Line } from '../domain/routing/lines.ts';
import type { ConfigOf } from '../protocol/shapes/config.ts';
import type { App } from './app.ts';

/** What profiles are made of, besides what is configured about each agent. */
export interface Setup {
  readonly mrds: readonly ConfigOf<'mrds'>[];
  readonly queues: readonly ConfigOf<'queues'>[];
}

export async function setupOf(app: Pick<App, 'config'>): Promise<Setup> {
  const [mrds, queues] = await Promise.all([app.config.list('mrds'), app.config.list('queues')]);
  return { mrds, queues };
}

/**
 * The profile, and its lines are found from now on: before the agent stands in them, or a request
 * could look where they are not yet, and they where it was not yet.
 */
export async function profileOf(
  app: Pick<App, 'config' | 'now' | 'store'>,
  identity: { id: string; user: User },
  setup: Setup,
): Promise<Profile> {
  const { profile, lines } = await configuredFor(app, identity, setup);
  await app.store.openLines(lines, app.now());
  return profile;
}

/** Without a profile an agent may use every MRD at its default. */
export async function configuredFor(
  app: Pick<App, 'config'>,
  { id, user }: { id: string; user: User },
  { mrds, queues }: Setup,
): Promise<{ profile: Profile; lines: Line[] }> {
  const configured = await app.config.get('agents', id);
  const attributes = configured?.attributes ?? {};
  const limit = (mrdId: string) => configured?.mrds?.find((m) => m.mrdId === mrdId)?.maxAgentTasks;
  const all = mrds.map((mrd) => ({
    mrd,
    maxAgentTasks: limit(mrd.id) ?? mrd.maxRequests,
    line: lineOf(mrd.id, attributes, queues),
  }));
  const profile = {
    user: {
      ...user,
      username: configured?.username ?? user.username,
      firstName: configured?.firstName ?? user.firstName,
      lastName: configured?.lastName ?? user.lastName,
      team: configured?.team.teamId ? configured.team : user.team,
    },
    attributes,
    capacity: configured?.capacity,
    mrds: all.map(({ line, ...rest }) => ({ ...rest, line: line.id })),
  };
  return { profile, lines: all.filter(({ maxAgentTasks }) => maxAgentTasks > 0).map(({ line }) => line) };
}

/** Is there such a colleague, whether they have ever signed in or not? */
export async function isListed({ config }: Pick<App, 'config'>, agentId: string): Promise<boolean> {
  return (await config.get('agents', agentId)) !== null;
}
