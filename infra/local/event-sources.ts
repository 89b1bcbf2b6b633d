/** The event source mappings of the template: each is a poller from a queue or a table's stream to a Lambda. */
import * as z from 'zod';
import type { Refusal } from '../strict/rule.ts';
import { queueMapping, streamReaders } from '../strict/services/lambda-rules.ts';
import { TemplateError } from './aws.ts';
import { filterOf, type Filter } from './filter.ts';
import { functionIn, type LocalFunction } from './functions.ts';
import type { Lambdas } from './lambdas.ts';
import type { Identities } from './names.ts';
import { pollQueue } from './queue-source.ts';
import { propertiesOf, type Resolve } from './resolve.ts';
import { pollStream } from './stream-source.ts';
import { ofType, type Template } from './template.ts';

const Properties = z.object({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  Enabled: z.coerce.boolean().default(true),
  BatchSize: z.coerce.number().optional(),
  BisectBatchOnFunctionError: z.coerce.boolean().default(false),
  DestinationConfig: z.object({ OnFailure: z.object({ Destination: z.string() }).optional() }).optional(),
  FilterCriteria: z.unknown().optional(),
  FunctionResponseTypes: z.array(z.string()).default([]),
  MaximumBatchingWindowInSeconds: z.coerce.number().default(0),
  MaximumRetryAttempts: z.coerce.number().default(-1),
  ScalingConfig: z.object({ MaximumConcurrency: z.coerce.number().optional() }).optional(),
});

export interface Mapping extends z.output<typeof Properties> {
  id: string;
  fn: LocalFunction;
  passes: Filter;
  reportsItems: boolean;
}

export interface Poller {
  stop(): Promise<void>;
}

export interface Endpoints {
  dynamodb: string;
  sqs: string;
}

/** What a Lambda says of a batch: the items to be tried again, or `undefined` where all of them are. */
export function failedItems(result: unknown, known: Set<string>): string[] | undefined {
  const Report = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish() });
  const report = Report.nullish().safeParse(result);
  if (!report.success) return undefined;
  const failed = (report.data?.batchItemFailures ?? []).map((item) => item.itemIdentifier);
  // An identifier that was not in the batch makes the whole of it failed, as on Lambda.
  return failed.every((item) => known.has(item)) ? failed : undefined;
}

export function startMappings(
  template: Template,
  resolve: Resolve,
  identities: Identities,
  functions: LocalFunction[],
  lambdas: Lambdas,
  endpoints: Endpoints,
  dataDir: string | undefined,
): Poller {
  const mappings = ofType(template, 'AWS::Lambda::EventSourceMapping').map((resource) => {
    const properties = propertiesOf(resolve, resource, Properties);
    // A function may be named by its name or by its ARN.
    const named = functions.find((fn) => fn.arn.endsWith(`:${properties.FunctionName}`));
    return {
      ...properties,
      id: resource.id,
      fn: named ?? functionIn(functions, properties.FunctionName, resource.id),
      passes: filterOf(properties.FilterCriteria, resource.id),
      reportsItems: properties.FunctionResponseTypes.includes('ReportBatchItemFailures'),
    };
  });
  const queues = [...identities.values()].filter((identity) => identity.type === 'AWS::SQS::Queue');
  const urlOf = (arn: string | undefined) => queues.find((queue) => queue.attributes.Arn === arn)?.ref;
  const streams = new Set([...identities.values()].map((identity) => identity.attributes.StreamArn));
  const start: (() => Poller)[] = mappings
    .filter((mapping) => mapping.Enabled)
    .map((mapping) => {
      const queueUrl = urlOf(mapping.EventSourceArn);
      if (queueUrl) return () => pollQueue(mapping, queueUrl, lambdas, endpoints.sqs);
      if (!streams.has(mapping.EventSourceArn)) {
        throw new TemplateError(
          `${mapping.id} reads ${mapping.EventSourceArn}, which is neither a queue nor a stream here.`,
        );
      }
      const destination = mapping.DestinationConfig?.OnFailure?.Destination;
      const onFailureUrl = urlOf(destination);
      if (destination && !onFailureUrl)
        throw new TemplateError(`${mapping.id} sends failures to ${destination}, no queue here.`);
      return () => pollStream(mapping, onFailureUrl, lambdas, endpoints, dataDir);
    });
  holdToRules(mappings);
  const pollers = start.map((begin) => begin());
  return { stop: async () => void (await Promise.all(pollers.map((poller) => poller.stop()))) };
}

/** What Lambda would refuse of the mappings, and so of the deployment. */
function holdToRules(mappings: readonly Mapping[]): void {
  const refuse = (refusal: Refusal | null, where: string) => {
    if (refusal) throw new TemplateError(`${where}: ${refusal.message}`);
  };
  for (const [source, readers = []] of Map.groupBy(mappings, ({ EventSourceArn }) => EventSourceArn)) {
    if (!source.includes(':sqs:')) {
      refuse(streamReaders.refuse(readers, 'CreateEventSourceMapping'), source);
      continue;
    }
    for (const { id, BatchSize: batchSize = 10, MaximumBatchingWindowInSeconds: windowSeconds } of readers) {
      const asked = { batchSize, windowSeconds, fifo: source.endsWith('.fifo') };
      refuse(queueMapping.refuse(asked, 'CreateEventSourceMapping'), id);
    }
  }
}
