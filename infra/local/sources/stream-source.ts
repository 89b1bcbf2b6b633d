/**
 * From a table's stream to a Lambda: in order, a batch that fails holds up those behind it until it
 * succeeds or its attempts are used up, and then goes to the queue for failures. With a directory
 * the place in the stream outlives a restart.
 */
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetShardIteratorCommand,
  type GetShardIteratorCommandInput,
} from '@aws-sdk/client-dynamodb-streams';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { clientOptions } from '../aws.ts';
import { failedItems, type Endpoints, type Mapping, type Poller } from './mapping.ts';
import { openRecords, type Change } from './records.ts';
import type { Lambdas } from '../lambdas/lambdas.ts';

/**
 * What comes meanwhile is read in one go: each reading takes time of the engine and of us. Lambda
 * reads a shard four times a second.
 */
const betweenMs = 100;
/** What one GetRecords gives at most. */
const mostRecords = 1000;
const firstRetryMs = 200;
const longestRetryMs = 10_000;
/**
 * Lambda hands over no more than its payload holds (6 MB), with room for what stands around the
 * records.
 */
const mostBytes = 5_900_000;

export function pollStream(
  mapping: Mapping,
  onFailureUrl: string | undefined,
  lambdas: Lambdas,
  endpoints: Endpoints,
  dataDir: string | undefined,
): Poller {
  const client = new DynamoDBStreamsClient(clientOptions(endpoints.dynamodb, mapping.fn.accessKeyId));
  const records = openRecords(endpoints.dynamodb, mapping.fn.accessKeyId);
  const sqs = new SQSClient(clientOptions(endpoints.sqs, mapping.fn.accessKeyId));
  const stopping = new AbortController();
  const streamArn = mapping.EventSourceArn;
  const checkpoint = checkpointIn(dataDir, mapping.id);

  const pause = (ms: number) => sleep(ms, undefined, { signal: stopping.signal }).catch(() => {});

  async function iterator(): Promise<{ shardId: string; next: string | undefined }> {
    const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamArn: streamArn }));
    const shardId = StreamDescription?.Shards?.at(-1)?.ShardId ?? '';
    const after = checkpoint.read(`${streamArn} ${shardId}`);
    const from: Pick<GetShardIteratorCommandInput, 'ShardIteratorType' | 'SequenceNumber'> = after
      ? { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: after }
      : { ShardIteratorType: 'TRIM_HORIZON' }; // The stream is as new as the table: there is nothing from before to skip.
    const answer = await client.send(new GetShardIteratorCommand({ StreamArn: streamArn, ShardId: shardId, ...from }));
    return { shardId, next: answer.ShardIterator };
  }

  /** Delivers until it succeeds or is given up; false where the stack stopped meanwhile. */
  async function deliver(batch: Change[], shardId: string): Promise<boolean> {
    const fits = fitting(batch);
    if (fits < batch.length)
      return (await deliver(batch.slice(0, fits), shardId)) && deliver(batch.slice(fits), shardId);
    let left = batch;
    let waitMs = firstRetryMs;
    for (let attempt = 0; left.length > 0 && !stopping.signal.aborted;) {
      const outcome = await lambdas.invoke(mapping.fn, { Records: left });
      if (stopping.signal.aborted) return false;
      const failed = outcome.ok ? firstFailure(left, outcome.result) : 0;
      if (failed === undefined) return true;
      // Progress starts the count anew: the rest is another batch.
      attempt = failed > 0 ? 1 : attempt + 1;
      left = left.slice(failed);
      if (mapping.MaximumRetryAttempts >= 0 && attempt > mapping.MaximumRetryAttempts) {
        await giveUp(left, shardId, attempt);
        return true;
      }
      // A report says already where the batch is to be cut; an error does not.
      if (!outcome.ok && mapping.BisectBatchOnFunctionError && left.length > 1) {
        const middle = Math.ceil(left.length / 2);
        return (await deliver(left.slice(0, middle), shardId)) && deliver(left.slice(middle), shardId);
      }
      await pause(waitMs);
      waitMs = Math.min(waitMs * 2, longestRetryMs);
    }
    return left.length === 0;
  }

  /**
   * The index from which on the batch is to be tried again; `undefined` where all of it is done.
   */
  function firstFailure(batch: Change[], result: unknown): number | undefined {
    if (!mapping.reportsItems) return undefined;
    const numbers = batch.map((record) => record.dynamodb.SequenceNumber ?? '');
    const failed = failedItems(result, new Set(numbers));
    if (!failed) return 0;
    const index = numbers.findIndex((number) => failed.includes(number));
    return index < 0 ? undefined : index;
  }

  async function giveUp(batch: Change[], shardId: string, attempts: number): Promise<void> {
    lambdas.log(`${mapping.id}: ${batch.length} records are given up after ${attempts} attempts`);
    if (!onFailureUrl) return;
    const now = new Date().toISOString();
    const report = {
      requestContext: {
        functionArn: mapping.fn.arn,
        condition: 'RetryAttemptsExhausted',
        approximateInvokeCount: attempts,
      },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      version: '1.0',
      timestamp: now,
      DDBStreamBatchInfo: {
        shardId,
        startSequenceNumber: batch[0]?.dynamodb.SequenceNumber,
        endSequenceNumber: batch.at(-1)?.dynamodb.SequenceNumber,
        batchSize: batch.length,
        streamArn,
      },
    };
    await sqs.send(new SendMessageCommand({ QueueUrl: onFailureUrl, MessageBody: JSON.stringify(report) }));
  }

  async function poll(): Promise<void> {
    const { BatchSize = 100, MaximumBatchingWindowInSeconds: windowSeconds } = mapping;
    let place: { shardId: string; next: string | undefined } | undefined;
    let batch: Change[] = [];
    let fullAt = 0; // a batch is handed over when it has its size, or this long after its first record
    let last: string | undefined;
    while (!stopping.signal.aborted) {
      try {
        place ??= await iterator();
        const Limit = Math.min(BatchSize - batch.length, mostRecords);
        const page = await records.get(place.next, Limit, streamArn, stopping.signal);
        const passing = page.records.filter((record) => mapping.passes(record));
        if (batch.length === 0) fullAt = Date.now() + windowSeconds * 1000;
        batch.push(...passing);
        last = page.records.at(-1)?.dynamodb.SequenceNumber ?? last;
        const gathering = batch.length > 0 && batch.length < BatchSize && Date.now() < fullAt;
        if (!gathering) {
          if (batch.length > 0 && !(await deliver(batch, place.shardId))) return;
          if (last) checkpoint.write(`${streamArn} ${place.shardId}`, last);
          batch = [];
          last = undefined;
        }
        place = page.next === undefined ? undefined : { ...place, next: page.next };
        if (page.records.length < Limit) await pause(betweenMs);
      } catch (error) {
        if (stopping.signal.aborted) return;
        lambdas.log(`${mapping.id}: ${error instanceof Error ? error.message : String(error)}`);
        place = undefined;
        batch = []; // read again, from the checkpoint
        last = undefined;
        await pause(1000);
      }
    }
  }

  const polling = poll();
  return {
    async stop() {
      stopping.abort();
      await polling;
      client.destroy();
      records.stop();
      sqs.destroy();
    },
  };
}

/** How many of the records, one at least, a payload holds. */
function fitting(batch: readonly Change[]): number {
  let bytes = 0;
  const beyond = batch.findIndex((record) => (bytes += Buffer.byteLength(JSON.stringify(record))) > mostBytes);
  return beyond < 0 ? batch.length : Math.max(1, beyond);
}

/**
 * How far a shard has been read. A shard that is not the one of the checkpoint is new, and is read
 * from its beginning.
 */
function checkpointIn(dataDir: string | undefined, id: string) {
  const file = dataDir && join(dataDir, `${id}.checkpoint`);
  let kept = file && existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  return {
    read(shard: string): string | undefined {
      return kept?.startsWith(`${shard} `) ? kept.slice(shard.length + 1) : undefined;
    },
    write(shard: string, sequence: string): void {
      kept = `${shard} ${sequence}`;
      if (!file || !dataDir) return;
      mkdirSync(dataDir, { recursive: true });
      writeFileSync(file, kept);
    },
  };
}
