/**
 * All that the fronts enforce, by service, in the order in which it is looked at. What `npm run
 * strict -- --list` prints.
 */
import type { Rule } from './rule.ts';
import { expressionRules } from './dynamodb/rules/expression-rules.ts';
import { itemRules } from './dynamodb/rules/item-rules.ts';
import { keyRules } from './dynamodb/rules/key-rules.ts';
import { gatewayRules } from './services/gateway-rules.ts';
import { lambdaRules } from './services/lambda-rules.ts';
import { snsRules } from './services/sns-rules.ts';
import { sqsRules } from './services/sqs-rules.ts';
import { statesRules } from './services/states-rules.ts';
import type { DynamoRule } from './dynamodb/rules/dynamo-rule.ts';

export const dynamoRules: readonly DynamoRule[] = [...expressionRules, ...itemRules, ...keyRules];

/** What is said of a rule, whatever it looks at. */
export type Listed = Pick<Rule, 'id' | 'service' | 'operations' | 'source'>;

export const allRules: readonly Listed[] = [
  ...dynamoRules,
  ...sqsRules,
  ...snsRules,
  ...statesRules,
  ...lambdaRules,
  ...gatewayRules,
];
