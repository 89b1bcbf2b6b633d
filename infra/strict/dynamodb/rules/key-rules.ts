/** Values of keys: never empty, never longer than a key may be, in every place that takes one. */
import type { Refusal } from '../../rule.ts';
import { invalid, parameters, perStatement, sources, type DynamoRule } from './dynamo-rule.ts';
import { keyConditionsOf, type KeyCondition, type Statement } from '../statements.ts';
import { typed, valueBytes, type Attributes } from '../values.ts';

const maxHashBytes = 2048;
const maxRangeBytes = 1024;

const isEmpty = (value: unknown): boolean => {
  const [type, content] = typed(value) ?? [];
  return (type === 'S' || type === 'B') && content === '';
};

const emptyValue = (attribute: string, value: unknown): Refusal | null => {
  const kind = typed(value)?.[0] === 'B' ? 'binary' : 'string';
  return isEmpty(value)
    ? invalid(
        `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${kind} value. Key: ${attribute}`,
      )
    : null;
};

/** One whose size is above that of its role. */
function oversized(attribute: string, value: unknown, { keys }: Pick<Statement, 'keys'>): Refusal | null {
  const isHash = attribute === keys?.hash;
  if (!isHash && attribute !== keys?.range) return null;
  const limit = isHash ? maxHashBytes : maxRangeBytes;
  if (valueBytes(value) <= limit) return null;
  return parameters(
    isHash
      ? `Size of hashkey has exceeded the maximum size limit of${limit} bytes`
      : `Aggregated size of all range keys has exceeded the size limit of ${limit} bytes`,
  );
}

/** The first refusal of an operand of a key condition. */
function operands(statement: Statement, judge: (attribute: string, value: unknown) => Refusal | null): Refusal | null {
  for (const { attribute, operands: values } of keyConditionsOf(statement))
    for (const value of values) {
      const refusal = judge(attribute, value);
      if (refusal) return refusal;
    }
  return null;
}

function attributes(of: Attributes | undefined, judge: (attribute: string, value: unknown) => Refusal | null) {
  for (const attribute in of) {
    const refusal = judge(attribute, of[attribute]);
    if (refusal) return refusal;
  }
  return null;
}

const keyLengths = sources.quotas('Partition keys and sort keys');

/**
 * A starting key names the item's own key and, on an index, that of the index: all of them are
 * keys.
 */
const allKeys = ({ schema, keys }: Statement): Set<string> =>
  new Set([schema?.table.hash, schema?.table.range, keys?.hash, keys?.range].flatMap((name) => name ?? []));

export const keyRules: readonly DynamoRule[] = [
  perStatement({
    id: 'key.operand-empty',
    kinds: ['Query'],
    source: sources.quotas('Partition keys and sort keys: minimum 1 byte'),
    refuse: (statement) => operands(statement, emptyValue),
  }),
  perStatement({
    id: 'key.operand-too-long',
    kinds: ['Query'],
    source: keyLengths,
    refuse: (statement) => operands(statement, (attribute, value) => oversized(attribute, value, statement)),
  }),
  perStatement({
    id: 'key.operand-type',
    kinds: ['Query'],
    source: sources.guide('Key condition expressions for Query: begins_with takes a string or binary prefix', 'Query.KeyConditionExpressions.html'), // prettier-ignore
    refuse(statement) {
      const wrong = keyConditionsOf(statement).find(
        ({ operator, operands: [value] }) =>
          operator === 'begins_with' && !['S', 'B', undefined].includes(typed(value)?.[0]),
      );
      if (!wrong) return null;
      const type = typed(wrong.operands[0])?.[0];
      return invalid(
        `Invalid KeyConditionExpression: Incorrect operand type for operator or function; operator or function: begins_with, operand type: ${type}`,
      );
    },
  }),
  perStatement({
    id: 'key.range-inverted',
    kinds: ['Query'],
    source: sources.guide('Data types: strings are compared by the bytes of their UTF-8', 'HowItWorks.NamingRulesDataTypes.html'), // prettier-ignore
    refuse(statement) {
      for (const {
        operator,
        operands: [low, high],
      } of keyConditionsOf(statement))
        if (operator === 'BETWEEN' && inverted(low, high))
          return invalid(
            'Invalid KeyConditionExpression: The BETWEEN operator requires upper bound to be greater than or equal to lower bound',
          );
      return null;
    },
  }),
  perStatement({
    id: 'key.start-empty',
    kinds: ['Query', 'Scan'],
    source: sources.quotas('Partition keys and sort keys: minimum 1 byte'),
    refuse(statement) {
      const keys = allKeys(statement);
      return attributes(statement.startKey, (attribute, value) =>
        keys.has(attribute) ? emptyValue(attribute, value) : null,
      );
    },
  }),
  perStatement({
    id: 'key.start-too-long',
    kinds: ['Query', 'Scan'],
    source: keyLengths,
    refuse: (statement) =>
      attributes(
        statement.startKey,
        (attribute, value) =>
          oversized(attribute, value, statement) ?? oversized(attribute, value, { keys: statement.schema?.table }),
      ),
  }),
  perStatement({
    id: 'key.start-elsewhere',
    kinds: ['Query'],
    source: sources.api('Query'),
    refuse(statement) {
      const { keys, startKey } = statement;
      if (!keys || !startKey) return null;
      const conditions = keyConditionsOf(statement);
      const hash = conditions.find(({ attribute }) => attribute === keys.hash);
      if (hash && !same(hash.operands[0], startKey[keys.hash]))
        return invalid('The provided starting key is outside query boundaries based on provided conditions');
      const range = conditions.find(({ attribute }) => attribute === keys.range);
      return range && keys.range !== undefined && !within(range, startKey[keys.range])
        ? invalid('The provided starting key does not match the range key predicate')
        : null;
    },
  }),
  perStatement({
    id: 'key.index-too-long',
    kinds: ['Put', 'Update'],
    source: keyLengths,
    refuse(statement) {
      for (const keys of Object.values(statement.schema?.indexes ?? {})) {
        const refusal = attributes(statement.item ?? assignedBy(statement), (attribute, value) => oversized(attribute, value, { keys })); // prettier-ignore
        if (refusal) return refusal;
      }
      return null;
    },
  }),
  perStatement({
    id: 'key.updated',
    kinds: ['Update'],
    source: sources.api('UpdateItem'),
    refuse(statement) {
      const { schema } = statement;
      const changed = changedBy(statement).find((name) => name === schema?.table.hash || name === schema?.table.range);
      return changed === undefined
        ? null
        : parameters(`Cannot update attribute ${changed}. This attribute is part of the key`);
    },
  }),
];

