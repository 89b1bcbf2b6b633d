/** What of a stack's resources is asked for by name: what `Ref` of them is, wherever it runs. */

export interface Resources {
  /** The one table. */
  tableName: string;
  /** The FIFO topic. */
  topicArn: string;
  /** By logical id. */
  tableNames: Record<string, string>;
  queueUrls: Record<string, string>;
  topicArns: Record<string, string>;
  stateMachineArns: Record<string, string>;
}

/** `refs`: what `Ref` is of all resources of a type, by logical id. */
export function resourcesOf(refs: (type: string) => Record<string, string>): Resources {
  const tableNames = { ...refs('AWS::DynamoDB::Table'), ...refs('AWS::DynamoDB::GlobalTable') };
  const topicArns = refs('AWS::SNS::Topic');
  return {
    tableName: Object.values(tableNames)[0] ?? '',
    topicArn: Object.values(topicArns).find((arn) => arn.endsWith('.fifo')) ?? '',
    tableNames,
    queueUrls: refs('AWS::SQS::Queue'),
    topicArns,
    stateMachineArns: refs('AWS::StepFunctions::StateMachine'),
  };
}
