/**
 * Pull lists: where conversations wait until an agent picks one. Which the agent sees, and what is
 * on them now.
 */
import type { Conversation } from './conversation.ts';
import type { Frame, ManagerPayload } from '../session/frames.ts';
import type { Session } from '../session/session.ts';
import { Stream } from './streams.ts';

/** A pull list, by id and name. */
export type PullList = ManagerPayload<'onPullModeSubscribedList'>[number];
/**
 * A conversation on a list: `id` is the conversation's, `time` when it came, `status` what it is
 * in.
 */
export type PullRequest = ManagerPayload<'pullModeSubscribedListRequests'>[number];

/** Promises reject with an `AgentManagerError`, such as `list.unknown` or `pull.alreadyClaimed`. */
export class Lists {
  readonly #session: Session;
  readonly #joined: (conversationId: string) => Promise<Conversation>;
  readonly #stream = new Stream<readonly PullRequest[]>({ latest: true });
  #subscribed: readonly PullList[] = [];
  #requests: readonly PullRequest[] = [];

  /** @internal */
  constructor(session: Session, joined: (conversationId: string) => Promise<Conversation>) {
    this.#session = session;
    this.#joined = joined;
  }

  /** The lists that the agent sees. */
  get subscribed(): readonly PullList[] {
    return this.#subscribed;
  }

  /** What is on them now. */
  get requests(): readonly PullRequest[] {
    return this.#requests;
  }

  /** Sees a list from now on, and what is on it. Rejects with `list.unknown`. */
  async subscribe(listId: string): Promise<void> {
    await this.#session.ask('subscribePullModeList', { listId });
  }

  /** Sees it no more. */
  async unsubscribe(listId: string): Promise<void> {
    await this.#session.ask('unsubscribePullModeList', { listId });
  }

  /**
   * Picks a conversation. Resolves when it is here; rejects with `pull.alreadyClaimed` where
   * somebody was quicker.
   */
  async join(requestId: string): Promise<Conversation> {
    await this.#session.ask('joinPullModeRequest', { requestId });
    return this.#joined(requestId);
  }

  /**
   * Ends a conversation that waits, for its customer too. Rejects with `role.forbidden` without the
   * right to.
   */
  async remove(requestId: string): Promise<void> {
    await this.#session.ask('deletePullModeRequest', { id: requestId });
  }

  /**
   * @internal All that is on the lists, now and after each change. A slow reader gets the newest
   * only.
   */
  read(): AsyncGenerator<readonly PullRequest[], void, undefined> {
    return this.#stream.read(() => [this.#requests]);
  }

  /** @internal */
  end(): void {
    this.#stream.end();
  }

  /** @internal */
  received(frame: Frame): void {
    switch (frame.event) {
      case 'onPullModeSubscribedList':
        this.#subscribed = frame.data;
        return;
      case 'pullModeSubscribedListRequests':
        return this.#change(frame.data);
      case 'addPullModeSubscribedListRequests':
        return this.#change(frame.data.reduce(merged, this.#requests));
      case 'removePullModeSubscribedListRequests':
        return this.#change(this.#requests.filter(({ listId }) => listId !== frame.data));
      case 'onPullModeSubscribedListRequest': {
        const request: PullRequest = JSON.parse(frame.data.pullModeEvent);
        const goes = request.status === 'CLOSING';
        return this.#change(goes ? this.#requests.filter(({ id }) => id !== request.id) : merged(this.#requests, request)); // prettier-ignore
      }
      default:
    }
  }

  #change(requests: readonly PullRequest[]): void {
    this.#requests = requests;
    this.#stream.push(requests);
  }
}

/** The request takes the place of what was known of it, or comes last. */
function merged(requests: readonly PullRequest[], request: PullRequest): readonly PullRequest[] {
  const known = requests.some(({ id }) => id === request.id);
  return known ? requests.map((one) => (one.id === request.id ? request : one)) : [...requests, request];
}
