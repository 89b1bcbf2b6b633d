/**
 * What DynamoDB refuses, here too: keys that are empty or too long, items over 400 KB, transactions
 * over 100 items or about one item twice.
 */
import { distinct, type Key, type Range } from '../rows/table.ts';

const KEY_BYTES = { pk: 2_048, sk: 1_024 };
const ITEM_BYTES = 400 * 1024;
const TRANSACTION_ITEMS = 100;
const TRANSACTION_BYTES = 4 * 1024 * 1024;

/** A call that is a defect of ours: no race, and no use in trying it again. */
export class ValidationException extends Error {
  override readonly name = 'ValidationException';
}

/** A key alone names an item: with more beside it, it is refused. */
export function checkKey(key: Key): void {
  if (Object.keys(key).length !== 2) throw new ValidationException('a key has other members than its own');
  checkPlace(key);
}

/** The key of an item that is written. */
export function checkPlace({ pk, sk }: Key): void {
  operand('pk', pk);
  operand('sk', sk);
}

export function checkRange({ pk, sk }: Range): void {
  operand('pk', pk);
  for (const value of Object.values(sk ?? {})) operand('sk', value);
  if (sk && 'from' in sk && Buffer.compare(Buffer.from(sk.from), Buffer.from(sk.to)) > 0)
    throw new ValidationException('a range ends before it begins');
}

function operand(name: keyof typeof KEY_BYTES, value: string): void {
  const length = value.length * 3 <= KEY_BYTES[name] ? value.length : Buffer.byteLength(value);
  if (length === 0 || length > KEY_BYTES[name]) throw new ValidationException(`${name} has ${length} bytes`);
}

/** The item's size as its JSON has it, which is a little more than what DynamoDB counts. */
export function checkItem(json: string): number {
  const bytes = Buffer.byteLength(json);
  if (bytes > ITEM_BYTES) throw new ValidationException(`an item has ${bytes} bytes`);
  return bytes;
}

export function checkTransaction(keys: readonly Key[], bytes: number): void {
  if (keys.length > TRANSACTION_ITEMS) throw new ValidationException(`a transaction has ${keys.length} items`);
  if (bytes > TRANSACTION_BYTES) throw new ValidationException(`a transaction has ${bytes} bytes`);
  if (distinct(keys).length < keys.length) throw new ValidationException('a transaction names an item twice');
}
