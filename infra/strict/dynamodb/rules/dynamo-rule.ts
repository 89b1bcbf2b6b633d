/**
 * What the rules of DynamoDB have in common: they look at statements, and refuse as validation
 * does.
 */
import type { Refusal, Rule } from '../../rule.ts';
import { itemOperations, type Kind, type DynamoCall, type Statement } from '../statements.ts';

export type DynamoRule = Rule<DynamoCall>;

const guide = 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide';
const api = 'https://docs.aws.amazon.com/amazondynamodb/latest/APIReference';

/** Where the rules are written. */
export const sources = {
  quotas: (section: string) => ({ title: `DynamoDB quotas: ${section}`, url: `${guide}/Constraints.html` }),
  guide: (title: string, page: string) => ({ title, url: `${guide}/${page}` }),
  api: (page: string) => ({ title: `DynamoDB API: ${page}`, url: `${api}/API_${page}.html` }),
};

export const invalid = (message: string): Refusal => ({ code: 'ValidationException', message });

export const parameters = (message: string): Refusal =>
  invalid(`One or more parameter values were invalid: ${message}`);

/**
 * Every operation in which a statement of one of these kinds can be; of all kinds where none is
 * named.
 */
function operationsWith(kinds: readonly Kind[]): readonly string[] {
  const where: Record<Kind, readonly string[]> = {
    ConditionCheck: ['TransactWriteItems'],
    Delete: ['DeleteItem', 'BatchWriteItem', 'TransactWriteItems'],
    Get: ['GetItem', 'BatchGetItem', 'TransactGetItems'],
    Put: ['PutItem', 'BatchWriteItem', 'TransactWriteItems'],
    Query: ['Query'],
    Scan: ['Scan'],
    Update: ['UpdateItem', 'TransactWriteItems'],
  };
  return kinds.length === 0 ? itemOperations : [...new Set(kinds.flatMap((kind) => where[kind]))];
}

interface StatementRule extends Pick<DynamoRule, 'source'> {
  /** Below `dynamodb.`. */
  readonly id: string;
  /** All, unless given. */
  readonly kinds?: readonly Kind[];
  readonly refuse: (statement: Statement) => Refusal | null;
}

/** A rule that looks at one statement after the other. */
export function perStatement({ id, kinds = [], source, refuse }: StatementRule): DynamoRule {
  return {
    id: `dynamodb.${id}`,
    service: 'dynamodb',
    operations: operationsWith(kinds),
    source,
    refuse({ statements }) {
      for (const statement of statements) {
        if (kinds.length > 0 && !kinds.includes(statement.kind)) continue;
        const refusal = refuse(statement);
        if (refusal) return refusal;
      }
      return null;
    },
  };
}
