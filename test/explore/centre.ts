/**
 * A contact centre in which nothing goes on by itself: functions run on the small world's ports,
 * each call stands still until it is let go, and messages, timers and connections wait until
 * somebody delivers them.
 */
import type { App, Greeting } from '../../shared/edge/app.ts';
import type { Deadline } from '../../shared/domain/effect.ts';
import type { ListNews } from '../../shared/domain/handling/pull-list.ts';
import { toContext } from '../../shared/edge/identity.ts';
import type { Ports } from '../../shared/edge/trigger.ts';
import { plainly, type Around } from '../../shared/memory/call.ts';
import { random, type Chance } from '../../shared/memory/random.ts';
import { socketsOn, Wires } from '../../shared/memory/sockets.ts';
import { Rows, tableOn } from '../../shared/memory/table.ts';
import { portsOn } from '../../shared/rows/ports.ts';
import { Desk } from './desk.ts';
import { run } from './functions.ts';
import { configuration, identityOf, queueConfig } from './people.ts';
import { Run, type Fate } from './run.ts';
import { View } from './view.ts';

/**
 * Something that waits to be handed to a function, at `dueAt` at the earliest if all clocks go
 * right.
 */
export interface Message {
  readonly to: string;
  readonly body: unknown;
  readonly dueAt: number;
  /** Of a group one after the other. */
  readonly group?: string;
}

const SILENT = { info() {}, warn() {}, error() {} };
const SETTINGS = { graceSeconds: 60, leaseSeconds: 75, retentionDays: 0 };

export class Centre {
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
  readonly strict: boolean;
  /** What errors the functions met that nobody expects. */
  readonly errors: string[] = [];
  #stepping = 'nobody';
  #frames = 0;

  constructor(seed: number, strict: boolean, base?: Centre) {
    this.chance = random(seed);
    this.strict = strict;
    this.view = base?.view.copy() ?? new View(queueConfig);
    this.rows = new Rows((changes) => this.view.changed(changes, this.#stepping));
    if (!base) return;
    this.now = base.now;
    base.rows.copyInto(this.rows);
    this.messages.push(...base.messages);
    for (const [id, desk] of base.desks) {
      const copy = desk.copy(strict);
      this.desks.set(id, copy);
      if (copy.open) this.#attach(copy);
    }
    for (const [who, { connectionId }] of base.newest) {
      const desk = this.desks.get(connectionId);
      if (desk) this.newest.set(who, desk);
    }
  }

  /** What a function is given whose calls are met by `around`. */
  ports(around: Around): Ports {
    const app: App = {
      ...portsOn(tableOn(this.rows, around), () => this.now),
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
      tokens: { verify: async () => PLATFORM },
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

  #start({ key, timer, dueAt }: Deadline): void {
    this.view.started(key, dueAt);
    this.messages.push({ to: 'timers/due', body: { timer, dueAt }, dueAt });
  }

  #announce(news: ListNews): void {
    if (this.messages.some(({ to, body }) => to === 'lists/tell' && JSON.stringify(body) === JSON.stringify(news)))
      return;
    this.messages.push({ to: 'lists/tell', body: news, dueAt: this.now, group: news.conversationId });
  }

  /** Has a function begin with an event. */
  begin(name: string, event: unknown, onEnd?: (run: Run) => void): Run {
    const one = new Run(name, this.now, (ended) => {
      this.runs.delete(ended);
      onEnd?.(ended);
    });
    this.runs.add(one);
    one.begin(() => run(name, this.ports(one.around), event));
    return one;
  }

  /** Lets one call of a run go on. */
  step(one: Run, index: number, fate: Fate, error: Error): void {
    this.#stepping = one.kind;
    one.step(index, fate, error);
  }

  frame(desk: Desk, action: string, data: unknown, id: string | undefined = `f${this.#frames++}`): Run {
    return this.begin(`agent/${action}`, {
      requestContext: {
        connectionId: desk.connectionId,
        routeKey: action,
        authorizer: toContext(identityOf(desk.agentId)),
      },
      body: JSON.stringify({ action, data, ...(id === undefined ? {} : { id }) }),
    });
  }

  http(name: string, body: unknown, params: Record<string, string> = {}, query: Record<string, string> = {}): Run {
    return this.begin(`platform/${name}`, {
      headers: { authorization: 'Bearer platform' },
      pathParameters: params,
      queryStringParameters: query,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** A message is handed over; it comes again unless it is taken, and sometimes although it was. */
  deliver(message: Message, again: boolean): Run {
    this.messages.splice(this.messages.indexOf(message), 1);
    const back = () => this.messages.push({ ...message, dueAt: Math.max(message.dueAt, this.now) });
    if (again) back();
    if (message.to === 'socket/disconnect') return this.begin(message.to, message.body);
    const event = { Records: [{ messageId: 'm', body: JSON.stringify(message.body) }] };
    return this.begin(message.to, event, ({ ended }) => {
      if (ended !== 'well' && !again) back();
    });
  }

  /** Somebody opens a desk, over which posts arrive once the function has returned. */
  connect(who: string, key: string | undefined): Run {
    const desk = new Desk(this.chance.id(), who, this.strict);
    this.desks.set(desk.connectionId, desk);
    this.newest.set(who, desk);
    const offered = ['agent-manager.v1', ...(key === undefined ? [] : [`session.${key}`])].join(', ');
    const event = {
      headers: { 'Sec-WebSocket-Protocol': offered },
      requestContext: { connectionId: desk.connectionId, authorizer: toContext(identityOf(who)) },
    };
    return this.begin('socket/connect', event, ({ ended }) => {
      if (ended === 'well') this.#attach(desk);
    });
  }

  #attach(desk: Desk): void {
    desk.open = true;
    this.wires.attach(desk.connectionId, {
      receive: (frame) => desk.receive(frame, this.now),
      closed: () => this.vanish(desk),
    });
  }

  /** The connection is gone; the gateway may say so, now or later. */
  vanish(desk: Desk): void {
    if (!desk.open) return;
    desk.open = false;
    this.wires.detach(desk.connectionId);
    const { connectionId, agentId } = desk;
    const event = { requestContext: { connectionId, authorizer: toContext(identityOf(agentId)) } };
    this.messages.push({ to: 'socket/disconnect', body: event, dueAt: this.now });
  }

  /** Configuration as it is, past the functions. */
  async configure(): Promise<void> {
    const { config } = this.ports(plainly).app;
    for (const kind of ['mrds', 'queues', 'lists', 'agents'] as const)
      for (const item of configuration[kind] ?? []) await config.put(kind, item as never);
  }
}

const PLATFORM = (() => {
  const { id, user } = identityOf('sam');
  return { id: `${id}-platform`, user: { ...user, roles: ['platform', 'admin', 'supervisor'] } };
})();
