/** Who is speaking, as the verified token says. It travels in the authorizer's context, so a message needs no read to know its sender. */
import * as z from 'zod';
import { User } from '../domain/agent.ts';
import { Id, parseJson, ShortText } from '../protocol/values.ts';

/** Teams name partitions of the table; who is in none has the team without an id. */
const Team = z.object({ teamId: Id.or(z.literal('')), teamName: ShortText });

export const Identity = z.object({ id: Id, user: User.extend({ team: Team, supervisedTeams: z.array(Team) }) });
export type Identity = z.output<typeof Identity>;

/** The roles that this project knows. A token may carry any others. */
export const ROLES = { desk: ['agent', 'supervisor'], platform: ['platform', 'admin'] } as const;

export function hasRole({ user }: Identity, anyOf: readonly string[]): boolean {
  return user.roles.some((role) => anyOf.includes(role));
}

/** An authorizer's context holds flat strings of 8 KB in all. Permissions are left out where they would not fit. */
export function toContext(identity: Identity): Record<string, string> {
  const whole = JSON.stringify(identity);
  const slim = JSON.stringify({ ...identity, user: { ...identity.user, permissions: [] } });
  return { agentId: identity.id, identity: whole.length <= 6_000 ? whole : slim };
}

/** Throws where the context is not ours: then the stack is wired wrongly. */
export function fromContext(context: unknown): Identity {
  const { identity } = z.object({ identity: z.string() }).parse(context);
  return Identity.parse(parseJson(identity));
}
