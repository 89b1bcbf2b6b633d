/**
 * What was missed: pages, and whole conversations. A page may come in several frames, of which each
 * begins where the former ended; where the next one does not come, the rest is asked for. It is
 * asked for over one connection, and only that one's answer counts, because it says what there is
 * at that time; when the connection ends it is asked for again over the next.
 */
import { nothing, type CallOff, type Clock } from '../clock.ts';
import { AgentManagerError } from '../errors.ts';
import type { Frame, ManagerPayload } from './frames.ts';
import type { Gap } from './sequence.ts';

type Page = Frame<'onTopicReplay'> | Frame<'onAgentReplay'>;

interface Asked {
  readonly action: 'replayTopic' | 'replayAgentEvents' | 'topicSubscription';
  readonly data: { readonly conversationId?: string; readonly afterSeq?: number };
  readonly resolve: (page: never) => void;
  readonly reject: (error: AgentManagerError) => void;
  id: string;
  over: object | null;
  /** What has come of the answer, and after which number the next frame of it begins. */
  readonly events: ManagerPayload<'onTopicReplay'>['events'];
  after: number | undefined;
  callOff: CallOff;
}

export class Replays {
  readonly #asked = new Set<Asked>();
  readonly #newId: () => string;
  readonly #resendMs: number;
  readonly #clock: Clock;
  #connection: { send(text: string): void } | null = null;

  /**
   * `resendMs`: after how long without an answer something is asked again over the same connection.
   */
  constructor({ newId, resendMs, clock }: { newId: () => string; resendMs: number; clock: Clock }) {
    this.#newId = newId;
    this.#resendMs = resendMs;
    this.#clock = clock;
  }

  topicPage(conversationId: string, { afterSeq, beforeSeq }: Gap): Promise<ManagerPayload<'onTopicReplay'>> {
    return this.#ask('replayTopic', { conversationId, afterSeq, beforeSeq });
  }

  agentPage({ afterSeq }: Gap): Promise<ManagerPayload<'onAgentReplay'>> {
    return this.#ask('replayAgentEvents', { afterSeq });
  }

  /** Resolves when the snapshot has come. Rejects where the agent is not in the conversation. */
  snapshot(conversationId: string): Promise<void> {
    return this.#ask('topicSubscription', { conversationId });
  }

  /** A snapshot came, whoever asked for it. */
  shown(conversationId: string): void {
    for (const asked of this.#asked) {
      if (asked.action !== 'topicSubscription' || asked.data.conversationId !== conversationId) continue;
      this.#settle(asked);
      asked.resolve(undefined as never);
    }
  }

  /** From now on this connection is asked. */
  ready(connection: { send(text: string): void }): void {
    this.#connection = connection;
    for (const asked of this.#asked) this.#send(asked);
  }

  pause(): void {
    this.#connection = null;
  }

  page(over: object, page: Page): void {
    for (const asked of this.#asked) {
      const fits = asked.action === (page.event === 'onTopicReplay' ? 'replayTopic' : 'replayAgentEvents');
      const same = page.event !== 'onTopicReplay' || page.data.conversationId === asked.data.conversationId;
      if (!fits || !same || asked.over !== over || asked.after !== page.data.afterSeq) continue;
      if (page.event === 'onTopicReplay' && this.#goesOn(asked, page.data)) continue;
      this.#settle(asked);
      asked.resolve({
        ...page.data,
        afterSeq: asked.data.afterSeq,
        events: [...asked.events, ...page.data.events],
      } as never);
    }
  }

  /** Keeps what another frame goes on with. Whatever is asked again then, this is not. */
  #goesOn(asked: Asked, { events, more }: ManagerPayload<'onTopicReplay'>): boolean {
    const last = events.at(-1);
    if (!more || !last) return false;
    asked.events.push(...events);
    asked.after = last.seq;
    this.#waitAgain(asked);
    return true;
  }

  /** true: this was the answer to an asking, which is over if it was refused for good. */
  acknowledged(over: object, ack: ManagerPayload<'ack'>): boolean {
    const asked = [...this.#asked].find(({ id }) => id === ack.id);
    if (!asked) return false;
    if (ack.status === 'ok' || asked.over !== over || !REFUSED.test(ack.code)) return true;
    this.#settle(asked);
    asked.reject(new AgentManagerError(ack.code, ack.msg, { task: asked.action }));
    return true;
  }

  answers({ id }: ManagerPayload<'errors'>): boolean {
    return [...this.#asked].some((asked) => asked.id === id);
  }

  close(): void {
    for (const asked of this.#asked) this.#settle(asked);
  }

  #ask<P>(action: Asked['action'], data: Asked['data'] & { beforeSeq?: number }): Promise<P> {
    return new Promise((resolve, reject) => {
      const unanswered = { events: [], after: data.afterSeq };
      const asked: Asked = { action, data, resolve, reject, id: '', over: null, callOff: nothing, ...unanswered };
      this.#asked.add(asked);
      this.#waitAgain(asked);
      this.#send(asked);
    });
  }

  #waitAgain(asked: Asked): void {
    asked.callOff();
    asked.callOff = this.#clock.every(this.#resendMs, () => this.#send(asked));
  }

  #send(asked: Asked): void {
    if (!this.#connection) return;
    asked.over = this.#connection;
    asked.id = this.#newId();
    const data = asked.after === undefined ? asked.data : { ...asked.data, afterSeq: asked.after };
    this.#connection.send(JSON.stringify({ action: asked.action, data, id: asked.id }));
  }

  #settle(asked: Asked): void {
    asked.callOff();
    this.#asked.delete(asked);
  }
}

/**
 * Whoever is not in a conversation is not told of it. Other refusals are of the moment: it is asked
 * again.
 */
const REFUSED = /^(conversation|event)\./;
