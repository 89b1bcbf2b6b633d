/**
 * A contact centre as it runs on AWS, in the small world: the real functions, a gateway before them
 * and queues behind them, where every call takes a few milliseconds. Counts what AWS would bill.
 */
import * as z from 'zod';
import { components, nothing, type Usage } from '../../infra/cost/prices.ts';
import { ofInvocation, ofPost, ofRecord, ofTimers } from '../../infra/cost/assumed.ts';
import type { Functions } from '../../infra/small/functions.ts';
import { Conflict, type App } from '../../shared/edge/app.ts';
import type { Identity } from '../../shared/edge/identity.ts';
import type { Ports } from '../../shared/edge/trigger.ts';
import type { Around } from '../../shared/memory/call.ts';
import { VirtualClock } from '../../shared/memory/clock.ts';
import { random, type Chance } from '../../shared/memory/random.ts';
import type { Socket } from '../../shared/memory/sockets.ts';
import type { Changed } from '../../shared/memory/table.ts';
import { smallWorld, type SmallWorld } from '../../shared/memory/world.ts';
import { configSchemas } from '../../shared/protocol/shapes/config.ts';
import { MRD, type Config } from './config.ts';
import { HotKeys } from './hot-keys.ts';
import { noIssuing } from '../support/no-issuing.ts';

/** How long a call takes, at least and at most: of the table, of the gateway or a queue. */
const TABLE_MS = [2, 12] as const;
const OTHERS_MS = [5, 20] as const;
/** From a frame or a call to the function. Always the same, so that nothing overtakes. */
const INVOKE_MS = 20;

/** What the HTTP API answers. */
const Answer = z.object({ statusCode: z.number(), body: z.string() });
const Body = z.looseObject({ conversationId: z.string().optional() });
const Handshake = z.object({ statusCode: z.number() });
const Batch = z.object({ batchItemFailures: z.array(z.unknown()) });

/** Whoever sees what is written, and which timers were started. */
export interface Witness {
  wrote(changes: readonly Changed[]): void;
  started(key: string, dueAt: number): void;
  fault(fault: string): void;
}

export class Centre {
  readonly clock = new VirtualClock();
  readonly keys = new HotKeys(() => this.clock.now());
  readonly world: SmallWorld<VirtualClock>;
  conflicts = 0;
  readonly #functions: Functions;
  readonly #ports: Ports;
  readonly #chance: Chance;
  readonly #usage = nothing();
  readonly #invoked = new Map<string, number>();

