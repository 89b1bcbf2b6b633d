/**
 * Holds every call against what its caller's role grants, and answers one that is outside of it as
 * AWS does. What is granted is asked for once.
 */
import type { Call } from '../call.ts';
import type { Refusal } from '../rule.ts';
import { needsOf, type ArnOf, type Need } from './needs.ts';

/** One action on one resource that a role allows; both may have wildcards. */
export interface Grant {
  /** Says to a person whose it is, and what it allows. */
  readonly id: string;
  readonly action: string;
  readonly resource: string;
}

/**
 * What a caller may do; `undefined` for one who is no function, or whose template gives it no role.
 */
export type GrantsOf = (caller: string) => readonly Grant[] | undefined;

/** Hears of each grant when it is first used, and of each call that no grant allows. */
export interface Witness {
  used(grant: string): void;
  outside(call: string): void;
}

/** What is looked at of a call, so that the gateway's own API can ask too. */
export type Asked = Pick<Call, 'service' | 'operation' | 'caller' | 'input'>;

export function iamCheck(grantsOf: GrantsOf, arnOf: ArnOf, witness: Witness): (call: Asked) => Refusal | null {
  const known = new Map<string, boolean>();
  const allowed = (caller: string, grants: readonly Grant[], need: Need): boolean => {
    const question = `${caller} ${need.action} ${need.resource}`;
    const before = known.get(question);
    if (before !== undefined) return before;
    const found = grants.filter((grant) => allows(grant, need));
    for (const { id } of found) witness.used(id);
    // The id of a connection is another one for each desk: remembered, they would pile up.
    if (!question.includes('@connections')) known.set(question, found.length > 0);
    return found.length > 0;
  };
  return (call) => {
    const grants = grantsOf(call.caller);
    if (!grants) return null;
    const missing = needsOf(call, arnOf).find((need) => !allowed(call.caller, grants, need));
    if (!missing) return null;
    const { action, resource = '*' } = missing;
    witness.outside(`${call.caller} ${action} ${resource}`);
    return {
      code: call.service === 'sns' ? 'AuthorizationError' : 'AccessDeniedException',
      ...((call.service === 'sns' || call.service === 'execute-api') && { status: 403 }),
      message: `User: ${call.caller} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`,
      rule: 'iam.grants',
    };
  };
}

/** Actions are compared without regard to case, resources with it. */
function allows(grant: Grant, { action, resource }: Need): boolean {
  if (!matches(grant.action, action, 'i')) return false;
  return resource === undefined || matches(grant.resource, resource, '');
}

const patterns = new Map<string, RegExp>();

function matches(pattern: string, value: string, flags: '' | 'i'): boolean {
  const key = flags + pattern;
  const known = patterns.get(key);
  if (known) return known.test(value);
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const made = new RegExp(`^${escaped}$`, flags);
  patterns.set(key, made);
  return made.test(value);
}
