/** Is everything wired? One synthesis of a development stage serves all tests of this file. */
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { agentEvents } from '../../shared/protocol/agent-events.ts';
import { platformRoutes } from '../../shared/protocol/platform.ts';
import { all, newApp, entries, functionsOf, idIn, only, stackOf, synthesize, Text } from './stack-fixture.ts';

const stack = stackOf(newApp(), { stage: 'dev' });
const dev = synthesize(stack);
const functions = functionsOf(dev);
const names = new Map([...functions].map(([entry, { id }]) => [id, entry]));

function functionNamed(entry: string) {
  const found = functions.get(entry);
  if (!found) throw new Error(`no function ${entry}`);
  return found;
}

/** Which function a reference to one leads to. */
const functionIn = (text: string): string | undefined => names.get(idIn(text));

const Api = z.object({ ProtocolType: z.string(), RouteSelectionExpression: z.string().optional() });
const apis = all(dev, 'AWS::ApiGatewayV2::Api', Api.loose());
const socketApi = `<${apis.find(({ properties }) => properties.ProtocolType === 'WEBSOCKET')?.id}>`;
const platformApi = `<${apis.find(({ properties }) => properties.ProtocolType === 'HTTP')?.id}>`;

const Route = z.object({
  ApiId: Text,
  RouteKey: z.string(),
  Target: Text,
  AuthorizationType: z.string(),
  AuthorizerId: Text.optional(),
});
const Integration = z.object({
  ApiId: Text,
  IntegrationType: z.literal('AWS_PROXY'),
  IntegrationUri: Text,
  PayloadFormatVersion: z.string().optional(),
});
const integrations = new Map(
  all(dev, 'AWS::ApiGatewayV2::Integration', Integration).map(({ id, properties }) => [id, properties]),
);

/** Route key → the function that answers it. */
function routesOf(api: string): Record<string, string | undefined> {
  const routes = all(dev, 'AWS::ApiGatewayV2::Route', Route).filter(({ properties }) => properties.ApiId === api);
  return Object.fromEntries(
    routes.map(({ properties }) => {
      const integration = integrations.get(idIn(properties.Target.replace('integrations/', '')));
      return [properties.RouteKey, integration?.ApiId === api ? functionIn(integration.IntegrationUri) : undefined];
    }),
  );
}

const Permission = z.object({ FunctionName: Text, Principal: z.string(), SourceArn: Text });
const permissions = all(dev, 'AWS::Lambda::Permission', Permission).map(({ properties }) => properties);

function mayCall(api: string, source: string, entry: string | undefined): boolean {
  const sourceArn = `arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:${api}/${source}`;
  return permissions.some(
    ({ FunctionName, Principal, SourceArn }) =>
      functionIn(FunctionName) === entry && Principal === 'apigateway.amazonaws.com' && SourceArn === sourceArn,
  );
}

describe('The functions', () => {
  test('There is one for every agent event, platform route and trigger, and no other.', () => {
    expect([...functions.keys()].toSorted()).toEqual(entries.toSorted());
  });

  test.each(entries)('%s runs on Node 24 and ARM, within the time that a route waits.', (entry) => {
    const fn = functionNamed(entry);
    expect(fn).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      MemorySize: 512,
    });
    expect(fn.Timeout).toBeGreaterThanOrEqual(10);
    expect(fn.Timeout).toBeLessThan(29);
  });

  test.each(entries)(
    '%s writes JSON to the log group of those that do the same, which forgets after 30 days.',
    (entry) => {
      const { LoggingConfig, Role } = functionNamed(entry);
      const sharing = [...functions.values()].filter((fn) => fn.LoggingConfig.LogGroup === LoggingConfig.LogGroup);
      const logGroup = dev.Resources[LoggingConfig.LogGroup.slice(1, -1)];
      expect(LoggingConfig).toMatchObject({ LogFormat: 'JSON', SystemLogLevel: 'WARN' });
      expect(new Set(sharing.map((fn) => fn.Role))).toEqual(new Set([Role]));
      expect(logGroup).toMatchObject({ Type: 'AWS::Logs::LogGroup', Properties: { RetentionInDays: 30 } });
    },
  );

  test('Only the timers and the news of lists may start themselves without end.', () => {
    const looping = [...functions].filter(([, fn]) => fn.RecursiveLoop).map(([entry]) => entry);
    expect(looping).toEqual(['lists/tell', 'timers/due']);
    expect(functionNamed('timers/due').RecursiveLoop).toBe('Allow');
  });
});

