/**
 * A contact centre in which nothing goes on by itself: functions run on the small world's ports,
 * each call stands still until it is let go, and messages, timers and connections wait until
 * somebody delivers them.
 */
import * as z from 'zod';
import type { App, Greeting } from '../../shared/edge/app.ts';
import type { Deadline } from '../../shared/domain/effect.ts';
import type { ListNews } from '../../shared/domain/handling/pull-list.ts';
import { toContext, type Identity } from '../../shared/edge/identity.ts';
import type { Ports } from '../../shared/edge/trigger.ts';
import { Buckets } from '../../shared/edge/pace.ts';
import { plainly, type Around } from '../../shared/memory/call.ts';
import { random, type Chance } from '../../shared/memory/random.ts';
import { socketsOn, Wires } from '../../shared/memory/sockets.ts';
import { Rows, tableOn, type Changed } from '../../shared/memory/table.ts';
import { parseJson } from '../../shared/protocol/values.ts';
import { portsOn } from '../../shared/rows/ports.ts';
import { Desk } from './desk.ts';
import { run } from './functions.ts';
import { configuration, identityOf, people } from './people.ts';
import { Run, type Flow } from './run.ts';
import { View } from './view.ts';
import { noIssuing } from '../support/no-issuing.ts';

/**
 * Something that waits to be handed to a function, at `dueAt` at the earliest if all clocks go
 * right.
 */
export interface Message {
  readonly to: string;
  readonly body: unknown;
  readonly dueAt: number;
  /** A timer that lost its race, and so is later than what it is about. */
  readonly again?: boolean;
  /** Of a group one after the other. */
  readonly group?: string;
}

const SILENT = { info() {}, warn() {}, error() {} };
const SETTINGS = {
  graceSeconds: 60,
  leaseSeconds: 75,
  tokenGraceSeconds: 60,
  framesPerSecond: 50,
  framesOverSeconds: 5,
  retentionDays: 0,
};

export class Centre implements Flow {
  now = Date.UTC(2030, 0, 1, 8);
  readonly chance: Chance;
  readonly view: View;
  readonly rows: Rows;
  readonly wires = new Wires();
  readonly desks = new Map<string, Desk>();
  /** The newest desk of each person. */
  readonly newest = new Map<string, Desk>();
  readonly messages: Message[] = [];
  readonly runs = new Set<Run>();
  readonly #strict: string[] | null;
  free = false;
  /** How many functions have begun, and how many calls were made. */
  readonly count = { runs: 0, calls: 0 };
  /** What errors the functions met that nobody expects. */
  readonly errors: string[] = [];
  /** What went wrong that may not. */
  readonly faults: string[] = [];
  /** Functions may fail. */
  expectsErrors = false;
  /** What the last function was begun with. */
  lastSaid = '';
  #making: Run | undefined;
  #frames = 0;

