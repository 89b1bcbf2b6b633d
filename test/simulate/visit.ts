/**
 * A customer's visit: they come, wait as long as their patience lasts, talk with whoever answers,
 * are handed over if that is how it is to be, and go.
 */
import type { Centre } from './centre.ts';
import type { Customer, Moment } from './plan.ts';
import type { Worker } from './worker.ts';

/** What stands before a customer's number in the id of their channel session. */
export const SESSION = 'web-';

/** What came of a visit so far. Instants are epoch milliseconds. */
export interface Visited {
  readonly queue: string;
  readonly comesAt: number;
  /** When somebody answered first; null: nobody yet. */
  readonly answeredAt: number | null;
  /** When the customer gave up, or was done. */
  readonly goneAt: number | null;
  readonly transferred: boolean;
}

const SAID = 'Thank you for your message. I have looked at order 4711, and it has left our house today.';
const AGAIN_MS = 1_000;
const MOST_TRIES = 10;

export class Visit {
  readonly planned: Customer;
  readonly sessionId: string;
  goneAt: number | null = null;
  readonly #comesAt: number;
  #conversationId = '';
  #answeredAt: number | null = null;
  #transferred = false;
  readonly #centre: Centre;
  readonly #fault: (fault: string) => void;
  #agent: Worker | null = null;
  /** The next moment, and how much of the conversation has passed. */
  #next = 0;
  #talkedMs = 0;
  /** Ends with each change of who talks: what was planned before is over. */
  #part = 0;

  constructor(centre: Centre, planned: Customer, fault: (fault: string) => void) {
    this.#centre = centre;
    this.planned = planned;
    this.#fault = fault;
    this.sessionId = `${SESSION}${planned.number}`;
    this.#comesAt = centre.clock.now();
  }

  async come(): Promise<void> {
    const { number, queue } = this.planned;
    this.#wait();
    const channelSession = sessionOf(number);
    const answer = await this.#centre.http('startConversation', null, { channelSession, queue: queue.id });
    if (answer.statusCode !== 201) return this.#fault(`customer ${number} was refused: ${JSON.stringify(answer.body)}`);
    this.#conversationId = answer.body.conversationId ?? '';
  }

  told(): Visited {
    return {
      queue: this.planned.queue.id,
      comesAt: this.#comesAt,
      answeredAt: this.#answeredAt,
      goneAt: this.goneAt,
      transferred: this.#transferred,
    };
  }

  /** Somebody talks with them from now on; null: nobody does any more. */
  served(agent: Worker | null): void {
    this.#agent = agent;
    this.#part += 1;
    if (this.goneAt !== null) return;
    if (!agent) return this.#wait();
    this.#answeredAt ??= this.#centre.clock.now();
    this.#goOn();
  }

  /** As long as patience lasts, each time. */
  #wait(): void {
    const part = this.#part;
    this.#after(this.planned.patienceMs, () => {
      if (this.#part === part && !this.#agent) void this.#go();
    });
  }

  #goOn(): void {
    const moment = this.planned.moments[this.#next];
    if (!moment) return;
    const part = this.#part;
    this.#after(Math.max(0, moment.at - this.#talkedMs), () => {
      if (this.#part !== part || this.goneAt !== null) return;
      this.#next += 1;
      this.#talkedMs = Math.max(this.#talkedMs, moment.at);
      this.#does(moment);
      this.#goOn();
    });
  }

  #does({ does }: Moment): void {
    const { queue } = this.planned;
    if (does === 'customer goes') void this.#go();
    else if (does === 'agent writes') this.#agent?.say(this.#conversationId, SAID);
    else if (does === 'customer writes') {
      const sender = { id: 'web', type: 'CONNECTOR', senderName: 'web' };
      const header = { sender, channelSessionId: this.sessionId };
      const id = this.#centre.newId();
      const data = { id, header, body: { type: 'PLAIN', markdownText: SAID } };
      const message = { id, name: 'CUSTOMER_MESSAGE', type: 'MESSAGE', timestamp: this.#centre.clock.now(), data };
      void this.#tell('addConversationEvent', message);
    } else if (queue.transfers) {
      this.#agent?.transfer(this.#conversationId, queue.transfers.to, (ok) => (this.#transferred ||= ok));
    }
  }

  async #go(): Promise<void> {
    this.goneAt ??= this.#centre.clock.now();
    for (let tries = 1; this.#conversationId === '' && tries <= MOST_TRIES; tries++)
      await this.#centre.clock.sleep(AGAIN_MS);
    await this.#tell('endConversation');
  }

  /** As the platform does: again, where others were quicker for too long. */
  async #tell(what: string, body?: unknown): Promise<void> {
    for (let tries = 1; tries <= MOST_TRIES; tries++) {
      const { statusCode } = await this.#centre.http(what, this.#conversationId, body);
      if (statusCode < 300) return;
      if (statusCode !== 409 && statusCode < 500) break;
      await this.#centre.clock.sleep(AGAIN_MS);
    }
    // What the customer writes in the moment in which they go is refused, as it should be.
    if (this.goneAt === null) this.#fault(`${what} of customer ${this.planned.number} was refused`);
  }

  #after(ms: number, does: () => void): void {
    const { clock } = this.#centre;
    clock.at(clock.now() + ms, does);
  }
}

function sessionOf(number: number) {
  return {
    id: `${SESSION}${number}`,
    channel: {
      id: 'web-1',
      name: 'Web chat',
      channelType: { id: 'WEB', name: 'WEB', channelLogo: '_WEB.svg', isInteractive: true, mediaRoutingDomain: 'CHAT' },
    },
    channelData: {
      channelCustomerIdentifier: `visitor-${number}`,
      serviceIdentifier: 'shop',
      requestPriority: 0,
      additionalAttributes: [],
    },
    customer: { _id: `c-${number}`, firstName: 'Jo', isAnonymous: false, phoneNumber: [] },
    state: { name: 'STARTED', reasonCode: 'CUSTOMER' },
    participantType: 'ChannelSession',
  };
}
