/**
 * The stack as CloudFormation would get it, with empty bundles in place of the built ones: wiring
 * is tested, not code.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll } from 'vitest';
import * as z from 'zod';
import { readSettings } from '../../infra/aws/settings.ts';
import { AgentManagerStack } from '../../infra/aws/stack.ts';
import { createApp } from '../../infra/aws/synthesis.ts';
import { agentEvents } from '../../shared/protocol/agent-events.ts';
import { loginRoutes } from '../../shared/protocol/login.ts';
import { platformRoutes } from '../../shared/protocol/platform.ts';

export const agentEntries = Object.keys(agentEvents).map((event) => `agent/${event}`);

/** Every function there is, as `<folder>/<name>`. */
export const entries: readonly string[] = [
  ...agentEntries,
  ...platformRoutes.map(({ name }) => `platform/${name}`),
  ...['authorize', 'connect', 'disconnect', 'default'].map((name) => `socket/${name}`),
  'session/greet',
  'timers/due',
  'lists/tell',
  'stream/publish',
  'stream/team',
];

const folder = mkdtempSync(join(tmpdir(), 'agent-manager-stack-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Those of a stack that signs agents in, too. */
export const loginEntries: readonly string[] = loginRoutes.map(({ name }) => `login/${name}`);

for (const entry of [...entries, ...loginEntries]) {
  mkdirSync(join(folder, 'bundles', entry), { recursive: true });
  writeFileSync(join(folder, 'bundles', entry, 'index.mjs'), 'export const handler = async () => {};');
}

/** Gone when the tests of the file are through. */
export const emptyFolder = (): string => mkdtempSync(join(folder, 'empty-'));

export const newApp = (): App => createApp(emptyFolder());

/** A stack with the least context that there must be, and what is given here. */
export function stackOf(app: App, context: Record<string, unknown>, bundles = join(folder, 'bundles')): Stack {
  const given = { oidcIssuer: 'https://id.example.com/realms/desks', oidcAudience: 'agent-manager', ...context };
  const read = new Map<string, unknown>(Object.entries(given));
  return new AgentManagerStack(
    app,
    readSettings((key) => read.get(key), bundles),
  );
}

const Synthesized = z.object({
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.string(),
      Properties: z.record(z.string(), z.unknown()).default({}),
      DependsOn: z.unknown().optional(),
      DeletionPolicy: z.string().optional(),
    }),
  ),
  Outputs: z.record(z.string(), z.object({ Value: z.unknown() })),
});
export type Synthesized = z.output<typeof Synthesized>;

export function synthesize(stack: Stack): Synthesized {
  return Synthesized.parse(Template.fromStack(stack, { skipCyclicalDependenciesCheck: true }).toJSON());
}

/** Every resource of a type, its properties in the shape that the caller asks about. */
export function all<S extends z.ZodType>(
  { Resources }: Synthesized,
  type: string,
  properties: S,
): { id: string; properties: z.output<S> }[] {
  return Object.entries(Resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([id, resource]) => ({ id, properties: properties.parse(resource.Properties) }));
}

export function only<S extends z.ZodType>(
  synthesized: Synthesized,
  type: string,
  properties: S,
): { id: string; properties: z.output<S> } {
  const found = all(synthesized, type, properties);
  if (found.length !== 1 || !found[0]) throw new Error(`${found.length} resources of type ${type}`);
  return found[0];
}

/** A value with its references written as `<Id>` and `<Id.Attribute>`. */
export const Text = z.unknown().transform((value): string => render(value));

const Intrinsic = z.union([
  z.object({ Ref: z.string() }).transform(({ Ref }) => `<${Ref}>`),
  z.object({ 'Fn::GetAtt': z.array(z.string()) }).transform((get) => `<${get['Fn::GetAtt'].join('.')}>`),
  z
    .object({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) })
    .transform(({ 'Fn::Join': [separator, parts] }) => parts.map(render).join(separator)),
]);

export function render(value: unknown): string {
  return typeof value === 'string' ? value : Intrinsic.parse(value);
}

const OneOrMore = z.unknown().transform((value): unknown[] => (Array.isArray(value) ? value : [value]));
export const Statements = z
  .object({
    Statement: z.array(
      z.object({
        Effect: z.string(),
        Action: OneOrMore.pipe(z.array(z.string())),
        Resource: OneOrMore.pipe(z.array(Text)),
        Principal: z.unknown().optional(),
        Condition: z.unknown().optional(),
      }),
    ),
  })
  .transform(({ Statement }) => Statement);

const FunctionProperties = z.object({
  Description: z.string(),
  Handler: z.string(),
  Runtime: z.string(),
  Architectures: z.array(z.string()),
  Timeout: z.number(),
  MemorySize: z.number(),
  RecursiveLoop: z.string().optional(),
  Role: Text,
  LoggingConfig: z.object({ LogFormat: z.string(), LogGroup: Text, SystemLogLevel: z.string() }),
  Environment: z.object({ Variables: z.record(z.string(), Text) }),
});
export type LambdaFunction = z.output<typeof FunctionProperties> & { id: string };

/** Every function by `<folder>/<name>`. */
export function functionsOf(synthesized: Synthesized): ReadonlyMap<string, LambdaFunction> {
  const found = all(synthesized, 'AWS::Lambda::Function', FunctionProperties);
  return new Map(
    found.map(({ id, properties }) => [
      properties.Description.replace(/^functions\/(.*)\.ts$/, '$1'),
      { id, ...properties },
    ]),
  );
}

/** The logical id in `<Id>` or `<Id.Attribute>`. */
export function idIn(reference: string): string {
  return /<(\w+)(?:\.\w+)?>/.exec(reference)?.[1] ?? '';
}

/** What a function may do, as `<action> on <resource>`. */
export function grantsOf(synthesized: Synthesized, { Role }: LambdaFunction): string[] {
  const role = `<${idIn(Role)}>`;
  return all(synthesized, 'AWS::IAM::Policy', z.object({ PolicyDocument: Statements, Roles: z.array(Text) }))
    .filter(({ properties }) => properties.Roles.includes(role))
    .flatMap(({ properties }) => properties.PolicyDocument)
    .flatMap(({ Action, Resource }) => Action.flatMap((action) => Resource.map((on) => `${action} on ${on}`)))
    .toSorted();
}
