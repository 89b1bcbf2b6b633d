/**
 * What a busy or broken DynamoDB says, which no engine here does by itself, and what becomes of it:
 * tried again, decided again, or an error.
 */
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { SCHEMA } from '../../shared/rows/stored.ts';
import { absent, unchanged, type Table } from '../../shared/rows/table.ts';
import { engines } from '../support/ports.ts';
import type { Answer } from '../../infra/strict/answer.ts';
import { cancelled, dynamoError } from '../../infra/strict/dynamodb/errors.ts';
import { next } from '../support/tap.ts';

const here = engines();
let table: Table;
let Conflict: typeof import('../../shared/edge/app.ts').Conflict;
beforeAll(async () => {
  ({ table } = await import('../../shared/aws/table.ts'));
  ({ Conflict } = await import('../../shared/edge/app.ts'));
});

const Item = z.looseObject({ pk: z.string(), sk: z.string() });
const key = () => ({ pk: `TEST#${randomUUID()}`, sk: 'ITEM' });
const FOR_EVER = 1_000;

class Said extends Error {}

/** The operations that were called meanwhile. */
async function calling<T>(
  run: () => Promise<T>,
): Promise<{ outcome: PromiseSettledResult<T>; operations: string[]; tokens: unknown[] }> {
  const before = here.dynamodb.calls.length;
  const [outcome] = await Promise.allSettled([run()]);
  const calls = here.dynamodb.calls.slice(before);
  return {
    outcome,
    operations: calls.map(({ operation }) => operation),
    tokens: calls.map(({ input }) => input['ClientRequestToken']),
  };
}

const exists = async (item: { pk: string; sk: string }) => (await table.get(Item, item)) !== null;

describe('A single write', () => {
  it.each([
    ['ThrottlingException', dynamoError('ThrottlingException')],
    ['ProvisionedThroughputExceededException', dynamoError('ProvisionedThroughputExceededException')],
    ['RequestLimitExceeded', dynamoError('RequestLimitExceeded')],
    ['InternalServerError', dynamoError('InternalServerError', {}, 500)],
  ])('is tried again after a %s', async (_, answer) => {
    const item = key();
    next(here.dynamodb, 'PutItem', 1, answer);
    const { outcome, operations } = await calling(() => table.write([{ put: item, where: absent() }]));
    expect(outcome.status).toBe('fulfilled');
    expect(operations).toEqual(['PutItem', 'PutItem']);
    expect(await exists(item)).toBe(true);
  });

  it('is an error in the end where DynamoDB never has time, and nothing was written', async () => {
    const item = key();
    const stop = next(here.dynamodb, 'PutItem', FOR_EVER, dynamoError('ThrottlingException'));
    const { outcome } = await calling(() => table.write([{ put: item }]));
    stop();
    expect(outcome).toMatchObject({ status: 'rejected', reason: { name: 'ThrottlingException' } });
    expect(await exists(item)).toBe(false);
  });

  it('that meets a transaction is decided again', async () => {
    const item = key();
    next(here.dynamodb, 'PutItem', 1, dynamoError('TransactionConflictException'));
    await expect(table.write([{ put: item }])).rejects.toBeInstanceOf(Conflict);
    expect(await exists(item)).toBe(false);
    next(here.dynamodb, 'DeleteItem', 1, dynamoError('TransactionConflictException'));
    await expect(table.write([{ delete: item }])).rejects.toBeInstanceOf(Conflict);
  });

  it('whose answer was lost is decided again, on what it has written', async () => {
    const item = key();
    const stop = here.dynamodb.inject(async (call, pass) => {
      if (call.operation !== 'PutItem') return undefined;
      stop();
      await pass();
      return 'lost';
    });
    await expect(table.write([{ put: item, where: absent() }])).rejects.toBeInstanceOf(Conflict);
    expect(await exists(item)).toBe(true);
  });
});

