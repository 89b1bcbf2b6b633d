/**
 * The whole system in this process: the gateways of the local runtime before the functions, over
 * the ports of `shared/memory`. No template, no bundle, no engine. What it has not: IAM, limits and
 * faults of the AWS services, time-outs of functions, and anything that outlives it.
 */
import { createServer, type Server } from 'node:http';
import { issuingOf } from '../../shared/aws/issuing.ts';
import { tokensOf } from '../../shared/aws/oidc.ts';
import type { App, OutwardEvent } from '../../shared/edge/app.ts';
import { ANSWERS_MS, NO_ANSWER, socketsOver } from '../../shared/edge/posting.ts';
import type { Clock } from '../../shared/memory/clock.ts';
import type { Ports } from '../../shared/edge/trigger.ts';
import { unitsOf, type Meter } from '../../shared/memory/meter.ts';
import type { Changed } from '../../shared/memory/table.ts';
import { smallWorld, type SmallWorld } from '../../shared/memory/world.ts';
import { ofMessage, ofTimers } from '../cost/assumed.ts';
import type { CostMeter } from '../cost/meter.ts';
import type { Faults } from '../local/gateway/faults.ts';
import { openGateway } from '../local/gateway/gateway.ts';
import { openHttpApi } from '../local/http/http-api.ts';
import { openDesk } from '../local/http/desk.ts';
import { audience, issuer, issuerDocuments } from '../local/people/issuer.ts';
import { clientId, grantTo } from '../local/people/token-endpoint.ts';
import type { Outcome } from '../local/lambdas/lambdas.ts';
import { serve } from '../local/serve.ts';
import { loadFunctions, runFunctions } from './functions.ts';
import { platformApi, socketApi } from './routes.ts';

export interface SmallOptions {
  readonly clock: Clock;
  /**
   * What functions are told by their environment: `GRACE_SECONDS`, `LEASE_SECONDS`,
   * `TOKEN_GRACE_SECONDS`, `FRAMES_PER_SECOND`, `FRAMES_OVER_SECONDS`, `RETENTION_DAYS`.
   */
  readonly environment?: Readonly<Record<string, string>>;
  /** Another issuer than that of development. */
  readonly identity?: Pick<Ports, 'tokens' | 'issuing'>;
  readonly seed?: number;
  /** Print what the functions log to stderr. */
  readonly logs?: boolean;
  /** Counts what AWS would bill, and answers `GET /cost`. */
  readonly costs?: CostMeter;
  readonly idleMs?: number;
  readonly lifeMs?: number;
  /**
   * Stands around everything that takes time and is neither a promise of this code nor the clock's.
   */
  readonly busy?: <T>(work: Promise<T>) => Promise<T>;
}

export interface Small {
  readonly world: SmallWorld<Clock>;
  /** Takes connections, but listens nowhere yet. */
  readonly server: Server;
  /** Where desks connect. */
  readonly stage: string;
  readonly gateway: Faults;
  /** What has left for the topic, oldest first, as consumers get it. */
  readonly published: readonly OutwardEvent[];
  logs(): string[];
  invoke(name: string, event: unknown): Promise<Outcome>;
  stop(): void;
}

