/** A timer fires. How late it came is a metric with an alarm. */
import { app } from '../../shared/aws/app.ts';
import { onQueue } from '../../shared/aws/lambda.ts';
import { milliseconds } from '../../shared/aws/metrics.ts';
import { TimerMessage } from '../../shared/aws/timers.ts';
import { fire } from '../../shared/edge/timer/due.ts';

export const handler = onQueue(TimerMessage, async ({ timer, dueAt }) => {
  milliseconds('TimerLateness', Math.max(0, app.now() - dueAt));
  await fire(app, timer, dueAt);
});