describe('A transaction', () => {
  const two = (first = key(), second = key()) => ({
    items: [first, second],
    writes: [
      { put: first, where: absent(() => new Said()) },
      { put: second, where: unchanged(0) },
    ] as const,
  });

  it.each<[string, Answer]>([
    ['others were at it', cancelled('None', 'TransactionConflict')],
    ['a version had moved', cancelled('None', 'ConditionalCheckFailed')],
    ['it was throttled', cancelled('ThrottlingError', 'None')],
    ['the partition was hot', cancelled('None', 'ProvisionedThroughputExceeded')],
    ['both at once', cancelled('ThrottlingError', 'TransactionConflict')],
  ])('that was cancelled because %s is decided again', async (_, answer) => {
    const { items, writes } = two();
    next(here.dynamodb, 'TransactWriteItems', 1, answer);
    const { outcome, operations } = await calling(() => table.write(writes));
    expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(Conflict) as object });
    expect(operations).toEqual(['TransactWriteItems']);
    for (const item of items) expect(await exists(item)).toBe(false);
  });

  it('keeps the cause of a conflict', async () => {
    next(here.dynamodb, 'TransactWriteItems', 1, cancelled('None', 'TransactionConflict'));
    await expect(table.write(two().writes)).rejects.toMatchObject({ cause: { name: 'TransactionCanceledException' } });
  });

  it('means what its failed condition means, whatever else failed', async () => {
    next(here.dynamodb, 'TransactWriteItems', 1, cancelled('ConditionalCheckFailed', 'ConditionalCheckFailed'));
    await expect(table.write(two().writes)).rejects.toBeInstanceOf(Said);
    next(here.dynamodb, 'TransactWriteItems', 1, cancelled('ConditionalCheckFailed', 'TransactionConflict'));
    await expect(table.write(two().writes)).rejects.toBeInstanceOf(Said);
  });

  it.each(['ValidationError', 'ItemCollectionSizeLimitExceeded', 'AccessDenied'])(
    'that was cancelled for a defect is an error, not a race: %s',
    async (code) => {
      next(here.dynamodb, 'TransactWriteItems', 1, cancelled('None', code));
      await expect(table.write(two().writes)).rejects.toMatchObject({ name: 'TransactionCanceledException' });
    },
  );

  it('that is still running is asked for again under the same token, and then there', async () => {
    const { items, writes } = two();
    next(here.dynamodb, 'TransactWriteItems', 1, dynamoError('TransactionInProgressException'));
    const { outcome, operations, tokens } = await calling(() => table.write(writes));
    expect(outcome.status).toBe('fulfilled');
    expect(operations).toHaveLength(2);
    expect(new Set(tokens).size).toBe(1);
    expect(tokens[0]).toMatch(/.{10}/);
    for (const item of items) expect(await exists(item)).toBe(true);
  });

  it('that does not come to an end is decided again', async () => {
    const stop = next(here.dynamodb, 'TransactWriteItems', FOR_EVER, dynamoError('TransactionInProgressException'));
    await expect(table.write(two().writes)).rejects.toBeInstanceOf(Conflict);
    stop();
  });

  it('whose token means something else is an error, and is not tried again', async () => {
    next(here.dynamodb, 'TransactWriteItems', 1, dynamoError('IdempotentParameterMismatchException'));
    const { outcome, operations } = await calling(() => table.write(two().writes));
    expect(outcome).toMatchObject({ status: 'rejected', reason: { name: 'IdempotentParameterMismatchException' } });
    expect(operations).toHaveLength(1);
  });

  it('has a token of its own each time', async () => {
    const { tokens } = await calling(async () => {
      await table.write(two().writes);
      await table.write(two().writes);
    });
    expect(new Set(tokens).size).toBe(2);
  });
});