const tenMinutesMs = 10 * 60_000;
const twoHoursMs = 2 * 3_600_000;
/** As infra/aws sets them where nothing else is said. */
const DEFAULTS = {
  GRACE_SECONDS: '60',
  LEASE_SECONDS: '15',
  TOKEN_GRACE_SECONDS: '60',
  FRAMES_PER_SECOND: '50',
  FRAMES_OVER_SECONDS: '5',
  RETENTION_DAYS: '400',
};
/** As infra/aws reads the stream: what figures are made of, a second at a time. */
const COUNTED = /^(TEAM#|WAITING#|ROUTABLE#|ENTRUSTED$|CONFIG#(queues|lists)$)/;
const TEAM_WINDOW_MS = 1_000;

export async function openSmall({ clock, busy = (work) => work, costs, ...options }: SmallOptions): Promise<Small> {
  const functions = await loadFunctions();
  const settings = { ...DEFAULTS, ...options.environment };
  const world = smallWorld<Clock>({
    clock,
    seed: options.seed ?? 1,
    ...(costs && { meter: metering(costs) }),
    settings: {
      graceSeconds: Number(settings.GRACE_SECONDS),
      leaseSeconds: Number(settings.LEASE_SECONDS),
      tokenGraceSeconds: Number(settings.TOKEN_GRACE_SECONDS),
      framesPerSecond: Number(settings.FRAMES_PER_SECOND),
      framesOverSeconds: Number(settings.FRAMES_OVER_SECONDS),
      retentionDays: Number(settings.RETENTION_DAYS),
    },
    log: {
      info: (...line) => running.log.info(...line),
      warn: (...line) => running.log.warn(...line),
      error: (...line) => running.log.error(...line),
    },
  });
  const rows = world.app();
  const unanswered = async () => {
    await clock.sleep(ANSWERS_MS);
    return NO_ANSWER;
  };
  const app: App = {
    ...rows,
    sockets: socketsOver(
      {
        post: (id, frame) => Promise.race([gateway.management.post(id, frame), unanswered()]),
        get: (id) => gateway.management.get(id),
        delete: (id) => gateway.management.delete(id),
      },
      rows,
    ),
    timers: {
      async start(deadlines) {
        costs?.use(ofTimers(deadlines.map(({ dueAt }) => dueAt - clock.now())));
        return rows.timers.start(deadlines);
      },
    },
    lists: {
      async announce(news) {
        costs?.use(ofMessage);
        return rows.lists.announce(news);
      },
    },
  };
  const documents = await issuerDocuments('http://issuer');
  const download = async (uri: string) =>
    new TextEncoder().encode(JSON.stringify(documents[new URL(uri).pathname])).buffer;
  const now = () => clock.now();
  const own = {
    tokens: tokensOf({ issuer, audience, jwksUri: 'http://issuer/oidc/jwks.json', download, now }),
    issuing: issuingOf({
      issuer,
      discoveryUrl: 'http://issuer/oidc/.well-known/openid-configuration',
      clientId,
      ask: async (url, { body } = {}) =>
        body ? grantTo(body, now()) : Response.json(documents[new URL(url).pathname]),
    }),
  };
  const { tokens, issuing } = options.identity ?? own;
  const published: OutwardEvent[] = [];
  const last = new Map<string, number>();
  const running = runFunctions(
    functions,
    {
      app,
      reader: app,
      tokens: { verify: (token) => busy(tokens.verify(token)) },
      issuing: {
        ...issuing,
        grant: (form) => busy(issuing.grant(form)),
        page: (parameters) => busy(issuing.page(parameters)),
      },
      greetings: {
        async enqueue(greeting) {
          costs?.use(ofMessage);
          world.greetings.send(greeting);
        },
      },
      topic: {
        // A topic takes each event once.
        async publish(events) {
          const news = events.filter(({ conversationId, seq }) => seq > (last.get(conversationId) ?? 0));
          for (const { conversationId, seq } of news) last.set(conversationId, seq);
          published.push(...news);
          costs?.use({ 'SNS publishes': events.length });
          return events.map(() => ({ status: 'fulfilled', value: undefined }));
        },
      },
      metrics: { milliseconds() {} },
      images: { read: (image) => image },
    },
    { print: options.logs ?? false, costs },
  );
  feed(world, running.invoke);

  const limits = { idleMs: options.idleMs ?? tenMinutesMs, lifeMs: options.lifeMs ?? twoHoursMs };
  const gateway = openGateway(socketApi, running.lambdas, limits);
  const httpApi = openHttpApi(platformApi, running.lambdas);
  const server = createServer();
  costs?.watchPosts(gateway.faults);
  serve(server, { gateway, httpApi, costs, documents, desk: openDesk(`/${socketApi.stage}`) });
  return {
    world,
    server,
    stage: socketApi.stage,
    gateway: gateway.faults,
    published,
    logs: () => running.lambdas.logs(),
    invoke: running.invoke,
    stop: () => gateway.stop(),
  };
}

/** Units of the table, by its own count. */
function metering(costs: CostMeter): Meter {
  return (how, uses) => {
    for (const { bytes } of uses) {
      const { readUnits, writeUnits } = unitsOf(how, bytes);
      costs.use({ 'DynamoDB reads': readUnits, 'DynamoDB writes': writeUnits });
    }
  };
}

/** What queues and the stream start. */
function feed(world: SmallWorld<Clock>, invoke: (name: string, event: unknown) => Promise<Outcome>): void {
  const message = (name: string) => async (body: unknown) => {
    const outcome = await invoke(name, { Records: [{ messageId: 'm', body: JSON.stringify(body) }] });
    if (!outcome.ok || JSON.stringify(outcome.result) !== '{"batchItemFailures":[]}') throw new Error(`${name} failed`);
  };
  world.timers.consume(message('timers/due'));
  world.greetings.consume(message('session/greet'));
  world.news.consume(message('lists/tell'));
  const records = (name: string, recordOf: (change: Changed) => object) => async (changes: readonly Changed[]) => {
    const outcome = await invoke(name, { Records: changes.map((change) => ({ dynamodb: recordOf(change) })) });
    if (!outcome.ok || /"itemIdentifier"/.test(JSON.stringify(outcome.result))) throw new Error(`${name} failed`);
  };
  world.stream.read({
    windowMs: 0,
    wants: ({ sk, deleted }) => !deleted && sk.startsWith('EVENT#'),
    take: records('stream/publish', ({ pk, sk, item }) => ({
      SequenceNumber: `${pk} ${sk}`,
      Keys: { pk: { S: pk } },
      NewImage: item,
    })),
  });
  world.stream.read({
    windowMs: TEAM_WINDOW_MS,
    wants: ({ pk, sk }) => COUNTED.test(pk) || (pk.startsWith('LIST#') && sk.startsWith('REQUEST#')),
    take: records('stream/team', ({ pk }) => ({ Keys: { pk: { S: pk } } })),
  });
}
