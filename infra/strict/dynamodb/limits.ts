/**
 * Enforces what a partition key takes in a second: calls beyond that are throttled as AWS throttles
 * them.
 */
import type { Answer } from '../answer.ts';
import { recordOf, type Call, type Input } from '../call.ts';
import type { Front, Pass } from '../front.ts';
import { batchOf, isBatch, requestItems, throttled, unprocessedName } from './errors.ts';
import { counted } from './meter.ts';
import type { Schemas } from './schemas.ts';
import { partitionOf, type Statement } from './statements.ts';
import { isMetered, isWrite, leastUnits, sharesOf, statementsOf } from './units.ts';

export interface KeyLimits {
  /**
   * Units a second. Default 3,000 and 1,000, as on AWS:
   * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html
   */
  readonly read?: number;
  readonly write?: number;
  /** Epoch milliseconds. */
  readonly now?: () => number;
}

export interface KeyLimiter {
  /** How often each partition key was throttled. */
  readonly throttled: ReadonlyMap<string, number>;
  stop(): void;
}

interface Bucket {
  left: number;
  filledAt: number;
}

export function limitKeys(
  front: Front,
  schemas: Schemas,
  { read = 3000, write = 1000, now = Date.now }: KeyLimits = {},
): KeyLimiter {
  const buckets = new Map<string, Bucket>();
  const refused = new Map<string, number>();

  /** What is left of a partition's second; it may be in debt for what a call turned out to cost. */
  function bucket(partition: string, kind: 'read' | 'write'): Bucket {
    const limit = kind === 'read' ? read : write;
    const at = now();
    const name = `${kind} ${partition}`;
    const found = buckets.get(name) ?? { left: limit, filledAt: at };
    found.left = Math.min(limit, found.left + ((at - found.filledAt) * limit) / 1000);
    found.filledAt = at;
    buckets.set(name, found);
    return found;
  }

  async function limited(call: Call, pass: Pass): Promise<Answer> {
    const statements = await statementsOf(call, schemas);
    const kind = isWrite(call) ? 'write' : 'read';
    const hot = statements.map((statement) => {
      const partition = partitionOf(statement);
      return partition !== undefined && bucket(partition, kind).left <= 0;
    });
    const reason = `Table${isWrite(call) ? 'Write' : 'Read'}KeyRangeThroughputExceeded`;
    for (const [index, statement] of statements.entries()) {
      const partition = partitionOf(statement) ?? '';
      if (hot[index]) refused.set(partition, (refused.get(partition) ?? 0) + 1);
    }
    if (!hot.includes(true)) return charged(call, statements, pass);
    const parts = batchOf(call);
    if (!isBatch(call.operation) || !hot.includes(false)) return throttled(call, hot, reason);
    const cool = {
      ...call.input,
      RequestItems: requestItems(
        call,
        parts.filter((_, index) => !hot[index]),
      ),
    };
    const answer = await charged(
      { ...call, input: cool },
      statements.filter((_, index) => !hot[index]),
      pass,
    );
    return withUnprocessed(
      call,
      answer,
      requestItems(
        call,
        parts.filter((_, index) => hot[index]),
      ),
    );
  }

  /**
   * Takes what the call will cost at least before it runs, so that many at once do not all find
   * room, and the rest when it is known.
   */
  async function charged(call: Call, statements: readonly Statement[], pass: Pass): Promise<Answer> {
    const kind = isWrite(call) ? 'write' : 'read';
    const taken = statements.map((statement) => [partitionOf(statement), leastUnits(call, statement)] as const);
    for (const [partition, units] of taken) if (partition !== undefined) bucket(partition, kind).left -= units;
    const answer = await pass(counted(call));
    const shares = sharesOf(call, statements, answer);
    for (const [partition, units] of taken) if (partition !== undefined) bucket(partition, kind).left += units;
    for (const [partition, units] of shares) bucket(partition, kind).left -= units;
    return answer;
  }

  const stop = front.intercept((call, pass) => (isMetered(call) ? limited(call, pass) : undefined));
  return { throttled: refused, stop };
}

/** The answer of a batch of which some parts were left undone. */
export function withUnprocessed({ operation }: Call, { status, body }: Answer, left: Input): Answer {
  if (status !== 200) return { status, body };
  const name = unprocessedName(operation);
  return { status, body: { ...body, [name]: { ...recordOf(body[name]), ...left } } };
}
