/**
 * The last hour of a local stack as a bill: what was used of each component, and what it would
 * have cost on AWS.
 */
import { AS_OF, billOf, components, prices, type Usage } from './prices.ts';

/**
 * `connections` is how many desks are there now: what their connections would cost if they had
 * been there all the time.
 */
export function hourBill(used: Usage, connections: number) {
  const usage = { ...used, 'WebSocket connections': 60 * connections };
  const { total, ...bill } = billOf(usage);
  const byComponent = components.map((component) => ({
    component,
    used: usage[component],
    per: prices[component].per,
    usd: bill[component],
  }));
  return {
    hours: 1,
    pricesOf: AS_OF,
    terms: 'us-east-1, on demand, the first tier of each price',
    usd: total,
    byComponent,
  };
}
