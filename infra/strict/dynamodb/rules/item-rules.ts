/** Items, batches and transactions: names of attributes, and one thing asked for at a time. */
import { recordOf } from '../../call.ts';
import { invalid, perStatement, sources, type DynamoRule } from './dynamo-rule.ts';
import { transactKinds } from '../statements.ts';
import { recordsOf } from '../values.ts';

const maxNameBytes = 65_535;
const maxKeyNameBytes = 255;

export const itemRules: readonly DynamoRule[] = [
  perStatement({
    id: 'item.attribute-name',
    kinds: ['Put'],
    source: sources.quotas('Attributes: names have 1 to 65,535 bytes'),
    refuse({ item, schema }) {
      const keys = new Set(Object.values(schema?.indexes ?? {}).flatMap(({ hash, range }) => [hash, range]));
      for (const name in item) {
        const bytes = Buffer.byteLength(name);
        if (bytes === 0) return invalid('One or more parameter values were invalid: Empty attribute name');
        if (bytes > (keys.has(name) ? maxKeyNameBytes : maxNameBytes))
          return invalid('One or more parameter values were invalid: Attribute name is too large, must be less than 65536 bytes'); // prettier-ignore
      }
      return null;
    },
  }),
  {
    id: 'dynamodb.batch.one-request',
    service: 'dynamodb',
    operations: ['BatchWriteItem'],
    source: sources.api('WriteRequest'),
    refuse({ input }) {
      const writes = Object.values(recordOf(input['RequestItems']) ?? {}).flatMap((list) => recordsOf(list));
      return writes.some(({ PutRequest, DeleteRequest }) => Boolean(PutRequest) === Boolean(DeleteRequest))
        ? invalid('Supplied WriteRequest must contain exactly one of PutRequest and DeleteRequest')
        : null;
    },
  },
  {
    id: 'dynamodb.transaction.one-action',
    service: 'dynamodb',
    operations: ['TransactWriteItems', 'TransactGetItems'],
    source: sources.api('TransactWriteItem'),
    refuse({ input }) {
      const items = recordsOf(input['TransactItems']);
      return items.some((item) => transactKinds.filter((kind) => item[kind]).length !== 1)
        ? invalid('TransactItems can only contain one of Check, Put, Update or Delete')
        : null;
    },
  },
  {
    id: 'dynamodb.transaction.token',
    service: 'dynamodb',
    operations: ['TransactWriteItems'],
    source: sources.api('TransactWriteItems'),
    refuse({ input: { ClientRequestToken: token } }) {
      return typeof token === 'string' && (token.length < 1 || token.length > 36)
        ? invalid(
            `1 validation error detected: Value '${token}' at 'clientRequestToken' failed to satisfy constraint: Member must have length between 1 and 36, inclusive`,
          )
        : null;
    },
  },
];
