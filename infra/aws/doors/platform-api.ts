/**
 * The door of the conversation platform: an HTTP API with one route and one Lambda per entry of
 * `platformRoutes`.
 */
import { Duration } from 'aws-cdk-lib';
import {
  CorsHttpMethod,
  HttpApi,
  HttpMethod,
  HttpStage,
  type CorsPreflightOptions,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { platformRoutes, type PlatformRouteName } from '../../../shared/protocol/platform.ts';
import { accessLog } from './access-log.ts';
import { LoginRoutes } from './login-routes.ts';
import { AgentFunction, identity, metricsNamespace, patience } from '../functions/agent-function.ts';
import { Duty, type ManagerParts } from '../functions/duty.ts';
import { acknowledge } from '../findings.ts';
import type { Settings } from '../settings.ts';

/** What each route may touch besides verifying its caller's token. */
const access: Record<PlatformRouteName, 'reads' | 'manages'> = {
  startConversation: 'manages',
  addConversationEvent: 'manages',
  listConversationEvents: 'reads',
  getConversation: 'reads',
  endConversation: 'manages',
  queueConversation: 'manages',
  explainRouting: 'reads',
  listConfig: 'reads',
  getConfig: 'reads',
  putConfig: 'manages',
  deleteConfig: 'manages',
  listAgents: 'reads',
  getAgent: 'reads',
  listAgentEvents: 'reads',
  logoutAgent: 'manages',
  eraseCustomer: 'manages',
  handshake: 'reads',
};

const accessLogFields = [
  'requestId',
  'routeKey',
  'path',
  'status',
  'responseLatency',
  'integrationLatency',
  'integrationErrorMessage',
  'error.message',
  'identity.sourceIp',
];

export class PlatformApi extends Construct {
  readonly api: HttpApi;
  readonly stage: HttpStage;
  /** Requests that were answered 429. */
  readonly throttled: Metric;

  constructor(scope: Construct, id: string, { settings, ...parts }: ManagerParts & { settings: Settings }) {
    super(scope, id);
    this.api = new HttpApi(this, 'Api', {
      apiName: `agent-manager-platform-${settings.stage}`,
      description: 'The conversation platform, and GET /handshake for desks.',
      createDefaultStage: false,
      corsPreflight: cors(settings),
    });
    const { logGroup, accessLogSettings } = accessLog(this, accessLogFields, settings);
    // The metric of API Gateway counts every 4xx, and most of those are answers.
    this.throttled = logGroup
      .addMetricFilter('Throttled', {
        filterPattern: FilterPattern.stringValue('$.status', '=', '429'),
        metricNamespace: metricsNamespace,
        metricName: `PlatformThrottled-${settings.stage}`,
      })
      .metric({ period: Duration.minutes(1), statistic: 'Sum' });
    this.stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      detailedMetricsEnabled: true,
      throttle: { rateLimit: settings.platformRequestsPerSecond, burstLimit: settings.platformBurst },
      accessLogSettings,
    });

    const duties = {
      reads: new Duty(this, 'Reading', settings).mayUseItems(parts.table, 'GetItem', 'BatchGetItem', 'Query'),
      manages: new Duty(this, 'Managing', settings).manages(parts),
    };
    for (const { name, method, path } of platformRoutes) {
      const handler = new AgentFunction(this, name, {
        settings,
        duty: duties[access[name]],
        entry: `platform/${name}`,
        environment: { ...identity(settings), ...(access[name] === 'manages' && patience(settings)) },
      });
      this.api.addRoutes({
        path,
        methods: [HttpMethod[method]],
        integration: new HttpLambdaIntegration('Integration', handler.lambda),
      });
    }
    const { loginClientId: clientId } = settings;
    if (clientId !== undefined)
      new LoginRoutes(this, 'Login', { settings, clientId, api: this.api, stage: this.stage });
    acknowledge(this.api, {
      'AwsSolutions-APIG4':
        'Each function verifies the token itself, so that a refusal is a problem document that says why: an authorizer can only say 401.',
    });
  }
}

/**
 * Pages of any origin may read, as a desk must be able to ask GET /handshake why its socket did not
 * open; the origins of `corsOrigins` may do all. A page proves itself with a bearer token, never a
 * cookie, so no origin has anything to borrow.
 */
function cors({ corsOrigins }: Settings): CorsPreflightOptions {
  const all = [CorsHttpMethod.GET, CorsHttpMethod.POST, CorsHttpMethod.PUT, CorsHttpMethod.DELETE];
  return {
    allowOrigins: corsOrigins ?? ['*'],
    allowMethods: corsOrigins ? all : [CorsHttpMethod.GET],
    allowHeaders: ['authorization', 'content-type'],
    maxAge: Duration.hours(1),
  };
}
