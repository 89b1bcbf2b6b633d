/**
 * Reads a synthesized CloudFormation template, and refuses one with a resource that this runtime
 * neither runs nor may leave out.
 */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import * as z from 'zod';
import { TemplateError } from '../aws.ts';

const Resource = z.object({
  Type: z.string(),
  Condition: z.string().optional(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  Metadata: z.record(z.string(), z.unknown()).default({}),
});
const CloudFormation = z.object({
  Resources: z.record(z.string(), Resource),
  Parameters: z.record(z.string(), z.object({ Default: z.unknown() })).default({}),
});

export interface LocalResource {
  /** The logical id: what an error names. */
  id: string;
  type: string;
  properties: Record<string, unknown>;
  metadata: Record<string, unknown>;
}

export interface Template {
  /** Where the template lies: paths of assets are relative to it. */
  folder: string;
  parameters: Record<string, { Default?: unknown }>;
  resources: LocalResource[];
  /** Roles and policies: nothing runs in them, but they decide who may do what. */
  iam: LocalResource[];
}

/** What runs here. */
const run = new Set([
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Authorizer',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::RouteResponse',
  'AWS::ApiGatewayV2::Stage',
  'AWS::DynamoDB::GlobalTable',
  'AWS::DynamoDB::Table',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::SNS::Subscription',
  'AWS::SNS::Topic',
  'AWS::SQS::Queue',
  'AWS::StepFunctions::StateMachine',
]);

/**
 * What decides who is told, or who may call whom, but not what happens: nothing here depends on it.
 */
const leftOut = [
  /^AWS::IAM::/,
  /^AWS::KMS::/,
  /^AWS::Logs::/,
  /^AWS::CloudWatch::/,
  /^AWS::CDK::Metadata$/,
  /^AWS::ApiGateway::Account$/,
  /^AWS::ApiGatewayV2::(Deployment|IntegrationResponse)$/,
  /^AWS::Lambda::(Permission|EventInvokeConfig)$/,
  /^AWS::SNS::TopicPolicy$/,
  /^AWS::SQS::QueuePolicy$/,
];

export function readTemplate(file: string): Template {
  const { Resources, Parameters } = CloudFormation.parse(JSON.parse(readFileSync(file, 'utf8')));
  const resources: LocalResource[] = [];
  const iam: LocalResource[] = [];
  for (const [id, resource] of Object.entries(Resources)) {
    const { Type: type, Properties: properties, Metadata: metadata } = resource;
    if (/^AWS::IAM::(Role|Policy)$/.test(type)) iam.push({ id, type, properties, metadata });
    if (leftOut.some((pattern) => pattern.test(resource.Type))) continue;
    if (!run.has(resource.Type)) {
      throw new TemplateError(
        `${id} is an ${resource.Type}, which the local runtime does not know: teach it in infra/local.`,
      );
    }
    if (resource.Condition)
      throw new TemplateError(`${id} depends on a condition, which the local runtime does not evaluate.`);
    resources.push({ id, type, properties, metadata });
  }
  return { folder: resolve(dirname(file)), parameters: Parameters, resources, iam };
}

export const ofType = (template: Template, ...types: string[]): LocalResource[] =>
  template.resources.filter((resource) => types.includes(resource.type));
