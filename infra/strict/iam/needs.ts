/** Which actions on which resources a call needs, as AWS documents it for each service. */
import { recordOf, type Call, type Input } from '../call.ts';

/**
 * `resource` is an ARN, `*` where an action knows no resource, or `undefined` where the call does
 * not say of which one it speaks.
 */
export interface Need {
  readonly action: string;
  readonly resource: string | undefined;
}

/** Makes the ARN of something in the account and Region at hand. */
export type ArnOf = (service: string, resource: string) => string;

/**
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export function needsOf({ service, operation, input }: Pick<Call, 'service' | 'operation' | 'input'>, arnOf: ArnOf) {
  const need = (action: string, resource: string | undefined): Need => ({ action: `${service}:${action}`, resource });
  const table = (named: unknown) => tableArn(text(named), arnOf);
  switch (service) {
    case 'dynamodb':
      return dynamo(operation, input, need, table);
    case 'sqs':
      return [need(operation.replace(/Batch$/, ''), arnOf('sqs', text(input['QueueUrl']).split('/').at(-1) ?? ''))];
    case 'sns':
      return [need(operation.replace(/Batch$/, ''), text(input['TopicArn']))];
    case 'states':
      return [need(operation, text(input['stateMachineArn'] ?? input['executionArn']) || '*')];
    case 'execute-api':
    case 'lambda':
      return [need(operation, text(input['resource']) || '*')];
    default:
      return service satisfies never;
  }
}

/**
 * A transaction needs what each of its parts would need alone, on the table of that part:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
 */
const parts: Record<string, string> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
  Get: 'GetItem',
};

function dynamo(
  operation: string,
  input: Input,
  need: (action: string, resource: string | undefined) => Need,
  table: (named: unknown) => string,
): Need[] {
  if (operation === 'TransactWriteItems' || operation === 'TransactGetItems') {
    const items = Array.isArray(input['TransactItems']) ? input['TransactItems'] : [];
    return items.flatMap((item: unknown) =>
      Object.entries(recordOf(item) ?? {}).map(([kind, part]) =>
        need(parts[kind] ?? kind, table(recordOf(part)?.['TableName'])),
      ),
    );
  }
  if (operation.startsWith('Batch'))
    return Object.keys(recordOf(input['RequestItems']) ?? {}).map((named) => need(operation, table(named)));
  if (typeof input['StreamArn'] === 'string') return [need(operation, input['StreamArn'])];
  if (operation === 'GetRecords') return [need(operation, undefined)];
  if (input['TableName'] === undefined) return [need(operation, '*')];
  const index = input['IndexName'] === undefined ? '' : `/index/${text(input['IndexName'])}`;
  return [need(operation, table(input['TableName']) + index)];
}

const tableArn = (named: string, arnOf: ArnOf): string =>
  named.startsWith('arn:') ? named : arnOf('dynamodb', `table/${named}`);

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
