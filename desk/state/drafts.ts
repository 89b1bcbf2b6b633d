/**
 * What the agent has typed and not sent. It belongs to one conversation and to whom it is for, and
 * outlives both the conversation and the desk.
 */
import { computed, signal } from '@preact/signals';

export type Reader = 'customer' | 'colleagues';

/** What the agent has said and nobody has confirmed yet. */
export interface Outgoing {
  /** That of the message: it is the same message when it is sent again. */
  readonly id: string;
  readonly text: string;
  readonly whisper: boolean;
  /** Why it was not sent. */
  readonly failed?: string;
}

export class Draft {
  /** What the customer is called. */
  readonly customer: string;
  /**
   * Who is to read what is typed now. Only the agent changes it: a role that changes while they
   * type must not.
   */
  readonly reader;
  readonly said = { customer: signal(''), colleagues: signal('') };
  /** For the colleague who is asked for. */
  readonly note = signal('');
  readonly wrapUp = { chosen: signal<readonly string[]>([]), note: signal('') };
  readonly outgoing = signal<readonly Outgoing[]>([]);

  constructor(customer: string, reader: Reader) {
    this.customer = customer;
    this.reader = signal(reader);
  }

  /** Everything that is written, by what it was meant to be. */
  readonly texts = computed(() =>
    [
      { what: 'Message', text: this.said.customer.value },
      { what: 'Whisper', text: this.said.colleagues.value },
      { what: 'Note for a colleague', text: this.note.value },
      { what: 'Wrap-up', text: [...this.wrapUp.chosen.value, this.wrapUp.note.value].filter(Boolean).join('\n') },
      ...this.outgoing.value.map(({ text, whisper }) => ({ what: whisper ? 'Whisper' : 'Message', text })),
    ].filter(({ text }) => text.trim() !== ''),
  );

  readonly isEmpty = computed(() => this.texts.value.length === 0);
}

/** The drafts of one agent, by conversation. */
export class Drafts {
  readonly agentId: string;
  readonly #drafts = new Map<string, Draft>();

  constructor(agentId: string) {
    this.agentId = agentId;
  }

  /** That of a conversation; made where there is none. */
  of(conversationId: string, customer: string, reader: Reader): Draft {
    const draft = this.#drafts.get(conversationId) ?? new Draft(customer, reader);
    this.#drafts.set(conversationId, draft);
    return draft;
  }

  forget(conversationId: string): void {
    this.#drafts.delete(conversationId);
  }

  unsent(): readonly Draft[] {
    return [...this.#drafts.values()].filter(({ isEmpty }) => !isEmpty.value);
  }
}
