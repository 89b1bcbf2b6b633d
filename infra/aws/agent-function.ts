/**
 * One Lambda of the manager. The only place that decides runtime, size, logs and bundle; what a function may touch is bound
 * here too, the variable and the grant together, so that neither can be had without the other.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Lists } from './lists.ts';
import { SettingsError, type Settings } from './settings.ts';
import type { SocketApi } from './socket-api.ts';
import type { Timers } from './timers.ts';

export const metricsNamespace = 'AgentManager';

/** The value of the `service` dimension of our own metrics and of every log line: one per stage, as stages share an account. */
export const serviceName = (settings: Settings): string => `agent-manager-${settings.stage}`;

const readActions = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'];
const writeActions = ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:ConditionCheckItem'];

export interface AgentFunctionProps {
  readonly settings: Settings;
  /** `<folder>/<name>`: the file in functions/ without `.ts`. */
  readonly entry: string;
  /** Variables beyond those that a `bind` sets. Required, so that no caller forgets to think of them. */
  readonly environment: Record<string, string>;
  /** Below the 29 s that API Gateway waits for a route. 20 s unless a queue asks for less. */
  readonly timeout?: Duration;
  /** The function sends messages that invoke it again, without end. False unless given. */
  readonly startsItself?: boolean;
}

/** What a function needs that changes agents or conversations and tells desks about it. */
export interface ManagerParts {
  readonly table: ITable;
  readonly timers: Pick<Timers, 'queue' | 'longTimers'>;
  readonly lists: Pick<Lists, 'queue'>;
  readonly socket: SocketApi;
}

export class AgentFunction extends Construct {
  readonly lambda: lambda.Function;
  readonly entry: string;
  readonly timeout: Duration;

  constructor(scope: Construct, id: string, props: AgentFunctionProps) {
    super(scope, id);
    const { settings, entry, environment, timeout = Duration.seconds(20), startsItself = false } = props;
    this.entry = entry;
    this.timeout = timeout;
    // Always encrypted by CloudWatch; without a name of its own, so that a second stage or a second try never collides.
    const logGroup = new LogGroup(this, 'Logs', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // A role of its own instead of AWSLambdaBasicExecutionRole, which may write to every log group of the account.
    const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    this.lambda = new lambda.Function(this, 'Function', {
      description: `functions/${entry}.ts`,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      // CPU grows with memory (one vCPU at 1,769 MB) and a cold start is all CPU: parsing some 500 KB of SDK. Less than
      // 512 MB makes the first event of a desk noticeably slow, more is paid on every warm event that waits for DynamoDB.
      memorySize: 512,
      timeout,
      code: lambda.Code.fromAsset(bundle(settings, entry)),
      handler: 'index.handler',
      role,
      logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
      // Lambda drops about the sixteenth message of a chain through SQS as a runaway loop unless told that it is meant:
      // https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
      ...(startsItself && { recursiveLoop: lambda.RecursiveLoop.ALLOW }),
      environment: {
        LOG_LEVEL: 'INFO',
        POWERTOOLS_METRICS_NAMESPACE: metricsNamespace,
        POWERTOOLS_SERVICE_NAME: serviceName(settings),
        ...environment,
      },
    });
  }

  /** Items only, by key or by partition: no Scan, no index, no administration. */
  bindTable(table: ITable, access: 'r' | 'rw'): this {
    this.lambda.addEnvironment('TABLE_NAME', table.tableName);
    table.grant(this.lambda, ...readActions, ...(access === 'rw' ? writeActions : []));
    return this;
  }

  bindTimers({ queue, longTimers }: ManagerParts['timers']): this {
    this.lambda.addEnvironment('TIMERS_QUEUE_URL', queue.queueUrl);
    this.lambda.addEnvironment('LONG_TIMERS_ARN', longTimers.stateMachineArn);
    queue.grant(this.lambda, 'sqs:SendMessage');
    longTimers.grantStartExecution(this.lambda);
    return this;
  }

  bindLists({ queue }: ManagerParts['lists']): this {
    this.lambda.addEnvironment('LISTS_QUEUE_URL', queue.queueUrl);
    queue.grant(this.lambda, 'sqs:SendMessage');
    return this;
  }

  bindSessions(queue: IQueue): this {
    this.lambda.addEnvironment('SESSIONS_QUEUE_URL', queue.queueUrl);
    queue.grant(this.lambda, 'sqs:SendMessage');
    return this;
  }

  bindTopic(topic: ITopic): this {
    this.lambda.addEnvironment('EVENTS_TOPIC_ARN', topic.topicArn);
    // Not grantPublish, which adds the use of any KMS key. AWS lets whoever may publish use the key that it manages for SNS.
    const actions = ['sns:Publish'];
    this.lambda.addToRolePolicy(new iam.PolicyStatement({ actions, resources: [topic.topicArn] }));
    return this;
  }

  /** Post to a desk, ask whether its socket is there, close it. Only on this stage. */
  bindSockets(socket: SocketApi): this {
    this.lambda.addEnvironment('AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI', socket.callbackUrl);
    socket.grantManageConnections(this);
    return this;
  }

  bindManager({ table, timers, lists, socket }: ManagerParts): this {
    return this.bindTable(table, 'rw').bindTimers(timers).bindLists(lists).bindSockets(socket);
  }
}

/** How long a lost desk is waited for, and how long a silent one is believed. */
export const patience = (settings: Settings): Record<string, string> => ({
  GRACE_SECONDS: String(settings.graceSeconds),
  LEASE_SECONDS: String(settings.leaseSeconds),
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
