/**
 * One page that says how a stage is doing: who is connected, what they do, what waits, what failed.
 */
import { Duration } from 'aws-cdk-lib';
import { Dashboard, GraphWidget, type IMetric, type IWidget, type Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { AgentFunction } from '../functions/agent-function.ts';
import { timerLateness, type Watched } from './alarms.ts';

const minute = { period: Duration.minutes(1) };
const sum = { ...minute, statistic: 'Sum' };
const p50 = { ...minute, statistic: 'p50' };
const p99 = { ...minute, statistic: 'p99' };
const maximum = { ...minute, statistic: 'Maximum' };

export class ManagerDashboard extends Construct {
  constructor(scope: Construct, id: string, watched: Watched) {
    super(scope, id);
    const functions = scope.node.findAll().filter((construct) => construct instanceof AgentFunction);
    new Dashboard(this, 'Dashboard', {
      widgets: [
        row(desks(watched)),
        row(platform(watched)),
        row(time(watched)),
        row(storage(watched)),
        row(each(functions)),
      ],
    });
  }
}

/** Title of a graph → its lines. */
type Graphs = Record<string, IMetric[]>;

function row(graphs: Graphs): IWidget[] {
  const width = 24 / Object.keys(graphs).length;
  return Object.entries(graphs).map(([title, left]) => new GraphWidget({ title, left, width }));
}

const desks = ({ socket: { stage } }: Watched): Graphs => ({
  Desks: [stage.metric('ConnectCount', sum), stage.metric('MessageCount', sum)],
  'Desks: errors': ['ClientError', 'IntegrationError', 'ExecutionError'].map((name) => stage.metric(name, sum)),
  'Desks: ms per event': [stage.metric('IntegrationLatency', p50), stage.metric('IntegrationLatency', p99)],
});

const platform = ({ platform: { stage, throttled }, events }: Watched): Graphs => ({
  Platform: [stage.metricCount(sum), stage.metricClientError(sum), throttled, stage.metricServerError(sum)],
  'Outward events': [events.topic.metricNumberOfMessagesPublished(sum)],
  'Outward events: ms late': [events.publish.lambda.metric('IteratorAge', maximum)],
});

const time = ({ settings, timers: { queue, longTimers } }: Watched): Graphs => ({
  'Timers: ms late': [timerLateness(settings, 'p50'), timerLateness(settings, 'p99')],
  'Timers: waiting': [
    queue.metricApproximateNumberOfMessagesDelayed(maximum),
    queue.metricApproximateNumberOfMessagesVisible(maximum),
  ],
  'Timers of more than 15 minutes': [longTimers.metricStarted(sum), longTimers.metricFailed(sum)],
});

const storage = ({ table }: Watched): Graphs => ({
  'Table: units': [table.metricConsumedReadCapacityUnits(sum), table.metricConsumedWriteCapacityUnits(sum)],
  'Table: lost races': [table.metricConditionalCheckFailedRequests(sum)],
  'Table: throttled': [table.metric('ReadThrottleEvents', sum), table.metric('WriteThrottleEvents', sum)],
});

function each(functions: readonly AgentFunction[]): Graphs {
  const lines = (metric: (fn: AgentFunction) => Metric): Metric[] =>
    functions.map((fn) => metric(fn).with({ label: fn.entry }));
  return {
    'Functions: errors': lines((fn) => fn.lambda.metricErrors(sum)),
    'Functions: throttled': lines((fn) => fn.lambda.metricThrottles(sum)),
    'Functions: ms': lines((fn) => fn.lambda.metricDuration(p99)),
  };
}
