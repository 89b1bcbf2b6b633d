/**
 * Who is speaking, as the verified token says. It travels in the authorizer's context, so a message
 * needs no read to know its sender.
 */
import { byteLength } from '../protocol/bytes.ts';
import * as z from 'zod';
import { User, type Orderer, type TokenSpan } from '../domain/agent/agent.ts';
import { Rejection } from '../domain/rejection.ts';
import { Id, parseJson, ShortText } from '../protocol/values.ts';

/** Teams name partitions of the table; who is in none has the team without an id. */
const Team = z.object({ teamId: Id.or(z.literal('')), teamName: ShortText });

/** In epoch milliseconds. */
const Span: z.ZodType<TokenSpan> = z.object({ issuedAt: z.number(), expiresAt: z.number() });

export const Identity = z.object({
  id: Id,
  user: User.extend({ team: Team, supervisedTeams: z.array(Team) }),
  token: Span.optional(),
});
export type Identity = z.output<typeof Identity>;

/** The roles that this project knows. A token may carry any others. */
export const ROLES = { desk: ['agent', 'supervisor'], platform: ['platform', 'admin'] } as const;

export function hasRole({ user }: { readonly user: Pick<User, 'roles'> }, anyOf: readonly string[]): boolean {
  return user.roles.some((role) => anyOf.includes(role));
}

/** As the log names them. */
export function who({ id, user }: Identity): Orderer {
  return { id, name: user.username };
}

/**
 * An authorizer's answer holds 8 KB in all, counted as JSON: this, quoted once more, and what
 * stands beside it.
 */
const MAX_CONTEXT_BYTES = 6.5 * 1024;

/**
 * What of the identity fits: permissions, and then roles that mean nothing here, are left out where
 * there is no room. Null: the rest is too much, too.
 */
function carried(identity: Identity): Identity | null {
  const { user } = identity;
  const slim = { ...identity, user: { ...user, permissions: [] } };
  const known: readonly string[] = [...ROLES.desk, ...ROLES.platform];
  const bare = { ...slim, user: { ...slim.user, roles: user.roles.filter((role) => known.includes(role)) } };
  return [identity, slim, bare].find((one) => byteLength(JSON.stringify(contextOf(one))) <= MAX_CONTEXT_BYTES) ?? null;
}

function contextOf(identity: Identity): Record<string, string> {
  return { agentId: identity.id, identity: JSON.stringify(identity) };
}

/**
 * The authorizer's context for somebody who may open a socket. Throws a `Rejection` with
 * `auth.noRole` or `auth.tooLarge` for anybody else.
 */
export function toContext(identity: Identity): Record<string, string> {
  if (!hasRole(identity, ROLES.desk))
    throw new Rejection('auth.noRole', 'Your account has neither the role agent nor supervisor.');
  const fitting = carried(identity);
  if (!fitting)
    throw new Rejection(
      'auth.tooLarge',
      `Your token names ${identity.user.supervisedTeams.length} teams, and with your name that is more than a session can carry (6.5 KB).`,
    );
  return contextOf(fitting);
}

/** Throws where the context is not ours: then the stack is wired wrongly. */
export function fromContext(context: unknown): Identity {
  const { identity } = Context.parse(context);
  const known = read.get(identity);
  if (known) return known;
  const result = Identity.parse(parseJson(identity));
  if (read.size >= MOST_READ) read.clear();
  read.set(identity, result);
  return result;
}

const Context = z.object({ identity: z.string() });

/** What was read a moment ago: a desk says the same with each frame. */
const read = new Map<string, Identity>();
const MOST_READ = 20_000;
