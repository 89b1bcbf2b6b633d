/**
 * What API Gateway refuses: answers of authorizers, and whatever comes too often. Held by the local
 * gateways.
 */
import type { Refusal, Rule } from '../rule.ts';

const socketQuotas = (what: string) => ({
  title: `WebSocket API quotas: ${what}`,
  url: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html',
});
const throttling = {
  title: 'API Gateway throttles by token bucket: 429 Too Many Requests',
  url: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html',
};

const MOST_ANSWER_BYTES = 8 * 1024;

const tooMany: Refusal = { code: 'TooManyRequestsException', message: 'Too Many Requests', status: 429 };

export const authorizerAnswer: Rule<string> = {
  id: 'execute-api.authorizer.answer',
  service: 'execute-api',
  operations: ['Connect'],
  source: socketQuotas('authorizer results, 8 KB'),
  refuse: (answer) =>
    Buffer.byteLength(answer) <= MOST_ANSWER_BYTES
      ? null
      : { code: 'AuthorizerConfigurationException', message: 'The authorizer answers more than 8 KB.', status: 500 },
};

/** Takes one of what is left, if there is any. */
export type Bucket = () => boolean;

/** As many a second as `rate`, and as many at once as `burst`. */
export function bucketOf({ rate, burst }: Throttle, now: () => number = Date.now): Bucket {
  let [left, at] = [burst, now()];
  return () => {
    const time = now();
    left = Math.min(burst, left + ((time - at) / 1000) * rate);
    at = time;
    if (left < 1) return false;
    left -= 1;
    return true;
  };
}

export interface Throttle {
  readonly rate: number;
  readonly burst: number;
}

/** What an account has in a Region for all its APIs: the throttle of a stage that sets none. */
export const ACCOUNT: Throttle = { rate: 10_000, burst: 5_000 };

/** What an account lets open a second, by default; nobody may set it in a template. */
export const CONNECTIONS: Throttle = { rate: 500, burst: 500 };

export const connectRate: Rule<Bucket> = {
  id: 'execute-api.connect.rate',
  service: 'execute-api',
  operations: ['Connect'],
  source: socketQuotas('new connections, 500 a second'),
  refuse: (take) => (take() ? null : tooMany),
};

export const requestRate: Rule<Bucket> = {
  id: 'execute-api.request.rate',
  service: 'execute-api',
  operations: ['Invoke'],
  source: throttling,
  refuse: (take) => (take() ? null : tooMany),
};

export const gatewayRules = [authorizerAnswer, connectRate, requestRate] as const;
