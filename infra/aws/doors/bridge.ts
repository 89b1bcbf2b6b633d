/**
 * A door for desks that have socket.io's own client: bridges as Fargate tasks behind a load
 * balancer. Only where it is asked for, because unlike all else here it costs by the hour.
 */
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Peer, Port, SecurityGroup, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import {
  Cluster,
  ContainerImage,
  ContainerInsights,
  CpuArchitecture,
  FargateService,
  FargateTaskDefinition,
  LogDrivers,
} from 'aws-cdk-lib/aws-ecs';
import {
  ApplicationLoadBalancer,
  ApplicationProtocol,
  ListenerAction,
  ListenerCondition,
  SslPolicy,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge } from '../findings.ts';
import type { BridgeSettings, Settings } from '../settings.ts';

export interface BridgeProps {
  readonly settings: Settings;
  readonly bridge: BridgeSettings;
  /** Where desks connect, and the HTTP API beside it. */
  readonly socketUrl: string;
  readonly httpUrl: string;
}

const PORT = 3001;
/** ECS kills a task two minutes after it was asked to stop, at the latest. */
const DRAIN_SECONDS = 60;

export class Bridge extends Construct {
  /** What a desk names as its origin, once a record of the certificate's name leads there. */
  readonly host: string;

  constructor(scope: Construct, id: string, { settings, bridge, socketUrl, httpUrl }: BridgeProps) {
    super(scope, id);
    // Public subnets alone: tasks only call APIs, and a NAT gateway would cost more than they do.
    const vpc = new Vpc(this, 'Vpc', {
      maxAzs: 2,
      natGateways: 0,
      subnetConfiguration: [{ name: 'Public', subnetType: SubnetType.PUBLIC, cidrMask: 24 }],
      restrictDefaultSecurityGroup: false,
    });
    const cluster = new Cluster(this, 'Cluster', { vpc, containerInsightsV2: ContainerInsights.ENABLED });
    const task = new FargateTaskDefinition(this, 'Task', {
      cpu: 512,
      memoryLimitMiB: 1024,
      runtimePlatform: { cpuArchitecture: CpuArchitecture.of(bridge.architecture) },
    });
    const logGroup = new LogGroup(this, 'Logs', {
      retention: settings.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    task.addContainer('Bridge', {
      image: imageOf(this, bridge.image),
      environment: {
        MANAGER_URL: socketUrl,
        HANDSHAKE_URL: `${httpUrl}/handshake`,
        ...(settings.loginClientId && { LOGIN_URL: httpUrl }),
        HOST: '0.0.0.0',
        PORT: String(PORT),
        ORIGINS: (settings.corsOrigins ?? ['*']).join(','),
        DRAIN_SECONDS: String(DRAIN_SECONDS),
      },
      portMappings: [{ containerPort: PORT }],
      logging: LogDrivers.awsLogs({ logGroup, streamPrefix: 'bridge' }),
      stopTimeout: Duration.seconds(DRAIN_SECONDS + 30),
      readonlyRootFilesystem: true,
    });

    const balancerGroup = new SecurityGroup(this, 'BalancerGroup', { vpc, allowAllOutbound: false });
    balancerGroup.addIngressRule(Peer.anyIpv4(), Port.tcp(443), 'Desks');
    const taskGroup = new SecurityGroup(this, 'TaskGroup', { vpc });
    const service = new FargateService(this, 'Service', {
      cluster,
      taskDefinition: task,
      desiredCount: bridge.tasks,
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      assignPublicIp: true,
      securityGroups: [taskGroup],
      circuitBreaker: { rollback: true },
    });
    const balancer = new ApplicationLoadBalancer(this, 'Balancer', {
      vpc,
      internetFacing: true,
      securityGroup: balancerGroup,
      dropInvalidHeaderFields: true,
      deletionProtection: settings.retainData,
      // Longer than a desk may be silent, which is asked every ten seconds.
      idleTimeout: Duration.seconds(120),
    });
    const listener = balancer.addListener('Https', {
      port: 443,
      protocol: ApplicationProtocol.HTTPS,
      certificates: [Certificate.fromCertificateArn(this, 'Certificate', bridge.certificateArn)],
      sslPolicy: SslPolicy.RECOMMENDED_TLS,
      open: false,
      // Neither /metrics nor /health are for desks.
      defaultAction: ListenerAction.fixedResponse(404),
    });
    const logins = settings.loginClientId ? ['*/agent/login', '*/agent/refresh'] : [];
    listener.addTargets('Desks', {
      priority: 1,
      conditions: [ListenerCondition.pathPatterns(['/socket.io/*', '*/socket.io/*', ...logins])],
      port: PORT,
      protocol: ApplicationProtocol.HTTP,
      targets: [service],
      healthCheck: { path: '/health', interval: Duration.seconds(10), healthyThresholdCount: 2 },
      // WebSockets need none; desks that poll do.
      stickinessCookieDuration: Duration.hours(12),
      deregistrationDelay: Duration.seconds(DRAIN_SECONDS),
    });
    this.host = balancer.loadBalancerDnsName;

    const pulling = task.executionRole?.node.tryFindChild('DefaultPolicy');
    if (pulling instanceof Construct)
      acknowledge(pulling, { 'AwsSolutions-IAM5[Resource::*]': 'Pulling from ECR begins with a token, which is for no repository.' }); // prettier-ignore
    acknowledge(task, {
      'AwsSolutions-ECS2': 'What the container is told are addresses and numbers; it has no secrets.',
    });
    acknowledge(vpc, {
      'AwsSolutions-VPC7': 'Nothing but bridges is in it, and who connects to them is seen by the manager.',
    });
    acknowledge(balancerGroup, { 'AwsSolutions-EC23': 'Desks are anywhere.' });
    acknowledge(balancer, {
      'AwsSolutions-ELB2': 'Clients of socket.io 2.x have their token in the URL, which a log would keep.',
    });
  }
}

/** Of a repository in ECR the task may pull; any other registry must be public. */
function imageOf(scope: Construct, image: string): ContainerImage {
  const [, account, region, repositoryName, tagOrDigest] =
    /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com\/([^:@]+)[:@](.+)$/.exec(image) ?? [];
  if (!account || !region || !repositoryName || !tagOrDigest) return ContainerImage.fromRegistry(image);
  const repositoryArn = Stack.of(scope).formatArn({ service: 'ecr', region, account, resource: 'repository', resourceName: repositoryName }); // prettier-ignore
  const repository = Repository.fromRepositoryAttributes(scope, 'Repository', { repositoryArn, repositoryName });
  return ContainerImage.fromEcrRepository(repository, tagOrDigest);
}
