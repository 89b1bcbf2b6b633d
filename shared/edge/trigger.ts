/**
 * What starts a function, and what it then does: data, without a word of what is behind its ports.
 * Who runs it gives them: a Lambda those on AWS (infra/lambda-entry.ts), the small world those in
 * memory. The events are those that AWS sends, wherever it runs.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { parseJson } from '../protocol/values.ts';
import type { App, Greetings, Images, Log, Metrics, Reader, Topic } from './app.ts';
import type { Issuing } from './http/login.ts';
import { HttpEvent, type PlatformHandler, type Tokens } from './http/platform.ts';
import { SocketEvent, type Route } from './socket/route.ts';

/**
 * All that a function may ask for. In a Lambda, `name` is what `shared/aws/ports/<name>.ts` exports
 * as `name`, and nothing else is bundled.
 */
export interface Ports {
  readonly app: App;
  readonly reader: Reader;
  readonly tokens: Tokens;
  readonly issuing: Issuing;
  readonly greetings: Greetings;
  readonly topic: Topic;
  readonly metrics: Metrics;
  readonly images: Images;
  readonly log: Log;
}

export interface Trigger<N extends keyof Ports = keyof Ports> {
  readonly needs: readonly N[];
  /** `remainingMs`: how long whoever runs it lets it run; missing: as long as it takes. */
  readonly run: (ports: Pick<Ports, N>, event: unknown, remainingMs?: number) => Promise<unknown>;
  /** What each line of the log says while this event is worked on. */
  readonly about?: (event: unknown) => Record<string, string>;
}

/** An event of a kind of its own. */
export function trigger<N extends keyof Ports>(needs: readonly N[], run: Trigger<N>['run']): Trigger<N> {
  return { needs, run };
}

/**
 * A frame from a desk. What is answered goes out by the management API, never by the return value.
 */
export function message(route: Route): Trigger<'app'> {
  return frame(['app'], () => route);
}

/** A frame that brings a token. */
export function tokenMessage(routeWith: (tokens: Tokens) => Route): Trigger<'app' | 'tokens'> {
  return frame(['app', 'tokens'], ({ tokens }) => routeWith(tokens));
}

function frame<N extends keyof Ports>(
  needs: readonly (N | 'app')[],
  routeWith: (ports: Pick<Ports, N | 'app'>) => Route,
): Trigger<N | 'app'> {
  return {
    needs,
    about(event) {
      const { connectionId, routeKey, authorizer } = SocketEvent.parse(event).requestContext;
      return { connectionId, routeKey, agentId: String(authorizer['agentId']) };
    },
    async run(ports, event) {
      await routeWith(ports)(ports.app, SocketEvent.parse(event));
      return { statusCode: 200 };
    },
  };
}

/** A call of the HTTP API. */
export function http(handler: PlatformHandler<App>): Trigger<'app' | 'tokens'> {
  return trigger(['app', 'tokens'], (ports, event) => handler(ports, HttpEvent.parse(event)));
}

/** A call of the HTTP API that only looks. */
export function look(handler: PlatformHandler<Reader>): Trigger<'reader' | 'tokens'> {
  return trigger(['reader', 'tokens'], ({ reader, tokens }, event) =>
    handler({ app: reader, tokens }, HttpEvent.parse(event)),
  );
}

const QueueEvent = z.object({ Records: z.array(z.object({ messageId: z.string(), body: z.string() })) });

/** What is kept of an invocation's time to say which messages are done. */
const ANSWERING_MS = 1_000;

/**
 * A batch of queue messages, all at once. One that fails comes again by itself, and in the end to
 * the dead-letter queue. So does one that is not done in time: an invocation that timed out would
 * have all others of its batch come again, a minute later.
 */
