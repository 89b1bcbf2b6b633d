/**
 * What the roles of the template grant to its functions. A policy that is more than actions allowed
 * on resources is refused, because nothing here could say what it means. Functions write their logs
 * to no CloudWatch here, so what they may do there is not looked at.
 */
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { Grant, GrantsOf, Witness } from '../../strict/iam/check.ts';
import { TemplateError } from '../aws.ts';
import type { LocalFunction } from './functions.ts';
import type { Resolve } from '../template/resolve.ts';
import { ofType, type LocalResource, type Template } from '../template/template.ts';

const oneOrMore = <S extends z.ZodType>(schema: S) =>
  z.union([z.array(schema), schema.transform((one): z.output<S>[] => [one])]);

const Policy = z.object({
  Roles: z.array(z.object({ Ref: z.string() })),
  PolicyDocument: z.object({
    Version: z.string(),
    Statement: z.array(
      z.strictObject({
        Sid: z.string().optional(),
        Effect: z.literal('Allow'),
        Action: oneOrMore(z.string()),
        Resource: z.unknown().transform((value): unknown[] => (Array.isArray(value) ? value : [value])),
      }),
    ),
  }),
});
const Role = z.object({ ManagedPolicyArns: z.undefined().optional(), Policies: z.undefined().optional() });
const RoleOfFunction = z.object({ Role: z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) }) });

/** A grant whose resource is as the template says it, references and all. */
interface Written {
  readonly id: string;
  readonly role: string;
  readonly action: string;
  readonly resource: unknown;
}

/** Every grant to a role that a function has. */
export function writtenGrants(template: Template): Written[] {
  const held = new Set(ofType(template, 'AWS::Lambda::Function').map(roleOf));
  const roles = rolesIn(template).filter(({ id }) => held.has(id));
  for (const { id, properties } of roles) parse(Role, id, properties);
  const ids = new Set(roles.map(({ id }) => id));
  return template.iam
    .filter(({ type }) => type === 'AWS::IAM::Policy')
    .flatMap(({ id, properties }) => {
      const { Roles, PolicyDocument } = parse(Policy, id, properties);
      const statements = PolicyDocument.Statement.filter(({ Action }) => !Action.every((it) => it.startsWith('logs:')));
      return Roles.filter(({ Ref }) => ids.has(Ref)).flatMap(({ Ref: role }) =>
        statements.flatMap(({ Action, Resource }) =>
          Action.flatMap((action) =>
            Resource.filter((resource) => said(resource) !== '').map((resource) => ({
              id: `${named(role).replace(/Role$/, '')} ${action} ${said(resource)}`,
              role,
              action,
              resource,
            })),
          ),
        ),
      );
    });
}

/**
 * What each caller may do, by the access key id of its function. One whose role is not in the
 * template, which only that of a test leaves out, is not judged.
 */
export function grantsOf(template: Template, functions: readonly LocalFunction[], resolve: Resolve): GrantsOf {
  const written = Map.groupBy(writtenGrants(template), ({ role }) => role);
  const granted = new Map<string, readonly Grant[]>();
  const roles = new Set(rolesIn(template).map(({ id }) => id));
  for (const resource of ofType(template, 'AWS::Lambda::Function')) {
    const role = roleOf(resource);
    const fn = functions.find(({ id }) => id === resource.id);
    if (role === undefined || !roles.has(role) || !fn) continue;
    const grants = (written.get(role) ?? []).map(({ id, action, resource: on }): Grant => {
      const resolved = resolve(on, id);
      if (typeof resolved !== 'string') throw new TemplateError(`${id}: what it allows is no text.`);
      return { id, action, resource: resolved };
    });
    granted.set(fn.accessKeyId, grants);
  }
  return (caller) => granted.get(caller);
}

/**
 * Writes down what is used and what is outside, a line each, for the report on all stacks of a run;
 * without a folder nobody looks.
 */
export function witness(folder: string | undefined): Witness {
  if (!folder) return { used() {}, outside() {} };
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${process.pid}-${crypto.randomUUID()}`);
  const known = new Set<string>();
  const note = (line: string) => {
    if (known.has(line)) return;
    known.add(line);
    appendFileSync(file, `${line}\n`);
  };
  return { used: (grant) => note(`used ${grant}`), outside: (call) => note(`outside ${call}`) };
}

function parse<S extends z.ZodType>(schema: S, id: string, properties: unknown): z.output<S> {
  const parsed = schema.safeParse(properties);
  if (!parsed.success)
    throw new TemplateError(
      `${id} cannot be evaluated here, only actions that are allowed on resources: ${parsed.error.message}`,
    );
  return parsed.data;
}

const rolesIn = ({ iam }: Template): LocalResource[] => iam.filter(({ type }) => type === 'AWS::IAM::Role');

/** The logical id of a function's role. */
const roleOf = ({ properties }: LocalResource): string | undefined =>
  RoleOfFunction.safeParse(properties).data?.Role['Fn::GetAtt'][0];

/** A logical id without the digest at its end. */
const named = (id: string): string => id.replace(/[0-9A-F]{8}$/, '');

const Reference = z.union([
  z.object({ Ref: z.string() }).transform(({ Ref }) => (Ref === 'AWS::NoValue' ? '' : named(Ref))),
  z
    .object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) })
    .transform((it) => it['Fn::GetAtt'].map(named).join('.')),
  z
    .object({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) })
    .transform(({ 'Fn::Join': [separator, parts] }) => parts.map(said).join(separator).split(':').at(-1) ?? ''),
]);

/** A resource as a person would name it. */
function said(resource: unknown): string {
  return typeof resource === 'string' ? resource : Reference.parse(resource);
}
