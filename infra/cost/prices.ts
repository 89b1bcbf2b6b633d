/**
 * AWS's prices for what a stack uses, on demand, in us-east-1, in US dollars, as of 2026-11. Each
 * says where it was read; taxes, free tiers and volume discounts are left out.
 */

export interface Price {
  readonly usd: number;
  readonly per: string;
  readonly source: string;
}

export const AS_OF = '2026-11';

const million = 1_000_000;

export const prices = {
  'DynamoDB writes': {
    usd: 0.625 / million,
    per: 'write unit',
    source: 'airbyte.com, DynamoDB pricing (since 2024-11-01)',
  },
  'DynamoDB reads': {
    usd: 0.125 / million,
    per: 'read unit',
    source: 'airbyte.com, DynamoDB pricing (since 2024-11-01)',
  },
  'WebSocket messages': {
    usd: 1 / million,
    per: 'message of 32 KB, in or out',
    source: 'aws.amazon.com/api-gateway/pricing',
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
  },
  'Lambda requests': { usd: 0.2 / million, per: 'invocation', source: 'price tables in public repositories' },
  'Lambda compute': { usd: 0.000_013_333_4, per: 'GB-second, arm64', source: 'price tables in public repositories' },
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
  Egress: { usd: 0.09, per: 'GB to the internet', source: 'awsforengineers.com, API Gateway pricing explained' },
} as const satisfies Record<string, Price>;

export type Component = keyof typeof prices;
export const components = Object.keys(prices) as Component[];

/** How much of each was used. */
export type Usage = Record<Component, number>;

export const nothing = (): Usage => Object.fromEntries(components.map((component) => [component, 0])) as Usage;

/** So many times each of these uses, together. */
export function together(...uses: readonly (readonly [times: number, usage: Usage])[]): Usage {
  const sum = nothing();
  for (const [times, usage] of uses) for (const component of components) sum[component] += times * usage[component];
  return sum;
}

/** In US dollars. */
export function billOf(usage: Usage): Usage & { total: number } {
  const bill = nothing();
  for (const component of components) bill[component] = usage[component] * prices[component].usd;
  return { ...bill, total: components.reduce((sum, component) => sum + bill[component], 0) };
}
