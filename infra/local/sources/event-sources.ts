/**
 * The event source mappings of the template: each is a poller from a queue or a table's stream to a
 * Lambda.
 */
import type { Refusal } from '../../strict/rule.ts';
import { queueMapping, streamReaders } from '../../strict/services/lambda-rules.ts';
import { TemplateError } from '../aws.ts';
import { filterOf } from './filter.ts';
import { functionIn, type LocalFunction } from '../lambdas/functions.ts';
import type { Lambdas } from '../lambdas/lambdas.ts';
import { MappingProperties, type Endpoints, type Mapping, type Poller } from './mapping.ts';
import type { Identities } from '../template/names.ts';
import { pollQueue } from './queue-source.ts';
import { propertiesOf, type Resolve } from '../template/resolve.ts';
import { pollStream } from './stream-source.ts';
import { ofType, type Template } from '../template/template.ts';

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
    const properties = propertiesOf(resolve, resource, MappingProperties);
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
