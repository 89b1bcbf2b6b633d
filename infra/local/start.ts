/**
 * Starts the whole stack in this process from its synthesized template. Everything that the
 * template refers to is resolved before the stack counts as up, so what is missing fails here.
 * Nothing is shared between stacks: several can run side by side.
 */
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { localTemplate } from '../synth.ts';
import { openCostMeter, type CostMeter } from '../cost/meter.ts';
import { loadDemo } from './people/demo.ts';
import { openDesk } from './http/desk.ts';
import { serve } from './serve.ts';
import { all, startEngines, type Engines, type Opened } from './engines/engines.ts';
import type { Front } from '../strict/front.ts';
import { iamCheck } from '../strict/iam/check.ts';
import { startMappings } from './sources/event-sources.ts';
import type { Faults } from './gateway/faults.ts';
import { functionsOf } from './lambdas/functions.ts';
import { grantsOf, witness } from './lambdas/grants.ts';
import { openGateway } from './gateway/gateway.ts';
import { openHttpApi } from './http/http-api.ts';
import { listen } from './http/http.ts';
import { arnOf } from './template/names.ts';
import { issuerDocuments, makeToken, type TokenOverrides } from './people/issuer.ts';
import { startLambdas, type Outcome } from './lambdas/lambdas.ts';
import type { Person } from './people/people.ts';
import { resourcesOf, type Resources } from './template/resources.ts';
import { platformApi, socketApi } from './template/routes.ts';
import { readTemplate } from './template/template.ts';
import { localVariables, sdkVariables, type EngineUrls } from './lambdas/variables.ts';

export interface StartOptions {
  /** 0, the default: any free port. */
  port?: number;
  /** Default 127.0.0.1. */
  host?: string;
  /** Where the state is kept; by default it is in memory. */
  dataDir?: string;
  /** By default the one that `synth()` makes. */
  template?: string;
  /**
   * Other values for variables that functions declare: a variable that a function does not declare
   * stays away from it.
   */
  environment?: Record<string, string>;
  /** After how long without a frame in either direction a socket is closed. Default 10 minutes. */
  idleMs?: number;
  /** After how long a socket is closed in any case. Default 2 hours. */
  lifeMs?: number;
  /** How often expired items are deleted. Default every minute. */
  sweepMs?: number;
  /** Print what the Lambdas log to stderr. Default: if `LOG=1`. */
  logs?: boolean;
  /** Load the demo directory. Default: no. */
  demo?: boolean;
  /** Count what AWS would bill, for `costs` and `GET /cost`. Default: no. */
  meterCosts?: boolean;
}

export interface LocalStack {
  wsUrl: string;
  httpUrl: string;
  token(who: string | Person, overrides?: TokenOverrides): Promise<string>;
  stop(): Promise<void>;
  /** The last lines that the Lambdas and this runtime logged. */
  logs(): string[];
  /**
   * Base addresses of the front before the engines for an SDK client, with any credentials;
   * `clientOptions` of aws.ts makes its options.
   */
  endpoints: EngineUrls & { management: string };
  resources: Resources;
  /** What a function's own variables are here, by its name, such as `timers/due`. */
  environment(name: string): Record<string, string>;
  /** Invokes a function past all gateways. */
  invoke(name: string, event: unknown): Promise<Outcome>;
  gateway: Faults;
  /**
   * What every call to AWS passes: for looking at calls, and for answering in the engines' place.
   */
  front: Front;
  /** What the database costs, and what can be done to it. */
  database: Engines['database'];
  /** What AWS would bill, where that is metered. */
  costs?: CostMeter | undefined;
}

const tenMinutesMs = 10 * 60_000;
const twoHoursMs = 2 * 3_600_000;

