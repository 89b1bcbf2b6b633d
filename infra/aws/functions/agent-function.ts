/**
 * One Lambda of the manager. The only place that decides runtime, size and bundle; what it may
 * touch is its duty.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Duty } from './duty.ts';
import { SettingsError, type Settings } from '../settings.ts';

export const metricsNamespace = 'AgentManager';

/**
 * The value of the `service` dimension of our own metrics and of every log line: one per stage, as
 * stages share an account.
 */
export const serviceName = (settings: Settings): string => `agent-manager-${settings.stage}`;

export interface AgentFunctionProps {
  readonly settings: Settings;
  /** Complete: what it may and what it knows is taken from here as it is now. */
  readonly duty: Duty;
  /** `<folder>/<name>`: the file in functions/ without `.ts`. */
  readonly entry: string;
  /** Variables beyond those of the duty. Required, so that no caller forgets to think of them. */
  readonly environment: Record<string, string>;
  /** Below the 29 s that API Gateway waits for a route. 20 s unless a queue asks for less. */
  readonly timeout?: Duration;
  /** The function sends messages that invoke it again, without end. False unless given. */
  readonly startsItself?: boolean;
}

export class AgentFunction extends Construct {
  readonly lambda: lambda.Function;
  readonly entry: string;
  readonly timeout: Duration;

  constructor(scope: Construct, id: string, props: AgentFunctionProps) {
    super(scope, id);
    const { settings, duty, entry, environment, timeout = Duration.seconds(20), startsItself = false } = props;
    this.entry = entry;
    this.timeout = timeout;
    this.lambda = new lambda.Function(this, 'Function', {
      description: `functions/${entry}.ts`,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      // CPU grows with memory (one vCPU at 1,769 MB) and a cold start is all CPU: parsing some 500
      // KB of SDK. Less than 512 MB makes the first event of a desk noticeably slow, more is paid
      // on every warm event that waits for DynamoDB.
      memorySize: 512,
      timeout,
      code: lambda.Code.fromAsset(bundle(settings, entry)),
      handler: 'index.handler',
      role: duty.role,
      logGroup: duty.logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
      // Not a line for each start and each end: their times are metrics, and a line per invocation
      // costs as much as the invocation. What fails or times out is still written.
      // https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
      systemLogLevelV2: lambda.SystemLogLevel.WARN,
      // Lambda drops about the sixteenth message of a chain through SQS as a runaway loop unless
      // told that it is meant:
      // https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
      ...(startsItself && { recursiveLoop: lambda.RecursiveLoop.ALLOW }),
      environment: {
        LOG_LEVEL: 'INFO',
        POWERTOOLS_METRICS_NAMESPACE: metricsNamespace,
        POWERTOOLS_SERVICE_NAME: serviceName(settings),
        ...duty.environment,
        ...environment,
      },
    });
  }
}

/**
 * How long a lost desk is waited for, a silent one is believed, a token is good after its end, and
 * a conversation is kept that has ended; and how fast a desk may speak.
 */
export const patience = (settings: Settings): Record<string, string> => ({
  GRACE_SECONDS: String(settings.graceSeconds),
  LEASE_SECONDS: String(settings.leaseSeconds),
  TOKEN_GRACE_SECONDS: String(settings.tokenGraceSeconds),
  FRAMES_PER_SECOND: String(settings.framesPerSecond),
  FRAMES_OVER_SECONDS: String(settings.framesOverSeconds),
  RETENTION_DAYS: String(settings.retentionDays),
});

/** What a function needs that verifies access tokens. */
export const identity = (settings: Settings): Record<string, string> => ({
  OIDC_ISSUER: settings.oidcIssuer,
  OIDC_AUDIENCE: settings.oidcAudience,
  ...(settings.oidcJwksUri && { OIDC_JWKS_URI: settings.oidcJwksUri }),
  ...(settings.oidcClaims && { OIDC_CLAIMS: JSON.stringify(settings.oidcClaims) }),
});

function bundle(settings: Settings, entry: string): string {
  const folder = join(settings.bundles, entry);
  if (!existsSync(join(folder, 'index.mjs'))) {
    throw new SettingsError(`There is no bundle of functions/${entry}.ts in ${settings.bundles}: run npm run build.`);
  }
  return folder;
}
