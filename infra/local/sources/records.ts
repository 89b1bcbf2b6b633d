/**
 * Reads a shard without the SDK: what DynamoDB answers is, but for an instant, what Lambda hands
 * over, so that it need not be taken apart and put together again, images and all.
 */
import { Agent, request } from 'node:http';
import * as z from 'zod';
import { region } from '../aws.ts';

const Answer = z.object({
  NextShardIterator: z.string().optional(),
  Records: z
    .array(
      z.looseObject({
        dynamodb: z.looseObject({
          SequenceNumber: z.string(),
          ApproximateCreationDateTime: z.number().transform(Math.floor).optional(),
        }),
      }),
    )
    .default([]),
});

export type Change = z.output<typeof Answer>['Records'][number];

export interface Records {
  /** Rejects where the engine does not answer. `next`: missing at the end of the shard. */
  get(
    iterator: string | undefined,
    limit: number,
    eventSourceARN: string,
    signal: AbortSignal,
  ): Promise<{ records: Change[]; next: string | undefined }>;
  stop(): void;
}

export function openRecords(endpoint: string, accessKeyId: string): Records {
  const agent = new Agent({ keepAlive: true });
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': 'DynamoDBStreams_20120810.GetRecords',
    // Says whose call it is. Nobody here looks at the signature.
    'x-amz-date': '20260101T000000Z',
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/${region}/dynamodb/aws4_request, SignedHeaders=host, Signature=none`,
  };
  return {
    async get(ShardIterator, Limit, eventSourceARN, signal) {
      const body = JSON.stringify({ ShardIterator, Limit });
      const { Records, NextShardIterator: next } = Answer.parse(JSON.parse(await post(body, signal)));
      const said = { eventSource: 'aws:dynamodb', awsRegion: region, eventSourceARN };
      return { records: Records.map((record) => ({ ...record, ...said })), next };
    },
    stop: () => agent.destroy(),
  };

  function post(body: string, signal: AbortSignal): Promise<string> {
    return new Promise((resolve, reject) => {
      const length = { 'content-length': Buffer.byteLength(body) };
      const asking = request(endpoint, { agent, method: 'POST', headers: { ...headers, ...length }, signal });
      asking.on('error', reject);
      asking.on('response', (answer) => {
        const chunks: Buffer[] = [];
        answer.on('error', reject);
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          if (answer.statusCode === 200) resolve(text);
          else reject(new Error(`GetRecords was answered ${answer.statusCode}: ${text.slice(0, 500)}`));
        });
      });
      asking.end(body);
    });
  }
}
