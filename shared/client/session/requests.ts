/**
 * What the desk asks for. Every request has an id and waits for its acknowledgement; one that got
 * none, or one for the moment only, is sent again with the same id, so it is done once. Requests of
 * one lane leave one after the other: each when the former has its answer. What no frame can hold
 * is not sent, and what has cost connections is not sent again.
 */
import { byteLength } from '../../protocol/bytes.ts';
import type { AgentEventName } from '../../protocol/agent-events.ts';
import type { Code } from '../../protocol/codes.ts';
import { MAX_FRAME_BYTES } from '../../protocol/frame.ts';
import type { CallOff, Clock } from '../clock.ts';
import { AgentManagerError } from '../errors.ts';
import type { Ack, ManagerPayload } from './frames.ts';

/**
 * The manager remembers its answer to an id for ten minutes. Sent again after that, a request might
 * be done twice.
 */
const REMEMBERED_MS = 9 * 60_000;

/**
 * Refusals that the manager does not keep: the same request may be granted a moment later, and one
 * that was sent twice may be granted already. So they are no answers yet. What was asked again
 * under another id might be done twice.
 */
const PASSING: ReadonlySet<Code> = new Set<Code>(['state.conflict', 'internal']);
const PASSING_MS = 1_000;

/**
 * How the gateway, or whoever stands before it, closes a socket over which too large a frame came.
 */
const TOO_LARGE = 1009;
/**
 * Ends of a socket that no frame is to blame for: asked for, and after two hours or ten silent
 * minutes.
 */
const ORDERLY: ReadonlySet<number> = new Set([1000, 1001]);
/** How many connections in a row may be lost right after a request was sent. */
const MAX_LOSSES = 3;

interface SentRequest {
  readonly id: string;
  readonly task: string;
  readonly text: string;
  readonly conversationId: string | undefined;
  firstSentAt?: number;
  /** Over the present connection: was it sent, and has anything come since? */
  exposure?: 'sent' | 'survived' | undefined;
  /** How many connections in a row were lost before anything came over them after this was sent. */
  losses: number;
  /** Since when it is refused for the moment. */
  refusedAt?: number;
  notAgain?: CallOff;
  inTime?: CallOff;
  readonly resolve: (ack: Ack) => void;
  readonly reject: (error: AgentManagerError) => void;
}

interface Sending {
  readonly newId: () => string;
  readonly resendMs: number;
  readonly patienceMs: number;
  readonly clock: Clock;
}

export class Requests {
  readonly #lanes = new Map<string, SentRequest[]>();
  readonly #send: (text: string) => void;
  readonly #newId: () => string;
  readonly #resendMs: number;
  readonly #patienceMs: number;
  readonly #clock: Clock;
  #ready = false;
  #closed = false;

  /**
   * `resendMs`: after how long without an answer something is sent again over the same connection.
   * `patienceMs`: for how long what is refused for the moment is asked again.
   */
  constructor(send: (text: string) => void, { newId, resendMs, patienceMs, clock }: Sending) {
    this.#send = send;
    this.#newId = newId;
    this.#resendMs = resendMs;
    this.#patienceMs = patienceMs;
    this.#clock = clock;
  }

