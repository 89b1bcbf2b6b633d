/**
 * How much of a table's provisioned capacity is used where it follows what is asked of it, by the
 * rules of DynamoDB's auto scaling: up after two minutes above the target, down after fifteen
 * minutes 20 points below it
 * (https://repost.aws/knowledge-center/dynamodb-auto-scaling); four times a day, and beyond that
 * once an hour
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html). An hour is
 * counted at its highest capacity, which is the most that it may be billed at.
 */

const UP_MINUTES = 2;
const DOWN_MINUTES = 15;
const DOWN_POINTS = 0.2;
const DECREASES_AT_ANY_TIME = 4;
const HOUR = 60;

/**
 * `units`: how many are used a second, minute by minute, in one day after the other; `target` is a
 * share. Returns the share that is used of what is paid for.
 */
export function utilisationOf(units: readonly number[], target: number): number {
  let capacity = (units[0] ?? 0) / target;
  let [above, below, decreases, decreasedAt] = [0, 0, 0, -Infinity];
  let [used, paid, highest] = [0, 0, 0];
  for (const [minute, now] of units.entries()) {
    if (minute % (24 * HOUR) === 0) decreases = 0;
    above = now > target * capacity ? above + 1 : 0;
    below = now <= (target - DOWN_POINTS) * capacity ? below + 1 : 0;
    const mayDecrease = decreases < DECREASES_AT_ANY_TIME || minute - decreasedAt >= HOUR;
    if (above >= UP_MINUTES || (below >= DOWN_MINUTES && mayDecrease)) {
      if (below > 0) [decreases, decreasedAt] = [decreases + 1, minute];
      capacity = now / target;
      [above, below] = [0, 0];
    }
    highest = Math.max(highest, capacity);
    used += now;
    if (minute % HOUR === HOUR - 1 || minute === units.length - 1) {
      paid += highest * ((minute % HOUR) + 1);
      highest = 0;
    }
  }
  return used / paid;
}
