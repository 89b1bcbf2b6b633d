/**
 * A call to DynamoDB as the list of what it does to single items or ranges: the same shape for
 * single calls, batches and transactions.
 */
import { recordOf, type Call, type Input } from '../call.ts';
import { expressionOf, type Expression } from './expression.ts';
import type { Keys, Schema, Schemas } from './schemas.ts';
import { recordsOf, textOf, typed, type Attributes } from './values.ts';

export type Kind = 'ConditionCheck' | 'Delete' | 'Get' | 'Put' | 'Query' | 'Scan' | 'Update';

export type ExpressionName =
  'ConditionExpression' | 'FilterExpression' | 'KeyConditionExpression' | 'ProjectionExpression' | 'UpdateExpression';

const expressionNames: readonly ExpressionName[] = [
  'ConditionExpression',
  'FilterExpression',
  'KeyConditionExpression',
  'ProjectionExpression',
  'UpdateExpression',
];

export interface Statement {
  readonly kind: Kind;
  readonly table: string;
  /** `undefined` for a table that there is not. */
  readonly schema: Schema | undefined;
  /** The keys that a range is read by: the index's, else the table's. */
  readonly keys: Keys | undefined;
  /** The item's key, or the item that is put, or where a range is read on. */
  readonly key: Attributes | undefined;
  readonly item: Attributes | undefined;
  readonly startKey: Attributes | undefined;
  readonly names: Readonly<Record<string, unknown>> | undefined;
  readonly values: Readonly<Record<string, unknown>> | undefined;
  readonly expressions: readonly (readonly [ExpressionName, Expression])[];
  readonly consistent: boolean;
}

export interface DynamoCall {
  readonly input: Input;
  readonly statements: readonly Statement[];
}

interface Part {
  readonly kind: Kind;
  readonly parameters: Input;
}

/** What each call consists of. */
const partsOf: Record<string, (input: Input) => Part[]> = {
  GetItem: (parameters) => [{ kind: 'Get', parameters }],
  PutItem: (parameters) => [{ kind: 'Put', parameters }],
  UpdateItem: (parameters) => [{ kind: 'Update', parameters }],
  DeleteItem: (parameters) => [{ kind: 'Delete', parameters }],
  Query: (parameters) => [{ kind: 'Query', parameters }],
  Scan: (parameters) => [{ kind: 'Scan', parameters }],
  BatchGetItem: (input) =>
    Object.entries(recordOf(input['RequestItems']) ?? {}).flatMap(([TableName, wanted]) => {
      const { Keys, ...shared } = recordOf(wanted) ?? {};
      return recordsOf(Keys).map((Key) => ({ kind: 'Get', parameters: { ...shared, TableName, Key } }) as const);
    }),
  BatchWriteItem: (input) =>
    Object.entries(recordOf(input['RequestItems']) ?? {}).flatMap(([TableName, writes]) =>
      recordsOf(writes).flatMap((write) => {
        const put = recordOf(write['PutRequest']);
        const deleted = recordOf(write['DeleteRequest']);
        return [
          ...(put ? [{ kind: 'Put', parameters: { ...put, TableName } } as const] : []),
          ...(deleted ? [{ kind: 'Delete', parameters: { ...deleted, TableName } } as const] : []),
        ];
      }),
    ),
  TransactGetItems: transactParts,
  TransactWriteItems: transactParts,
};

function transactParts(input: Input): Part[] {
  return recordsOf(input['TransactItems']).flatMap((item) =>
    transactKinds.flatMap((kind) => {
      const parameters = recordOf(item[kind]);
      return parameters ? [{ kind, parameters }] : [];
    }),
  );
}

export const transactKinds = ['ConditionCheck', 'Delete', 'Get', 'Put', 'Update'] as const;

/** The operations that are made of statements. */
export const itemOperations: readonly string[] = Object.keys(partsOf);

/** Where every table is known, at once; else when it is. */
export function requestOf(
  { operation, input }: Call,
  schemas: Schemas,
  learn: (tables: string[]) => Promise<void> | undefined,
): DynamoCall | Promise<DynamoCall> {
  // prettier-ignore
  const parts = partsOf[operation]?.(input) ?? [];
  const tables = [...new Set(parts.map(({ parameters }) => tableOf(parameters)))];
  const made = (): DynamoCall => ({ input, statements: parts.map((part) => statement(part, schemas)) });
  const learning = learn(tables);
  return learning ? learning.then(made) : made();
}

/** A table may be named by its ARN. */
const tableOf = ({ TableName }: Input): string => String(TableName).replace(/^arn:.*:table\//, '');

function statement({ kind, parameters }: Part, schemas: Schemas): Statement {
  const table = tableOf(parameters);
  const schema = schemas.of(table);
  const index = textOf(parameters['IndexName']);
  const expressions: [ExpressionName, Expression][] = [];
  for (const name of expressionNames) {
    const text = parameters[name];
    if (typeof text === 'string') expressions.push([name, expressionOf(text, name === 'UpdateExpression')]);
  }
  return {
    kind,
    table,
    schema,
    keys: index === undefined ? schema?.table : schema?.indexes[index],
    key: recordOf(parameters['Key']),
    item: recordOf(parameters['Item']),
    startKey: recordOf(parameters['ExclusiveStartKey']),
    names: recordOf(parameters['ExpressionAttributeNames']),
    values: recordOf(parameters['ExpressionAttributeValues']),
    expressions,
    consistent: parameters['ConsistentRead'] === true,
  };
}

/** The attribute that a path begins with, whatever stands for its name. */
export function attributeOf(path: string, { names }: Pick<Statement, 'names'>): string {
  const [first = ''] = path.split(/[.[]/);
  return first.startsWith('#') ? String(names?.[first]) : first;
}

/** One comparison of a key condition: the attribute, and what it is held against. */
export interface KeyCondition {
  readonly attribute: string;
  readonly operator: string;
  /** Values as on the wire. */
  readonly operands: readonly unknown[];
}

export function keyConditionsOf(from: Statement): KeyCondition[] {
  const expression = from.expressions.find(([name]) => name === 'KeyConditionExpression')?.[1];
  return (expression?.operations ?? []).map(({ operator, operands: [left = '', ...right] }) => {
    const turned = left.startsWith(':');
    const [path, values] = turned ? [right[0] ?? '', [left]] : [left, right];
    return {
      attribute: attributeOf(path, from),
      operator: turned ? (mirrored[operator] ?? operator) : operator,
      operands: values.map((value) => from.values?.[value]),
    };
  });
}

const mirrored: Record<string, string> = { '<': '>', '>': '<', '<=': '>=', '>=': '<=' };

/** The partition that a statement concerns, such as `AGENT#amy`; `undefined` of a scan. */
export function partitionOf(of: Statement): string | undefined {
  const { hash } = of.keys ?? {};
  if (hash === undefined) return undefined;
  const value =
    of.kind === 'Query'
      ? keyConditionsOf(of).find(({ attribute }) => attribute === hash)?.operands[0]
      : (of.key ?? of.item)?.[hash];
  return textOf(typed(value)?.[1]);
}
