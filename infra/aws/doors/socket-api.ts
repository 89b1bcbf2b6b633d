/**
 * The door of the desks: a WebSocket API with one stage. Routes are added by SocketRoutes; this is
 * only what other functions need in order to reach a desk, so that they can be built before the
 * routes that lead to them.
 */
import { CfnElement, Stack } from 'aws-cdk-lib';
import { WebSocketApi, WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { accessLog, AccountLogRole } from './access-log.ts';
import { acknowledge } from '../findings.ts';
import type { Settings } from '../settings.ts';

/** POST says something to a desk, GET asks whether its socket is there, DELETE closes it. */
export type SocketMethod = 'POST' | 'GET' | 'DELETE';

const accessLogFields = [
  'requestId',
  'eventType',
  'routeKey',
  'connectionId',
  'status',
  'authorizer.error',
  'integration.error',
  'integration.latency',
  'error.message',
  'identity.sourceIp',
];

export class SocketApi extends Construct {
  readonly api: WebSocketApi;
  readonly stage: WebSocketStage;
  /** Where desks connect. */
  readonly url: string;
  /** Where functions post to desks. */
  readonly callbackUrl: string;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    this.api = new WebSocketApi(this, 'Api', {
      apiName: `agent-manager-${settings.stage}`,
      description: 'Agent desks. One route per agent event.',
      routeSelectionExpression: '$request.body.action',
    });
    this.stage = new WebSocketStage(this, 'Stage', {
      webSocketApi: this.api,
      stageName: settings.stage,
      autoDeploy: true,
      detailedMetricsEnabled: true,
      throttle: { rateLimit: settings.socketRequestsPerSecond, burstLimit: settings.socketBurst },
      accessLogSettings: accessLog(this, accessLogFields, settings).accessLogSettings,
    });
    if (settings.accountLogRole) this.stage.node.addDependency(new AccountLogRole(this, 'AccountLogRole'));

    // Both are put together from the id of the API, which depends on no route: a function may name
    // the URL that leads to it.
    this.url = settings.localstack ? this.api.apiEndpoint : this.stage.url;
    this.callbackUrl = settings.callbackBase ?? this.stage.callbackUrl;
  }

  /** On the connections of this stage, and of no other. */
  grantConnections(role: Role, methods: readonly SocketMethod[]): void {
    const connections = methods.map((method) => `${this.stage.stageName}/${method}/@connections/*`);
    const arn = (resourceName: string): string =>
      Stack.of(this).formatArn({ service: 'execute-api', resource: this.api.apiId, resourceName });
    const actions = ['execute-api:ManageConnections'];
    role.addToPolicy(new PolicyStatement({ actions, resources: connections.map(arn) }));

    const finding = (resourceName: string): string =>
      `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<${this.logicalId()}>/${resourceName}]`;
    const reason = 'The id of a connection is not known before a desk connects.';
    acknowledge(role, Object.fromEntries(connections.map((resourceName) => [finding(resourceName), reason])));
  }

  private logicalId(): string {
    const element = this.api.node.defaultChild;
    return CfnElement.isCfnElement(element) ? Stack.of(this).getLogicalId(element) : this.api.node.id;
  }
}