  constructor(seed: number, strict: boolean, base?: Centre) {
    this.chance = random(seed);
    this.#strict = strict ? this.faults : null;
    const shownAt = (connectionId: string, id: string) => this.desks.get(connectionId)?.shown.get(id) ?? -Infinity;
    this.view = new View(this.faults, shownAt);
    this.rows = new Rows((changes) => this.#changed(changes), undefined, !strict);
    if (!base) return;
    base.view.copyInto(this.view);
    this.now = base.now;
    base.rows.copyInto(this.rows);
    this.messages.push(...base.messages);
    for (const [id, desk] of base.desks) {
      const copy = desk.copy(this.#strict);
      this.desks.set(id, copy);
      if (copy.open) this.#attach(copy);
    }
    for (const [who, { connectionId }] of base.newest) {
      const desk = this.desks.get(connectionId);
      if (desk) this.newest.set(who, desk);
    }
  }

  making(run: Run): void {
    this.#making = run;
    this.count.calls += 1;
  }

  #changed(changes: readonly Changed[]): void {
    const { version } = this.view;
    const { kind = 'nobody', dueAt = -Infinity } = this.#making ?? {};
    this.view.at = this.now;
    this.view.changed(changes, kind);
    if (this.view.version > version && dueAt > this.now) this.faults.push(`${kind} counted early`);
  }

  /** What a function is given whose calls are met by `around`. */
  ports(around: Around): Ports {
    const app: App = {
      ...portsOn(tableOn(this.rows, around), () => this.now),
      pace: new Buckets(), // each function is told of a frame or two: nobody is too fast for it
      settings: SETTINGS,
      log: SILENT,
      newId: () => this.chance.id(),
      random: () => 0,
      sleep: () => around({ port: 'sleep', does: 'sleep', about: '' }, async () => {}),
      sockets: socketsOn(this.wires, around),
      timers: {
        start: (deadlines) =>
          around({ port: 'timers', does: 'start', about: '' }, async () =>
            deadlines.forEach((one) => this.#start(one)),
          ),
      },
      lists: {
        announce: (news) =>
          around({ port: 'lists', does: 'announce', about: news.listId }, async () => this.#announce(news)),
      },
    };
    return {
      app,
      reader: app,
      issuing: noIssuing,
      tokens: { verify: async (token) => (token === 'platform' ? PLATFORM : tokenNamed(token)) },
      greetings: {
        enqueue: (greeting: Greeting) =>
          around({ port: 'greetings', does: 'enqueue', about: '' }, async () => {
            this.messages.push({ to: 'session/greet', body: greeting, dueAt: this.now });
          }),
      },
      topic: { publish: async (events) => events.map(() => ({ status: 'fulfilled', value: undefined })) },
      metrics: { milliseconds() {} },
      images: { read: (image) => image },
      log: { ...SILENT, error: (message, fields) => void this.errors.push(`${message} ${String(fields?.['error'])}`) },
    };
  }

  #start(deadline: Deadline): void {
    const { key, timer, dueAt } = deadline;
    this.view.started(deadline);
    this.messages.push({ to: 'timers/due', body: { timer, dueAt }, dueAt, again: key.startsWith('again#') });
  }

  #announce(news: ListNews): void {
    if (this.messages.some(({ to, body }) => to === 'lists/tell' && JSON.stringify(body) === JSON.stringify(news)))
      return;
    this.messages.push({ to: 'lists/tell', body: news, dueAt: this.now, group: news.conversationId });
  }

  /** Has a function begin with an event. */
  begin(name: string, event: unknown, onEnd?: (run: Run) => void, dueAt?: number): Run {
    this.count.runs += 1;
    const times = { since: this.now, ...(dueAt === undefined ? {} : { dueAt }) };
    const one = new Run(this, name, times, (ended) => {
      this.runs.delete(ended);
      if (ended.ended === 'badly' && !this.expectsErrors) this.faults.push(`${name} failed: ${this.errors.join('; ')}`);
      onEnd?.(ended);
    });
    this.runs.add(one);
    one.begin(() => run(name, this.ports(one.around), event));
    return one;
  }

  frame(desk: Desk, action: string, data: unknown, id: string | undefined = `f${this.#frames++}`): Run {
    this.lastSaid = `${desk.agentId}: ${action} ${JSON.stringify(data)}`;
    return this.begin(`agent/${action}`, {
      requestContext: {
        connectionId: desk.connectionId,
        routeKey: action,
        authorizer: contextOf(desk.agentId),
      },
      body: JSON.stringify({ action, data, ...(id === undefined ? {} : { id }) }),
    });
  }

  http(name: string, body: unknown, params: Record<string, string> = {}, query: Record<string, string> = {}): Run {
    this.lastSaid = `${name} ${JSON.stringify({ ...params, ...query })} ${JSON.stringify(body) ?? ''}`;
    return this.begin(`platform/${name}`, {
      headers: { authorization: 'Bearer platform' },
      pathParameters: params,
      queryStringParameters: query,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** The run of functions that stand still at a call. */
  waitingRuns(): Run[] {
    return [...this.runs].filter(({ parked }) => parked.length > 0);
  }

  /** What is due first. */
  next(): Message | undefined {
    let next: Message | undefined;
    for (const message of this.messages) if (!next || message.dueAt < next.dueAt) next = message;
    return next;
  }

  /** A message that never comes. */
  drop(message: Message): void {
    this.messages.splice(this.messages.indexOf(message), 1);
  }

  /** A message is handed over; it comes again unless it is taken, and sometimes although it was. */
  deliver(message: Message, again: boolean): Run {
    this.drop(message);
    const back = () => this.messages.push({ ...message, dueAt: Math.max(message.dueAt, this.now) });
    if (again) back();
    if (message.to === 'socket/disconnect') return this.begin(message.to, message.body);
    const event = { Records: [{ messageId: 'm', body: JSON.stringify(message.body) }] };
    const onEnd = ({ ended }: Run) => {
      if (ended !== 'well' && !again) back();
    };
    return this.begin(message.to, event, onEnd, message.dueAt);
  }

  /** Somebody opens a desk, over which posts arrive once the function has returned. */
  connect(
    who: string,
    { key, receipts = false, lasting }: { key?: string | undefined; receipts?: boolean; lasting?: number } = {},
  ): Run {
    const desk = new Desk(this.chance.id(), who, this.#strict);
    this.lastSaid = `${who} connects as ${desk.connectionId}`;
    this.desks.set(desk.connectionId, desk);
    this.newest.set(who, desk);
    const ours = ['agent-manager.v1', ...(receipts ? ['receipts'] : [])];
    const offered = [...ours, ...(key === undefined ? [] : [`session.${key}`])].join(', ');
    const event = {
      headers: { 'Sec-WebSocket-Protocol': offered },
      requestContext: {
        connectionId: desk.connectionId,
        authorizer: lasting === undefined ? contextOf(who) : toContext(tokenNamed(this.token(who, lasting))),
      },
    };
    return this.begin('socket/connect', event, ({ ended }) => {
      if (ended === 'well') this.#attach(desk);
    });
  }

  /** A token of somebody that is good for so many seconds. */
  token(who: string, seconds: number): string {
    return JSON.stringify({ who, issuedAt: this.now, expiresAt: this.now + seconds * 1000 });
  }

  #attach(desk: Desk): void {
    desk.open = true;
    this.wires.attach(desk.connectionId, {
      receive: (frame) => desk.receive(frame, this.now),
      closed: () => this.vanish(desk),
    });
  }

  /** A desk dies, and the gateway does not notice. */
  silence(desk: Desk): void {
    if (!desk.open) return;
    this.lastSaid = `${desk.agentId} at ${desk.connectionId}`;
    desk.silent = true;
  }

  /** The connection is gone; the gateway may say so, now or later. */
  vanish(desk: Desk): void {
    if (!desk.open) return;
    this.lastSaid = `${desk.agentId} loses ${desk.connectionId}`;
    desk.open = false;
    this.wires.detach(desk.connectionId);
    const { connectionId, agentId } = desk;
    const event = { requestContext: { connectionId, authorizer: contextOf(agentId) } };
    this.messages.push({ to: 'socket/disconnect', body: event, dueAt: this.now });
  }

  /** Configuration as it is, past the functions. */
  async configure(): Promise<void> {
    const { config } = this.ports(plainly).app;
    for (const kind of ['mrds', 'queues', 'lists', 'reason-codes', 'agents'] as const)
      for (const item of configuration[kind] ?? []) await config.put(kind, item as never);
  }
}

function tokenNamed(token: string): Identity {
  const { who, ...span } = Token.parse(parseJson(token));
  return { ...identityOf(who), token: span };
}

const Token = z.object({ who: z.string(), issuedAt: z.number(), expiresAt: z.number() });

const contexts = new Map(people.map((who) => [who, toContext(identityOf(who))]));
const contextOf = (who: string) => contexts.get(who);

const PLATFORM = (() => {
  const { id, user } = identityOf('sam');
  return { id: `${id}-platform`, user: { ...user, roles: ['platform', 'admin', 'supervisor'] } };
})();