const order = (value: unknown): Buffer | number | undefined => {
  const [type, content] = typed(value) ?? [];
  if (type === 'N') return Number(content);
  return type === undefined ? undefined : Buffer.from(String(content), type === 'B' ? 'base64' : 'utf8');
};

/** Below 0: the first one comes first. 0 as well where the two cannot be compared. */
function compared(one: unknown, other: unknown): number {
  const [left, right] = [order(one), order(other)];
  if (Buffer.isBuffer(left) && Buffer.isBuffer(right)) return Buffer.compare(left, right);
  return typeof left === 'number' && typeof right === 'number' ? left - right : 0;
}

const inverted = (low: unknown, high: unknown): boolean => compared(low, high) > 0;
const same = (one: unknown, other: unknown): boolean => other === undefined || compared(one, other) === 0;

function within({ operator, operands: [first, second] }: KeyCondition, value: unknown): boolean {
  if (value === undefined) return true;
  const against = compared(value, first);
  switch (operator) {
    case '=':
      return against === 0;
    case '<':
      return against < 0;
    case '<=':
      return against <= 0;
    case '>':
      return against > 0;
    case '>=':
      return against >= 0;
    case 'BETWEEN':
      return against >= 0 && compared(value, second) <= 0;
    case 'begins_with': {
      const [whole, prefix] = [order(value), order(first)];
      return !Buffer.isBuffer(whole) || !Buffer.isBuffer(prefix) || whole.subarray(0, prefix.length).equals(prefix);
    }
    default:
      return true;
  }
}

/** Attributes that an update expression assigns a value to, as they stand: `SET a = :b`. */
function assignedBy(statement: Statement): Attributes {
  const assigned: Attributes = {};
  for (const [, path = '', value = ''] of updateOf(statement).matchAll(
    /(#?\w+)\s*=\s*(:\w+)\s*(?=,|$|\b(?:ADD|REMOVE|DELETE)\b)/gi,
  ))
    // prettier-ignore
    assigned[attributeNamed(path, statement)] = statement.values?.[value];
  return assigned;
}

/** Attributes that an update expression sets, adds to, removes or takes from. */
function changedBy(statement: Statement): string[] {
  const clauses = updateOf(statement).split(/\b(?:SET|REMOVE|ADD|DELETE)\b/i);
  return clauses.flatMap((clause) =>
    splitOutside(clause).flatMap((part) => {
      const [path] = /^\s*#?\w+/.exec(part) ?? [];
      return path === undefined ? [] : [attributeNamed(path.trim(), statement)];
    }),
  );
}

const updateOf = ({ expressions }: Statement): string =>
  expressions.find(([name]) => name === 'UpdateExpression')?.[1].text ?? '';

const attributeNamed = (path: string, { names }: Statement): string =>
  path.startsWith('#') ? String(names?.[path]) : path;

/** At commas that are not within brackets. */
const splitOutside = (text: string): string[] => text.split(/,(?![^(]*\))/);