describe('The socket API', () => {
  test('A route is chosen by the action of the frame.', () => {
    const api = apis.find(({ id }) => `<${id}>` === socketApi);
    expect(api?.properties.RouteSelectionExpression).toBe('$request.body.action');
  });

  test('Every agent event, every legal alias and the life of the socket lead to their function.', () => {
    expect(routesOf(socketApi)).toEqual({
      $connect: 'socket/connect',
      $disconnect: 'socket/disconnect',
      $default: 'socket/default',
      ...Object.fromEntries(Object.keys(agentEvents).map((event) => [event, `agent/${event}`])),
      topicUnsubscription: 'agent/topicUnsubscription_',
      WRAP_UP_CLOSED: 'agent/closeWrapup',
      JoinAsBargin: 'agent/joinAsBargeIn',
      JoinAsBargeIn: 'agent/joinAsBargeIn',
      moveToWhisperMode: 'agent/joinAsWhisper',
      joinAsSilentMonitor: 'agent/JoinAsSilentMonitor',
    });
  });

  test.each(Object.entries(routesOf(socketApi)))('API Gateway may call the function of %s.', (routeKey, entry) => {
    expect(mayCall(socketApi, `*${routeKey}`, entry)).toBe(true);
  });

  test('A function has one integration, however many names its event has.', () => {
    const targets = [...integrations.values()].map(({ IntegrationUri }) => IntegrationUri);
    expect(new Set(targets).size).toBe(targets.length);
  });

  test('Only $connect is authorized, by a function that sees every handshake.', () => {
    const authorizer = only(
      dev,
      'AWS::ApiGatewayV2::Authorizer',
      z.object({ ApiId: Text, AuthorizerType: z.string(), AuthorizerUri: Text, IdentitySource: z.array(z.string()) }),
    );
    const authorized = all(dev, 'AWS::ApiGatewayV2::Route', Route).filter(
      ({ properties }) => properties.AuthorizationType !== 'NONE',
    );
    expect(authorized.map(({ properties }) => properties)).toMatchObject([
      { RouteKey: '$connect', AuthorizationType: 'CUSTOM', AuthorizerId: `<${authorizer.id}>` },
    ]);
    expect(authorizer.properties).toMatchObject({ ApiId: socketApi, AuthorizerType: 'REQUEST', IdentitySource: [] });
    expect(functionIn(authorizer.properties.AuthorizerUri)).toBe('socket/authorize');
    expect(mayCall(socketApi, `authorizers/<${authorizer.id}>`, 'socket/authorize')).toBe(true);
  });

  test('A desk is answered through @connections alone: no route has a response.', () => {
    const routes = all(dev, 'AWS::ApiGatewayV2::Route', z.record(z.string(), z.unknown()));
    expect(routes.filter(({ properties }) => 'RouteResponseSelectionExpression' in properties)).toEqual([]);
    expect(all(dev, 'AWS::ApiGatewayV2::RouteResponse', z.unknown())).toEqual([]);
  });
});

describe('The platform API', () => {
  test('Every route of the protocol leads to its function.', () => {
    const expected = platformRoutes.map(({ name, method, path }) => [`${method} ${path}`, `platform/${name}`]);
    expect(routesOf(platformApi)).toEqual(Object.fromEntries(expected));
  });

  test.each(platformRoutes.map(({ name, path }) => [path, `platform/${name}`]))(
    'API Gateway may call for %s the function %s.',
    (path, entry) => {
      expect(mayCall(platformApi, `*/*${path}`, entry)).toBe(true);
    },
  );

  test('Its functions get events of payload format 2.0.', () => {
    const versions = [...integrations.values()].filter(({ ApiId }) => ApiId === platformApi);
    expect(new Set(versions.map(({ PayloadFormatVersion }) => PayloadFormatVersion))).toEqual(new Set(['2.0']));
  });

  test('Pages of any origin may read and no more, unless their origin is named.', () => {
    const Cors = z.object({ CorsConfiguration: z.object({ AllowOrigins: z.unknown(), AllowMethods: z.unknown() }) });
    const api = dev.Resources[platformApi.slice(1, -1)];
    expect(Cors.parse(api?.Properties).CorsConfiguration).toEqual({ AllowOrigins: ['*'], AllowMethods: ['GET'] });
  });
});

