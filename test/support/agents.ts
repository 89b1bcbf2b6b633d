/**
 * Agents who work through the client: connected, with a queue of their own, and everything that
 * they hear kept for later.
 */
import { afterEach } from 'vitest';
import { connect, type Agent } from '../../shared/client/faces/agent.ts';
import type { Conversation } from '../../shared/client/faces/conversation.ts';
import type { Offer } from '../../shared/client/faces/offers.ts';
import type { ConnectOptions } from '../../shared/client/options.ts';
import type { Centre, Customer, Person } from './contact-centre.ts';

type Settings = Partial<ConnectOptions>;

/** Timings that suit a test: nobody waits for long. */
export const impatient: Settings = { heartbeatMs: 500, backoff: { baseMs: 100, maxMs: 500 }, gapMs: 100 };

export interface Agents {
  /** Connects a person through the client. */
  connect(person: Person, settings?: Settings): Promise<Agent>;
  /** A person who is connected, and ready for these queues. */
  ready(queues: readonly string[], settings?: Settings): Promise<{ person: Person; agent: Agent }>;
  /** An agent in a conversation with a customer of a queue of their own. */
  talk(settings?: Settings, queue?: Record<string, unknown>): Promise<Talk>;
}

export interface Talk {
  readonly queue: string;
  readonly person: Person;
  readonly agent: Agent;
  readonly customer: Customer;
  readonly conversation: Conversation;
}

/** Every agent is closed after the test that connected them. */
export function agentsOf(centre: Centre): Agents {
  const connected: Agent[] = [];
  afterEach(() => {
    for (const agent of connected.splice(0)) agent.close();
  });
  const agents: Agents = {
    async connect(person, settings) {
      const options = { url: centre.stack.wsUrl, token: () => person.token(), ...impatient, ...settings };
      const agent = await connect(options);
      connected.push(agent);
      return agent;
    },
    async ready(queues, settings) {
      const attributes = Object.fromEntries(queues.map((queue) => [queue, 1]));
      const person = await centre.person(['agent'], { attributes });
      const agent = await agents.connect(person, settings);
      await agent.setState('READY');
      return { person, agent };
    },
    async talk(settings, queueSettings = { wrapUp: { enabled: false } }) {
      const queue = await centre.queue(queueSettings);
      const { person, agent } = await agents.ready([queue], settings);
      const customer = await centre.customer(queue);
      const conversation = await (await first(agent.offers())).accept();
      return { queue, person, agent, customer, conversation };
    },
  };
  return agents;
}

/** The next value of a stream that fits. */
export async function first<T>(
  values: AsyncGenerator<T, void, undefined>,
  fits: (value: T) => boolean = () => true,
): Promise<T> {
  for await (const value of values) if (fits(value)) return value;
  throw new Error('the stream ended before anything came that fits');
}

/** Takes whatever is offered to the agent of these conversations, or of any. */
export async function accepts(agent: Agent, fits?: (offer: Offer) => boolean): Promise<Conversation> {
  return (await first(agent.offers(), fits)).accept();
}

/** What is said in a conversation, in order, as far as somebody has heard it. */
export function hearing(conversation: Conversation): { readonly texts: string[]; readonly done: Promise<void> } {
  const texts: string[] = [];
  const listen = async () => {
    for await (const { data } of conversation.events()) {
      const { body } = data as { body?: { type: string; markdownText?: string } };
      if (body?.type === 'PLAIN') texts.push(body.markdownText ?? '');
    }
  };
  return { texts, done: listen() };
}
