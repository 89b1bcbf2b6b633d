/** A timer fires. How late it came is a metric with an alarm. */
import { TimerMessage } from '../../shared/edge/app.ts';
import { fire } from '../../shared/edge/timer/due.ts';
import { queue } from '../../shared/edge/trigger.ts';

export const on = queue(['app', 'metrics'], TimerMessage, async ({ app, metrics }, { timer, dueAt }) => {
  metrics.milliseconds('TimerLateness', Math.max(0, app.now() - dueAt));
  await fire(app, timer, dueAt);
});
