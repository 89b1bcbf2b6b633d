/**
 * An agent at their desk: comes to work, takes what is offered or lets it ring out, says what they
 * have to say, takes breaks, loses the network and goes home when everything is done. Their desk
 * does what the client does: receipts, heartbeats, ids of frames, the session's key.
 */
import { toContext, type Identity } from '../../shared/edge/identity.ts';
import type { Chance } from '../../shared/memory/random.ts';
import { ACK_IN_ECHO, RECEIPTS, SESSION_PREFIX, SUBPROTOCOL } from '../../shared/protocol/frame.ts';
import type { ManagerEventName } from '../../shared/protocol/manager-events.ts';
import type { Centre } from './centre.ts';
import { MRD, type Config } from './config.ts';
import { exponential, luckOf } from './luck.ts';
import type { Worker as Planned } from './plan.ts';

const HEARTBEAT_MS = 25_000;
/** The gateway closes a connection after two hours; a client is a little sooner. */
const RENEWED_MS = 107 * 60_000;
const AGAIN_MS = 2_000;
const EVENT = '{"event":"';
/**
 * Of what arrives, what a simulated agent goes by; the rest is not read, for there is so much of
 * it.
 */
const GONE_BY: ReadonlySet<string> = new Set<ManagerEventName>([
  'onSessionReady',
  'ack',
  'taskRequest',
  'onTopicData',
  'wrapupTimerStarted',
  'topicUnsubscription',
  'topicClosed',
]);
const ABOUT = '"conversationId":"';
/** The gateway has noticed, and says so. */
const NOTICED_MS = 1_000;

/** What an agent has to know of the rest of the day. */
export interface Surroundings {
  /** How long the agent will wrap this conversation up. */
  wrapUpMs(conversationId: string): number;
  fault(fault: string): void;
  /** A desk was connected for so long. */
  connected(ms: number): void;
}

interface Connection {
  readonly id: string;
  since: number;
  /** Something arrives at it, and leaves it. */
  open: boolean;
  readonly shown: Set<string>;
}

type Done = (ok: boolean) => void;

export class Worker {
  readonly id: string;
  readonly #centre: Centre;
  readonly #habits: Config['agents'];
  readonly #day: Surroundings;
  readonly #chance: Chance;
  readonly #authorizer: Record<string, string>;
  #connection: Connection | null = null;
  #greeted = false;
  #key: string | undefined;
  #frames = 0;
  #lastSaid = 0;
  #onBreak = false;
  #leaving = false;
  #gone = false;
  /** Conversations that the desk shows. */
  readonly #held = new Set<string>();
  readonly #answers = new Map<string, Done>();
  /** What is said as soon as there is a session again. */
  #unsaid: (() => void)[] = [];
  ringOuts = 0;
  losses = 0;

