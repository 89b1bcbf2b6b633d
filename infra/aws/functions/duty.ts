/**
 * What functions that do the same may touch: one role and one log group for all of them, and
 * nothing that one of them does not use. A variable and its grant are bound here together, so that
 * neither can be had without the other.
 */
import { RemovalPolicy } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Settings } from '../settings.ts';
import type { SocketApi, SocketMethod } from '../doors/socket-api.ts';

/** What there is that changes agents or conversations and tells desks about it. */
export interface ManagerParts {
  readonly table: ITable;
  readonly timers: { readonly queue: IQueue; readonly longTimers: IStateMachine };
  readonly lists: { readonly queue: IQueue };
  readonly socket: SocketApi;
}

/** By key or by partition: no Scan, no index, no administration. */
export type ItemAction = 'GetItem' | 'BatchGetItem' | 'Query' | 'PutItem' | 'UpdateItem' | 'DeleteItem';

/** A wait beyond 15 minutes is an execution of its own, which not everybody starts. */
export type Waits = 'up to 15 minutes' | 'any time';

export class Duty extends Construct {
  readonly role: iam.Role;
  readonly logGroup: LogGroup;
  /** What each of its functions sees. */
  readonly environment: Record<string, string> = {};

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    // Always encrypted by CloudWatch; without a name of its own, so that a second stage or a second
    // try never collides. Each stream, by its name, and each line of ours say which function it is
    // of.
    this.logGroup = new LogGroup(this, 'Logs', {
      retention: settings.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // A role of its own instead of AWSLambdaBasicExecutionRole, which may write to every log group
    // of the account.
    this.role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    this.logGroup.grantWrite(this.role);
  }

  /**
   * Where everything is. The code of the manager wants to know all of it as it starts, whether or
   * not this duty may use it.
   */
  knows({ table, timers, lists, socket }: ManagerParts): this {
    Object.assign(this.environment, {
      TABLE_NAME: table.tableName,
      TIMERS_QUEUE_URL: timers.queue.queueUrl,
      LONG_TIMERS_ARN: timers.longTimers.stateMachineArn,
      LISTS_QUEUE_URL: lists.queue.queueUrl,
      AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI: socket.callbackUrl,
    });
    return this;
  }

  mayUseItems(table: ITable, ...actions: readonly ItemAction[]): this {
    this.environment['TABLE_NAME'] = table.tableName;
    table.grant(this.role, ...actions.map((action) => `dynamodb:${action}`));
    return this;
  }

  mayStartTimers({ queue, longTimers }: ManagerParts['timers'], waits: Waits): this {
    queue.grant(this.role, 'sqs:SendMessage');
    if (waits === 'any time') longTimers.grantStartExecution(this.role);
    return this;
  }

  mayTellLists({ queue }: ManagerParts['lists']): this {
    queue.grant(this.role, 'sqs:SendMessage');
    return this;
  }

  mayGreet(sessions: IQueue): this {
    this.environment['SESSIONS_QUEUE_URL'] = sessions.queueUrl;
    sessions.grant(this.role, 'sqs:SendMessage');
    return this;
  }

  mayPublish(topic: ITopic): this {
    this.environment['EVENTS_TOPIC_ARN'] = topic.topicArn;
    // Not grantPublish, which adds the use of any KMS key. AWS lets whoever may publish use the key
    // that it manages for SNS.
    const statement = new iam.PolicyStatement({ actions: ['sns:Publish'], resources: [topic.topicArn] });
    this.role.addToPolicy(statement);
    return this;
  }

  /** Only on this stage. */
  mayUseSockets(socket: SocketApi, ...methods: readonly SocketMethod[]): this {
    socket.grantConnections(this.role, methods);
    return this;
  }

  /** Decides about agents and conversations, tells desks, and does what follows from it. */
  manages(parts: ManagerParts): this {
    const { table, timers, lists, socket } = parts;
    return this.knows(parts)
      .mayUseItems(table, 'GetItem', 'BatchGetItem', 'Query', 'PutItem', 'DeleteItem')
      .mayStartTimers(timers, 'any time')
      .mayTellLists(lists)
      .mayUseSockets(socket, 'POST');
  }
}
