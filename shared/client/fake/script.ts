/** What a script may say of a customer, an offer, an event, and of what is refused. */
import type { AgentManagerError, CimEvent, ClientCode, Offer } from '../client.ts';

/** A code with which the manager refuses. */
export type RefusalCode = Exclude<AgentManagerError['code'], ClientCode>;

/** A customer who comes. Whatever is not said is made up. */
export interface FakeCustomer {
  readonly conversationId?: string;
  readonly firstName?: string;
  /** The name of the channel type. Default `WEB`. */
  readonly channel?: string;
  /** How long a wrap-up lasts when the agent leaves. Default 0: there is none. */
  readonly wrapUpSeconds?: number;
}

/** How a conversation is offered. */
export interface FakeOffer extends FakeCustomer {
  /** Default `INBOUND`. */
  readonly direction?: Offer['direction'];
  /** The name of the queue. Default `support`. */
  readonly queue?: string;
  readonly note?: string;
  readonly requestedBy?: string;
  /** When it would be revoked: it is by `revoke` alone. Default 30. */
  readonly acceptSeconds?: number;
  /** true: it does not ring, and the desk takes it by itself. */
  readonly autoAccept?: boolean;
}

/** Something that happens in a conversation. */
export type ToldEvent = Pick<CimEvent, 'name' | 'type'> & { readonly data?: object };

/** What is asked for is refused. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  /** What the desk is told once it has heard of the refusal. */
  readonly afterwards: (() => void) | undefined;
  constructor(code: RefusalCode, msg = 'The fake manager refuses this.', afterwards?: () => void) {
    super(msg);
    Object.setPrototypeOf(this, Refusal.prototype); // which a class of ES5 loses where it extends Error
    this.code = code;
    this.afterwards = afterwards;
  }
}