export function queue<S extends z.ZodType, N extends keyof Ports>(
  needs: readonly N[],
  schema: S,
  handle: (ports: Pick<Ports, N>, message: z.output<S>) => Promise<void>,
): Trigger<N | 'log'> {
  return trigger<N | 'log'>([...needs, 'log'], async (ports, event, remainingMs = Infinity) => {
    const records = QueueEvent.parse(event).Records;
    const one = async (body: string) => handle(ports, schema.parse(parseJson(body)));
    const outcomes = await Promise.allSettled(
      records.map(({ body }) => within(Math.max(remainingMs - ANSWERING_MS, remainingMs / 2), one(body))),
    );
    const batchItemFailures = records.flatMap(({ messageId: itemIdentifier }, index) => {
      const outcome = outcomes[index];
      if (outcome?.status !== 'rejected') return [];
      ports.log.error('message failed', { itemIdentifier, error: outcome.reason });
      return [{ itemIdentifier }];
    });
    return { batchItemFailures };
  });
}

/** What it goes on to do is safe to be done again by the next one. */
async function within(ms: number, work: Promise<void>): Promise<void> {
  if (ms === Infinity) return work;
  const done = new AbortController();
  const late = sleep(ms, undefined, { signal: done.signal }).then(() => {
    throw new Error(`not done within ${ms} ms`);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    done.abort();
  }
}

const StreamEvent = z.object({
  Records: z.array(
    z.object({
      dynamodb: z.object({
        SequenceNumber: z.string(),
        Keys: z.object({ pk: z.object({ S: z.string() }) }),
        NewImage: z.record(z.string(), z.unknown()),
      }),
    }),
  ),
});
type StreamRecord = z.output<typeof StreamEvent>['Records'][number];

/**
 * Items from the table's stream: `handle` gets the next of each partition, all at once, until none
 * is left, and says what became of each. One that fails, and all behind it in its partition, come
 * again.
 */
export function stream<S extends z.ZodType, N extends keyof Ports>(
  needs: readonly N[],
  schema: S,
  handle: (ports: Pick<Ports, N>, items: readonly z.output<S>[]) => Promise<readonly PromiseSettledResult<void>[]>,
): Trigger<N | 'images' | 'log'> {
  return trigger<N | 'images' | 'log'>([...needs, 'images', 'log'], async (ports, event) => {
    const handled = async (records: readonly StreamRecord[]) => {
      const read = records.map(({ dynamodb }) => schema.safeParse(ports.images.read(dynamodb.NewImage)));
      const outcomes = (
        await handle(
          ports,
          read.flatMap((item) => (item.success ? [item.data] : [])),
        )
      ).values();
      return read.map((item) =>
        item.success ? outcomes.next().value : ({ status: 'rejected', reason: item.error } as const),
      );
    };
    const batchItemFailures: { itemIdentifier: string }[] = [];
    const partitions = Map.groupBy(StreamEvent.parse(event).Records, ({ dynamodb }) => dynamodb.Keys.pk.S);
    for (let left = [...partitions.values()]; left.length > 0;) {
      const next = left.flatMap(([record, ...behind]) => (record ? [{ record, behind }] : []));
      const outcomes = await handled(next.map(({ record }) => record));
      left = next.flatMap(({ record, behind }, index) => {
        const outcome = outcomes[index];
        if (outcome?.status === 'fulfilled') return behind.length > 0 ? [behind] : [];
        const itemIdentifier = record.dynamodb.SequenceNumber;
        ports.log.error('stream record failed', { itemIdentifier, error: outcome?.reason });
        batchItemFailures.push({ itemIdentifier });
        return [];
      });
    }
    return { batchItemFailures };
  });
}

const ChangesEvent = z.object({
  Records: z.array(z.object({ dynamodb: z.object({ Keys: z.object({ pk: z.object({ S: z.string() }) }) }) })),
});

/**
 * What has changed in the table: the partitions of a batch, each once. What is deleted has no
 * image, but a key. If it fails, the whole batch comes again.
 */
export function changes<N extends keyof Ports>(
  needs: readonly N[],
  handle: (ports: Pick<Ports, N>, partitions: string[]) => Promise<void>,
): Trigger<N> {
  return trigger(needs, (ports, event) =>
    handle(ports, [...new Set(ChangesEvent.parse(event).Records.map(({ dynamodb }) => dynamodb.Keys.pk.S))]),
  );
}
