/** Metrics, written to the log in CloudWatch's embedded format. */
import { Metrics as Powertools, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Metrics } from '../../edge/app.ts';

const powertools = new Powertools();

export const metrics: Metrics = {
  /** One value of a metric, written at once. */
  milliseconds(name, value) {
    powertools.addMetric(name, MetricUnit.Milliseconds, value);
    powertools.publishStoredMetrics();
  },
};
