/** From Lambda's events to ours: the one middleware stack, and one adapter per kind of trigger. */
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBBatchResponse, SQSBatchResponse } from 'aws-lambda';
import * as z from 'zod';
import { HttpEvent, type HttpResult, type PlatformHandler } from '../edge/http/platform.ts';
import { SocketEvent, type Route } from '../edge/socket/route.ts';
import { parseJson } from '../protocol/values.ts';
import { log, logger } from './log.ts';
import type { App } from '../edge/app.ts';
import type { Tokens } from '../edge/http/platform.ts';

/** Every function: ids of the invocation on each line of its log, and errors thrown on so that the alarm counts them. */
export function lambda<R>(run: (event: unknown) => Promise<R>) {
  return middy<unknown, R>()
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .handler((event) => run(event));
}

/** A frame from a desk. What is answered goes out by the management API, never by the return value. */
export function onMessage(app: App, route: Route) {
  return lambda(async (event) => {
    const message = SocketEvent.parse(event);
    const { connectionId, routeKey, authorizer } = message.requestContext;
    logger.appendKeys({ connectionId, routeKey, agentId: String(authorizer['agentId']) });
    await route(app, message);
    return { statusCode: 200 };
  });
}

/** A call of the platform API. */
export function onHttp<A>(surroundings: { app: A; tokens: Tokens }, handler: PlatformHandler<A>) {
  return lambda<HttpResult>((event) => handler(surroundings, HttpEvent.parse(event)));
}

const Records = z.object({ Records: z.array(z.object({ messageId: z.string(), body: z.string() })) });

/** A batch of queue messages, all at once. One that fails comes again by itself, and in the end to the dead-letter queue. */
export function onQueue<S extends z.ZodType>(schema: S, handle: (message: z.output<S>) => Promise<void>) {
  return lambda<SQSBatchResponse>(async (event) => {
    const records = Records.parse(event).Records;
    const outcomes = await Promise.allSettled(records.map(async ({ body }) => handle(schema.parse(parseJson(body)))));
    const batchItemFailures = records.flatMap(({ messageId: itemIdentifier }, index) => {
      const outcome = outcomes[index];
      if (outcome?.status !== 'rejected') return [];
      log.error('message failed', { itemIdentifier, error: outcome.reason });
      return [{ itemIdentifier }];
    });
    return { batchItemFailures };
  });
}

const Stream = z.object({
  Records: z.array(
    z.object({
      dynamodb: z.object({ SequenceNumber: z.string(), NewImage: z.record(z.string(), z.custom<AttributeValue>()) }),
    }),
  ),
});

/** Items from the table's stream, one after the other. The first that fails, and all behind it, come again. */
export function onStream<S extends z.ZodType>(schema: S, handle: (item: z.output<S>) => Promise<void>) {
  return lambda<DynamoDBBatchResponse>(async (event) => {
    for (const { dynamodb } of Stream.parse(event).Records) {
      try {
        await handle(schema.parse(unmarshall(dynamodb.NewImage, { wrapNumbers: Number })));
      } catch (error) {
        log.error('stream record failed', { itemIdentifier: dynamodb.SequenceNumber, error });
        return { batchItemFailures: [{ itemIdentifier: dynamodb.SequenceNumber }] };
      }
    }
    return { batchItemFailures: [] };
  });
}

const Keys = z.object({
  Records: z.array(z.object({ dynamodb: z.object({ Keys: z.object({ pk: z.object({ S: z.string() }) }) }) })),
});

/** What has changed in the table: the partitions of a batch, each once. What is deleted has no image, but a key. If it fails, the whole batch comes again. */
export function onChanges(handle: (partitions: string[]) => Promise<void>) {
  return lambda<void>((event) =>
    handle([...new Set(Keys.parse(event).Records.map(({ dynamodb }) => dynamodb.Keys.pk.S))]),
  );
}
