/**
 * What `Ref` and `Fn::GetAtt` of every resource are on this machine. All but the ARN of a table's
 * stream follow from the template and from the addresses of the engines, so that names are known
 * before anything is made.
 */
import { createHash } from 'node:crypto';
import { account, apiHost, partition, region } from '../aws.ts';
import type { LocalResource, Template } from './template.ts';

export interface Identity {
  type: string;
  ref: string;
  attributes: Record<string, string>;
}
export type Identities = Map<string, Identity>;

export interface Naming {
  /** Base address of the engine that serves the queues. */
  queuesUrl: string;
  /** Added to the name of a table where other stacks share the engine. */
  tableSuffix: string;
}

export function identify(template: Template, naming: Naming): Identities {
  return new Map(
    template.resources.map((resource) => [resource.id, { type: resource.type, ...name(resource, naming) }]),
  );
}

function name(resource: LocalResource, naming: Naming): Pick<Identity, 'ref' | 'attributes'> {
  const { id, properties } = resource;
  const given = (property: string): string => {
    const value = properties[property];
    return typeof value === 'string' ? value : id;
  };
  switch (resource.type) {
    case 'AWS::DynamoDB::Table':
    case 'AWS::DynamoDB::GlobalTable': {
      const table = given('TableName') + naming.tableSuffix;
      return { ref: table, attributes: { Arn: arnOf('dynamodb', `table/${table}`) } };
    }
    case 'AWS::SQS::Queue': {
      const queue = fifo(given('QueueName'), properties.FifoQueue);
      const url = `${naming.queuesUrl}/${account}/${queue}`;
      return { ref: url, attributes: { Arn: arnOf('sqs', queue), QueueName: queue, QueueUrl: url } };
    }
    case 'AWS::SNS::Topic': {
      const topic = fifo(given('TopicName'), properties.FifoTopic);
      return { ref: arnOf('sns', topic), attributes: { TopicArn: arnOf('sns', topic), TopicName: topic } };
    }
    case 'AWS::StepFunctions::StateMachine': {
      const machine = given('StateMachineName');
      const own = arnOf('states', `stateMachine:${machine}`);
      return { ref: own, attributes: { Arn: own, Name: machine } };
    }
    case 'AWS::Lambda::Function': {
      const own = given('FunctionName');
      return { ref: own, attributes: { Arn: arnOf('lambda', `function:${own}`) } };
    }
    case 'AWS::ApiGatewayV2::Api': {
      const api = createHash('sha256').update(id).digest('hex').slice(0, 10);
      const scheme = properties.ProtocolType === 'WEBSOCKET' ? 'wss' : 'https';
      return { ref: api, attributes: { ApiId: api, ApiEndpoint: `${scheme}://${apiHost(api)}` } };
    }
    case 'AWS::ApiGatewayV2::Stage':
      return { ref: given('StageName'), attributes: {} };
    default:
      return { ref: id, attributes: {} };
  }
}

export const arnOf = (service: string, resource: string): string =>
  `arn:${partition}:${service}:${region}:${account}:${resource}`;

const fifo = (own: string, isFifo: unknown): string =>
  isFifo === true && !own.endsWith('.fifo') ? `${own}.fifo` : own;
