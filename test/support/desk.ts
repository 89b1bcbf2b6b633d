/**
 * A raw desk: one WebSocket that keeps everything it receives, so that nothing is missed, and
 * checks every frame against the protocol. `next` takes the first kept frame that fits and waits
 * for one if there is none; a wait that is too long shows what did come.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { byteLength } from '../../shared/protocol/bytes.ts';
import { WebSocket } from 'ws';
import type * as z from 'zod';
import { MAX_FRAME_BYTES } from '../../shared/protocol/frame.ts';
import { managerEvents, type ManagerEventName } from '../../shared/protocol/manager-events.ts';
import { BridgeSocket } from './bridge-socket.ts';
import { faultOfFrame, faultOfText } from './held.ts';
import { ClientSocket } from './client-socket.ts';
import type { Passing } from './passing.ts';
import { isSmall, smallAt, wireTo } from './small-stack.ts';

type Data<E extends ManagerEventName> = z.output<(typeof managerEvents)[E]>;

export interface Frame<E extends ManagerEventName = ManagerEventName> {
  readonly event: E;
  readonly data: Data<E>;
  readonly conversationId?: string;
  readonly seq?: number;
  readonly agentSeq?: number;
}

export interface CimFrame {
  readonly seq: number;
  readonly name: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- a test reads deep into whatever event it expects
  readonly data: any;
}

/** Raw desks of the small world hold all that they say and hear against the documents. */
const isHeld = isSmall && !process.env['DESK'];

const PATIENCE_MS = 15_000;

/** What stories are told through instead of a WebSocket, by what `DESK` says. */
const otherSockets: Readonly<Record<string, new (url: string, token: string) => object>> = {
  client: ClientSocket,
  bridge: BridgeSocket,
};

export class Desk {
  readonly frames: Frame[] = [];
  /** Frames that are not as the protocol says. A test fails if there are any: see `checked`. */
  readonly faults: string[] = [];
  readonly socket: WebSocket;
  closed: { code: number; reason: string } | undefined;
  #waiting: (() => void)[] = [];
  /** How much has come. */
  #news = 0;
  /** In the small world: what lets time pass there. */
  readonly #time: Passing | undefined;

