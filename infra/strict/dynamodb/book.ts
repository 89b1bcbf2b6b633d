/** Holds calls to DynamoDB against its rules. */
import { bookOf, type Check } from '../rule.ts';
import { dynamoRules } from '../rules.ts';
import type { Schemas } from './schemas.ts';
import { requestOf } from './statements.ts';

export function dynamoBook(schemas: Schemas): Check {
  const book = bookOf('dynamodb', dynamoRules, (call, ask) =>
    requestOf(call, schemas, (tables) => schemas.learn(tables, ask)),
  );
  return (call, ask) => {
    schemas.watch(call);
    return book(call, ask);
  };
}
