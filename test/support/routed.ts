/**
 * Routing in a small world, where every call takes a few milliseconds: agents without desks,
 * customers who come, and what that costs in calls, rows and units.
 */
import { inLoop } from '../../shared/edge/loop/run.ts';
import type { App } from '../../shared/edge/app.ts';
import { deleteConfig, putConfig } from '../../shared/edge/http/configuration.ts';
import { start } from '../../shared/edge/http/start.ts';
import { fire } from '../../shared/edge/timer/due.ts';
import { Agent, type Attributes } from '../../shared/domain/agent/agent.ts';
import type { Conversation } from '../../shared/domain/conversation/conversation.ts';
import { lineOf } from '../../shared/domain/routing/lines.ts';
import type { Call } from '../../shared/memory/call.ts';
import { VirtualClock } from '../../shared/memory/clock.ts';
import { Book } from '../../shared/memory/meter.ts';
import { random } from '../../shared/memory/random.ts';
import { conversationIn } from '../../shared/rows/conversation/log-end.ts';
import { smallWorld } from '../../shared/memory/world.ts';
import {
  configSchemas,
  type ConfigKind,
  type ConfigOf,
  type RequiredAttributes,
} from '../../shared/protocol/shapes/config.ts';
import { agent, channelSession, robin } from './world.ts';

/** How long a call of the table takes. */
const CALL_MS = [2, 12] as const;
const SETTLED_MS = 5_000;

export interface Cost {
  readonly calls: number;
  readonly items: number;
  readonly readUnits: number;
  readonly writeUnits: number;
}

export function skilled(name: string, skill: string, more: Record<string, unknown> = {}): ConfigOf<'queues'> {
  const steps = [{ expressions: [{ attribute: skill, operator: '>=', value: 5 }], timeoutSeconds: 600 }];
  return {
    id: name,
    ...configSchemas.queues.parse({
      name,
      mrdId: 'CHAT',
      steps,
      acceptSeconds: 3_600,
      requestTtlSeconds: 86_400,
      ...more,
    }),
  };
}

export class Routed {
  readonly clock = new VirtualClock();
  readonly book = new Book();
  /** Each call of the table while something is measured. */
  readonly calls: Call[] = [];
  /** Transactions that were lost. */
  lost = 0;
  readonly errors: unknown[] = [];
  readonly small;
  readonly app;
  #items = 0;
  #people = 0;
  #customers = 0;
  readonly #queues: readonly ConfigOf<'queues'>[];

  constructor(queues: readonly ConfigOf<'queues'>[], seed = 1) {
    this.#queues = queues;
    const chance = random(seed);
    const log = {
      info() {},
      warn: (_: string, fields?: unknown) => this.errors.push(fields),
      error: (_: string, fields?: unknown) => this.errors.push(fields),
    };
    this.small = smallWorld({ clock: this.clock, meter: this.book.meter, seed, log });
    this.app = this.small.app(async (call, run) => {
      if (call.port !== 'table') return run();
      const [least, most] = CALL_MS;
      await this.clock.sleep(least + chance.next() * (most - least));
      this.calls.push(call);
      try {
        const result = await run();
        this.#items += rowsIn(call, result);
        return result;
      } catch (error) {
        this.lost += 1;
        throw error;
      }
    });
    this.small.timers.consume(({ timer, dueAt }) => fire(this.app, timer, dueAt));
  }