describe('Both APIs', () => {
  const Stage = z.object({
    ApiId: Text,
    StageName: z.string(),
    AutoDeploy: z.boolean(),
    AccessLogSettings: z.object({ DestinationArn: Text, Format: z.string() }),
    DefaultRouteSettings: z.object({
      DetailedMetricsEnabled: z.boolean(),
      ThrottlingRateLimit: z.number(),
      ThrottlingBurstLimit: z.number(),
    }),
  });
  const stages = all(dev, 'AWS::ApiGatewayV2::Stage', Stage).map(({ properties }) => properties);

  test('They have one stage each, deployed with every change.', () => {
    expect(stages.map(({ ApiId, StageName, AutoDeploy }) => ({ ApiId, StageName, AutoDeploy }))).toEqual([
      { ApiId: socketApi, StageName: 'dev', AutoDeploy: true },
      { ApiId: platformApi, StageName: '$default', AutoDeploy: true },
    ]);
  });

  test('They leave each other, and the posts to desks, a share of the 10,000 requests a second of an account.', () => {
    const rates = stages.map(({ DefaultRouteSettings }) => DefaultRouteSettings.ThrottlingRateLimit);
    expect(rates.reduce((sum, rate) => sum + rate, 0)).toBeLessThanOrEqual(5000);
    expect(stages.every(({ DefaultRouteSettings }) => DefaultRouteSettings.DetailedMetricsEnabled)).toBe(true);
  });

  test('Their access logs tell each request and never a token.', () => {
    for (const { AccessLogSettings } of stages) {
      expect(AccessLogSettings.Format).toContain('$context.requestId');
      expect(AccessLogSettings.Format).not.toMatch(/header|querystring|authorizer\.(?!error)/i);
      expect(dev.Resources[idIn(AccessLogSettings.DestinationArn)]?.Type).toBe('AWS::Logs::LogGroup');
    }
  });

  test('The account lets API Gateway write them before the socket stage is made.', () => {
    const account = only(dev, 'AWS::ApiGateway::Account', z.object({ CloudWatchRoleArn: Text }));
    const [stage] = all(dev, 'AWS::ApiGatewayV2::Stage', Stage).filter(
      ({ properties }) => properties.StageName === 'dev',
    );
    expect(dev.Resources[stage?.id ?? '']?.DependsOn).toContain(account.id);
    expect(dev.Resources[account.id]?.DeletionPolicy).toBe('Retain');
  });
});

describe('The table', () => {
  test('It has the key, the time to live, the stream and the backups that the stores rely on.', () => {
    const { properties } = only(dev, 'AWS::DynamoDB::Table', z.record(z.string(), z.unknown()));
    expect(properties).toMatchObject({
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
    expect(all(dev, 'AWS::ApplicationAutoScaling::ScalingPolicy', z.unknown())).toEqual([]);
  });

  test('A large floor may have its capacity provisioned: it follows what is used of it, within bounds.', () => {
    const context = { tableCapacity: 'provisioned', mostWriteUnits: 60_000, leastReadUnits: 500 };
    const large = synthesize(stackOf(newApp(), context));
    const { properties } = only(large, 'AWS::DynamoDB::Table', z.record(z.string(), z.unknown()));
    expect(properties['BillingMode']).toBeUndefined(); // CloudFormation's default is PROVISIONED
    expect(properties).toMatchObject({ ProvisionedThroughput: { ReadCapacityUnits: 500, WriteCapacityUnits: 100 } });
    const Target = z.object({ ScalableDimension: z.string(), MinCapacity: z.number(), MaxCapacity: z.number() });
    expect(
      all(large, 'AWS::ApplicationAutoScaling::ScalableTarget', Target).map((target) => target.properties),
    ).toEqual([
      { ScalableDimension: 'dynamodb:table:WriteCapacityUnits', MinCapacity: 100, MaxCapacity: 60_000 },
      { ScalableDimension: 'dynamodb:table:ReadCapacityUnits', MinCapacity: 500, MaxCapacity: 40_000 },
    ]);
    const Policy = z.object({ TargetTrackingScalingPolicyConfiguration: z.object({ TargetValue: z.number() }) });
    const targets = all(large, 'AWS::ApplicationAutoScaling::ScalingPolicy', Policy);
    expect(
      targets.map(({ properties: policy }) => policy.TargetTrackingScalingPolicyConfiguration.TargetValue),
    ).toEqual([80, 80]);
  });
});