  constructor(socket: WebSocket, time?: Passing) {
    this.socket = socket;
    this.#time = time;
    socket.on('message', (bytes: Buffer) => this.#receive(bytes.toString()));
    socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() };
      this.#wake();
    });
  }

  /**
   * Opens a socket as wscat does, or, with `subprotocols`, as a browser. Rejects with `HTTP
   * <status>` where the handshake is refused.
   */
  static open(wsUrl: string, token: string | null, subprotocols?: string[]): Promise<Desk> {
    const small = smallAt(wsUrl);
    const headers: Record<string, string> = token === null ? {} : { Authorization: `Bearer ${token}` };
    const Other = token !== null && !subprotocols?.length ? otherSockets[process.env['DESK'] ?? ''] : undefined;
    const socket =
      Other && token !== null
        ? (new Other(wsUrl, token) as unknown as WebSocket)
        : new WebSocket(wsUrl, subprotocols ?? [], {
            headers,
            ...(small ? wireTo(small) : {}),
          });
    const desk = new Desk(socket, small?.time);
    const open = new Promise<Desk>((resolve, reject) => {
      socket.once('open', () => resolve(desk));
      socket.once('unexpected-response', (request, response) => {
        reject(new Error(`HTTP ${response.statusCode}`));
        request.destroy();
      });
      socket.once('error', reject);
    });
    return small ? small.time.during(open) : open;
  }

  /**
   * Opens a socket and waits until the desk was told everything that it is told after a connect.
   */
  static async greeted(wsUrl: string, token: string): Promise<Desk> {
    const desk = await Desk.open(wsUrl, token);
    await desk.next('onSessionReady');
    return desk;
  }

  send(action: string, data?: unknown, id?: string): void {
    this.raw(JSON.stringify({ action, ...(data === undefined ? {} : { data }), ...(id === undefined ? {} : { id }) }));
  }

  raw(text: string | Buffer): void {
    const fault = isHeld && typeof text === 'string' ? faultOfText(text) : undefined;
    if (fault) this.faults.push(`The document does not allow what the manager takes: ${fault}`);
    this.socket.send(text);
  }

  /** Takes the first frame of this event that fits. Frames of other events stay where they are. */
  async next<E extends ManagerEventName>(
    event: E,
    fits: (data: Data<E>, frame: Frame<E>) => boolean = () => true,
  ): Promise<Frame<E>> {
    return this.until(() => {
      const found = this.frames.find((frame) => isOf(frame, event) && fits(frame.data, frame));
      if (!found || !isOf(found, event)) return undefined;
      this.frames.splice(this.frames.indexOf(found), 1); // at once: others may be waiting too
      return found;
    }, event);
  }

  /** The next `onCimEvent` with this name, parsed. */
  async cim(name: string, fits: (data: CimFrame['data']) => boolean = () => true): Promise<CimFrame> {
    const frame = await this.next('onCimEvent', ({ cimEvent }) => {
      const event = JSON.parse(cimEvent) as { name: string; data: unknown };
      return event.name === name && fits(event.data);
    });
    const event = JSON.parse(frame.data.cimEvent) as { name: string; data: CimFrame['data'] };
    return { ...event, seq: frame.seq ?? -1 };
  }

  /** Sends a request and waits for its acknowledgement. */
  async ask(
    action: string,
    data?: unknown,
    id: string = `r${Math.random().toString(36).slice(2)}`,
  ): Promise<Data<'ack'>> {
    this.send(action, data, id);
    return (await this.next('ack', (ack) => ack.id === id)).data;
  }

  /** Changes the global state and waits for the presence that answers. */
  async become(name: 'READY' | 'NOT_READY' | 'LOGOUT', reasonCode: unknown = null): Promise<Frame<'agentPresence_'>> {
    this.send('changeAgentState', { action: 'agentState', state: { name, reasonCode } });
    return this.next('agentPresence_', ({ agentPresence }) => agentPresence.state.name === name);
  }

  /** Takes the next offer, accepts it and waits for the conversation. */
  async accept(): Promise<Frame<'onTopicData'>> {
    const { data } = await this.next('taskRequest');
    this.send('topicSubscription', { conversationId: data.conversationId, taskId: data.taskId });
    return this.next('onTopicData', (topic) => topic.conversationId === data.conversationId);
  }

  /** Nothing of this event arrives for a while (and none is kept). */
  async never(event: ManagerEventName, ms: number, fits: (frame: Frame) => boolean = () => true): Promise<void> {
    await (this.#time ? this.#time.passes(ms) : sleep(ms));
    const found = this.frames.find((frame) => frame.event === event && fits(frame));
    if (found) throw new Error(`expected no ${event}, got ${JSON.stringify(found).slice(0, 500)}`);
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.gone();
  }

  /** The connection just breaks: no close frame, as when a laptop lid is shut. */
  vanish(): void {
    this.socket.terminate();
  }

  async gone(): Promise<{ code: number; reason: string }> {
    return this.until(() => this.closed, 'close');
  }

  #receive(text: string): void {
    const frame = JSON.parse(text) as Frame;
    const schema = managerEvents[frame.event];
    const result = schema?.safeParse(frame.data);
    if (!result?.success)
      this.faults.push(`${frame.event}: ${result ? result.error.message : 'unknown event'} in ${text.slice(0, 2000)}`);
    const fault = isHeld && schema ? faultOfFrame(frame) : undefined;
    if (fault) this.faults.push(`${frame.event} is not as the document says: ${fault}`);
    if (byteLength(text) > MAX_FRAME_BYTES && !process.env['DESK'])
      this.faults.push(`${frame.event} is larger than one frame: ${byteLength(text)} bytes`);
    this.frames.push(frame);
    this.#wake();
  }

  #wake(): void {
    this.#news += 1;
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** Waits until there is a value, looking whenever something has come. */
  async until<T>(find: () => T | undefined, what: string): Promise<T> {
    const now = () => this.#time?.clock.now() ?? Date.now();
    const deadline = now() + PATIENCE_MS;
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      const left = deadline - now();
      if (left <= 0) {
        const kept = this.frames.map((frame) => JSON.stringify(frame).slice(0, 300)).join('\n  ');
        throw new Error(
          `no ${what} within ${PATIENCE_MS} ms${this.closed ? ` (closed ${this.closed.code})` : ''}; kept:\n  ${kept}`,
        );
      }
      const before = this.#news;
      if (this.#time) await this.#time.until(() => this.#news !== before, left);
      else
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, left);
          this.#waiting.push(() => {
            clearTimeout(timer);
            resolve();
          });
        });
    }
  }
}

function isOf<E extends ManagerEventName>(frame: Frame, event: E): frame is Frame<E> & Frame {
  return frame.event === event;
}
