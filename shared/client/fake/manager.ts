/**
 * A manager for the tests of a desk: no server, no network, no clock of its own. It answers what a
 * desk asks for as the real one does, and everything else happens when the script says so.
 */
import type { AgentEventName, ConnectOptions, ManagerEventName, ManagerPayload, Role } from '../client.ts';
import { machineClock } from '../clock.ts';
import { newId } from '../options.ts';
import { answerTo } from './answers.ts';
import { Floor } from './floor.ts';
import { BY_ITSELF, readRequest, type Received } from './inbound.ts';
import { Network, type Line } from './network.ts';
import { Refusal, type FakeCustomer, type FakeOffer, type RefusalCode, type ToldEvent } from './script.ts';
import { taskRequest, type Colleague } from './shapes.ts';

export interface FakeOptions {
  /** Who works at the desk. Default: Amy Lind, `amy`, with the role `agent`. */
  readonly agent?: { readonly id: string; readonly firstName?: string; readonly lastName?: string; readonly roles?: readonly string[] }; // prettier-ignore
  /** What the fake and the client of the desk go by. Default: the machine's. */
  readonly clock?: ConnectOptions['clock'];
}

/** A fake manager with one agent, whose desk connects with `options`. */
export function createFakeManager(options: FakeOptions = {}): FakeManager {
  return new FakeManager(options);
}

/**
 * What is asked of it is answered. Methods are what the script says; where nobody is connected they
 * count, and the next greeting tells.
 */
export class FakeManager {
  /** For `connect`, or for `io` (`io(options.url, {...options, auth: {token: options.token}})`). */
  readonly options: ConnectOptions & { readonly token: string };
  /** What the desk has asked for so far, in order; without what the client says by itself. */
  readonly received: Received[] = [];
  readonly #network: Network;
  readonly #floor: Floor;
  readonly #refusals: { readonly event: AgentEventName; readonly refusal: Refusal }[] = [];
  readonly #waiting: { readonly event: AgentEventName; resolve(request: Received): void }[] = [];
  /** By the ids of requests that were done: one that comes again is answered alike. */
  readonly #done = new Map<string, object>();
  #unclaimed: Received[] = [];
  #unwelcome: Refusal | undefined;

