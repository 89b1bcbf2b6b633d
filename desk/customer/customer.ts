/**
 * A customer of the simulator: starts a conversation as a channel would, writes, reads what agents
 * answer, and leaves. All over the platform API.
 */
import { signal } from '@preact/signals';
import type { ConversationEvent } from '../../shared/client/client.ts';
import type { MessageBody } from '../../shared/protocol/message.ts';
import type { Api } from '../api.ts';

/** How a customer comes: their name, the channel, and the queue or list where they go. */
export interface Arrival {
  readonly name: string;
  readonly channel: string;
  readonly to: { readonly queue: string } | { readonly list: string };
  readonly priority?: number;
}

/** What the customer sees. */
export interface Said {
  readonly id: string;
  readonly own: boolean;
  readonly who: string;
  readonly body: MessageBody;
  readonly read: boolean;
}

interface Page {
  readonly events: readonly { readonly seq: number; readonly cimEvent: ConversationEvent }[];
  readonly nextAfter: number | null;
}

/* oxlint-disable typescript/no-explicit-any -- an event's data depends on its name (desk-event.ts) */

export class Customer {
  readonly name: string;
  readonly channel: string;
  readonly sessionId: string;
  readonly said = signal<readonly Said[]>([]);
  readonly state = signal<'waiting' | 'served' | 'gone'>('waiting');
  conversationId = '';
  readonly #api: Api;
  #after = 0;
  #listening = false;
  /** The last answer that was delivered and not read. */
  #delivered: string | undefined;
  #typedAt = 0;

  constructor(api: Api, { name, channel }: Arrival, sessionId: string) {
    this.#api = api;
    this.name = name;
    this.channel = channel;
    this.sessionId = sessionId;
  }

  /** Comes. Rejects with an `ApiError`. */
  async arrive({ to, priority }: Arrival): Promise<void> {
    const firstName = this.name.split(' ')[0] ?? this.name;
    const identifier = `${firstName.toLowerCase()}-${this.sessionId.slice(-4)}`;
    const body = {
      ...to,
      ...(priority === undefined ? {} : { priority }),
      conversationData: { 'came from': 'shop.example/orders' },
      channelSession: {
        id: this.sessionId,
        channel: { channelType: { name: this.channel } },
        channelData: { channelCustomerIdentifier: identifier },
        customer: { _id: identifier, firstName: this.name, isAnonymous: false },
      },
    };
    this.conversationId = (
      await this.#api.call<{ conversationId: string }>('POST', '/conversations', body)
    ).conversationId;
  }

  async says(content: string | MessageBody): Promise<void> {
    const body = typeof content === 'string' ? { type: 'PLAIN', markdownText: content } : content;
    await this.#post('CUSTOMER_MESSAGE', 'MESSAGE', body);
    if (this.#listening) await this.listen();
  }

  async types(): Promise<void> {
    if (Date.now() - this.#typedAt < 3_000 || this.state.value === 'gone') return;
    this.#typedAt = Date.now();
    await this.#post('TYPING_INDICATOR', 'NOTIFICATION', { type: 'NOTIFICATION', notificationType: 'TYPING_STARTED' });
  }

  async leaves(): Promise<void> {
    this.state.value = 'gone';
    await this.#api.call('DELETE', `/conversations/${this.conversationId}`);
  }

  /**
   * Hears what was said since. What is new has been delivered; what was new the last time has been
   * read by now.
   */
  async listen(): Promise<void> {
    this.#listening = true;
    const heard: ConversationEvent[] = [];
    for (let after: number | null = this.#after; after !== null;) {
      const path: string = `/conversations/${this.conversationId}/events?after=${after}&limit=500`;
      const page: Page = await this.#api.call<Page>('GET', path);
      heard.push(...page.events.map(({ cimEvent }) => cimEvent));
      this.#after = Math.max(this.#after, ...page.events.map(({ seq }) => seq));
      after = page.nextAfter;
    }
    const answers = heard.flatMap((event) => this.#hears(event as any) ?? []);
    if (this.state.value === 'gone') return;
    const [delivered, read] = [answers.at(-1), this.#delivered];
    this.#delivered = delivered;
    if (read) await this.#notify(read, 'READ');
    if (delivered) await this.#notify(delivered, 'DELIVERED');
  }

  /** The id of an answer that was new. */
  #hears({ name, data }: any): string | undefined {
    const { id, body, header } = data;
    switch (name) {
      case 'CUSTOMER_MESSAGE':
      case 'AGENT_MESSAGE':
      case 'BOT_MESSAGE': {
        if (body.type === 'WRAPUP' || this.said.value.some((one) => one.id === id)) return undefined;
        const own = name === 'CUSTOMER_MESSAGE';
        const who = own ? this.name : header?.sender?.senderName || 'Agent';
        this.said.value = [...this.said.value, { id, own, who, body, read: false }];
        return own ? undefined : id;
      }
      case 'MESSAGE_DELIVERY_NOTIFICATION': {
        const at = this.said.value.findIndex((one) => one.id === body.messageId);
        if (body.status === 'READ') this.said.value = this.said.value.map((one, index) => (index <= at && one.own ? { ...one, read: true } : one)); // prettier-ignore
        return undefined;
      }
      case 'AGENT_SUBSCRIBED':
        if (this.state.value === 'waiting' && !data.watching) this.state.value = 'served';
        return undefined;
      case 'CHANNEL_SESSION_ENDED':
        this.state.value = 'gone';
        return undefined;
      default:
        return undefined;
    }
  }

  async #notify(messageId: string, status: 'DELIVERED' | 'READ'): Promise<void> {
    const body = { type: 'DELIVERYNOTIFICATION', messageId, status, reasonCode: 200 };
    await this.#post('MESSAGE_DELIVERY_NOTIFICATION', 'NOTIFICATION', body);
  }

  async #post(name: string, type: string, body: MessageBody): Promise<void> {
    const sender = { id: this.channel.toLowerCase(), type: 'CONNECTOR', senderName: this.channel };
    const data = { id: crypto.randomUUID(), header: { sender, channelSessionId: this.sessionId }, body };
    const event = { id: crypto.randomUUID(), name, type, timestamp: Date.now(), data };
    await this.#api.call('POST', `/conversations/${this.conversationId}/events`, event);
  }
}
