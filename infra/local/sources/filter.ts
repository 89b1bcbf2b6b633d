/**
 * Lambda's filter patterns on stream records: any of the patterns lets a record pass. An operator
 * that is not known is an error.
 */
import * as z from 'zod';
import { recordOf } from '../../strict/call.ts';
import { TemplateError } from '../aws.ts';

export type Filter = (record: unknown) => boolean;

const Tree = z.record(z.string(), z.unknown());
const Rule = z.union([
  z
    .union([z.string(), z.number(), z.boolean(), z.null()])
    .transform((literal) => (value: unknown) => value === literal),
  z.strictObject({ prefix: z.string() }).transform(
    ({ prefix }) =>
      (value: unknown) =>
        text(value)?.startsWith(prefix) ?? false,
  ),
  z.strictObject({ suffix: z.string() }).transform(
    ({ suffix }) =>
      (value: unknown) =>
        text(value)?.endsWith(suffix) ?? false,
  ),
  z.strictObject({ exists: z.boolean() }).transform(
    ({ exists }) =>
      (value: unknown) =>
        (value !== undefined) === exists,
  ),
  z
    .strictObject({ 'anything-but': z.union([z.string(), z.number(), z.array(z.union([z.string(), z.number()]))]) })
    .transform((rule) => {
      const refused: unknown[] = [rule['anything-but']].flat();
      return (value: unknown) => value !== undefined && !refused.includes(value);
    }),
]);
const Criteria = z.object({ Filters: z.array(z.object({ Pattern: z.string() })).default([]) });

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

export function filterOf(criteria: unknown, where: string): Filter {
  if (criteria === undefined) return () => true;
  const filters = Criteria.parse(criteria).Filters.map(({ Pattern }) =>
    compile(JSON.parse(Pattern), `${where} (${Pattern})`),
  );
  return (record) => filters.length === 0 || filters.some((filter) => filter(record));
}

/**
 * A list holds alternatives for one value; an object goes one level down, and everything in it must
 * hold.
 */
function compile(pattern: unknown, where: string): Filter {
  if (Array.isArray(pattern)) {
    const rules = pattern.map((item) => {
      const rule = Rule.safeParse(item);
      if (!rule.success) throw new TemplateError(`${where} has a rule that does not run here: ${JSON.stringify(item)}`);
      return rule.data;
    });
    return (value) => rules.some((rule) => rule(value));
  }
  const tree = Tree.safeParse(pattern);
  if (!tree.success) throw new TemplateError(`${where} is not a filter pattern.`);
  const branches = Object.entries(tree.data).map(([key, branch]) => [key, compile(branch, where)] as const);
  return (value) => {
    const found = recordOf(value) ?? {};
    return branches.every(([key, filter]) => filter(found[key]));
  };
}
