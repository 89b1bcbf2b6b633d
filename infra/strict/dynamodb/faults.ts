/**
 * What a DynamoDB that is busy, broken or slow does to calls, by chance: the same seed strikes the
 * same calls of each operation.
 */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from '../answer.ts';
import type { Call } from '../call.ts';
import type { Front, Pass } from '../front.ts';
import { batchOf, cancelled, dynamoError, isTransaction, itemsOf, requestItems, throttled } from './errors.ts';
import { withUnprocessed } from './limits.ts';
import { isMetered, isWrite } from './units.ts';

export type Fault =
  /** Another transaction is at the same item. Of writes. */
  | 'conflict'
  /** It has no time. */
  | 'throttle'
  /** A batch is done in part. */
  | 'unprocessed'
  /** InternalServerError, and nothing was done. */
  | 'error'
  /** InternalServerError, although it was done. */
  | 'doneAndError'
  /** Up to `slowMs` later. */
  | 'slow';

export interface Chances extends Partial<Record<Fault, number>> {
  readonly seed: number;
  /** Default 200. */
  readonly slowMs?: number;
}

export interface Chaos {
  /** How often each has struck. */
  readonly struck: Readonly<Record<Fault, number>>;
  stop(): void;
}

const faults: readonly Fault[] = ['slow', 'conflict', 'throttle', 'unprocessed', 'error', 'doneAndError'];

/** From 0 up to 1, always the same for the same words. */
const chanceOf = (...words: (string | number)[]): number =>
  createHash('sha1').update(words.join(' ')).digest().readUInt32BE() / 2 ** 32;

export function strikeBySeed(front: Front, { seed, slowMs = 200, ...chances }: Chances): Chaos {
  const struck: Record<Fault, number> = {
    conflict: 0,
    throttle: 0,
    unprocessed: 0,
    error: 0,
    doneAndError: 0,
    slow: 0,
  };
  const counts = new Map<string, number>();

  async function strike(call: Call, pass: Pass, number: number): Promise<Answer> {
    const decide = (what: string) => chanceOf(seed, call.operation, number, what);
    for (const fault of faults) {
      if (decide(fault) >= (chances[fault] ?? 0)) continue;
      if (fault === 'slow') {
        struck.slow += 1;
        await sleep(decide('how slow') * slowMs);
        continue;
      }
      const answer = await strikes[fault](call, pass, decide);
      if (!answer) continue;
      struck[fault] += 1;
      return answer;
    }
    return pass();
  }

  const stop = front.intercept((call, pass) => {
    if (!isMetered(call)) return undefined;
    const number = (counts.get(call.operation) ?? 0) + 1;
    counts.set(call.operation, number);
    return strike(call, pass, number);
  });
  return { struck, stop };
}

type Strike = (
  call: Call,
  pass: Pass,
  decide: (what: string) => number,
) => Answer | undefined | Promise<Answer | undefined>;

/** `undefined` where it cannot happen to a call. */
const strikes: Record<Exclude<Fault, 'slow'>, Strike> = {
  conflict(call, _pass, decide) {
    if (!isWrite(call) || call.operation === 'BatchWriteItem') return undefined;
    if (!isTransaction(call)) return dynamoError('TransactionConflictException');
    const which = Math.floor(decide('which') * itemsOf(call));
    return cancelled(...oneOf(itemsOf(call), which).map((is) => (is ? 'TransactionConflict' : 'None')));
  },
  throttle(call, _pass, decide) {
    if (isTransaction(call))
      return throttled(call, oneOf(itemsOf(call), Math.floor(decide('which') * itemsOf(call))), 'AccountLimitExceeded');
    return dynamoError(decide('which') < 0.5 ? 'ThrottlingException' : 'ProvisionedThroughputExceededException');
  },
  async unprocessed(call, pass, decide) {
    const parts = batchOf(call);
    if (parts.length < 2) return undefined;
    const from = 1 + Math.floor(decide('how many') * (parts.length - 1));
    const answer = await pass({ ...call.input, RequestItems: requestItems(call, parts.slice(0, from)) });
    return withUnprocessed(call, answer, requestItems(call, parts.slice(from)));
  },
  error: () => dynamoError('InternalServerError', {}, 500),
  async doneAndError(_call, pass) {
    await pass();
    return dynamoError('InternalServerError', {}, 500);
  },
};

const oneOf = (length: number, which: number): boolean[] => Array.from({ length }, (_, index) => index === which);
