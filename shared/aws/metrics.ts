/** Metrics, written to the log in CloudWatch's embedded format. */
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

const metrics = new Metrics();

/** One value of a metric, written at once. Milliseconds. */
export function milliseconds(name: string, value: number): void {
  metrics.addMetric(name, MetricUnit.Milliseconds, value);
  metrics.publishStoredMetrics();
}
