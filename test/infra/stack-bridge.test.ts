/** Bridges on Fargate: where they are asked for, over TLS alone; else there is nothing. */
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { check } from '../../infra/aws/synthesis.ts';
import { all, newApp, only, stackOf, synthesize, Text } from './stack-fixture.ts';

const context = {
  bridge: '123456789012.dkr.ecr.eu-central-1.amazonaws.com/agent-manager-bridge:1',
  bridgeCertificate: 'arn:aws:acm:eu-central-1:123456789012:certificate/0a1b',
};
const costly = /^AWS::(EC2|ECS|ElasticLoadBalancingV2)::/;

describe('A stack with bridges', () => {
  const app = newApp();
  check(app);
  const stack = stackOf(app, { stage: 'dev', ...context });
  const synthesized = synthesize(stack);

  test('passes the rules of CDK and cdk-nag.', () => {
    expect(() => app.synth()).not.toThrow();
  });

  test('runs two tasks that know where the manager is, and have time to send their desks elsewhere.', () => {
    const { properties: service } = only(synthesized, 'AWS::ECS::Service', z.looseObject({ DesiredCount: z.number() }));
    expect(service.DesiredCount).toBe(2);
    const Task = z.object({
      ContainerDefinitions: z.array(
        z.object({
          Environment: z.array(z.object({ Name: z.string(), Value: z.unknown() })),
          StopTimeout: z.number(),
          ReadonlyRootFilesystem: z.boolean(),
        }),
      ),
    });
    const [container] = only(synthesized, 'AWS::ECS::TaskDefinition', Task).properties.ContainerDefinitions;
    const environment = new Map(container?.Environment.map(({ Name, Value }) => [Name, Value]));
    expect([...environment.keys()]).toEqual([
      'MANAGER_URL',
      'HANDSHAKE_URL',
      'HOST',
      'PORT',
      'ORIGINS',
      'DRAIN_SECONDS',
    ]);
    expect(JSON.stringify(environment.get('MANAGER_URL'))).toContain('wss://');
    expect(JSON.stringify(environment.get('HANDSHAKE_URL'))).toMatch(/\/handshake/);
    expect(container).toMatchObject({ ReadonlyRootFilesystem: true });
    expect(container?.StopTimeout).toBeGreaterThan(Number(environment.get('DRAIN_SECONDS')));
  });

  test('lets desks in over TLS, to paths of socket.io and nowhere else, and those that poll to the same task.', () => {
    const Listener = z.looseObject({ Port: z.number(), Protocol: z.string(), DefaultActions: z.array(z.looseObject({ Type: z.string() })) }); // prettier-ignore
    const listener = only(synthesized, 'AWS::ElasticLoadBalancingV2::Listener', Listener).properties;
    expect(listener).toMatchObject({ Port: 443, Protocol: 'HTTPS', DefaultActions: [{ Type: 'fixed-response' }] });
    const rule = only(
      synthesized,
      'AWS::ElasticLoadBalancingV2::ListenerRule',
      z.looseObject({ Conditions: z.unknown() }),
    );
    expect(rule.properties.Conditions).toEqual([
      { Field: 'path-pattern', PathPatternConfig: { Values: ['/socket.io/*', '*/socket.io/*'] } },
    ]);
    const Group = z.looseObject({
      HealthCheckPath: z.string(),
      TargetGroupAttributes: z.array(z.object({ Key: z.string(), Value: z.string() })),
    });
    const group = only(synthesized, 'AWS::ElasticLoadBalancingV2::TargetGroup', Group).properties;
    expect(group.HealthCheckPath).toBe('/health');
    expect(group.TargetGroupAttributes).toContainEqual({ Key: 'stickiness.enabled', Value: 'true' });
    const Ingress = z.looseObject({
      SecurityGroupIngress: z.array(z.looseObject({ FromPort: z.number() })).default([]),
    });
    const open = all(synthesized, 'AWS::EC2::SecurityGroup', Ingress).flatMap(({ properties }) => properties.SecurityGroupIngress); // prettier-ignore
    expect(open).toEqual([expect.objectContaining({ CidrIp: '0.0.0.0/0', FromPort: 443, ToPort: 443 })]);
  });

  test('signs desks in, too, where the stack does.', () => {
    const signing = synthesize(stackOf(newApp(), { stage: 'dev', ...context, loginClientId: 'desk' }));
    expect(JSON.stringify(synthesized.Resources)).not.toContain('LOGIN_URL');
    expect(JSON.stringify(signing.Resources)).toContain('LOGIN_URL');
    const Rule = z.looseObject({ Conditions: z.array(z.looseObject({ PathPatternConfig: z.looseObject({ Values: z.array(z.string()) }) })) }); // prettier-ignore
    const rule = only(signing, 'AWS::ElasticLoadBalancingV2::ListenerRule', Rule).properties;
    expect(rule.Conditions[0]?.PathPatternConfig.Values).toEqual(['/socket.io/*', '*/socket.io/*', '*/agent/login', '*/agent/refresh']); // prettier-ignore
  });

  test('has no NAT gateway, and says which host is theirs.', () => {
    expect(all(synthesized, 'AWS::EC2::NatGateway', z.unknown())).toEqual([]);
    expect(Text.parse(synthesized.Outputs['BridgeHost']?.Value)).toContain('DNSName');
  });
});

describe('A stack', () => {
  test('that says nothing of bridges has nothing that costs by the hour.', () => {
    const { Resources, Outputs } = synthesize(stackOf(newApp(), { stage: 'dev' }));
    expect(Object.values(Resources).filter(({ Type }) => costly.test(Type))).toEqual([]);
    expect(Outputs).not.toHaveProperty('BridgeHost');
  });

  test.each([
    [{ bridge: context.bridge }, /-c bridgeCertificate=…: must be given with a bridge/],
    [{ ...context, bridgeCertificate: 'mine' }, /-c bridgeCertificate=…: must be the ARN/],
    [{ ...context, bridge: 'untagged' }, /-c bridge=…: must be a container image with its tag/],
    [{ ...context, bridgeTasks: '0' }, /-c bridgeTasks=…: must be a whole number, at least 1/],
  ])('with %j is refused.', (given, message) => {
    expect(() => stackOf(newApp(), given)).toThrow(message);
  });
});