export async function start(options: StartOptions = {}): Promise<LocalStack> {
  const closing: (() => Promise<unknown> | void)[] = [];
  const opened: Opened = (thing, close) => {
    closing.push(() => close(thing));
    return thing;
  };
  const stop = async () => {
    for (const close of closing.splice(0).toReversed()) await close();
  };
  try {
    return { ...(await open(options, opened)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function open(
  { host = '127.0.0.1', ...options }: StartOptions,
  opened: Opened,
): Promise<Omit<LocalStack, 'stop'>> {
  const file = options.template ?? localTemplate;
  if (!existsSync(file)) throw new Error(`There is no template ${file}. Run npm start once, or node infra/synth.ts.`);
  const template = readTemplate(file);
  const { dataDir, sweepMs = 60_000 } = options;
  const server = createServer();
  // Nobody who must be asked for their role calls before the functions are known.
  let authorize: ReturnType<typeof iamCheck> = () => null;
  const [{ port }, engines] = await all([
    listen(server, options.port ?? 0, host).then((it) => opened(it, ({ close }) => close())),
    startEngines(template, { authorize: (call) => authorize(call), dataDir, sweepMs }, opened),
  ]);
  const { resolve, identities, urls } = engines;
  const refs = (type: string) => engines.refs(type);
  const authority = `${callable(host)}:${port}`;
  const httpUrl = `http://${authority}`;

  const apiIds = Object.values(refs('AWS::ApiGatewayV2::Api'));
  const localize = localVariables({ authority, apiIds }, options.environment ?? {});
  const functions = functionsOf(template, resolve, identities, localize);
  authorize = iamCheck(grantsOf(template, functions, resolve), arnOf, witness(process.env.GRANTS));
  const wiring = { template, resolve, refOf: (id: string) => identities.get(id)?.ref, functions };
  const sockets = socketApi(wiring);
  const platform = platformApi(wiring);

  const printLogs = options.logs ?? process.env.LOG === '1';
  const costs = options.meterCosts ? openCostMeter() : undefined;
  const started = opened(
    startLambdas({ functions, environment: sdkVariables(urls) }, printLogs, (line) => costs?.logged(line)),
    (it) => it.stop(),
  );
  const lambdas: typeof started = costs
    ? { ...started, invoke: (fn, event) => (costs.invoked(fn.name), started.invoke(fn, event)) }
    : started;
  const mappings = startMappings(template, resolve, identities, functions, lambdas, urls, dataDir);
  engines.front.listen({
    refused: ({ service, operation, caller }, { code, message, rule }) =>
      lambdas.log(
        `${service}:${operation} of ${caller} was refused as AWS does (${rule ?? 'a check'}): ${code}: ${message}`,
      ),
  });
  // The pollers stop asking first; what they still wait for is settled by the end of the Lambdas.
  opened(mappings, (it) => Promise.all([it.stop(), lambdas.stop()]));

  const limits = { idleMs: options.idleMs ?? tenMinutesMs, lifeMs: options.lifeMs ?? twoHoursMs };
  const gateway = opened(openGateway(sockets, lambdas, limits, authorize), (it) => it.stop());
  const httpApi = platform && openHttpApi(platform, lambdas);
  costs?.watch(engines.front);
  costs?.watchPosts(gateway.faults);
  serve(server, {
    gateway,
    httpApi,
    costs,
    documents: await issuerDocuments(httpUrl),
    desk: openDesk(`/${sockets.stage}`),
  });

  if (options.demo) await loadDemo(httpUrl);

  const named = (name: string) => {
    const found = functions.find((fn) => fn.name === name);
    if (!found)
      throw new Error(`There is no function ${name}. There are: ${functions.map((fn) => fn.name).join(', ')}.`);
    return found;
  };
  return {
    wsUrl: `ws://${authority}/${sockets.stage}`,
    httpUrl,
    token: makeToken,
    logs: () => lambdas.logs(),
    endpoints: { ...urls, management: `${httpUrl}/${sockets.stage}` },
    resources: resourcesOf(refs),
    environment: (name) => named(name).environment,
    invoke: async (name, event) => lambdas.invoke(named(name), event),
    gateway: gateway.faults,
    front: engines.front,
    database: engines.database,
    costs,
  };
}

/** 0.0.0.0 is where to listen, not where to call; an IPv6 address has brackets in a URL. */
function callable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
