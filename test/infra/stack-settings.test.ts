/** Is a deployment that cannot work refused before it starts, in words that say what to do? */
import { execFile } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { readSettings } from '../../infra/aws/settings.ts';
import { emptyFolder, newApp, stackOf } from './stack-fixture.ts';

const required = { oidcIssuer: 'https://id.example.com/realms/desks', oidcAudience: 'agent-manager' };

function read(context: Record<string, unknown>) {
  const given = new Map(Object.entries(context));
  return readSettings((key) => given.get(key), '/bundles');
}

describe('What is not said', () => {
  test('has these values.', () => {
    expect(read(required)).toEqual({
      ...required,
      stage: 'dev',
      graceSeconds: 60,
      leaseSeconds: 75,
      tokenGraceSeconds: 60,
      framesPerSecond: 50,
      framesOverSeconds: 5,
      retentionDays: 400,
      localstack: false,
      accountLogRole: true,
      logRetentionDays: 30,
      socketRequestsPerSecond: 2500,
      socketBurst: 2500,
      platformRequestsPerSecond: 1500,
      platformBurst: 1500,
      accountConcurrency: 1000,
      tableCapacity: 'onDemand',
      tableUtilizationPercent: 80,
      leastWriteUnits: 100,
      mostWriteUnits: 40_000,
      leastReadUnits: 100,
      mostReadUnits: 40_000,
      retainData: false,
      bundles: '/bundles',
    });
  });

  test('is, for the local stage, an issuer that the local runtime replaces.', () => {
    expect(read({ stage: 'local' })).toMatchObject({
      oidcIssuer: expect.stringMatching(/^http/),
      oidcAudience: expect.any(String),
      oidcJwksUri: expect.stringMatching(/^http/),
      retainData: false,
    });
  });
});

describe('What is said', () => {
  test.each([
    [
      { graceSeconds: '90', leaseSeconds: '20', tokenGraceSeconds: '30' },
      { graceSeconds: 90, leaseSeconds: 20, tokenGraceSeconds: 30 },
    ],
    [
      { framesPerSecond: '20', framesOverSeconds: 10 },
      { framesPerSecond: 20, framesOverSeconds: 10 },
    ],
    [
      { tableCapacity: 'provisioned', tableUtilizationPercent: '70', leastWriteUnits: '5000' },
      { tableCapacity: 'provisioned', tableUtilizationPercent: 70, leastWriteUnits: 5_000 },
    ],
    [{ stage: 'production' }, { retainData: true }],
    [{ stage: 'production', retainData: 'false' }, { retainData: false }],
    [{ retainData: true }, { retainData: true }],
    [{ localstack: 'true' }, { localstack: true, callbackBase: 'http://localhost.localstack.cloud:4566' }],
    [{ callbackBase: 'http://127.0.0.1:4570/prod' }, { localstack: false, callbackBase: 'http://127.0.0.1:4570/prod' }],
    [
      { localstack: 'true', callbackBase: 'http://127.0.0.1:4570' },
      { localstack: true, callbackBase: 'http://127.0.0.1:4570' },
    ],
    [
      { socketRequestsPerSecond: '4000', platformRequestsPerSecond: 3000, platformBurst: '100' },
      { socketRequestsPerSecond: 4000, socketBurst: 4000, platformRequestsPerSecond: 3000, platformBurst: 100 },
    ],
    [{ logRetentionDays: '365' }, { logRetentionDays: 365 }],
    [
      { corsOrigins: 'https://a.example, https://b.example' },
      { corsOrigins: ['https://a.example', 'https://b.example'] },
    ],
    [{ oidcClaims: '{"username":"email"}' }, { oidcClaims: { username: 'email' } }],
    [{ oidcClaims: { username: 'email' } }, { oidcClaims: { username: 'email' } }],
  ])('%j is understood.', (context, settings) => {
    expect(read({ ...required, ...context })).toMatchObject(settings);
  });

  test.each([
    [{ oidcIssuer: undefined }, /-c oidcIssuer=…: must be the URL of the OIDC issuer/],
    [{ oidcIssuer: 'keycloak' }, /-c oidcIssuer=…: must be the URL/],
    [{ oidcAudience: undefined }, /-c oidcAudience=…: must be the audience/],
    [{ stage: 'Prod_1' }, /-c stage=…: must be lower-case letters/],
    [{ graceSeconds: '-1' }, /-c graceSeconds=…/],
    [{ callbackBase: '127.0.0.1:4570' }, /-c callbackBase=…: must be the URL/],
    [{ retainData: 'perhaps' }, /-c retainData=…/],
    [{ alarmEmail: 'nobody' }, /-c alarmEmail=…/],
    [{ framesPerSecond: '0' }, /-c framesPerSecond=…: must be a whole number of frames, at least 1/],
    [{ framesOverSeconds: '61' }, /-c framesOverSeconds=…: must be at most 60/],
    [{ leaseSeconds: '901' }, /-c leaseSeconds=…: must be at most 900/],
    [{ socketRequestsPerSecond: '0' }, /-c socketRequestsPerSecond=…: must be a whole number of requests, at least 1/],
    [{ platformBurst: 'many' }, /-c platformBurst=…: must be a whole number of requests/],
    [{ accountConcurrency: '1.5' }, /-c accountConcurrency=…: must be a whole number/],
    [{ logRetentionDays: '31' }, /-c logRetentionDays=…: must be one of 1, 3, 5, 7, 14, 30, /],
    [{ oidcClaims: '{username' }, /-c oidcClaims=…/],
    [{ tableCapacity: 'reserved' }, /-c tableCapacity=…: must be onDemand or provisioned/],
    [{ tableUtilizationPercent: '95' }, /-c tableUtilizationPercent=…: must be a whole number from 20 to 90/],
    [{ mostWriteUnits: '0' }, /-c mostWriteUnits=…: must be a whole number of units, at least 1/],
    [{ leastReadUnits: 50_000 }, /-c leastReadUnits=…: must not be more than mostReadUnits/],
  ])('%j is refused.', (context, message) => {
    expect(() => read({ ...required, ...context })).toThrow(message);
  });
});

test('A stack without bundles says which is missing and what makes it.', () => {
  expect(() => stackOf(newApp(), {}, emptyFolder())).toThrow(/no bundle of functions\/\S+\.ts .* npm run build/);
});

test('The app names what is missing and shows no stack trace.', { timeout: 30_000 }, async () => {
  const env = {
    ...process.env,
    CDK_CONTEXT_JSON: JSON.stringify({ stage: 'dev' }),
    CDK_OUTDIR: emptyFolder(),
  };
  const { code, stderr } = await new Promise<{ code: unknown; stderr: string }>((resolve) => {
    execFile(process.execPath, ['infra/app.ts'], { env }, (error, _, text) =>
      resolve({ code: error?.code, stderr: text }),
    );
  });
  expect(code).toBe(1);
  expect(stderr.trim().split('\n')).toEqual([
    'The stack cannot be built from this context:',
    expect.stringContaining('oidcIssuer'),
    expect.stringContaining('oidcAudience'),
  ]);
});
