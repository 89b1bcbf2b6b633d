/**
 * Does the stack set every variable that the code of a function reads? One that is missing stops
 * the function at its first event.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { needsOf } from '../../infra/lambda-entry.ts';
import { entries, functionsOf, loginEntries, newApp, stackOf, synthesize } from './stack-fixture.ts';

const root = join(import.meta.dirname, '..', '..');
const context = {
  stage: 'dev',
  oidcJwksUri: 'https://id.example.com/jwks',
  oidcClaims: { username: 'email' },
  oidcDiscoveryUrl: 'https://id.example.com/described',
  loginClientId: 'desk',
  loginClientSecretName: 'desk',
  loginScope: 'openid',
  loginRedirects: 'https://desk.example.com/',
  corsOrigins: 'https://desk.example.com',
};
const functions = functionsOf(synthesize(stackOf(newApp(), context)));

/** A file and all that it imports from this project, types aside. */
function reachable(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const source = readFileSync(file, 'utf8');
  for (const [, imported = ''] of source.matchAll(/^(?:import|export)\s(?!type\b)[^;]*?from '(\.[^']+)'/gm)) {
    reachable(join(dirname(file), imported), seen);
  }
  return seen;
}

/** `env('NAME')`, the one way in which shared/ reads the environment. */
async function variablesOf(entry: string): Promise<string[]> {
  const ports = (await needsOf(`functions/${entry}.ts`)).map((name) => `shared/aws/ports/${name}.ts`);
  const files = new Set<string>();
  for (const file of [`functions/${entry}.ts`, 'shared/aws/lambda.ts', ...ports]) reachable(join(root, file), files);
  const sources = [...files].map((file) => readFileSync(file, 'utf8'));
  const names = sources.flatMap((source) => [...source.matchAll(/\benv\('([A-Z_]+)'\)/g)].map(([, name = '']) => name));
  return [...new Set(names)].toSorted();
}

test.each([...entries, ...loginEntries])('%s', async (entry) => {
  const set = Object.keys(functions.get(entry)?.Environment.Variables ?? {});
  expect((await variablesOf(entry)).filter((name) => !set.includes(name))).toEqual([]);
});

test('The functions are the files in functions/.', () => {
  expect([...entries, ...loginEntries].filter((entry) => !existsSync(join(root, 'functions', `${entry}.ts`)))).toEqual(
    [],
  );
});

test('Variables are found through every import: a timer needs the table, the queue and the patience.', async () => {
  expect(await variablesOf('timers/due')).toEqual(
    expect.arrayContaining([
      'TABLE_NAME',
      'TIMERS_QUEUE_URL',
      'LONG_TIMERS_ARN',
      'GRACE_SECONDS',
      'LEASE_SECONDS',
      'TOKEN_GRACE_SECONDS',
      'FRAMES_PER_SECOND',
      'FRAMES_OVER_SECONDS',
      'RETENTION_DAYS',
    ]),
  );
});
