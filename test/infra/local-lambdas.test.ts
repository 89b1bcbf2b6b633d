/**
 * Does a Lambda find here what it would find there: its own environment, its limits, and the
 * consequences of its failures?
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { issuer } from '../../infra/local/people/issuer.ts';
import { start, type LocalStack } from '../../infra/local/start.ts';
import { eventually, seenBy } from './fixtures/local/socket.ts';
import { writeTemplate } from './fixtures/local/template.ts';

let stack: LocalStack;

beforeAll(async () => {
  const environment = { GRACE_SECONDS: '2', NOT_DECLARED: 'anywhere' };
  stack = await start({ template: writeTemplate(), environment });
});
afterAll(() => stack.stop());

async function environmentSeen(of: LocalStack) {
  const outcome = await of.invoke('Environment', {});
  if (!outcome.ok) throw new Error(outcome.errorMessage);
  const { body } = z.object({ body: z.string() }).parse(outcome.result);
  const names = { ownName: z.string(), ownNameLater: z.string(), now: z.string() };
  return z.object({ ...names, all: z.record(z.string(), z.string()) }).parse(JSON.parse(body));
}

test('each function has its own environment, while its module is evaluated and when it is invoked', async () => {
  const twoWay = stack.invoke('TwoWay', {});
  const seen = await environmentSeen(stack);
  await twoWay;
  expect(seen).toMatchObject({ ownName: 'environment', ownNameLater: 'environment', now: 'environment' });
});

test('functions that start at the same time do not see each other', async () => {
  const other = await start({ template: writeTemplate() });
  const [seen] = await Promise.all([
    environmentSeen(other),
    other.invoke('TwoWay', {}),
    other.invoke('WorkFn', { Records: [] }),
    other.invoke('Publish', { Records: [] }),
  ]);
  expect(seen).toMatchObject({ ownName: 'environment', ownNameLater: 'environment', now: 'environment' });
  expect(seenBy(other, 'work')).toEqual([{ Records: [] }]);
  expect(seenBy(other, 'publish')).toEqual([{ Records: [] }]);
  await other.stop();
});

test('nothing of this process is in a function’s environment', async () => {
  const { all } = await environmentSeen(stack);
  expect(all).not.toHaveProperty('PATH');
  expect(all).not.toHaveProperty('HOME');
});

test('a reference in the environment is what it refers to here', async () => {
  const { all } = await environmentSeen(stack);
  expect(all.AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI).toBe(stack.endpoints.management);
  expect(stack.environment('Engines')).toMatchObject({
    TABLE_NAME: stack.resources.tableName,
    QUEUE_URL: stack.resources.queueUrls.Later,
    MACHINE_ARN: stack.resources.stateMachineArns.Machine,
  });
});

test('the development issuer takes the place of the declared one', async () => {
  const { all } = await environmentSeen(stack);
  expect(all).toMatchObject({
    OIDC_ISSUER: issuer,
    OIDC_AUDIENCE: 'agent-manager',
    OIDC_JWKS_URI: `${stack.httpUrl}/oidc/jwks.json`,
  });
});

test('a variable can be changed where it is declared, and only there', async () => {
  const { all } = await environmentSeen(stack);
  expect(all.GRACE_SECONDS).toBe('2');
  expect(all).not.toHaveProperty('NOT_DECLARED');
  expect(stack.environment('Echo')).not.toHaveProperty('GRACE_SECONDS');
});

test('a Lambda reaches every engine through its environment alone', async () => {
  expect(await stack.invoke('Engines', { body: 'x' })).toEqual({ ok: true, result: { statusCode: 200 } });
});

test('a Lambda that takes longer than its timeout has failed', async () => {
  const startedAt = Date.now();
  const outcome = await stack.invoke('Faulty', { body: '{"data":{"how":"slow"}}' });
  expect(outcome).toMatchObject({ ok: false, errorType: 'Sandbox.Timedout' });
  expect(Date.now() - startedAt).toBeLessThan(2900);
});

test('an error is told by its type and message', async () => {
  const outcome = await stack.invoke('Faulty', { body: '{"data":{"how":"throw"}}' });
  expect(outcome).toEqual({ ok: false, errorType: 'Error', errorMessage: 'on purpose' });
});

test('what a concurrent invocation keeps in memory, another does not know', async () => {
  const both = await Promise.all([stack.invoke('Counting', {}), stack.invoke('Counting', {})]);
  expect(both).toEqual([1, 1].map((count) => ({ ok: true, result: { statusCode: 200, body: String(count) } })));
  expect(await stack.invoke('Counting', {})).toEqual({ ok: true, result: { statusCode: 200, body: '2' } });
});

test('an answer of more than 6 MB is an error, and so is such an event', async () => {
  const large = { body: '{"data":{"how":"large"}}' };
  expect(await stack.invoke('Faulty', large)).toMatchObject({ ok: false, errorType: 'Function.ResponseSizeTooLarge' });
  const event = { body: 'x'.repeat(6_300_000) };
  expect(await stack.invoke('TwoWay', event)).toMatchObject({ errorType: 'RequestEntityTooLargeException' });
});

test('a crash fails what was running, is reported, and the next invocation runs again', async () => {
  const crashing = await start({ template: writeTemplate() });
  await crashing.invoke('Faulty', { body: '{"data":{"how":"shape"}}' }); // loaded, so that both have begun when one crashes
  const running = crashing.invoke('Faulty', { body: '{"data":{"how":"slow"}}' });
  expect(await crashing.invoke('Faulty', { body: '{"data":{"how":"crash"}}' })).toMatchObject({
    errorType: 'Runtime.ExitError',
  });
  expect(await running).toMatchObject({ errorType: 'Runtime.ExitError' });
  await eventually(() =>
    crashing.logs().find((line) => line.includes('crashed with 2 invocations in it: exit code 3')),
  );
  expect(await crashing.invoke('TwoWay', {})).toMatchObject({ ok: true });
  await crashing.stop();
});

test('what a Lambda logs can be looked at', async () => {
  await stack.invoke('Http', { rawPath: '/logged' });
  await eventually(() => stack.logs().find((line) => line.includes('/logged')));
});
