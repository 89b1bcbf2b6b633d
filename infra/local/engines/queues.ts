/**
 * Queues and topics: fauxqs inside this process, on the loopback interface only, filled with what
 * the template names.
 */
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, QueueNameExists, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { buildApp } from 'fauxqs';
import { mkdirSync } from 'node:fs';
import * as z from 'zod';
import { clientOptions, region, TemplateError } from '../aws.ts';
import type { Identities } from '../template/names.ts';
import { propertiesOf, type Resolve } from '../template/resolve.ts';
import { ofType, type Template } from '../template/template.ts';

export interface Queues {
  endpoint: string;
  stop(): Promise<void>;
}

export async function startQueues(dataDir: string | undefined): Promise<Queues> {
  const stores = dataDir ? await persistentStores(dataDir) : undefined;
  const app = buildApp({ logger: false, defaultRegion: region, stores: stores?.stores });
  if (stores) app.addHook('onClose', () => stores.close());
  const endpoint = await app.listen({ port: 0, host: '127.0.0.1' });
  return { endpoint, stop: async () => app.close() };
}

/**
 * What fauxqs does by itself for `dataDir`; done here because its own start listens on every
 * interface.
 */
async function persistentStores(dataDir: string) {
  mkdirSync(dataDir, { recursive: true });
  const [{ PersistenceManager }, { SqsStore }, { SnsStore }, { S3Store }] = await Promise.all([
    import('../../../node_modules/fauxqs/dist/persistence.js'),
    import('../../../node_modules/fauxqs/dist/sqs/sqsStore.js'),
    import('../../../node_modules/fauxqs/dist/sns/snsStore.js'),
    import('../../../node_modules/fauxqs/dist/s3/s3Store.js'),
  ]);
  const persistence = new PersistenceManager(dataDir);
  const stores = { sqsStore: new SqsStore(), snsStore: new SnsStore(), s3Store: new S3Store() };
  // Loading comes first: a store that persists while it loads writes over what it reads.
  persistence.load(stores.sqsStore, stores.snsStore, stores.s3Store);
  stores.sqsStore.persistence = persistence;
  stores.snsStore.persistence = persistence;
  for (const queue of stores.sqsStore.allQueues()) queue.persistence = persistence;
  return { stores, close: () => persistence.close() };
}

const Scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const Queue = z.object({
  ContentBasedDeduplication: Scalar.optional(),
  DelaySeconds: Scalar.optional(),
  FifoQueue: Scalar.optional(),
  MaximumMessageSize: Scalar.optional(),
  MessageRetentionPeriod: Scalar.optional(),
  ReceiveMessageWaitTimeSeconds: Scalar.optional(),
  RedrivePolicy: z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.coerce.number() }).optional(),
  VisibilityTimeout: Scalar.optional(),
});
const Topic = z.object({ FifoTopic: Scalar.optional(), ContentBasedDeduplication: Scalar.optional() });
const Subscription = z.object({
  TopicArn: z.string(),
  Protocol: z.string(),
  Endpoint: z.string(),
  RawMessageDelivery: Scalar.optional(),
  FilterPolicy: z.record(z.string(), z.unknown()).optional(),
  FilterPolicyScope: z.string().optional(),
});

export async function createQueues(
  template: Template,
  resolve: Resolve,
  identities: Identities,
  endpoint: string,
): Promise<void> {
  const sqs = new SQSClient(clientOptions(endpoint));
  const sns = new SNSClient(clientOptions(endpoint));
  const arns = new Set([...identities.values()].flatMap((identity) => identity.attributes.Arn ?? []));
  await Promise.all([
    ...ofType(template, 'AWS::SQS::Queue').map(async (resource) => {
      const { RedrivePolicy, ...plain } = propertiesOf(resolve, resource, Queue);
      if (RedrivePolicy && !arns.has(RedrivePolicy.deadLetterTargetArn)) {
        throw new TemplateError(
          `${resource.id} redrives to ${RedrivePolicy.deadLetterTargetArn}, which is no queue here.`,
        );
      }
      const identity = identities.get(resource.id);
      const redrive = RedrivePolicy && { RedrivePolicy: JSON.stringify(RedrivePolicy) };
      await createQueue(
        sqs,
        identity?.attributes.QueueName ?? resource.id,
        identity?.ref,
        present({ ...plain, ...redrive }),
      );
    }),
    ...ofType(template, 'AWS::SNS::Topic').map(async (resource) => {
      const Attributes = present(propertiesOf(resolve, resource, Topic));
      await sns.send(new CreateTopicCommand({ Name: identities.get(resource.id)?.attributes.TopicName, Attributes }));
    }),
  ]);
  for (const resource of ofType(template, 'AWS::SNS::Subscription')) {
    const { TopicArn, Protocol, Endpoint, FilterPolicy, ...plain } = propertiesOf(resolve, resource, Subscription);
    if (Protocol.startsWith('email')) continue; // A person is told; there is nobody to tell here.
    if (Protocol !== 'sqs')
      throw new TemplateError(`${resource.id} subscribes over ${Protocol}, which does not run here.`);
    if (!arns.has(Endpoint)) throw new TemplateError(`${resource.id} subscribes ${Endpoint}, which is no queue here.`);
    const filter = FilterPolicy && { FilterPolicy: JSON.stringify(FilterPolicy) };
    await sns.send(
      new SubscribeCommand({ TopicArn, Protocol, Endpoint, Attributes: present({ ...plain, ...filter }) }),
    );
  }
  sqs.destroy();
  sns.destroy();
}

/** A queue that was kept from an earlier run takes the attributes that the template has now. */
async function createQueue(
  sqs: SQSClient,
  name: string,
  url: string | undefined,
  Attributes: Record<string, string>,
): Promise<void> {
  try {
    await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes }));
  } catch (error) {
    if (!(error instanceof QueueNameExists)) throw error;
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes }));
  }
}

const present = (attributes: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(Object.entries(attributes).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
