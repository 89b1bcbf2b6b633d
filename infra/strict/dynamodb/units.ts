/**
 * Which partition key a call's units are for. The engine counts them; of several items each has its
 * share, by DynamoDB's formula.
 */
import type { Answer } from '../answer.ts';
import { recordOf, type Call } from '../call.ts';
import { isTransaction } from './errors.ts';
import type { Schemas } from './schemas.ts';
import { partitionOf, requestOf, type Statement } from './statements.ts';
import { itemBytes, recordsOf, typed, type Attributes } from './values.ts';

export interface Units {
  readonly read: number;
  readonly write: number;
}

const writes = new Set(['BatchWriteItem', 'DeleteItem', 'PutItem', 'TransactWriteItems', 'UpdateItem']);
const reads = new Set(['BatchGetItem', 'GetItem', 'Query', 'Scan', 'TransactGetItems']);

export const isMetered = ({ service, operation }: Call): boolean =>
  service === 'dynamodb' && (writes.has(operation) || reads.has(operation));

export const isWrite = ({ operation }: Pick<Call, 'operation'>): boolean => writes.has(operation);

const readBytes = 4096;
const writeBytes = 1024;

/** What a call consists of; its tables must be known, as they are once a check has seen it. */
export async function statementsOf(call: Call, schemas: Schemas): Promise<readonly Statement[]> {
  return (await requestOf(call, schemas, () => undefined)).statements;
}

/** What the engine says that a call has cost; nothing where it was refused for its form. */
export function unitsOf({ body }: Answer): number {
  const consumed = body['ConsumedCapacity'];
  const all = Array.isArray(consumed) ? recordsOf(consumed) : recordsOf([consumed]);
  return all.reduce((sum, { CapacityUnits }) => sum + Number(CapacityUnits ?? 0), 0);
}

/** What one item of a call will cost at least, before it is known what there is. */
export function leastUnits(call: Call, { kind, item, consistent }: Statement): number {
  const twice = isTransaction(call) ? 2 : 1;
  if (kind === 'Put') return twice * Math.ceil(itemBytes(item ?? {}) / writeBytes);
  return isWrite(call) || consistent || twice === 2 ? twice : 0.5;
}

/** By partition, what the call has cost. A scan has none. */
export function sharesOf(call: Call, statements: readonly Statement[], answer: Answer): Map<string, number> {
  const total = unitsOf(answer);
  const weights = statements.map((statement) => weightOf(call, statement, answer));
  const sum = weights.reduce((all, weight) => all + weight, 0);
  const shares = new Map<string, number>();
  for (const [index, statement] of statements.entries()) {
    const partition = partitionOf(statement);
    if (partition === undefined || sum === 0) continue;
    shares.set(partition, (shares.get(partition) ?? 0) + (total * (weights[index] ?? 0)) / sum);
  }
  return shares;
}

function weightOf(call: Call, statement: Statement, { body }: Answer): number {
  const least = leastUnits(call, statement);
  if (call.operation !== 'BatchGetItem') return least;
  const items = recordsOf(recordOf(body['Responses'])?.[statement.table]);
  const found = items.find((item) => isAt(item, statement.key ?? {}));
  return least * Math.max(1, Math.ceil(itemBytes(found ?? {}) / readBytes));
}

const isAt = (item: Attributes, key: Attributes): boolean =>
  Object.entries(key).every(([name, value]) => typed(item[name])?.[1] === typed(value)?.[1]);
