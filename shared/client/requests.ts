/**
 * What the desk asks for. Every request has an id and waits for its acknowledgement; one that got none, or one for the moment only, is sent again
 * with the same id, so it is done once. Requests of one lane leave one after the other: each when the former has its answer.
 */
import type { AgentEventName } from '../protocol/agent-events.ts';
import type { Code } from '../protocol/codes.ts';
import { AgentManagerError } from './errors.ts';
import type { Ack, ManagerPayload } from './frames.ts';

/** The manager remembers its answer to an id for ten minutes. Sent again after that, a request might be done twice. */
const REMEMBERED_MS = 9 * 60_000;

/**
 * Refusals that the manager does not keep: the same request may be granted a moment later, and one that was sent twice may be granted already.
 * So they are no answers yet. What was asked again under another id might be done twice.
 */
const PASSING: ReadonlySet<Code> = new Set<Code>(['state.conflict', 'internal']);
const PASSING_MS = 1_000;

interface Request {
  readonly id: string;
  readonly task: string;
  readonly text: string;
  readonly conversationId: string | undefined;
  firstSentAt?: number;
  /** Since when it is refused for the moment. */
  refusedAt?: number;
  again?: ReturnType<typeof setTimeout>;
  timer?: ReturnType<typeof setTimeout>;
  readonly resolve: (ack: Ack) => void;
  readonly reject: (error: AgentManagerError) => void;
}

interface Sending {
  readonly newId: () => string;
  readonly resendMs: number;
  readonly patienceMs: number;
}

export class Requests {
  readonly #lanes = new Map<string, Request[]>();
  readonly #send: (text: string) => void;
  readonly #newId: () => string;
  readonly #resendMs: number;
  readonly #patienceMs: number;
  #ready = false;
  #closed = false;

  /**
   * `resendMs`: after how long without an answer something is sent again over the same connection. `patienceMs`: for how long what is refused for
   * the moment is asked again.
   */
  constructor(send: (text: string) => void, { newId, resendMs, patienceMs }: Sending) {
    this.#send = send;
    this.#newId = newId;
    this.#resendMs = resendMs;
    this.#patienceMs = patienceMs;
  }

  /**
   * `data` is taken as it is now: what the caller changes in it later is not sent. `timeoutMs` is how long to wait for the acknowledgement, time
   * without a connection included; Infinity waits until the client is closed.
   */
  ask(action: string, data: unknown, timeoutMs: number): Promise<Ack> {
    return new Promise((resolve, reject) => {
      const id = this.#newId();
      const conversationId = conversationOf(data);
      const text = JSON.stringify({ action, data, id });
      const request: Request = { id, task: action, text, conversationId, resolve, reject };
      if (this.#closed) return reject(closedError(request));
      if (Number.isFinite(timeoutMs)) request.timer = setTimeout(() => this.#timeOut(request), timeoutMs);
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

  /** There is no connection: what is asked from now on waits. */
  pause(): void {
    this.#ready = false;
  }

  /**
   * An acknowledgement arrived. One that refuses the connection and not the request leaves the request waiting for the next connection, and
   * is answered with `session`.
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

  /** Does this refusal belong to a request that will be sent again? Then nobody needs to hear of it. */
  asksAgain({ id, code }: ManagerPayload<'errors'>): boolean {
    const request = this.#sent(id);
    return request !== undefined && this.#passes(request, code);
  }

  /** Nothing will be asked any more. */
  close(): void {
    this.pause();
    this.#closed = true;
    for (const [lane, queue] of this.#lanes) {
      for (const request of queue.slice()) this.#settle(lane, request, () => request.reject(closedError(request)));
    }
  }

  #sent(id: string | undefined): Request | undefined {
    return [...this.#lanes.values()].map(([request]) => request).find((request) => request && request.id === id);
  }

  #passes(request: Request, code: Code): boolean {
    return PASSING.has(code) && Date.now() - (request.refusedAt ?? Date.now()) < this.#patienceMs;
  }

  #sendAgain(lane: string, request: Request): 'done' {
    request.refusedAt ??= Date.now();
    clearTimeout(request.again);
    request.again = setTimeout(() => this.#sendHead(lane), Math.min(PASSING_MS, this.#resendMs));
    return 'done';
  }

  #sendHead(lane: string): void {
    const [request] = this.#lanes.get(lane) ?? [];
    if (!this.#ready || !request) return;
    if (request.firstSentAt !== undefined && Date.now() - request.firstSentAt > REMEMBERED_MS) {
      return this.#timeOut(request);
    }
    request.firstSentAt ??= Date.now();
    this.#send(request.text);
    clearTimeout(request.again);
    request.again = setTimeout(() => this.#sendHead(lane), this.#resendMs);
  }

  #timeOut(request: Request): void {
    const lane = [...this.#lanes].find(([, queue]) => queue.includes(request))?.[0] ?? '';
    const msg = 'No acknowledgement came in time: whether it was done is not known.';
    this.#settle(lane, request, () => request.reject(errorOf(request, 'client.timeout', msg)));
  }

  #settle(lane: string, request: Request, settle: () => void): 'done' {
    clearTimeout(request.timer);
    clearTimeout(request.again);
    const queue = this.#lanes.get(lane) ?? [];
    const wasHead = queue[0] === request;
    queue.splice(queue.indexOf(request), 1);
    if (queue.length === 0) this.#lanes.delete(lane);
    settle();
    if (wasHead) this.#sendHead(lane);
    return 'done';
  }
}

function errorOf(request: Request, code: AgentManagerError['code'], msg: string): AgentManagerError {
  return new AgentManagerError(code, msg, { task: request.task, conversationId: request.conversationId });
}

function closedError(request: Request): AgentManagerError {
  return errorOf(request, 'client.closed', 'The client was closed before this was acknowledged.');
}

/** These only look, and may overtake whatever is being done. */
const ALONE: ReadonlySet<string> = new Set(['replayTopic', 'replayAgentEvents'] satisfies AgentEventName[]);

/** What is asked about one conversation or one list keeps its order; so does what the agent says of themselves. */
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
