/**
 * What rings at the agent, and what becomes of it: accepted, declined, or revoked when its time is
 * over.
 */
import type { Conversation } from './conversation.ts';
import type { ManagerPayload } from '../session/frames.ts';
import { Stream } from './streams.ts';

type TaskRequest = ManagerPayload<'taskRequest'>;

/**
 * Why an agent is not ready, logs out or declines: the id of a reason code (of an own one, where an
 * offer is declined), and its name.
 */
export type Reason = { readonly id: string; readonly name?: string };

/** What may be said to an offer. */
export interface Answers {
  accept(request: TaskRequest): Promise<Conversation>;
  decline(request: TaskRequest, reason: Reason | undefined): Promise<void>;
}

/** One offer of a conversation. */
export class Offer {
  /** Of the conversation that is offered. */
  readonly conversationId: string;
  /** `<taskId>:<mediaId>`. */
  readonly taskId: string;
  /** `INBOUND`, or how a colleague asks: `DIRECT_TRANSFER`, `CONSULT` … */
  readonly direction: TaskRequest['taskDirection'];
  /** Where the customer waited, by id and name; null where nobody waited in one. */
  readonly queue: TaskRequest['queue'];
  /** What the colleague who asks wants to say, and their name. */
  readonly note: string | null;
  readonly requestedBy: string | null;
  /** The customer and how they came. */
  readonly channelSession: TaskRequest['channelSession'];
  /** When it will be revoked, in epoch milliseconds of the manager's clock. */
  readonly expiresAt: number | undefined;
  /**
   * Resolves when it rings no more without having been accepted here, with the reason if there is
   * one.
   */
  readonly revoked: Promise<string | undefined>;
  readonly #answer: Answers;
  readonly #request: TaskRequest;
  #revoke: (reason: string | undefined) => void = () => {};

  /** @internal */
  constructor(request: TaskRequest, answer: Answers) {
    this.conversationId = request.conversationId;
    this.taskId = request.taskId;
    this.direction = request.taskDirection;
    this.queue = request.queue;
    this.note = request.note;
    this.requestedBy = request.requestedBy;
    this.channelSession = request.channelSession;
    this.expiresAt = request.expiresAt;
    this.revoked = new Promise((resolve) => (this.#revoke = resolve));
    this.#answer = answer;
    this.#request = request;
  }

  /**
   * Takes it. Resolves with the conversation; rejects with `task.gone` or `task.notOffered` where
   * it is too late.
   */
  accept(): Promise<Conversation> {
    return this.#answer.accept(this.#request);
  }

  /**
   * Leaves it to the next agent, and says why if there is a `reason`. The customer is not offered
   * here again for a while. Resolves when it is done; rejects with `task.gone` or `task.notOffered`
   * where it is too late.
   */
  decline(reason?: Reason): Promise<void> {
    return this.#answer.decline(this.#request, reason);
  }

  /** @internal */
  revoke(reason: string | undefined): void {
    this.#revoke(reason);
  }
}

/** The offers that ring now. */
export class Offers {
  readonly #ringing = new Map<string, Offer>();
  /** Of a connection that was lost, and not repeated yet. */
  #doubtful = new Set<string>();
  readonly #stream = new Stream<Offer>();
  readonly #answer: Answers;

  constructor(answer: Answers) {
    this.#answer = answer;
  }

  get ringing(): readonly Offer[] {
    return [...this.#ringing.values()];
  }

  /** Those that ring, then those to come. */
  read(): AsyncGenerator<Offer, void, undefined> {
    return this.#stream.read(() => this.#ringing.values());
  }

  /** The same offer again, after a reconnect, is no other one. */
  rings(request: TaskRequest): void {
    this.#doubtful.delete(request.conversationId);
    if (this.#ringing.get(request.conversationId)?.taskId === request.taskId) return;
    this.revoked(request.conversationId, 'REPLACED');
    const offer = new Offer(request, this.#answer);
    this.#ringing.set(offer.conversationId, offer);
    this.#stream.push(offer);
  }

  accepted(conversationId: string): void {
    this.#ringing.delete(conversationId);
  }

  /** The revocation of an earlier attempt may come after the offer of the next one. */
  revoked(conversationId: string, reason: string | undefined, taskId?: string): void {
    const { taskId: ringing } = this.#ringing.get(conversationId) ?? {};
    if (taskId !== undefined && ringing !== taskId) return;
    this.#ringing.get(conversationId)?.revoke(reason);
    this.#ringing.delete(conversationId);
  }

  /** A new connection will be greeted with what still rings. */
  begin(): void {
    this.#doubtful = new Set(this.#ringing.keys());
  }

  /** It was greeted: of those from before, only these still ring. */
  greeted(conversationIds: readonly string[]): void {
    for (const id of this.#doubtful) if (!conversationIds.includes(id)) this.revoked(id, undefined);
    this.#doubtful.clear();
  }

  end(): void {
    for (const id of this.#ringing.keys()) this.revoked(id, undefined);
    this.#stream.end();
  }
}
