/**
 * What wakes somebody. Each alarm is a promise to desks or to the platform that is being broken.
 */
import { Duration, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, TreatMissingData, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { AgentFunction, metricsNamespace, serviceName } from '../functions/agent-function.ts';
import type { ListNews } from '../consumers/list-news.ts';
import type { OutwardEvents } from '../consumers/outward-events.ts';
import type { PlatformApi } from '../doors/platform-api.ts';
import type { Greetings } from '../consumers/greetings.ts';
import type { Settings } from '../settings.ts';
import type { SocketApi } from '../doors/socket-api.ts';
import type { TeamFeed } from '../consumers/team-feed.ts';
import type { Timers } from '../consumers/timers.ts';
import { DeadLetterQueue } from '../consumers/work-queue.ts';

export interface Watched {
  readonly settings: Settings;
  readonly socket: SocketApi;
  readonly platform: PlatformApi;
  readonly timers: Timers;
  readonly events: OutwardEvents;
  readonly team: TeamFeed;
  readonly sessions: Greetings;
  readonly lists: ListNews;
  readonly table: Table;
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

/** Of all functions in the account and Region. */
const ofAccount = (metricName: string, statistic: string): Metric =>
  new Metric({ namespace: 'AWS/Lambda', metricName, statistic, period });

/** How many of what the stage of the desks counts by this name. */
const counted = ({ stage }: SocketApi, metricName: string): Metric =>
  stage.metric(metricName, { period, statistic: 'Sum' });

/** How far the reader of a stream is behind, in milliseconds. */
const behind = ({ lambda }: AgentFunction): Metric => lambda.metric('IteratorAge', { period, statistic: 'Maximum' });

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

  constructor(scope: Construct, id: string, watched: Watched) {
    super(scope, id);
    const { settings, socket, platform, timers, events, team } = watched;
    // Not encrypted with the key that AWS manages: CloudWatch may not use it. An alarm names
    // resources and holds nothing else.
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
      metric: behind(events.publish),
      above: 60_000,
      times: 3,
      meaning: 'Conversation events reach the platform more than a minute late.',
    });
    this.watch(this, 'FiguresLate', {
      metric: behind(team.tell),
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
      metric: counted(socket, 'ExecutionError'),
      above: 0,
      meaning: 'API Gateway could not call the Lambda of a socket route.',
    });
    // Refused handshakes count as well, so a few are normal.
    this.watch(this, 'SocketIntegrationErrors', {
      metric: counted(socket, 'IntegrationError'),
      above: 10,
      times: 3,
      meaning: 'Desks are answered with Internal server error.',
    });
    this.watchLimits(watched);
  }

  /**
   * What is not broken, but full: the throttles of the stage, the quotas of the account, a consumer
   * or a partition that cannot keep up.
   */
  private watchLimits({ settings, socket, platform, timers, sessions, lists, table }: Watched): void {
    // No function has a concurrency of its own, so one that is throttled says that the account has
    // no more: for all of them alike.
    this.watch(this, 'FunctionsThrottled', {
      metric: ofAccount('Throttles', 'Sum'),
      above: 0,
      meaning: 'Lambda refused to run functions of this account: raise its concurrency. The dashboard says which.',
    });
    this.watch(this, 'ConcurrencyHigh', {
      metric: ofAccount('ConcurrentExecutions', 'Maximum'),
      above: 0.8 * settings.accountConcurrency,
      times: 3,
      meaning: 'The account runs four fifths of the functions that it may run at once.',
    });
    this.watch(this, 'PlatformThrottled', {
      metric: platform.throttled,
      above: 0,
      meaning: 'The platform was answered 429: more requests than platformRequestsPerSecond, or than the account has.',
    });
    // Handshakes with a bad token count as well: one desk that tries again makes a few a minute.
    this.watch(this, 'SocketClientErrors', {
      metric: counted(socket, 'ClientError'),
      above: 100,
      times: 3,
      meaning: 'Frames are refused before a function sees them: more than socketRequestsPerSecond, or many bad tokens.',
    });
    const waits = (id: string, queue: Queue, aboveSeconds: number, meaning: string): void =>
      this.watch(this, id, {
        metric: queue.metricApproximateAgeOfOldestMessage({ period, statistic: 'Maximum' }),
        above: aboveSeconds,
        times: 2,
        meaning,
      });
    waits(
      'GreetingsWait',
      sessions.queue,
      30,
      'Desks that have connected wait more than half a minute for their greeting.',
    );
    waits('ListNewsWait', lists.queue, 60, 'News of pull lists wait for more than a minute.');
    // A message may be delayed for 15 minutes, which is not told from waiting; TimersLate tells
    // sooner, where any fires at all.
    waits(
      'TimersWait',
      timers.queue,
      960,
      'Timers wait for more than a minute beyond the longest delay: none may be firing.',
    );
    // One each: where nothing is throttled there is no number, and a sum with no number is none.
    for (const what of ['Read', 'Write'] as const)
      this.watch(this, `Table${what}sThrottled`, {
        metric: table.metric(`${what}ThrottleEvents`, { statistic: 'Sum', period }),
        above: 0,
        times: 3,
        meaning: `DynamoDB throttles ${what.toLowerCase()}s, minute after minute: a partition is hot, or the table has grown faster than it scales.`,
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