  /** @internal Use `createFakeManager`. */
  constructor({ agent, clock = machineClock }: FakeOptions) {
    const floor = new Floor({ id: 'amy', firstName: 'Amy', lastName: 'Lind', roles: ['agent'], ...agent }, () =>
      clock.now(),
    );
    this.#floor = floor;
    this.#network = new Network({
      admits: () => this.#unwelcome === undefined,
      opened: (line) => floor.greet(line),
      heard: (line, text) => this.#heard(line, readRequest(text)),
      closed: (line) => void (floor.desk = floor.desk === line ? undefined : floor.desk),
    });
    this.options = {
      url: 'wss://manager.test/fake',
      token: 'fake-token',
      WebSocket: this.#network.WebSocket,
      fetch: () => this.#handshake(),
      backoff: { baseMs: 50, maxMs: 200 },
      clock,
    };
  }

  /** How many sockets desks have opened so far: one, for a desk that was not dropped. */
  get connections(): number {
    return this.#network.opened;
  }

  /** Is there a desk, greeted? */
  get connected(): boolean {
    return this.#floor.desk !== undefined;
  }

  /** Offers a conversation. Returns its id, by which everything else names it. */
  offer(offer: FakeOffer = {}): string {
    const talk = this.#floor.comes(offer, undefined);
    talk.ringsUntil = this.#floor.now() + talk.acceptSeconds * 1000;
    talk.phase = 'RINGS';
    this.#floor.say('taskRequest', taskRequest(talk, this.#floor.now()));
    return talk.id;
  }

  /**
   * The offer rings no more. Unless another reason is given nobody has answered, and the agent is
   * `NOT_READY` for CHAT, as queues have it by default.
   */
  revoke(conversationId: string, reason?: string): void {
    this.#floor.revoke(conversationId, reason);
  }

  /** The customer says something: a text, or a body of any type. */
  customerSays(conversationId: string, content: string | Readonly<Record<string, unknown>>): void {
    const body = typeof content === 'string' ? { type: 'PLAIN', markdownText: content } : content;
    const { session } = this.#floor.talk(conversationId);
    const sender = { id: 'web', type: 'CONNECTOR', senderName: session.channel.channelType.name };
    this.#floor.happens(conversationId, { name: 'CUSTOMER_MESSAGE', type: 'MESSAGE', data: { id: newId(), header: { sender }, body } }); // prettier-ignore
  }

  /** The customer goes, and the agent is out of the conversation, or wraps it up. */
  customerLeaves(conversationId: string): void {
    const talk = this.#floor.talk(conversationId);
    if (talk.phase === 'GONE') return;
    if (talk.phase === 'WAITS') return this.#floor.leavesList(conversationId);
    if (talk.phase === 'RINGS') return this.#floor.revoke(conversationId, 'CANCELLED');
    this.#floor.happens(conversationId, { name: 'CHANNEL_SESSION_ENDED', type: 'NOTIFICATION', data: talk.session });
    talk.participants = talk.participants.filter(({ type }) => type !== 'CUSTOMER');
    if (talk.phase === 'OPEN') this.#floor.leaves(talk, 'CUSTOMER LEFT');
  }

  /** Another agent comes into the conversation. */
  colleagueJoins(
    conversationId: string,
    colleague: Partial<Colleague> & { readonly role?: Exclude<Role, 'CUSTOMER'> } = {},
  ): void {
    // prettier-ignore
    const { role = 'PRIMARY', ...named } = colleague;
    this.#floor.joins(
      this.#floor.talk(conversationId),
      { id: 'bob', firstName: 'Bob', lastName: 'Berg', ...named },
      role,
    );
  }

  /** Anything else that happens in a conversation. */
  happens(conversationId: string, event: ToldEvent): void {
    this.#floor.happens(conversationId, event);
  }

  /** The agent is out of the conversation; if they were wrapping up, that is over. */
  ends(conversationId: string, reason?: string): void {
    this.#floor.ends(conversationId, reason);
  }

  /** There is a pull list, which the agent sees at once unless `watched` is false. */
  addList({
    id,
    name = id,
    watched = true,
  }: {
    readonly id: string;
    readonly name?: string;
    readonly watched?: boolean;
  }): void {
    // prettier-ignore
    this.#floor.lists.set(id, { id, name, description: '' });
    if (!watched) return;
    this.#floor.watched.add(id);
    this.#floor.say('onPullModeSubscribedList', this.#floor.watchedLists());
    this.#floor.say('addPullModeSubscribedListRequests', this.#floor.requestsOn(id));
  }

  /** A customer waits on a list, until somebody picks them. Returns the id of the conversation. */
  waits(listId: string, customer: FakeCustomer = {}): string {
    const talk = this.#floor.comes(customer, listId);
    this.#floor.tellList(talk);
    return talk.id;
  }

  /** Somebody else has picked a customer who waits on a list, or they have gone. */
  leavesList(conversationId: string): void {
    this.#floor.leavesList(conversationId);
  }

  /** Says anything that a manager may say, as it is. */
  say<E extends ManagerEventName>(event: E, data: ManagerPayload<E>): void {
    this.#floor.say(event, data);
  }

  /** Refuses the next request of this name. */
  refuseNext(event: AgentEventName, code: RefusalCode, msg?: string): void {
    const afterwards = event === 'changeAgentState' ? () => this.#floor.tellPresence([], false) : undefined;
    this.#refusals.push({ event, refusal: new Refusal(code, msg, afterwards) });
  }

  /**
   * Refuses every connection from now on, as for a token that is over; `undefined` admits them
   * again.
   */
  refuseConnections(code: RefusalCode | undefined, msg?: string): void {
    this.#unwelcome = code && new Refusal(code, msg);
  }

  /** The network is gone, until `restore`. */
  drop(): void {
    this.#network.up = false;
    this.#network.cut();
  }

  /** The network is back: the client comes again by itself, after 50 to 200 milliseconds. */
  restore(): void {
    this.#network.up = true;
  }

  /**
   * The next request of this name that was not waited for yet: it was made already, or is to come.
   */
  next<E extends AgentEventName>(event: E): Promise<Extract<Received, { event: E }>> {
    return new Promise((resolve) => {
      const isIt = (request: Received): request is Extract<Received, { event: E }> => request.event === event;
      const made = this.#unclaimed.find(isIt);
      if (!made) return this.#waiting.push({ event, resolve: (request) => isIt(request) && resolve(request) });
      this.#unclaimed = this.#unclaimed.filter((one) => one !== made);
      return resolve(made);
    });
  }

  #handshake(): ReturnType<NonNullable<ConnectOptions['fetch']>> {
    if (!this.#network.up) return Promise.reject(new Error('The network is gone.'));
    const { code, message: msg } = this.#unwelcome ?? {};
    const content = { key: code ? 'AUTH' : 'OK', msg: msg ?? 'A socket with this token opens.', ...(code && { code }) };
    const answer = { message: code ? 'login-failed' : 'ok', data: { content } };
    return Promise.resolve({ ok: !code, status: code ? 401 : 200, json: () => Promise.resolve(answer) });
  }

  #heard(line: Line, request: Received): void {
    if (line !== this.#floor.desk) return; // another desk speaks for the agent
    const { event, id } = request;
    const done = id === undefined ? undefined : this.#done.get(id);
    if (done) return line.say({ event: 'ack', data: done });
    if (!BY_ITSELF.has(event)) this.#receive(request);
    try {
      const refused = this.#refusals.findIndex((one) => one.event === event);
      if (refused >= 0) throw this.#refusals.splice(refused, 1)[0]?.refusal;
      const { afterwards, ...answer } = answerTo(this.#floor, request);
      const ack = { id, status: 'ok', ...answer };
      if (id && !BY_ITSELF.has(event)) this.#done.set(id, ack);
      if (id) line.say({ event: 'ack', data: ack });
      afterwards?.();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { code, message: msg } = error;
      line.say({ event: 'errors', data: { task: event, code, msg, ...(id && { id }) } });
      if (id) line.say({ event: 'ack', data: { id, status: 'error', code, msg } });
      error.afterwards?.();
    }
  }

  #receive(request: Received): void {
    this.received.push(request);
    const [waiting] = this.#waiting.filter(({ event }) => event === request.event);
    if (!waiting) return void this.#unclaimed.push(request);
    this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
    waiting.resolve(request);
  }
}