describe('Reading', () => {
  it.each(['ThrottlingException', 'ProvisionedThroughputExceededException'])(
    'is tried again after a %s',
    async (type) => {
      const item = key();
      await table.write([{ put: { ...item, n: 1 } }]);
      next(here.dynamodb, 'GetItem', 1, dynamoError(type));
      expect(await table.get(Item, item)).toEqual({ ...item, n: 1, schema: SCHEMA });
    },
  );

  it('of several at the same moment is one call, and each gets its own', async () => {
    const [one, two, none] = [key(), key(), key()];
    await table.write([{ put: { ...one, n: 1 } }, { put: { ...two, n: 2 } }]);
    const { outcome, operations } = await calling(() =>
      Promise.all([
        table.get(Item, one),
        table.get(Item, none),
        table.getMany(Item, [two, none]),
        table.get(Item, two),
        table.get(Item, one),
      ]),
    );
    const [first, second] = [{ ...one, n: 1, schema: SCHEMA }, { ...two, n: 2, schema: SCHEMA }]; // prettier-ignore
    expect(outcome).toEqual({ status: 'fulfilled', value: [first, null, [second], second, first] });
    expect(operations).toEqual(['BatchGetItem']);
  });

  it('of one alone, however often at the same moment, is the plain call', async () => {
    const one = key();
    await table.write([{ put: { ...one, n: 1 } }]);
    const { operations } = await calling(() => Promise.all([table.get(Item, one), table.get(Item, one)]));
    expect(operations).toEqual(['GetItem']);
  });

  it('of many is complete though DynamoDB answers in parts', async () => {
    const keys = Array.from({ length: 150 }, key);
    await Promise.all(keys.map((item) => table.write([{ put: item }])));
    let parts = 0;
    const stop = here.dynamodb.inject(async ({ operation, input }, pass) => {
      if (operation !== 'BatchGetItem') return undefined;
      parts += 1;
      if (parts === 2) return { status: 200, body: { Responses: {}, UnprocessedKeys: input['RequestItems'] } }; // nothing at all
      const [[name, wanted] = ['', { Keys: [] }]] = Object.entries(
        input['RequestItems'] as Record<string, { Keys: unknown[] }>,
      );
      const split = Math.min(40, wanted.Keys.length);
      const asked = { [name]: { ...wanted, Keys: wanted.Keys.slice(0, split) } };
      const left = wanted.Keys.slice(split);
      const { status, body } = await pass({ RequestItems: asked });
      const UnprocessedKeys = left.length > 0 ? { [name]: { ...wanted, Keys: left } } : {};
      return { status, body: { ...body, UnprocessedKeys } };
    });
    const found = await table.getMany(Item, [...keys, key()]);
    stop();
    expect(found.map(({ pk }) => pk).toSorted()).toEqual(keys.map(({ pk }) => pk).toSorted());
    expect(parts).toBeGreaterThan(3);
  });

  it('of many is an error in the end where DynamoDB never answers for some', async () => {
    const stop = here.dynamodb.inject(({ operation, input }) =>
      operation === 'BatchGetItem'
        ? { status: 200, body: { Responses: {}, UnprocessedKeys: input['RequestItems'] } }
        : undefined,
    );
    const { outcome, operations } = await calling(() => table.getMany(Item, [key(), key()]));
    stop();
    expect(outcome.status).toBe('rejected');
    expect(operations.length).toBeLessThan(20);
  });

  it('of a range goes on after a megabyte, in order, and stops where it is asked to', async () => {
    const { pk } = key();
    const text = 'x'.repeat(100_000);
    for (let index = 0; index < 24; index++)
      await table.write([{ put: { pk, sk: `S#${String(index).padStart(3, '0')}`, text } }]);
    const { operations } = await calling(async () => {
      const items = await table.query(Item, { pk, sk: { prefix: 'S#' } });
      expect(items.map(({ sk }) => Number(sk.slice(2)))).toEqual(Array.from({ length: 24 }, (_, index) => index));
    });
    expect(operations.length).toBeGreaterThan(2);
    const newest = await table.query(Item, { pk, sk: { from: 'S#003', to: 'S#020' }, limit: 15, newestFirst: true });
    expect(newest.map(({ sk }) => sk)).toEqual(
      Array.from({ length: 15 }, (_, index) => `S#${String(20 - index).padStart(3, '0')}`),
    );
  });

  it('is consistent, always', async () => {
    const before = here.dynamodb.calls.length;
    await table.get(Item, key());
    await table.getMany(Item, [key(), key()]);
    await table.query(Item, { pk: key().pk });
    for (const { operation, input } of here.dynamodb.calls.slice(before)) {
      const [batch] = Object.values((input['RequestItems'] ?? {}) as Record<string, { ConsistentRead?: boolean }>);
      expect({ operation, consistent: batch?.ConsistentRead ?? input['ConsistentRead'] }).toEqual({
        operation,
        consistent: true,
      });
    }
  });
});

describe('Changing some attributes', () => {
  it('says whether the condition held, and is tried again where DynamoDB has no time', async () => {
    const item = key();
    expect(await table.update(item, { set: { n: 1 } }, { exists: true })).toBe(false);
    expect(await exists(item)).toBe(false);
    await table.write([{ put: { ...item, kept: true } }]);
    next(here.dynamodb, 'UpdateItem', 1, dynamoError('ThrottlingException'));
    expect(await table.update(item, { set: { n: 1 } }, { exists: true })).toBe(true);
    expect(await table.get(Item, item)).toEqual({ ...item, kept: true, n: 1, schema: SCHEMA });
    expect(await table.remove(item)).toBe(true);
    expect(await table.remove(item)).toBe(false);
  });
});