  /**
   * `data` is taken as it is now: what the caller changes in it later is not sent. `timeoutMs` is
   * how long to wait for the acknowledgement, time without a connection included; Infinity waits
   * until the client is closed.
   */
  ask(action: string, data: unknown, timeoutMs: number): Promise<Ack> {
    return new Promise((resolve, reject) => {
      const id = this.#newId();
      const conversationId = conversationOf(data);
      const text = frameText(action, data, id);
      const request: SentRequest = { id, task: action, text, conversationId, losses: 0, resolve, reject };
      if (this.#closed) return reject(closedError(request));
      if (bytesLeft(text) < 0) return reject(errorOf(request, 'frame.tooLarge', tooLarge(text)));
      if (Number.isFinite(timeoutMs)) request.inTime = this.#clock.after(timeoutMs, () => this.#timeOut(request));
      const lane = laneOf(action, data) ?? id;
      const queue = this.#lanes.get(lane) ?? [];
      this.#lanes.set(lane, queue);
      queue.push(request);
      if (queue.length === 1) this.#sendHead(lane);
    });
  }

  /** A connection is ready: whatever waits for an answer is sent (again). */
  ready(): void {
    this.#ready = true;
    for (const lane of this.#lanes.keys()) this.#sendHead(lane);
  }

  /** Something came over the connection: what was sent before has not cost it. */
  heard(): void {
    for (const request of this.#heads()) {
      if (request.exposure !== 'sent') continue;
      request.exposure = 'survived';
      request.losses = 0;
    }
  }

  /**
   * The connection has ended, with this code if it did so by itself: what is asked from now on
   * waits. Of what was sent over it, the largest is the one that may have cost it; what has is not
   * sent again.
   */
  lost(code: number | undefined): void {
    this.#ready = false;
    const suspects = this.#heads().filter(({ exposure }) => exposure === 'sent' || (exposure && code === TOO_LARGE));
    const [suspect] = suspects.toSorted((a, b) => byteLength(b.text) - byteLength(a.text));
    for (const request of this.#heads()) request.exposure = undefined;
    if (!suspect || code === undefined || ORDERLY.has(code)) return;
    suspect.losses += 1;
    if (code === TOO_LARGE)
      this.#fail(suspect, 'frame.tooLarge', 'The connection was closed over this frame, as too large.');
    else if (suspect.losses >= MAX_LOSSES) this.#fail(suspect, 'client.connectionLost', LOST);
  }

  /**
   * An acknowledgement arrived. One that refuses the connection and not the request leaves the
   * request waiting for the next connection, and is answered with `session`.
   */
  acknowledged(ack: ManagerPayload<'ack'>): 'done' | 'unknown' | 'session' {
    for (const [lane, queue] of this.#lanes) {
      const [request] = queue;
      if (request?.id !== ack.id) continue;
      if (ack.status === 'ok') return this.#settle(lane, request, () => request.resolve(ack));
      if (ack.code === 'session.replaced' || ack.code === 'session.notConnected') return 'session';
      if (this.#passes(request, ack.code)) return this.#sendAgain(lane, request);
      return this.#settle(lane, request, () => request.reject(errorOf(request, ack.code, ack.msg)));
    }
    return 'unknown';
  }

  /** Does this refusal belong to a request whose caller hears of it? */
  answers({ id }: ManagerPayload<'errors'>): boolean {
    return this.#sent(id) !== undefined;
  }

  /**
   * Does this refusal belong to a request that will be sent again? Then nobody needs to hear of it.
   */
  asksAgain({ id, code }: ManagerPayload<'errors'>): boolean {
    const request = this.#sent(id);
    return request !== undefined && this.#passes(request, code);
  }

  /** Nothing will be asked any more. */
  close(): void {
    this.#ready = false;
    this.#closed = true;
    for (const [lane, queue] of this.#lanes) {
      for (const request of queue.slice()) this.#settle(lane, request, () => request.reject(closedError(request)));
    }
  }

  #sent(id: string | undefined): SentRequest | undefined {
    return this.#heads().find((request) => request.id === id);
  }

  /** The first of each lane: of what waits for an answer, the only ones that were sent. */
  #heads(): SentRequest[] {
    return [...this.#lanes.values()].flatMap(([request]) => request ?? []);
  }

  #passes(request: SentRequest, code: Code): boolean {
    return PASSING.has(code) && this.#clock.now() - (request.refusedAt ?? this.#clock.now()) < this.#patienceMs;
  }

  #sendAgain(lane: string, request: SentRequest): 'done' {
    request.refusedAt ??= this.#clock.now();
    request.notAgain?.();
    request.notAgain = this.#clock.after(Math.min(PASSING_MS, this.#resendMs), () => this.#sendHead(lane));
    return 'done';
  }

  #sendHead(lane: string): void {
    const [request] = this.#lanes.get(lane) ?? [];
    if (!this.#ready || !request) return;
    if (request.firstSentAt !== undefined && this.#clock.now() - request.firstSentAt > REMEMBERED_MS) {
      return this.#timeOut(request);
    }
    request.firstSentAt ??= this.#clock.now();
    request.exposure = 'sent';
    this.#send(request.text);
    request.notAgain?.();
    request.notAgain = this.#clock.after(this.#resendMs, () => this.#sendHead(lane));
  }

  #timeOut(request: SentRequest): void {
    this.#fail(request, 'client.timeout', 'No acknowledgement came in time: whether it was done is not known.');
  }

  #fail(request: SentRequest, code: AgentManagerError['code'], msg: string): void {
    const lane = [...this.#lanes].find(([, queue]) => queue.includes(request))?.[0] ?? '';
    this.#settle(lane, request, () => request.reject(errorOf(request, code, msg)));
  }

  #settle(lane: string, request: SentRequest, settle: () => void): 'done' {
    request.inTime?.();
    request.notAgain?.();
    const queue = this.#lanes.get(lane) ?? [];
    const wasHead = queue[0] === request;
    queue.splice(queue.indexOf(request), 1);
    if (queue.length === 0) this.#lanes.delete(lane);
    settle();
    if (wasHead) this.#sendHead(lane);
    return 'done';
  }
}

const LOST = `${MAX_LOSSES} times the connection was lost right after this was sent: whether it was done is not known.`;

/** A request as it is sent. */
export function frameText(action: string, data: unknown, id: string): string {
  return JSON.stringify({ action, data, id });
}

/** How many bytes more the frame could hold; below 0, how many it is too long. */
export function bytesLeft(text: string): number {
  return MAX_FRAME_BYTES - byteLength(text);
}

function tooLarge(text: string): string {
  return `This makes a frame of ${byteLength(text)} bytes, and the gateway takes ${MAX_FRAME_BYTES}.`;
}

function errorOf(request: SentRequest, code: AgentManagerError['code'], msg: string): AgentManagerError {
  return new AgentManagerError(code, msg, { task: request.task, conversationId: request.conversationId });
}

function closedError(request: SentRequest): AgentManagerError {
  return errorOf(request, 'client.closed', 'The client was closed before this was acknowledged.');
}

/** These only look, and may overtake whatever is being done. */
const ALONE: ReadonlySet<string> = new Set(['replayTopic', 'replayAgentEvents'] satisfies AgentEventName[]);

/**
 * What is asked about one conversation or one list keeps its order; so does what the agent says of
 * themselves.
 */
function laneOf(action: string, data: unknown): string | undefined {
  if (ALONE.has(action)) return undefined;
  return conversationOf(data) ?? textAt(data, 'requestId') ?? textAt(data, 'listId') ?? 'agent';
}

/** Desks have put the id of the conversation into different places over the years. */
function conversationOf(data: unknown): string | undefined {
  const carriers = [data, ...['channelSession', 'topicParticipant', 'agentParticipant'].map((key) => at(data, key))];
  return carriers.map((carrier) => textAt(carrier, 'conversationId') ?? textAt(carrier, 'topicId')).find(Boolean);
}

function textAt(data: unknown, key: string): string | undefined {
  const value = at(data, key);
  return typeof value === 'string' ? value : undefined;
}

function at(data: unknown, key: string): unknown {
  return typeof data === 'object' && data !== null && key in data ? (data as Record<string, unknown>)[key] : undefined;
}
