/**
 * Counts what AWS would bill for what happens in a stack: units and calls as they pass the front,
 * posts as they leave, functions as they are invoked, lines as they are logged.
 */
import { Buffer } from 'node:buffer';
import type { Call } from '../strict/call.ts';
import { counted } from '../strict/dynamodb/meter.ts';
import { isMetered, isWrite, unitsOf } from '../strict/dynamodb/units.ts';
import type { Front } from '../strict/front.ts';
import { ofInvocation, ofLine, ofPost, RECEIVED_AND_DELETED, TRANSITIONS } from './assumed.ts';
import { nothing, together, type Usage } from './prices.ts';

/** Whoever sees every post to a desk. */
interface Posts {
  interceptPosts(see: (post: { readonly body: string }) => undefined): () => void;
}

export interface CostMeter {
  /** What was used in this minute and those before it, an hour at most. */
  lastHour(): Usage;
  /** Since the last time that this was asked. */
  since(): Usage;
  /** So much was used, as whoever stands there knows. */
  use(more: Partial<Usage>): void;
  invoked(name: string): void;
  /** A function has written a line. */
  logged(line: string): void;
  /** Counts what is posted to desks. */
  watchPosts(gateway: Posts): void;
  stop(): void;
}

const HOUR = 60;
const minuteOf = (ms: number) => Math.floor(ms / 60_000);

export function openCostMeter(now: () => number = Date.now): CostMeter & { watch(front: Front): void } {
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
    use,
    watchPosts(gateway) {
      closing.push(
        gateway.interceptPosts(({ body }) => {
          use(ofPost(body));
          return undefined;
        }),
      );
    },
    watch(front) {
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
      );
    },
    invoked: (name) => use(ofInvocation(name)),
    logged: (line) => use(ofLine(Buffer.byteLength(line))),
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

const many = (list: unknown): number => (Array.isArray(list) ? list.length : 1);
