/**
 * How many events a second one reader of the table's stream publishes, beside publishing them one
 * after the other, and what that says of the events of 10,000 agents. SNS is the local engine,
 * which answers as late as SNS does.
 */
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { setTimeout as sleep } from 'node:timers/promises';
import { on } from '../functions/stream/publish.ts';
import { clientOptions, credentials, region } from '../infra/local/aws.ts';
import { start, type LocalStack } from '../infra/local/start.ts';
import { percentile, table } from './print.ts';

/** What SNS takes to answer a publish in its own Region: 10 to 15 ms. */
const SNS_MS = 12;
const BATCH = 500;
const ROUNDS = 5;
/** Of 10,000 agents at the load of the cost model. */
const EVENTS_PER_SECOND = 5_500;
const WRITE_UNITS_PER_SECOND = 48_400;
const WRITE_UNITS_PER_PARTITION = 1_000;
/** A new on-demand table: 4,000 write units a second. */
const LEAST_SHARDS = 4;

export async function outward(): Promise<void> {
  const stack = await start({ demo: true });
  try {
    stack.front.intercept(async ({ service }) => {
      if (service === 'sns') await sleep(SNS_MS);
      return undefined;
    });
    const rows: (string | number)[][] = [];
    let slowest = Infinity;
    let slowestBefore = Infinity;
    for (const perConversation of [1, 2, 5]) {
      const { before, after } = await rates(stack, perConversation);
      slowest = Math.min(slowest, percentile(after, 0.5));
      slowestBefore = Math.min(slowestBefore, percentile(before, 0.5));
      const ratios = after.map((rate, round) => rate / (before[round] ?? NaN));
      rows.push([perConversation, ...[before, after].map(spread), spread(ratios)]);
    }
    table(
      `Events a second of one reader, ${BATCH} a batch, SNS answering after ${SNS_MS} ms, ${ROUNDS} pairs: median (least to most)`,
      ['events per conversation', 'one after the other', 'conversations beside each other', 'ratio'],
      rows,
    );
    const shards = Math.ceil(WRITE_UNITS_PER_SECOND / WRITE_UNITS_PER_PARTITION);
    table(
      `${EVENTS_PER_SECOND} events a second of 10,000 agents, at the lowest of these rates`,
      ['shards of the stream', 'events a second each', 'one after the other', 'beside each other'],
      [
        [`${shards} (${WRITE_UNITS_PER_SECOND} WRU a second)`, shards],
        [`${LEAST_SHARDS} (a table on its first day)`, LEAST_SHARDS],
      ].map(([name, count]) => {
        const each = EVENTS_PER_SECOND / Number(count);
        const fits = (rate: number) =>
          `${(each / rate).toFixed(2)} of what it can${each <= rate ? '' : ': falls behind'}`;
        return [String(name), Math.ceil(each), fits(slowestBefore), fits(slowest)];
      }),
    );
  } finally {
    await stack.stop();
  }
}

/** Both ways in turn, events a second. */
async function rates(stack: LocalStack, perConversation: number): Promise<{ before: number[]; after: number[] }> {
  Object.assign(process.env, stack.environment('stream/publish'), {
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_ENDPOINT_URL_SNS: stack.endpoints.sns,
    POWERTOOLS_DEV: 'false',
  });
  const { topic } = await import('../shared/aws/ports/topic.ts');
  const { images } = await import('../shared/aws/ports/images.ts');
  const { log } = await import('../shared/aws/ports/log.ts');
  const handler = (event: unknown) => on.run({ topic, images, log }, event);
  const sns = new SNSClient(clientOptions(stack.endpoints.sns));
  const TopicArn = stack.resources.topicArn;
  const before: number[] = [];
  const after: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const records = batch(perConversation, `${perConversation}-${round}`);
    const one = await rateOf(async () => {
      for (const { conversationId, seq, body } of records)
        await sns.send(
          new PublishCommand({
            TopicArn,
            Message: body,
            MessageGroupId: conversationId,
            MessageDeduplicationId: `before ${conversationId} ${seq}`.replaceAll(' ', '-'),
          }),
        );
    });
    const all = await rateOf(() => handler({ Records: records.map(({ record }) => record) }));
    if (round === 0) continue; // warm
    before.push(one);
    after.push(all);
  }
  sns.destroy();
  return { before, after };
}

async function rateOf(act: () => Promise<unknown>): Promise<number> {
  const since = performance.now();
  await act();
  return (BATCH / (performance.now() - since)) * 1000;
}

/** A message of usual length in each, the conversations taking turns. */
function batch(perConversation: number, name: string) {
  const conversations = BATCH / perConversation;
  return Array.from({ length: BATCH }, (_, index) => {
    const conversationId = `bench-${name}-${index % conversations}`;
    const seq = Math.floor(index / conversations) + 1;
    const body = 'Good morning, how can I help you? '.repeat(10);
    const event = {
      id: `e${seq}`,
      name: 'AGENT_MESSAGE',
      type: 'MESSAGE',
      timestamp: 1_790_000_000_000,
      data: { body },
    };
    const NewImage = {
      conversationId: { S: conversationId },
      seq: { N: String(seq) },
      event: {
        M: {
          id: { S: event.id },
          name: { S: event.name },
          type: { S: event.type },
          timestamp: { N: String(event.timestamp) },
          data: { M: { body: { S: body } } },
        },
      },
    };
    const Keys = { pk: { S: `CONVERSATION#${conversationId}` } };
    const record = { dynamodb: { SequenceNumber: `${name}-${index}`, Keys, NewImage } };
    return { conversationId, seq, body: JSON.stringify({ conversationId, seq, event }), record };
  });
}

function spread(values: readonly number[]): string {
  const at = (share: number) => shown(percentile(values, share));
  return `${at(0.5)} (${at(0)} to ${at(1)})`;
}

const shown = (value: number): string => value.toFixed(value < 100 ? 1 : 0);
