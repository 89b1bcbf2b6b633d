/**
 * A WebSocket, to look at, that is socket.io's own client behind a bridge: what a raw desk sends is
 * emitted, and what it receives is what the client hears. So stories that are told with raw desks
 * are told through the bridge too. No network is in between, so that the clock may jump.
 */
import { EventEmitter } from 'node:events';
import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import * as z from 'zod';
import { openBridge, type Bridge } from '../../bridge/server.ts';
import { ALSO } from '../../shared/client/faces/old-desk.ts';
import { pipe } from '../../infra/small/pipe.ts';
import { NUMBERED_EVENTS } from '../../shared/protocol/manager-events.ts';
import { MOMENTARY } from '../../shared/protocol/shapes/momentary.ts';
import type { Passing } from './passing.ts';
import { reach } from './reach.ts';
import { smallAt } from './small-stack.ts';
import { connectTo, type RealSocket } from './socket-io-clients.ts';

const aliases = new Set(Object.values(ALSO));
const NUMBERED: ReadonlySet<string> = new Set(NUMBERED_EVENTS);

/** What is read of what a desk hears. */
const Heard = z.looseObject({
  conversationId: z.string().optional(),
  lastSeq: z.number().optional(),
  cimEvent: z.string().optional(),
  task: z.string().optional(),
});

/** The bridges by the URLs of their stacks: one for each. */
const bridges = new Map<string, Bridge>();

function bridgeTo(url: string): Bridge {
  const known = bridges.get(url);
  if (known) return known;
  const bridge = openBridge({ manager: { ...reach(url), url, gapMs: 100 } });
  bridges.set(url, bridge);
  return bridge;
}

/** Dials a server without a network. */
class Wire extends Agent {
  readonly #dial: () => ReturnType<typeof pipe>[0];
  constructor(dial: () => ReturnType<typeof pipe>[0]) {
    super({ keepAlive: false });
    this.#dial = dial;
  }
  override createConnection(): ReturnType<typeof pipe>[0] {
    return this.#dial();
  }
}

export class BridgeSocket extends EventEmitter {
  readonly #socket: RealSocket;
  readonly #time: Passing;
  /** What was asked and is not answered, oldest first: whose refusal an `errors` is. */
  readonly #asked: { readonly action: string; readonly id: string | undefined }[] = [];
  /** The number of the newest event of each conversation, as snapshots say it. */
  readonly #seqs = new Map<string, number>();
  /** Events of the agent's log are counted as they come. */
  #agentSeq = 0;
  #closed = false;

  constructor(url: string, token: string) {
    super();
    const small = smallAt(url);
    if (!small) throw new Error('Stories are told through the bridge in the small world.');
    this.#time = small.time;
    const agent = new Wire(() => {
      const [here, there] = pipe(small.time.moved, setImmediate);
      bridgeTo(url).server.emit('connection', there);
      return here;
    });
    const version = process.env['SOCKET_IO'] === '2' ? 2 : 4;
    const how = { path: '/agent-manager/socket.io', token, agent, version, transports: ['websocket'] } as const;
    this.#socket = connectTo('http://bridge', how);
    this.#socket.on('connect', () => this.emit('open'));
    this.#socket.refused((error) => {
      if (this.listenerCount('error') > 0) this.emit('error', error);
      this.#socket.disconnect();
      this.#end(1000);
    });
    this.#socket.on('disconnect', (reason: string) => {
      if (reason === 'io server disconnect' || reason === 'io client disconnect') this.#end(1000); // else it comes back
    });
    this.#socket.any((event, data, answer) => this.#heard(event, data, answer));
  }

  get readyState(): number {
    return this.#closed ? WebSocket.CLOSED : WebSocket.OPEN;
  }

  send(text: string): void {
    const { action, data, id } = JSON.parse(text) as { action: string; data?: unknown; id?: string };
    const asked = { action, id };
    this.#asked.push(asked);
    void this.#time.busy(sleep(1)); // a client of 2.x says the next thing a turn of the machine's timers later
    this.#socket.emit(action, data ?? {}, (answer: object) => {
      this.#asked.splice(this.#asked.indexOf(asked), 1);
      if (id !== undefined) this.#receive({ event: 'ack', data: { ...answer, id } });
    });
  }

  close(): void {
    this.#socket.disconnect();
  }

  terminate(): void {
    this.#socket.disconnect();
  }

  #heard(event: string, data: unknown, answer: unknown): void {
    if (aliases.has(event)) return;
    if (typeof answer === 'function') answer({ status: 'ok' });
    const { conversationId, lastSeq, cimEvent, task } = Heard.catch({}).parse(data);
    if (event === 'errors') return this.#refused(task, data);
    const about = conversationId === undefined ? {} : { conversationId };
    if (event === 'onTopicData') this.#seqs.set(String(conversationId), Number(lastSeq));
    const ofLog = NUMBERED.has(event) ? { agentSeq: (this.#agentSeq += 1) } : {};
    const ofTopic = event === 'onCimEvent' ? this.#numbered(String(conversationId), String(cimEvent)) : {};
    this.#receive({ event, ...about, ...ofLog, ...ofTopic, data });
  }

  /** A desk counts for itself, from the snapshot on: nothing is missing or comes twice. */
  #numbered(conversationId: string, cimEvent: string): { seq?: number } {
    const { name } = JSON.parse(cimEvent) as { name: string };
    if (MOMENTARY.has(name)) return {};
    const seq = (this.#seqs.get(conversationId) ?? 0) + 1;
    this.#seqs.set(conversationId, seq);
    return { seq };
  }

  /** The id is that of the bridge's own request. */
  #refused(task: string | undefined, data: unknown): void {
    const { id } = this.#asked.find(({ action }) => action === task) ?? {};
    this.#receive({ event: 'errors', data: { ...Heard.parse(data), id } });
  }

  #end(code: number): void {
    if (this.#closed) return;
    this.#closed = true;
    this.emit('close', code, Buffer.from(''));
  }

  #receive(frame: unknown): void {
    this.emit('message', Buffer.from(JSON.stringify(frame)));
  }
}