  constructor(functions: Functions, config: Config, seed: number, witness: Witness) {
    this.#functions = functions;
    this.#chance = random(seed);
    const wrong = (message: string, fields?: Record<string, unknown>) =>
      witness.fault(`${message}: ${fields?.['error'] instanceof Error ? fields['error'].message : ''}`);
    const log = { info() {}, warn() {}, error: wrong };
    this.world = smallWorld({
      clock: this.clock,
      seed,
      settings: config.settings,
      log,
      meter: this.keys.meter,
      trusted: true,
      onChange: (changes) => {
        witness.wrote(changes);
        for (const { sk, deleted } of changes) if (!deleted && sk.startsWith('EVENT#')) this.#use(ofRecord);
      },
    });
    const app = this.#metered(this.world.app(this.#around), witness);
    this.#ports = {
      app,
      issuing: noIssuing,
      reader: app,
      tokens: { verify: async () => PLATFORM },
      greetings: {
        enqueue: async (greeting) => {
          this.#use(ofTimers([0]));
          this.world.greetings.send(greeting);
        },
      },
      topic: { publish: async (events) => events.map(() => ({ status: 'fulfilled', value: undefined })) },
      metrics: { milliseconds() {} },
      images: { read: (image) => image },
      log,
    };
    this.world.timers.consume((body) => this.#message('timers/due', body));
    this.world.greetings.consume((body) => this.#message('session/greet', body));
    this.world.news.consume((body) => this.#message('lists/tell', body));
  }

  /** Configuration as it is, past the functions. */
  async configure({ queues, agents }: Config): Promise<void> {
    const { config } = this.world.app();
    const mrd = configSchemas.mrds.parse({ name: 'Chat', maxRequests: agents.chatsAtOnce });
    await config.put('mrds', { id: MRD, ...mrd });
    for (const { rules } of queues) await config.put('queues', rules);
  }

  /** From now on it is counted what is used. */
  open(): void {
    this.keys.clear();
  }

  async profile(id: string, attributes: Record<string, number | boolean>): Promise<void> {
    await this.world.app().config.put('agents', { id, ...configSchemas.agents.parse({ attributes }) });
  }

  newId(): string {
    return this.#chance.id();
  }

  /** Runs a function, a moment later. */
  async invoke(name: string, event: unknown): Promise<unknown> {
    await this.clock.sleep(INVOKE_MS);
    return this.#run(name, event);
  }

  /** True: the gateway may open the connection. */
  async connect(connectionId: string, authorizer: Record<string, string>, offered: string): Promise<boolean> {
    this.#count('socket/authorize');
    const headers = { 'Sec-WebSocket-Protocol': offered };
    const event = { headers, requestContext: { connectionId, authorizer } };
    return Handshake.parse(await this.invoke('socket/connect', event)).statusCode === 200;
  }

  attach(connectionId: string, socket: Socket): void {
    this.world.wires.attach(connectionId, socket);
  }

  async http(name: string, id: string | null, body?: unknown) {
    const answer = await this.invoke(`platform/${name}`, {
      headers: { authorization: 'Bearer platform' },
      pathParameters: id === null ? {} : { id },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const { statusCode, body: text } = Answer.parse(answer);
    return { statusCode, body: Body.parse(JSON.parse(text)) };
  }

  /** What AWS would bill for what has happened so far, but for connections. */
  usage(): Usage {
    const sum = { ...this.#usage };
    sum['DynamoDB reads'] = this.keys.readUnits;
    sum['DynamoDB writes'] = this.keys.writeUnits;
    for (const [name, times] of this.#invoked) add(sum, ofInvocation(name), times);
    return sum;
  }

  async #message(name: string, body: unknown): Promise<void> {
    const answer = await this.#run(name, { Records: [{ messageId: 'm', body: JSON.stringify(body) }] });
    if (Batch.parse(answer).batchItemFailures.length > 0) throw new Error(`${name} failed`);
  }

  #run(name: string, event: unknown): Promise<unknown> {
    this.#count(name);
    const found = this.#functions.get(name);
    if (!found) throw new Error(`there is no function ${name}`);
    return found.run(this.#ports, event);
  }

  #count(name: string): void {
    this.#invoked.set(name, (this.#invoked.get(name) ?? 0) + 1);
  }

  #use(usage: Partial<Usage>): void {
    add(this.#usage, usage, 1);
  }

  readonly #around: Around = async ({ port }, run) => {
    if (port === 'sleep') return run();
    const [least, most] = port === 'table' ? TABLE_MS : OTHERS_MS;
    await this.clock.sleep(least + this.#chance.next() * (most - least));
    try {
      return await run();
    } catch (error) {
      if (error instanceof Conflict) this.conflicts += 1;
      throw error;
    }
  };

  #metered(app: App, witness: Witness): App {
    const { sockets, timers } = app;
    return {
      ...app,
      sockets: {
        ...sockets,
        post: (connectionId, frame) => {
          this.#use(ofPost(frame));
          return sockets.post(connectionId, frame);
        },
      },
      timers: {
        start: (deadlines) => {
          for (const { key, dueAt } of deadlines) witness.started(key, dueAt);
          this.#use(ofTimers(deadlines.map(({ dueAt }) => dueAt - this.clock.now())));
          return timers.start(deadlines);
        },
      },
    };
  }
}

function add(sum: Usage, usage: Partial<Usage>, times: number): void {
  for (const component of components) {
    const used = usage[component];
    if (used !== undefined) sum[component] += times * used;
  }
}

const PLATFORM: Identity = {
  id: 'platform',
  user: {
    username: 'platform',
    firstName: '',
    lastName: '',
    realm: 'simulated',
    roles: ['platform'],
    team: { teamId: '', teamName: '' },
    supervisedTeams: [],
    permissions: [],
  },
};
