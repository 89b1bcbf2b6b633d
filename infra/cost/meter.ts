/**
 * Counts what AWS would bill for what happens in a stack: units and calls as they pass the front,
 * posts as they leave, functions as they are invoked. What cannot be measured here is assumed: how
 * long a function runs on AWS, and how much it logs.
 */
import { Buffer } from 'node:buffer';
import type { Call } from '../strict/call.ts';
import { counted } from '../strict/dynamodb/meter.ts';
import { isMetered, isWrite, unitsOf } from '../strict/dynamodb/units.ts';
import type { Front } from '../strict/front.ts';
import { nothing, together, type Usage } from './prices.ts';

/** Of 512 MB on arm64, by what its calls to the database take there. */
const GB = 0.5;
const HEARTBEAT_SECONDS = 0.025;
const OTHERS_SECONDS = 0.07;
/** Platform lines, ours, and a line of the access log. */
const LOGGED_GB = 1_500 / 1e9;
const FRAME_BYTES = 32 * 1024;
/**
 * Records that come to a reader of the stream together, where there is enough to do that a price
 * matters.
 */
const STREAM_BATCH = 10;
/** A message on a queue is sent, received and deleted; here the send is counted as it passes. */
const RECEIVED_AND_DELETED = 2;

/** Whoever sees every post to a desk. */
interface Posts {
  interceptPosts(see: (post: { readonly body: string }) => undefined): () => void;
}

export interface CostMeter {
  /** What was used in this minute and those before it, an hour at most. */
  lastHour(): Usage;
  /** Since the last time that this was asked. */
  since(): Usage;
  invoked(name: string): void;
  stop(): void;
}

const HOUR = 60;
const minuteOf = (ms: number) => Math.floor(ms / 60_000);

export function openCostMeter(now: () => number = Date.now): CostMeter & { watch(front: Front, gateway: Posts): void } {
  const minutes = new Map<number, Usage>();
  const closing: (() => void)[] = [];
  let fresh = nothing();

  function use(more: Partial<Usage>): void {
    const usage = { ...nothing(), ...more };
    const minute = minuteOf(now());
    minutes.set(minute, together([1, minutes.get(minute) ?? nothing()], [1, usage]));
    for (const old of minutes.keys()) if (old <= minute - HOUR) minutes.delete(old);
    fresh = together([1, fresh], [1, usage]);
  }

  return {
    watch(front, gateway) {
      closing.push(
        front.intercept((call, pass) => {
          if (!isMetered(call)) return undefined;
          const component = isWrite(call) ? 'DynamoDB writes' : 'DynamoDB reads';
          return pass(counted(call)).then((answer) => {
            use({ [component]: unitsOf(answer) });
            return answer;
          });
        }),
        front.listen({ called: (call) => use(billed(call)) }),
        gateway.interceptPosts(({ body }) => {
          const bytes = Buffer.byteLength(body);
          use({ 'WebSocket messages': Math.ceil(bytes / FRAME_BYTES), Egress: bytes / 1e9 });
          return undefined;
        }),
      );
    },
    invoked(name) {
      const times = name.startsWith('stream/') ? 1 / STREAM_BATCH : 1;
      const seconds = name === 'agent/heartbeat' ? HEARTBEAT_SECONDS : OTHERS_SECONDS;
      use({
        'Lambda requests': times,
        'Lambda compute': times * seconds * GB,
        'CloudWatch Logs': times * LOGGED_GB,
        ...(name.startsWith('agent/') ? { 'WebSocket messages': 1 } : {}),
        ...(name.startsWith('platform/') ? { 'HTTP API calls': 1 } : {}),
      });
    },
    lastHour: () => together(...[...minutes.values()].map((usage) => [1, usage] as const)),
    since() {
      const used = fresh;
      fresh = nothing();
      return used;
    },
    stop: () => closing.splice(0).forEach((close) => close()),
  };
}

/**
 * What of a call is billed by itself; what engines ask of each other here is billed with the
 * message that it is for.
 */
function billed({ operation, input }: Call): Partial<Usage> {
  switch (operation) {
    case 'SendMessage':
      return { 'SQS requests': 1 + RECEIVED_AND_DELETED };
    case 'SendMessageBatch':
      return { 'SQS requests': 1 + RECEIVED_AND_DELETED * many(input['Entries']) };
    case 'Publish':
      return { 'SNS publishes': 1 };
    case 'PublishBatch':
      return { 'SNS publishes': many(input['PublishBatchRequestEntries']) };
    case 'StartExecution':
      return { 'Step Functions': TRANSITIONS };
    default:
      return {};
  }
}

/** Start, wait, send. */
const TRANSITIONS = 3;

const many = (list: unknown): number => (Array.isArray(list) ? list.length : 1);
