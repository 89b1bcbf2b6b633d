/**
 * Items by their keys, as they are stored. What is asked for in the same moment is one call: a
 * decision reads several items beside each other, and a call takes more of a function's time than
 * what it reads.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { BatchGetCommand, GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { nameOf, type Key } from '../rows/table.ts';
import { client, TableName } from './dynamodb.ts';

type Item = Record<string, unknown>;

interface Asked {
  readonly key: Key;
  readonly answer: (item: Item | undefined) => void;
  readonly fail: (error: unknown) => void;
}

/** As many as a call may ask for. */
const MOST = 100;
/**
 * How often in a row DynamoDB, where it is busy, may answer for none of the items that were asked
 * for.
 */
const MOST_IN_VAIN = 6;

let asked: Asked[] = [];

/** The item, or `undefined` where there is none. */
export function item(key: Key): Promise<Item | undefined> {
  return new Promise((answer, fail) => {
    if (asked.length === 0) process.nextTick(askAll);
    asked.push({ key, answer, fail });
  });
}

function askAll(): void {
  const now = [...Map.groupBy(asked, ({ key }) => nameOf(key)).values()];
  asked = [];
  for (let from = 0; from < now.length; from += MOST) void ask(now.slice(from, from + MOST));
}

/** Each of these lists is of one item, for whoever asked for it. */
async function ask(each: readonly (readonly Asked[])[]): Promise<void> {
  const keys = each.flatMap(([first]) => (first ? [first.key] : []));
  try {
    const found = await read(keys);
    for (const who of each.flat()) who.answer(found.get(nameOf(who.key)));
  } catch (error) {
    for (const who of each.flat()) who.fail(error);
  }
}

async function read(keys: readonly Key[]): Promise<Map<string, Item>> {
  const [Key, ...more] = keys;
  if (!Key || more.length > 0) return readMany(keys);
  const { Item } = await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
  return new Map(Item ? [[nameOf(Key), Item]] : []);
}

async function readMany(keys: readonly Key[]): Promise<Map<string, Item>> {
  const found = new Map<string, Item>();
  let left = [...keys];
  for (let inVain = 0; left.length > 0;) {
    const batch = { [TableName]: { Keys: left, ConsistentRead: true } };
    const { Responses, UnprocessedKeys } = await client.send(new BatchGetCommand({ RequestItems: batch }));
    for (const one of Responses?.[TableName] ?? []) found.set(nameOf(KeyShape.parse(one)), one);
    const again = (UnprocessedKeys?.[TableName]?.Keys ?? []).map((key) => KeyShape.parse(key));
    inVain = again.length < left.length ? 0 : inVain + 1;
    left = again;
    if (left.length === 0) break;
    if (inVain > MOST_IN_VAIN) throw new Error(`${left.length} items could not be read: DynamoDB has no time`);
    await sleep(Math.random() * 50 * 2 ** inVain);
  }
  return found;
}

const KeyShape = z.object({ pk: z.string(), sk: z.string() });
