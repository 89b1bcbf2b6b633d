/** Expressions: how long, how much in them, and that every name and value that is given is used. */
import type { Refusal } from '../../rule.ts';
import { invalid, perStatement, sources, type DynamoRule } from './dynamo-rule.ts';
import type { ExpressionName, Statement } from '../statements.ts';
import type { Expression } from '../expression.ts';
import { typed, valueBytes } from '../values.ts';

const maxBytes = 4096;
const maxOperators = 300;
const maxSubstitutedBytes = 2 * 1024 * 1024;
const maxPlaceholderBytes = 255;
const maxInOperands = 100;
const maxDepth = 32;

const quotas = sources.quotas('Expression parameters');

/** The first refusal of an expression. */
function each(statement: Statement, judge: (expression: Expression, name: ExpressionName) => string | null) {
  for (const [name, expression] of statement.expressions) {
    const why = judge(expression, name);
    if (why !== null) return invalid(`Invalid ${name}: ${why}`);
  }
  return null;
}

function unused(statement: Statement, which: 'names' | 'values'): Refusal | null {
  const given = statement[which];
  if (!given) return null;
  const left = Object.keys(given).filter((name) => !statement.expressions.some(([, used]) => used[which].has(name)));
  const parameter = which === 'names' ? 'ExpressionAttributeNames' : 'ExpressionAttributeValues';
  if (left.length === 0) return null;
  if (statement.expressions.length === 0) return invalid(`${parameter} can only be specified when using expressions`);
  return invalid(`Value provided in ${parameter} unused in expressions: keys: {${left.join(', ')}}`);
}

/** The type of an operand that is a value; that of an attribute is not known. */
const typeOf = (operand: string, { values }: Statement): string | undefined =>
  operand.startsWith(':') ? typed(values?.[operand])?.[0] : undefined;

const types = ['S', 'SS', 'N', 'NS', 'B', 'BS', 'BOOL', 'NULL', 'L', 'M'];

export const expressionRules: readonly DynamoRule[] = [
  perStatement({
    id: 'expression.too-long',
    source: quotas,
    refuse: (statement) =>
      each(statement, ({ text }) => {
        const bytes = Buffer.byteLength(text);
        return bytes > maxBytes
          ? `Expression size has exceeded the maximum allowed size; expression size: ${bytes}`
          : null;
      }),
  }),
  perStatement({
    id: 'expression.operators',
    source: quotas,
    refuse: (statement) =>
      each(statement, ({ operators }) =>
        operators > maxOperators ? `The expression contains too many operators; operator count: ${operators}` : null,
      ),
  }),
  perStatement({
    id: 'expression.in-operands',
    source: sources.guide('Condition and filter expressions: IN takes up to 100 values', 'Expressions.OperatorsAndFunctions.html'), // prettier-ignore
    refuse: (statement) =>
      each(statement, ({ operations }) => {
        const most = Math.max(0, ...operations.map(({ operator, operands }) => operator === 'IN' ? operands.length - 1 : 0)); // prettier-ignore
        return most > maxInOperands
          ? `Incorrect number of operands for operator or function; operator or function: IN, number of operands: ${most}`
          : null;
      }),
  }),
  perStatement({
    id: 'expression.path-depth',
    source: sources.quotas('Attributes: nested up to 32 levels'),
    refuse: (statement) =>
      each(statement, ({ depth }) => (depth >= maxDepth ? 'The document path has too many nesting elements' : null)),
  }),
  perStatement({
    id: 'expression.compared-type',
    kinds: ['ConditionCheck', 'Delete', 'Put', 'Query', 'Scan', 'Update'],
    source: sources.api('Condition'),
    refuse: (statement) =>
      each(statement, ({ operations }) => {
        for (const { operator, operands } of operations) {
          if (!['<', '<=', '>', '>='].includes(operator)) continue;
          const wrong = operands
            .map((operand) => typeOf(operand, statement))
            .find((type) => type !== undefined && !['S', 'N', 'B'].includes(type));
          if (wrong)
            return `Incorrect operand type for operator or function; operator: ${operator}, operand type: ${wrong}`;
        }
        return null;
      }),
  }),
  perStatement({
    id: 'expression.attribute-type',
    kinds: ['ConditionCheck', 'Delete', 'Put', 'Query', 'Scan', 'Update'],
    source: sources.guide('Functions: attribute_type', 'Expressions.OperatorsAndFunctions.html'),
    refuse: (statement) =>
      each(statement, ({ operations }) => {
        for (const {
          operator,
          operands: [, type = ''],
        } of operations) {
          if (operator !== 'attribute_type') continue;
          const [kind, name] = typed(statement.values?.[type]) ?? [];
          if (kind === 'S' && !types.includes(String(name)))
            return `Invalid attribute type name found; type: ${String(name)}, valid types: {${types.join(',')}}`;
        }
        return null;
      }),
  }),
  perStatement({
    id: 'expression.names-unused',
    source: sources.guide('Expression attribute names', 'Expressions.ExpressionAttributeNames.html'),
    refuse: (statement) => unused(statement, 'names'),
  }),
  perStatement({
    id: 'expression.values-unused',
    source: sources.guide('Expression attribute values', 'Expressions.ExpressionAttributeValues.html'),
    refuse: (statement) => unused(statement, 'values'),
  }),
  perStatement({
    id: 'expression.placeholder-too-long',
    source: quotas,
    refuse({ names, values }) {
      const long = [...Object.keys(names ?? {}), ...Object.keys(values ?? {})].find(
        (placeholder) => Buffer.byteLength(placeholder) > maxPlaceholderBytes,
      );
      if (long === undefined) return null;
      const parameter = long.startsWith('#') ? 'ExpressionAttributeNames' : 'ExpressionAttributeValues';
      return invalid(`${parameter} contains invalid key: The expression attribute map contains a key that is too long`);
    },
  }),
  perStatement({
    id: 'expression.name-value',
    source: sources.quotas('Attributes: names have 1 to 65,535 bytes'),
    refuse({ names }) {
      const wrong = Object.entries(names ?? {}).find(([, name]) => {
        const bytes = Buffer.byteLength(String(name));
        return bytes === 0 || bytes > 65_535;
      });
      return wrong
        ? invalid(`ExpressionAttributeNames contains invalid value: for key ${wrong[0]}: it must have 1 to 65535 bytes`)
        : null;
    },
  }),
  perStatement({
    id: 'expression.substituted-too-long',
    source: quotas,
    refuse({ names, values }) {
      if (!names && !values) return null;
      const bytes = substitutedBytes(names) + substitutedBytes(values);
      return bytes > maxSubstitutedBytes
        ? invalid('Expression attributes size has exceeded the maximum allowed size: the limit is 2 MB')
        : null;
    },
  }),
];

function substitutedBytes(given: Readonly<Record<string, unknown>> | undefined): number {
  let bytes = 0;
  for (const placeholder in given) {
    const value = given[placeholder];
    bytes += typeof value === 'string' ? Buffer.byteLength(value) : valueBytes(value);
  }
  return bytes;
}
