/**
 * Does a template pass what is asked of it, whatever the stage, and does each stage get what it is
 * for?
 */
import { Template } from 'aws-cdk-lib/assertions';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { check } from '../../infra/aws/synthesis.ts';
import { all, newApp, functionsOf, only, stackOf, synthesize, Text } from './stack-fixture.ts';

const app = newApp();
const stacks = {
  dev: stackOf(app, { stage: 'dev' }),
  production: stackOf(app, {
    stage: 'production',
    corsOrigins: 'https://desk.example.com, https://chat.example.com',
    socketRequestsPerSecond: 4000,
    socketBurst: 900,
    platformRequestsPerSecond: 3000,
    platformBurst: 800,
    logRetentionDays: 90,
  }),
  local: stackOf(app, { stage: 'local' }),
  localstack: stackOf(app, { stage: 'localstack', localstack: 'true', accountLogRole: 'false' }),
};
const dev = synthesize(stacks.dev);
const production = synthesize(stacks.production);
const local = synthesize(stacks.local);
const localstack = synthesize(stacks.localstack);

describe('A template', () => {
  test('It passes the rules of CloudFormation and of cdk-nag.', () => {
    const checked = newApp();
    check(checked);
    stackOf(checked, { stage: 'dev', alarmEmail: 'ops@example.com' });
    expect(() => checked.synth()).not.toThrow();
  });

  test('One that breaks a rule is refused.', { timeout: 30_000 }, () => {
    const checked = newApp();
    check(checked);
    new Bucket(stackOf(checked, { stage: 'dev' }), 'Open');
    expect(() => checked.synth()).toThrow(/AwsSolutions-S1\b/);
  });

  test.each(Object.entries(stacks))('No resource of stage %s waits for itself.', (_, stack) => {
    expect(() => Template.fromStack(stack)).not.toThrow();
  });

  test('It has room for what is to come: of the 500 resources that CloudFormation takes, 100 are left.', () => {
    expect(Object.keys(dev.Resources).length).toBeLessThanOrEqual(400);
  });

  test('One more agent event is five resources: a function with its alarm, a route to it and leave to call it.', () => {
    const own = Object.entries(dev.Resources).filter(([id]) => /closeWrapup/i.test(id) && !/WRAPUPCLOSED/.test(id));
    expect(own.map(([, { Type }]) => Type).toSorted()).toEqual([
      'AWS::ApiGatewayV2::Integration',
      'AWS::ApiGatewayV2::Route',
      'AWS::CloudWatch::Alarm',
      'AWS::Lambda::Function',
      'AWS::Lambda::Permission',
    ]);
  });

  test('The throttles of the APIs and the retention of every log are those of the deployment.', () => {
    const stages = all(
      production,
      'AWS::ApiGatewayV2::Stage',
      z.object({
        DefaultRouteSettings: z.object({ ThrottlingRateLimit: z.number(), ThrottlingBurstLimit: z.number() }),
      }),
    );
    expect(stages.map(({ properties }) => properties.DefaultRouteSettings)).toEqual([
      { ThrottlingRateLimit: 4000, ThrottlingBurstLimit: 900 },
      { ThrottlingRateLimit: 3000, ThrottlingBurstLimit: 800 },
    ]);
    const logs = all(production, 'AWS::Logs::LogGroup', z.object({ RetentionInDays: z.number() }));
    expect(new Set(logs.map(({ properties }) => properties.RetentionInDays))).toEqual(new Set([90]));
  });

  test('No resource has a name that a second stage would take.', () => {
    const naming =
      /^(FunctionName|RoleName|TableName|QueueName|TopicName|StateMachineName|LogGroupName|AlarmName|DashboardName)$/;
    const taken = Object.values(dev.Resources)
      // A mapping and a permission name the function that they are for, a metric filter its log
      // group.
      .filter(
        ({ Type }) =>
          !['AWS::Lambda::EventSourceMapping', 'AWS::Lambda::Permission', 'AWS::Logs::MetricFilter'].includes(Type),
      )
      .flatMap(({ Type, Properties }) =>
        Object.keys(Properties)
          .filter((key) => naming.test(key))
          .map((key) => `${Type} ${key}`),
      );
    // The name of a FIFO topic must end in .fifo, so it cannot be left to CloudFormation: CDK makes
    // one from the stack's.
    expect(taken).toEqual(['AWS::SNS::Topic TopicName']);
    const topics = [dev, production].flatMap((stage) =>
      all(stage, 'AWS::SNS::Topic', z.object({ TopicName: z.string().optional() })),
    );
    const names = topics.flatMap(({ properties }) => properties.TopicName ?? []);
    expect(new Set(names).size).toBe(2);
  });

  test('It tells where desks connect, where the platform calls, what it listens to and where the data is.', () => {
    expect(Object.keys(dev.Outputs).toSorted()).toEqual(['EventsTopicArn', 'HttpUrl', 'TableName', 'WebSocketUrl']);
    expect(Text.parse(dev.Outputs['WebSocketUrl']?.Value)).toMatch(
      /^wss:\/\/<SocketApi\w+>\.execute-api\.<AWS::Region>\.<AWS::URLSuffix>\/dev$/,
    );
    expect(Text.parse(dev.Outputs['HttpUrl']?.Value)).toMatch(/^<PlatformApi\w+\.ApiEndpoint>$/);
  });

  test('It counts what must not vanish.', () => {
    const types = Object.values(dev.Resources).map(({ Type }) => Type);
    const count = (type: string): number => types.filter((candidate) => candidate === type).length;
    expect({
      tables: count('AWS::DynamoDB::Table'),
      queues: count('AWS::SQS::Queue'),
      stateMachines: count('AWS::StepFunctions::StateMachine'),
      topics: count('AWS::SNS::Topic'),
      apis: count('AWS::ApiGatewayV2::Api'),
      mappings: count('AWS::Lambda::EventSourceMapping'),
      dashboards: count('AWS::CloudWatch::Dashboard'),
    }).toEqual({ tables: 1, queues: 8, stateMachines: 1, topics: 2, apis: 2, mappings: 5, dashboards: 1 });
  });
});

