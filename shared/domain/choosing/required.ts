/**
 * What one conversation requires of its agent, beside the steps of its queue: one of several groups
 * of conditions, all of a group, each until it expires.
 */
import type { RequiredAttributes } from '../../protocol/shapes/config.ts';
import type { Attributes } from '../agent/agent.ts';
import { meets } from '../routing/steps.ts';

type Condition = RequiredAttributes[number]['allOf'][number];

function applies({ expiresAfterSeconds }: Condition, since: number, at: number): boolean {
  return expiresAfterSeconds === undefined || at < since + expiresAfterSeconds * 1000;
}

/**
 * The first condition of the first group that somebody with these attributes does not meet, or null
 * if one of the groups fits. `since`: when the customer began to wait, from where conditions
 * expire.
 */
export function unmetOf(
  required: RequiredAttributes | undefined,
  attributes: Attributes,
  since: number,
  at: number,
): string | null {
  const failures = (required ?? []).map(
    ({ allOf }) => allOf.find((one) => applies(one, since, at) && !meets(one, attributes)) ?? null,
  );
  const [first] = failures;
  return !first || failures.includes(null) ? null : `${first.attribute} ${first.operator} ${first.value}, required`;
}

/**
 * May there be somebody for it among those of whom this is known: their value of each attribute,
 * null for none?
 */
export function mayMeet(
  required: RequiredAttributes | undefined,
  told: Readonly<Record<string, number | null>> | undefined,
  since: number,
  at: number,
): boolean {
  const groups = (required ?? []).map(({ allOf }) => ({
    allOf: allOf.filter(({ attribute }) => told?.[attribute] !== undefined),
  }));
  const known = Object.entries(told ?? {}).flatMap(([name, value]): [string, number][] =>
    value === null ? [] : [[name, value]],
  );
  return unmetOf(groups, Object.fromEntries(known), since, at) === null;
}

/** After how many seconds it requires less. */
export function expiries(required: RequiredAttributes | undefined): number[] {
  return (required ?? []).flatMap(({ allOf }) => allOf.flatMap((one) => one.expiresAfterSeconds ?? []));
}
