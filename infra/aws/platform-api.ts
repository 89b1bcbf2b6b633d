/** The door of the conversation platform: an HTTP API with one route and one Lambda per entry of `platformRoutes`. */
import { Duration } from 'aws-cdk-lib';
import {
  CorsHttpMethod,
  HttpApi,
  HttpMethod,
  HttpStage,
  type CorsPreflightOptions,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Construct } from 'constructs';
import { platformRoutes, type PlatformRouteName } from '../../shared/protocol/platform.ts';
import { accessLog } from './access-log.ts';
import { AgentFunction, identity, patience, type ManagerParts } from './agent-function.ts';
import { acknowledge } from './findings.ts';
import type { Settings } from './settings.ts';

/** What each route may touch besides verifying its caller's token. */
const access: Record<PlatformRouteName, 'nothing' | 'reads' | 'manages'> = {
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
  logoutAgent: 'manages',
  handshake: 'nothing',
};

const accessLogFields = [
  'requestId',
  'requestTime',
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

  constructor(scope: Construct, id: string, { settings, ...parts }: ManagerParts & { settings: Settings }) {
    super(scope, id);
    this.api = new HttpApi(this, 'Api', {
      apiName: `agent-manager-platform-${settings.stage}`,
      description: 'The conversation platform, and GET /handshake for desks.',
      createDefaultStage: false,
      corsPreflight: cors(settings),
    });
    this.stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      detailedMetricsEnabled: true,
      throttle: { rateLimit: 1000, burstLimit: 500 },
      accessLogSettings: accessLog(this, accessLogFields),
    });

    for (const { name, method, path } of platformRoutes) {
      const manages = access[name] === 'manages';
      const handler = new AgentFunction(this, name, {
        settings,
        entry: `platform/${name}`,
        environment: { ...identity(settings), ...(manages && patience(settings)) },
      });
      if (manages) handler.bindManager(parts);
      if (access[name] === 'reads') handler.bindTable(parts.table, 'r');
      this.api.addRoutes({
        path,
        methods: [HttpMethod[method]],
        integration: new HttpLambdaIntegration('Integration', handler.lambda),
      });
    }
    acknowledge(this.api, {
      'AwsSolutions-APIG4':
        'Each function verifies the token itself, so that a refusal is a problem document that says why: an authorizer can only say 401.',
    });
  }
}

/**
 * Pages of any origin may read, as a desk must be able to ask GET /handshake why its socket did not open; the origins of
 * `corsOrigins` may do all. A page proves itself with a bearer token, never a cookie, so no origin has anything to borrow.
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