  constructor(centre: Centre, habits: Config['agents'], day: Surroundings, planned: Planned, seed: number) {
    this.id = planned.id;
    this.#centre = centre;
    this.#habits = habits;
    this.#day = day;
    this.#chance = luckOf(seed, `habits of ${planned.id}`);
    this.#authorizer = toContext(identityOf(planned.id));
    const { clock } = centre;
    const breaks = luckOf(seed, `breaks of ${planned.id}`);
    const network = luckOf(seed, `network of ${planned.id}`);
    clock.at(clock.now() + planned.comesAt, () => {
      this.#connect();
      this.#plan(
        () => (0.7 + 0.6 * breaks.next()) * habits.breakEveryMinutes * 60_000,
        () => this.#rest(),
        breaks.next() * habits.breakEveryMinutes * 60_000, // not all of them at once
      );
      if (habits.networkLossesPerHour > 0)
        this.#plan(
          () => exponential(network, 3_600_000 / habits.networkLossesPerHour),
          () => this.#lose(network),
        );
    });
  }

  get gone(): boolean {
    return this.#gone;
  }

  /** What the present connection has lasted so far is counted. */
  count(): void {
    const connection = this.#connection;
    if (!connection?.open) return;
    this.#day.connected(this.#centre.clock.now() - connection.since);
    connection.since = this.#centre.clock.now();
  }

  /** The agent says something in a conversation. */
  say(conversationId: string, text: string): void {
    const id = this.#centre.newId();
    const data = {
      id,
      header: { sender: { id: this.id, type: 'AGENT' } },
      body: { type: 'PLAIN', markdownText: text },
    };
    const message = { id, name: 'AGENT_MESSAGE', type: 'MESSAGE', timestamp: this.#centre.clock.now(), data };
    this.#ask('publishCimEvent', { conversationId, cimEvent: message });
  }

  transfer(conversationId: string, queueName: string, done: Done): void {
    this.#ask('directTransferRequest', { conversationId, mode: 'queue', queueName, note: 'please take over' }, done);
  }

  /** Goes home, as soon as all customers are served. */
  leave(): void {
    if (this.#leaving) return;
    this.#leaving = true;
    this.#ask('changeAgentState', { action: 'agentState', state: { name: 'NOT_READY', reasonCode: null } }, () =>
      this.#goHome(),
    );
  }

  #goHome(): void {
    if (!this.#leaving || this.#gone || this.#held.size > 0) return;
    this.#ask('changeAgentState', { action: 'agentState', state: { name: 'LOGOUT', reasonCode: null } }, (ok) => {
      if (!ok) return this.#later(AGAIN_MS, () => this.#goHome());
      this.#gone = true;
      if (this.#connection) this.#vanish(this.#connection, true);
    });
  }

  #later(ms: number, does: () => void): void {
    const { clock } = this.#centre;
    clock.at(clock.now() + ms, does);
  }

  /** Again and again, until the agent has gone home. */
  #plan(next: () => number, does: () => void, firstMs = next()): void {
    this.#later(firstMs, () => {
      if (this.#gone) return;
      does();
      this.#plan(next, does);
    });
  }

  #rest(): void {
    if (this.#leaving || this.#onBreak) return;
    this.#onBreak = true;
    this.#become('NOT_READY');
    this.#later(this.#habits.breakMinutes * 60_000, () => {
      this.#onBreak = false;
      this.#become('READY');
    });
  }

  #become(name: 'READY' | 'NOT_READY'): void {
    if (this.#leaving || (name === 'READY') === this.#onBreak) return;
    this.#ask('changeAgentState', { action: 'agentState', state: { name, reasonCode: null } }, (ok) => {
      if (!ok) this.#later(AGAIN_MS, () => this.#become(name));
    });
  }

  #connect(): void {
    if (this.#gone) return;
    const { clock } = this.#centre;
    const connection: Connection = { id: this.#centre.newId(), since: clock.now(), open: false, shown: new Set() };
    const offered = [
      SUBPROTOCOL,
      RECEIPTS,
      ACK_IN_ECHO,
      ...(this.#key === undefined ? [] : [`${SESSION_PREFIX}${this.#key}`]),
    ];
    void this.#centre.connect(connection.id, this.#authorizer, offered.join(', ')).then((opened) => {
      if (!opened) return this.#later(AGAIN_MS, () => this.#connect());
      const older = this.#connection;
      this.#connection = connection;
      this.#greeted = false;
      connection.open = true;
      this.#centre.attach(connection.id, {
        receive: (frame) => this.#receive(connection, frame),
        closed: () => this.#closed(connection),
      });
      if (older) this.#later(AGAIN_MS, () => this.#vanish(older, true));
      this.#later(RENEWED_MS, () => {
        if (this.#connection === connection && connection.open) this.#connect();
      });
    });
  }

  /** The desk has gone; the gateway may have noticed. */
  #vanish(connection: Connection, noticed: boolean): void {
    if (connection.open) this.#day.connected(this.#centre.clock.now() - connection.since);
    connection.open = false;
    if (!noticed) return;
    const { id: connectionId } = connection;
    if (!this.#centre.world.wires.has(connectionId)) return;
    this.#centre.world.wires.detach(connectionId);
    const event = { requestContext: { connectionId, authorizer: this.#authorizer } };
    this.#later(NOTICED_MS, () => void this.#centre.invoke('socket/disconnect', event));
  }

  #lose(network: Chance): void {
    const noticed = network.next() >= this.#habits.silentLossShare;
    const backAfter = exponential(network, this.#habits.reconnectSeconds * 1_000);
    const connection = this.#connection;
    if (!connection?.open) return;
    this.losses += 1;
    this.#vanish(connection, noticed);
    this.#disconnected();
    this.#later(backAfter, () => this.#connect());
  }

  /** The manager has closed it: it was replaced, given up, or is left over. */
  #closed(connection: Connection): void {
    if (!connection.open) return;
    this.#vanish(connection, false);
    if (this.#connection !== connection) return;
    this.#disconnected();
    if (!this.#gone) this.#later(AGAIN_MS, () => this.#connect());
  }

  #disconnected(): void {
    this.#greeted = false;
    for (const done of this.#answers.values()) this.#unsaid.push(() => done(false));
    this.#answers.clear();
  }

  #ask(action: string, data: object, done?: Done): void {
    if (this.#gone) return;
    if (!this.#greeted) {
      this.#unsaid.push(() => this.#ask(action, data, done));
      return;
    }
    const id = `${this.#connection?.id.slice(0, 8)}-${this.#frames++}`;
    if (done) this.#answers.set(id, done);
    this.#send(action, data, id);
  }

  #send(action: string, data: object, id?: string): void {
    const connection = this.#connection;
    if (!connection?.open) return;
    this.#lastSaid = this.#centre.clock.now();
    void this.#centre
      .invoke(`agent/${action}`, {
        requestContext: { connectionId: connection.id, routeKey: action, authorizer: this.#authorizer },
        body: JSON.stringify({ action, data, ...(id === undefined ? {} : { id }) }),
      })
      .catch((error: unknown) => this.#day.fault(`${action} failed: ${String(error)}`));
  }

  #beat(connection: Connection): void {
    if (this.#connection !== connection || !connection.open || this.#gone) return;
    const silentMs = this.#centre.clock.now() - this.#lastSaid;
    if (silentMs >= HEARTBEAT_MS) this.#send('heartbeat', {}, `h${this.#frames++}`);
    this.#later(silentMs >= HEARTBEAT_MS ? HEARTBEAT_MS : HEARTBEAT_MS - silentMs, () => this.#beat(connection));
  }

  #receive(connection: Connection, text: string): void {
    if (!connection.open) return;
    const name = text.slice(EVENT.length, text.indexOf('"', EVENT.length));
    if (name === 'onCimEvent') return this.#heard(connection, text);
    if (!GONE_BY.has(name)) return;
    const frame = JSON.parse(text) as { event: ManagerEventName; data: Record<string, unknown> };
    const { event, data } = frame;
    const conversationId = typeof data['conversationId'] === 'string' ? data['conversationId'] : '';
    switch (event) {
      case 'onSessionReady':
        return this.#ready(connection, data);
      case 'ack': {
        const done = this.#answers.get(String(data['id']));
        this.#answers.delete(String(data['id']));
        return done?.(data['status'] === 'ok');
      }
      case 'taskRequest':
        return this.#offered(conversationId, String(data['taskId']).split(':', 1)[0] ?? '');
      case 'onTopicData':
        connection.shown.add(conversationId);
        this.#held.add(conversationId);
        return;
      case 'wrapupTimerStarted':
        return this.#later(this.#day.wrapUpMs(conversationId), () => {
          if (this.#held.has(conversationId)) this.#ask('closeWrapup', { conversationId, cimEvent: null });
        });
      case 'topicUnsubscription':
      case 'topicClosed':
        this.#held.delete(conversationId);
        return this.#goHome();
      default:
    }
  }

  /** What is said in a conversation. There is so much of it that it is not read. */
  #heard(connection: Connection, text: string): void {
    const from = text.lastIndexOf(ABOUT) + ABOUT.length;
    const conversationId = text.slice(from, text.indexOf('"', from));
    if (!connection.shown.has(conversationId))
      this.#day.fault(`${this.id} heard of ${conversationId}, which their desk was not shown`);
  }

  #ready(connection: Connection, data: Record<string, unknown>): void {
    const continued = data['continued'] === true;
    this.#key = String(data['sessionKey']);
    this.#greeted = true;
    const holds = new Set(Array.isArray(data['conversations']) ? data['conversations'].map(String) : []);
    for (const id of this.#held) if (!holds.has(id)) this.#held.delete(id);
    this.#send('heartbeat', {}, `h${this.#frames++}`);
    this.#later(HEARTBEAT_MS, () => this.#beat(connection));
    const unsaid = this.#unsaid;
    this.#unsaid = [];
    for (const say of unsaid) say();
    if (!continued) this.#become(this.#onBreak ? 'NOT_READY' : 'READY');
    this.#goHome();
  }

  #offered(conversationId: string, taskId: string): void {
    this.#send('offerReceived', { conversationId, taskId });
    const luck = this.#chance.next();
    const answersInMs = 500 + exponential(this.#chance, this.#habits.answerSeconds * 1_000);
    if (luck < this.#habits.ringOutShare) {
      this.ringOuts += 1;
      const back = () => {
        if (this.#leaving || this.#onBreak) return;
        this.#ask('changeAgentState', { action: 'agentMRDState', mrdId: MRD, state: 'READY' });
      };
      return this.#later(this.#habits.backAfterRingOutSeconds * 1_000, back);
    }
    this.#later(answersInMs, () => this.#ask('topicSubscription', { conversationId, taskId }));
  }
}

function identityOf(id: string): Identity {
  const name = { username: id, firstName: 'Agent', lastName: id.slice(6), realm: 'simulated' };
  const team = { teamId: `team-${id.slice(6, 10)}`, teamName: `Team ${id.slice(6, 10)}` };
  return { id, user: { ...name, roles: ['agent'], team, supervisedTeams: [], permissions: [] } };
}