  async open(): Promise<this> {
    const { config } = this.small.app();
    await config.put('mrds', { id: 'CHAT', ...configSchemas.mrds.parse({ name: 'Chat', maxRequests: 5 }) });
    for (const queue of this.#queues) await config.put('queues', queue);
    return this;
  }

  /** So many agents more who are free, each available a second later than the one before. */
  async agents(
    count: number,
    attributes: Attributes,
    { max = 1, ready = true, mrd = 'CHAT', limits = true } = {},
  ): Promise<string[]> {
    const { config, store } = this.small.app();
    const mrds = limits ? [{ mrdId: mrd, maxAgentTasks: max }] : [];
    const line = lineOf(mrd, attributes, this.#queues);
    await store.openLines([line], this.clock.now());
    const ids = Array.from({ length: count }, () => `agent-${String(this.#people++).padStart(6, '0')}`);
    for (const id of ids) {
      const availableSince = this.clock.now() - 86_400_000 + this.#people * 1000 + ids.indexOf(id);
      const state = ready ? ('READY' as const) : ('NOT_READY' as const);
      const person = agent(id, { [mrd]: { line: line.id, max, availableSince, state } }, { attributes, state });
      await config.put('agents', { id, ...configSchemas.agents.parse({ attributes, mrds }) });
      this.small.wires.attach(person.session?.connectionId ?? '', { receive() {} });
      await store.save({ before: { agents: {} }, after: { agents: { [id]: person } } });
    }
    return ids;
  }

  /** A customer comes. Returns the conversation. */
  async arrives(
    queue: string,
    priority = 1,
    preferred: readonly string[] = [],
    requiredAttributes?: RequiredAttributes,
  ): Promise<string> {
    const session = channelSession(`web-${this.#customers++}`);
    const { conversationId } = await inLoop(this.app, (loop) =>
      start(this.app, loop, {
        channelSession: session,
        customer: robin,
        conversationData: {},
        queue,
        priority,
        ...(requiredAttributes ? { requiredAttributes } : {}),
        ...(preferred.length > 0 ? { preferredAgents: { agentIds: [...preferred] } } : {}),
      }),
    );
    return conversationId;
  }

  /** As the platform puts it. */
  async put(kind: ConfigKind, id: string, body: Record<string, unknown>): Promise<void> {
    const { id: _, ...rest } = body;
    await inLoop(this.app, (loop) => putConfig(this.app, loop, kind, id, rest));
  }

  /** As the platform deletes it. */
  async remove(kind: ConfigKind, id: string): Promise<void> {
    await inLoop(this.app, (loop) => deleteConfig(this.app, loop, kind, id));
  }

  /** A process that dies before one of its calls. */
  dying(before: (call: Call) => boolean): App {
    return this.small.app((call, run) => (before(call) ? Promise.reject(new Error('died')) : run()));
  }

  async ends(conversationId: string): Promise<void> {
    const event = { type: 'end' as const, at: this.clock.now(), reason: 'CUSTOMER' };
    await inLoop(this.app, (loop) => loop.applyToConversation(conversationId, event));
  }

  async becomes(id: string, name: 'READY' | 'NOT_READY'): Promise<void> {
    const event = { type: 'requestState' as const, at: this.clock.now(), name, reasonCode: null };
    await inLoop(this.app, (loop) => loop.applyToAgent(id, event));
  }

  /** Who is offered the conversation now. */
  async offeredTo(conversationId: string): Promise<string | null> {
    const conversation = await this.small.app().store.conversation(conversationId);
    const [task] = Object.values(conversation?.tasks ?? {});
    return task?.phase === 'RESERVED' ? task.assignedTo.id : null;
  }

  /** Everything as it is, not as the indexes say it. */
  everything(): { agents: Agent[]; conversations: Conversation[] } {
    const items = this.small.rows.all();
    return {
      agents: items.filter(({ pk, sk }) => pk.startsWith('AGENT#') && sk === 'STATE').map((item) => Agent.parse(item)),
      conversations: items
        .filter(({ sk }) => sk === 'HEAD')
        .flatMap(
          (head) =>
            conversationIn(
              head,
              items.find(({ pk, sk }) => pk === head.pk && sk === 'LOG'),
            ) ?? [],
        ),
    };
  }

  /**
   * Runs something to its end, and what follows within seconds: longer than the timers that do it
   * again, shorter than an offer rings.
   */
  async settled<T>(act: () => Promise<T>): Promise<T> {
    let over = false;
    const done = act().finally(() => (over = true));
    done.catch(() => {}); // awaited below
    while (!over) if (!(await this.clock.jump())) break;
    await this.clock.runUntil(this.clock.now() + SETTLED_MS);
    return done;
  }

  /** What something costs, with all that follows within some seconds. */
  async cost(act: () => Promise<unknown>): Promise<Cost> {
    this.calls.length = 0;
    this.#items = 0;
    const before = { ...this.book.total };
    await this.settled(act);
    const { total } = this.book;
    return {
      calls: this.calls.length,
      items: this.#items,
      readUnits: total.readUnits - before.readUnits,
      writeUnits: total.writeUnits - before.writeUnits,
    };
  }
}

function rowsIn({ does }: Call, result: unknown): number {
  if (
    does === 'query' &&
    typeof result === 'object' &&
    result !== null &&
    'rows' in result &&
    Array.isArray(result.rows)
  )
    return result.rows.length;
  if (does === 'getMany' && Array.isArray(result)) return result.length;
  return does === 'get' && result ? 1 : 0;
}
