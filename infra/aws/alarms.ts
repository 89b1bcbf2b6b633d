/** What wakes somebody. Each alarm is a promise to desks or to the platform that is being broken. */
import { Duration, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, TreatMissingData, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { AgentFunction, metricsNamespace, serviceName } from './agent-function.ts';
import type { OutwardEvents } from './outward-events.ts';
import type { PlatformApi } from './platform-api.ts';
import type { Settings } from './settings.ts';
import type { SocketApi } from './socket-api.ts';
import type { TeamFeed } from './team-feed.ts';
import type { Timers } from './timers.ts';
import { DeadLetterQueue } from './work-queue.ts';

export interface Watched {
  readonly settings: Settings;
  readonly socket: SocketApi;
  readonly platform: PlatformApi;
  readonly timers: Timers;
  readonly events: OutwardEvents;
  readonly team: TeamFeed;
}

const period = Duration.minutes(1);

/** How late timers fire, in milliseconds: functions/timers/due.ts measures it. */
export const timerLateness = (settings: Settings, statistic: string): Metric =>
  new Metric({
    namespace: metricsNamespace,
    metricName: 'TimerLateness',
    dimensionsMap: { service: serviceName(settings) },
    statistic,
    period,
  });

interface Limit {
  readonly metric: IMetric;
  /** The alarm goes off above this value, */
  readonly above: number;
  /** in this many periods of `metric` in a row. 1 unless given. */
  readonly times?: number;
  readonly meaning: string;
}

export class Alarms extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { settings, socket, platform, timers, events, team }: Watched) {
    super(scope, id);
    // Not encrypted with the key that AWS manages: CloudWatch may not use it. An alarm names resources and holds nothing else.
    this.topic = new Topic(this, 'Topic', { enforceSSL: true });
    // A policy of our own replaces the default one, with which CloudWatch was allowed to publish.
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    if (settings.alarmEmail) this.topic.addSubscription(new EmailSubscription(settings.alarmEmail));

    for (const construct of Stack.of(this).node.findAll()) {
      if (construct instanceof AgentFunction) {
        this.watch(construct, 'Errors', {
          metric: construct.lambda.metricErrors({ period }),
          above: 0,
          meaning: `functions/${construct.entry}.ts threw, timed out or ran out of memory.`,
        });
      }
      if (construct instanceof DeadLetterQueue) {
        this.watch(construct, 'NotEmpty', {
          metric: construct.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' }),
          above: 0,
          meaning: `Work was given up after every retry and waits in ${construct.node.path}.`,
        });
      }
    }
    this.watch(this, 'TimersLate', {
      metric: timerLateness(settings, 'p99'),
      above: 5_000,
      times: 3,
      meaning: 'Timers fire more than 5 s late: offers ring too long, lost desks stay on duty.',
    });
    this.watch(this, 'LongTimersFailed', {
      metric: timers.longTimers.metricFailed({ period }),
      above: 0,
      meaning: 'A timer of more than 15 minutes will never fire.',
    });
    this.watch(this, 'OutwardEventsLate', {
      metric: events.publish.lambda.metric('IteratorAge', { period, statistic: 'Maximum' }),
      above: 60_000,
      times: 3,
      meaning: 'Conversation events reach the platform more than a minute late.',
    });
    this.watch(this, 'FiguresLate', {
      metric: team.tell.lambda.metric('IteratorAge', { period, statistic: 'Maximum' }),
      above: 30_000,
      times: 3,
      meaning: 'Supervisors see figures that are more than half a minute old.',
    });
    this.watch(this, 'PlatformServerErrors', {
      metric: platform.stage.metricServerError({ period, statistic: 'Sum' }),
      above: 0,
      meaning: 'The platform got a 5xx from the HTTP API.',
    });
    this.watch(this, 'SocketExecutionErrors', {
      metric: socket.stage.metric('ExecutionError', { period, statistic: 'Sum' }),
      above: 0,
      meaning: 'API Gateway could not call the Lambda of a socket route.',
    });
    // Refused handshakes count as well, so a few are normal.
    this.watch(this, 'SocketIntegrationErrors', {
      metric: socket.stage.metric('IntegrationError', { period, statistic: 'Sum' }),
      above: 10,
      times: 3,
      meaning: 'Desks are answered with Internal server error.',
    });
  }

  private watch(scope: Construct, id: string, { metric, above, times = 1, meaning }: Limit): void {
    new Alarm(scope, id, {
      metric,
      threshold: above,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: times,
      // Nothing happened, which is how these metrics say that all is well.
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: meaning,
    }).addAlarmAction(new SnsAction(this.topic));
  }
}
