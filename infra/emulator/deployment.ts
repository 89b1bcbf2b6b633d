/**
 * The project's own CDK against an emulator: bootstrap, deploy, destroy. It finds neither profiles
 * nor credentials of the person who runs it.
 */
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../functions.ts';
import { account, credentials, region } from '../local/aws.ts';
import { audience, issuer } from '../local/people/issuer.ts';

export interface Deployment {
  /** The name of the stack. */
  readonly stack: string;
  destroy(): Promise<void>;
}

export interface DeploymentOptions {
  /** Where the emulator is. */
  readonly endpoint: string;
  /** For what is made on the way. */
  readonly folder: string;
  readonly stage: string;
  /** Where desks are and the development issuer is served. */
  readonly gatewayUrl: string;
}

export async function deploy({ endpoint, folder, stage, gatewayUrl }: DeploymentOptions): Promise<Deployment> {
  const out = join(folder, 'cdk.out');
  const home = join(folder, 'home');
  mkdirSync(home);
  const env = {
    PATH: process.env['PATH'],
    HOME: home,
    CDK_HOME: home,
    AWS_CONFIG_FILE: join(home, 'none'),
    AWS_SHARED_CREDENTIALS_FILE: join(home, 'none'),
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ENDPOINT_URL_S3: endpoint,
    CI: 'true',
  };
  const cdk = (command: string, ...args: string[]) => {
    const script = join(root, 'node_modules', 'aws-cdk-local', 'bin', 'cdklocal');
    return run(env, script, command, '--no-notices', ...args);
  };
  const context = {
    stage,
    oidcIssuer: issuer,
    oidcAudience: audience,
    oidcJwksUri: `${gatewayUrl}/oidc/jwks.json`,
    callbackBase: `${gatewayUrl}/${stage}`,
    corsOrigins: '*',
    // Nobody whose desk a test has left is logged out while other tests run.
    graceSeconds: '600',
    leaseSeconds: '600',
    retainData: 'false',
  };
  const given = Object.entries(context).flatMap(([key, value]) => ['--context', `${key}=${value}`]);
  await cdk('synth', '--quiet', '--output', out, ...given);
  await cdk('bootstrap', `aws://${account}/${region}`, '--app', out);
  const stack = `AgentManager-${stage}`;
  await cdk('deploy', stack, '--app', out, '--require-approval', 'never', '--progress', 'events');
  return { stack, destroy: () => cdk('destroy', stack, '--app', out, '--force') };
}

/** What it said is shown only where it fails. */
async function run(env: NodeJS.ProcessEnv, script: string, ...args: string[]): Promise<void> {
  const child = spawn(process.execPath, [script, ...args], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) =>
    child.once('error', reject).once('close', resolve),
  );
  if (code !== 0) throw new Error(`cdk ${args[0]} ended with ${code}:\n${said.trim().slice(-10_000)}`);
}
