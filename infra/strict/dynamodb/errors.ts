/** DynamoDB's own errors, as a busy or broken service answers them. */
import { refusalOf, type Answer } from '../answer.ts';
import { recordOf, type Call, type Input } from '../call.ts';
import { listOf } from './values.ts';

export function dynamoError(code: string, more: Input = {}, status = 400): Answer {
  return refusalOf({ service: 'dynamodb' }, { code, message: `${code}, as DynamoDB says it`, status, more });
}

/** A transaction that DynamoDB gave up, for these reasons, one per item; `None` is no reason. */
export function cancelled(...codes: string[]): Answer {
  const CancellationReasons = codes.map((Code) =>
    Code === 'None' ? { Code } : { Code, Message: `${Code}, of this item` },
  );
  return dynamoError('TransactionCanceledException', { CancellationReasons });
}

export const isTransaction = ({ operation }: Pick<Call, 'operation'>): boolean => operation.startsWith('Transact');

/** How many items a transaction has. */
export const itemsOf = ({ input }: Pick<Call, 'input'>): number => listOf(input['TransactItems']).length;

/**
 * Throttled: a single call as such, a transaction by the reasons of its items. Of a batch nothing
 * is done, which says so only where all of it is throttled.
 */
export function throttled(call: Call, concerned: readonly boolean[], reason: string): Answer {
  if (isTransaction(call)) return cancelled(...concerned.map((is) => (is ? 'ThrottlingError' : 'None')));
  return dynamoError('ThrottlingException', { throttlingReasons: [{ reason }] });
}

/** The parts of a batch, each as the call that asks for it alone; empty of any other call. */
export interface BatchPart {
  readonly table: string;
  readonly part: unknown;
}

export function batchOf({ operation, input }: Call): BatchPart[] {
  if (!isBatch(operation)) return [];
  return Object.entries(recordOf(input['RequestItems']) ?? {}).flatMap(([table, wanted]) =>
    listOf(operation === 'BatchGetItem' ? recordOf(wanted)?.['Keys'] : wanted).map((part) => ({ table, part })),
  );
}

export const isBatch = (operation: string): boolean => operation === 'BatchGetItem' || operation === 'BatchWriteItem';

/** `RequestItems` of some parts of a batch, with all that is said of their tables. */
export function requestItems({ operation, input }: Call, parts: readonly BatchPart[]): Input {
  const all = recordOf(input['RequestItems']) ?? {};
  const chosen: Input = {};
  for (const [table, wanted] of Object.entries(all)) {
    const own = parts.filter((part) => part.table === table).map(({ part }) => part);
    if (own.length > 0) chosen[table] = operation === 'BatchGetItem' ? { ...recordOf(wanted), Keys: own } : own;
  }
  return chosen;
}

/** Where a batch names what was left undone. */
export const unprocessedName = (operation: string): string =>
  operation === 'BatchGetItem' ? 'UnprocessedKeys' : 'UnprocessedItems';
