/**
 * Access logs of the two APIs: one JSON line per request, which never holds a header or a query
 * string, so never a token. CloudWatch knows when each was written.
 */
import { RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat, CfnAccount } from 'aws-cdk-lib/aws-apigateway';
import { LogGroupLogDestination, type IAccessLogSettings } from 'aws-cdk-lib/aws-apigatewayv2';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge } from '../findings.ts';
import type { Settings } from '../settings.ts';

/** `fields` are names of `$context` variables. */
export function accessLog(
  scope: Construct,
  fields: readonly string[],
  settings: Settings,
): { logGroup: LogGroup; accessLogSettings: IAccessLogSettings } {
  const logGroup = new LogGroup(scope, 'AccessLogs', {
    retention: settings.logRetentionDays,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const line = Object.fromEntries(fields.map((field) => [field, `$context.${field}`]));
  const destination = new LogGroupLogDestination(logGroup);
  return { logGroup, accessLogSettings: { destination, format: AccessLogFormat.custom(JSON.stringify(line)) } };
}

/**
 * A WebSocket API cannot write access logs before the account, in this Region, has named a role for
 * API Gateway. It is one setting for all APIs of the account, so it outlives this stack; `-c
 * accountLogRole=false` leaves it to somebody else.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
 */
export class AccountLogRole extends Construct {
  readonly account: CfnAccount;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('apigateway.amazonaws.com'),
      managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName('service-role/AmazonAPIGatewayPushToCloudWatchLogs')],
    });
    role.applyRemovalPolicy(RemovalPolicy.RETAIN);
    this.account = new CfnAccount(this, 'Account', { cloudWatchRoleArn: role.roleArn });
    this.account.applyRemovalPolicy(RemovalPolicy.RETAIN);
    acknowledge(role, {
      'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]':
        'API Gateway tests the role when it is set and wants the permissions of exactly this policy of its own.',
    });
  }
}