describe('Data', () => {
  const tableOf = (stage: typeof dev) => {
    const { id, properties } = only(
      stage,
      'AWS::DynamoDB::Table',
      z.object({ DeletionProtectionEnabled: z.boolean() }),
    );
    return { protection: properties.DeletionProtectionEnabled, policy: stage.Resources[id]?.DeletionPolicy };
  };

  test('It outlives every stage but those of developers.', () => {
    expect(tableOf(production)).toEqual({ protection: true, policy: 'Retain' });
    expect(stacks.production.terminationProtection).toBe(true);
  });

  test('It goes with the stage of a developer.', () => {
    expect([tableOf(dev), tableOf(local)]).toEqual([
      { protection: false, policy: 'Delete' },
      { protection: false, policy: 'Delete' },
    ]);
    expect(stacks.dev.terminationProtection).toBe(false);
  });
});

describe('A page', () => {
  const corsOf = (stage: typeof dev) =>
    all(stage, 'AWS::ApiGatewayV2::Api', z.object({ CorsConfiguration: z.unknown().optional() }))
      .map(({ properties }) => properties.CorsConfiguration)
      .find((cors) => cors);

  test('One of a named origin may do all that the platform API can.', () => {
    expect(corsOf(production)).toMatchObject({
      AllowOrigins: ['https://desk.example.com', 'https://chat.example.com'],
      AllowMethods: ['GET', 'POST', 'PUT', 'DELETE'],
    });
  });

  test('One on the machine of a developer may do all, wherever it is served.', () => {
    expect(corsOf(local)).toMatchObject({ AllowOrigins: ['*'], AllowMethods: ['GET', 'POST', 'PUT', 'DELETE'] });
  });
});

describe('A function posts to desks', () => {
  const endpoints = (stage: typeof dev): Set<string> =>
    new Set(
      [...functionsOf(stage).values()].flatMap(
        ({ Environment }) => Environment.Variables['AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI'] ?? [],
      ),
    );

  test('on the stage that they are connected to.', () => {
    const [endpoint, ...others] = endpoints(production);
    expect(endpoint).toMatch(/^https:\/\/<SocketApi\w+>\.execute-api\.<AWS::Region>\.<AWS::URLSuffix>\/production$/);
    expect(others).toEqual([]);
  });

  test('on the edge port of LocalStack, where that is what serves @connections.', () => {
    expect(endpoints(localstack)).toEqual(new Set(['http://localhost.localstack.cloud:4566']));
  });
});

test('An account that has a role for access logs keeps it if asked to.', () => {
  expect(all(dev, 'AWS::ApiGateway::Account', z.unknown())).toHaveLength(1);
  expect(all(localstack, 'AWS::ApiGateway::Account', z.unknown())).toHaveLength(0);
});

test('The metrics of two stages are told apart.', () => {
  const service = (stage: typeof dev) =>
    functionsOf(stage).get('timers/due')?.Environment.Variables['POWERTOOLS_SERVICE_NAME'];
  expect([service(dev), service(production)]).toEqual(['agent-manager-dev', 'agent-manager-production']);
});
