/**
 * AWS's prices for what a stack uses, in us-east-1, in US dollars, as of 2026-11, and what a bill
 * comes to under them. Each says where it was read; taxes and free tiers are left out, and so is
 * what has to be bought for a year (reserved capacity, savings plans).
 */

export interface Price {
  readonly usd: number;
  readonly per: string;
  readonly source: string;
  /** What each costs that is used in a month beyond so many, in rising order. */
  readonly beyond?: readonly { readonly many: number; readonly usd: number; readonly source: string }[];
  /** What an hour costs in which one a second may be used, whether or not it is. */
  readonly provisioned?: { readonly usdPerHour: number; readonly source: string };
}

export const AS_OF = '2026-11';

const million = 1_000_000;
const billion = 1_000 * million;
const TIERS_OF_LAMBDA = 'aws.amazon.com/blogs/compute, Introducing tiered pricing for AWS Lambda (arm64)';
const TIERS_OF_EGRESS = 'wring.co, AWS API Gateway pricing guide';
const PROVISIONED = 'price tables in public repositories; an AWS bill in one of them (26,040 WCU-hours, $16.93)';

export const prices = {
  'DynamoDB writes': {
    usd: 0.625 / million,
    per: 'write unit',
    source: 'airbyte.com, DynamoDB pricing (since 2024-11-01)',
    provisioned: { usdPerHour: 0.000_65, source: PROVISIONED },
  },
  'DynamoDB reads': {
    usd: 0.125 / million,
    per: 'read unit',
    source: 'airbyte.com, DynamoDB pricing (since 2024-11-01)',
    provisioned: { usdPerHour: 0.000_13, source: PROVISIONED },
  },
  'WebSocket messages': {
    usd: 1 / million,
    per: 'message of 32 KB, in or out',
    source: 'aws.amazon.com/api-gateway/pricing',
    beyond: [{ many: billion, usd: 0.8 / million, source: 'price tables in public repositories' }],
  },
  'WebSocket connections': {
    usd: 0.25 / million,
    per: 'minute',
    source: 'awsforengineers.com, API Gateway pricing explained',
  },
  'HTTP API calls': {
    usd: 1 / million,
    per: 'call of 512 KB',
    source: 'AWS whitepaper, Best practices for private APIs, table 4 (docs.aws.amazon.com); apigatewaycost.com/aws',
    beyond: [{ many: 300 * million, usd: 0.9 / million, source: 'amnic.com, AWS API Gateway pricing' }],
  },
  'Lambda requests': { usd: 0.2 / million, per: 'invocation', source: 'price tables in public repositories' },
  'Lambda compute': {
    usd: 0.000_013_333_4,
    per: 'GB-second, arm64',
    source: 'price tables in public repositories',
    beyond: [
      { many: 7.5 * billion, usd: 0.9 * 0.000_013_333_4, source: TIERS_OF_LAMBDA },
      { many: 18.75 * billion, usd: 0.8 * 0.000_013_333_4, source: TIERS_OF_LAMBDA },
    ],
  },
  'CloudWatch Logs': {
    usd: 0.5,
    per: 'GB taken in, standard class',
    source: "copy of AWS's price API of 2025-10-28 in a public repository; c3x.dev, CloudWatch Logs, 2026-06",
  },
  'SQS requests': {
    usd: 0.4 / million,
    per: 'request of 64 KB (FIFO: 0.50)',
    source: 'cloudburn.io, Amazon SQS pricing',
  },
  'SNS publishes': {
    usd: 0.3 / million,
    per: 'message published to a FIFO topic',
    source: 'factualminds.com, Amazon SNS pricing',
  },
  'Step Functions': { usd: 25 / million, per: 'state transition', source: 'aws.amazon.com/step-functions/pricing' },
  Egress: {
    usd: 0.09,
    per: 'GB to the internet',
    source: 'awsforengineers.com, API Gateway pricing explained',
    beyond: [
      { many: 10_240, usd: 0.085, source: TIERS_OF_EGRESS },
      { many: 51_200, usd: 0.07, source: TIERS_OF_EGRESS },
      { many: 153_600, usd: 0.05, source: TIERS_OF_EGRESS },
    ],
  },
} as const satisfies Record<string, Price>;

export type Component = keyof typeof prices;
export const components = Object.keys(prices) as Component[];

/** How much of each was used. */
export type Usage = Record<Component, number>;

/** Under which of AWS's terms something is used. */
export interface Terms {
  /** How often as much is used in a month; 0: so little that the first tier is never left. */
  readonly timesAMonth: number;
  /** How much of the table's capacity is used, where it is provisioned; null: on demand. */
  readonly utilisation: number | null;
}

/** A small stack as it is deployed unless its context says otherwise. */
export const SMALL: Terms = { timesAMonth: 0, utilisation: null };

export const nothing = (): Usage => Object.fromEntries(components.map((component) => [component, 0])) as Usage;

/** So many times each of these uses, together. */
export function together(...uses: readonly (readonly [times: number, usage: Usage])[]): Usage {
  const sum = nothing();
  for (const [times, usage] of uses) for (const component of components) sum[component] += times * usage[component];
  return sum;
}

/** In US dollars. */
export function billOf(usage: Usage, terms: Terms = SMALL): Usage & { total: number } {
  const bill = nothing();
  for (const component of components)
    bill[component] = usage[component] * each(prices[component], usage[component], terms);
  return { ...bill, total: components.reduce((sum, component) => sum + bill[component], 0) };
}

const SECONDS_OF_AN_HOUR = 3_600;

/** What one costs on average, where so many are used, as often in a month as the terms say. */
function each({ usd, beyond = [], provisioned }: Price, many: number, { timesAMonth, utilisation }: Terms): number {
  if (provisioned && utilisation !== null) return provisioned.usdPerHour / SECONDS_OF_AN_HOUR / utilisation;
  const month = many * timesAMonth;
  const tiers = [{ many: 0, usd }, ...beyond];
  const costs = tiers.map((tier, index) => {
    const until = tiers[index + 1]?.many ?? Infinity;
    return tier.usd * Math.max(0, Math.min(month, until) - tier.many);
  });
  return month === 0 ? usd : costs.reduce((sum, cost) => sum + cost, 0) / month;
}
