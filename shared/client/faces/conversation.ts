/**
 * One conversation, as an agent takes part in it: who is here, what happens, and what the agent
 * says and asks for.
 */
import { bytesInText } from '../../protocol/bytes.ts';
import { MAX_EVENT_BYTES } from '../../protocol/frame.ts';
import type { CimEventType, CimMessageName } from '../../protocol/shapes/cim.ts';
import type { CimMessage, MessageBody } from '../../protocol/message.ts';
import { MOMENTARY } from '../../protocol/shapes/momentary.ts';
import type { AgentRequest, ManagerPayload } from '../session/frames.ts';
import { newId } from '../options.ts';
import { bytesLeft, frameText } from '../session/requests.ts';
import type { Session } from '../session/session.ts';
import { Stream } from './streams.ts';
import type { CimEvent, Snapshot } from '../session/topic.ts';

/**
 * Something that happened. `seq` is its number in the conversation; events of the first snapshot
 * come without one.
 */
export type ConversationEvent = CimEvent & { readonly seq?: number };

/** An event in which somebody says something. */
export type MessageEvent = ConversationEvent & { readonly data: CimMessage };

/** Somebody in the conversation: the customer by a channel, or an agent with their role. */
export type Participant = Snapshot['topicData']['participants'][number];
/** What an agent is there: `PRIMARY`, `ASSISTANT`, `SILENT_MONITOR` or `WRAP_UP`. */
export type Role = Participant['role'];

/** Who is asked for: somebody of a queue, by its name, or one agent, by their id. */
export type Target = { readonly queue: string } | { readonly agent: string };

type Assistance =
  | 'directTransferRequest'
  | 'directConferenceRequest'
  | 'consultRequest'
  | 'consultTransferRequest'
  | 'consultConferenceRequest';

/** A message that the manager has taken: its id, and its number in the conversation. */
export interface Sent {
  readonly id: string;
  readonly seq: number;
}

/** Does somebody say something here? */
export function isMessage(event: ConversationEvent): event is MessageEvent {
  return 'body' in event.data && 'header' in event.data;
}

/**
 * Every promise here rejects with an `AgentManagerError`: with the code of the refusal, or
 * `client.timeout`.
 */
export class Conversation {
  /** The conversation's id. */
  readonly id: string;
  /**
   * Resolves with the reason when the agent is out of the conversation: `UNSUBSCRIBED`, `CHAT
   * TRANSFERRED`, `CUSTOMER LEFT` …, or `DESK CLOSED`.
   */
  readonly ended: Promise<string>;
  readonly #session: Session;
  readonly #events = new Stream<ConversationEvent>();
  #snapshot: Snapshot;
  #history: readonly ConversationEvent[];
  #participants: readonly Participant[];
  #wrapUpEndsAt: number | undefined;
  #noteNeeded = false;
  #end: (reason: string) => void = () => {};

  /** @internal */
  constructor(session: Session, snapshot: Snapshot) {
    this.id = snapshot.conversationId;
    this.#session = session;
    this.#snapshot = snapshot;
    this.#history = [...snapshot.topicData.topicEvents];
    this.#participants = snapshot.topicData.participants;
    this.ended = new Promise((resolve) => (this.#end = resolve));
  }

  /**
   * `onTopicData` as it came last: when the agent joined, or after a reconnect. Customer, channel
   * session, conversation data, state …
   */
  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  /** What has happened so far, as `events` begins with it; another list after each change. */
  get history(): readonly ConversationEvent[] {
    return this.#history;
  }

  /** Everybody who is here now. */
  get participants(): readonly Participant[] {
    return this.#participants;
  }

  /** The agent's own role: `PRIMARY`, `ASSISTANT`, `SILENT_MONITOR` or `WRAP_UP`. */
  get role(): Role {
    const own = this.#snapshot.topicData.topicParticipant;
    return this.#participants.find(({ id }) => id === own.id)?.role ?? own.role;
  }

  /**
   * When the wrap-up ends by itself, by the manager's clock (`Agent.now`); undefined while there is
   * none.
   */
  get wrapUpEndsAt(): number | undefined {
    return this.#wrapUpEndsAt;
  }

  /** Can the wrap-up only be closed with what it came to? */
  get wrapUpNeedsNote(): boolean {
    return this.#noteNeeded;
  }

  /**
   * What happened and happens, each event once and in order: first what is known already, from the
   * beginning of the conversation, then live. A gap is filled before anything after it is shown.
   * Ends when the agent is out. What a reader has not read yet is kept for them.
   */
  events(): AsyncGenerator<ConversationEvent, void, undefined> {
    return this.#events.read(() => this.#history);
  }

  /**
   * Says something to the customer: a text, or a body of any type, such as `{type: 'IMAGE',
   * attachment: {mediaUrl}}`. With an `id` of the desk's own it is one message, however often it is
   * sent: where no answer came in time (`client.timeout`), send it again with the same.
   */
  send(content: string | MessageBody, { id }: { readonly id?: string } = {}): Promise<Sent> {
    return this.#say('AGENT_MESSAGE', 'MESSAGE', bodyOf(content), id);
  }

  /** Says something to the colleagues who are here, likewise. The customer does not see it. */
  whisper(content: string | MessageBody, { id }: { readonly id?: string } = {}): Promise<Sent> {
    return this.#say('WHISPER_MESSAGE', 'MESSAGE', bodyOf(content), id);
  }

  /**
   * By how many bytes of JSON in UTF-8 (an emoji takes 4, a line break 3) this may grow until one
   * message cannot hold it; below 0, by how many it is too long: then `send` and `whisper` reject,
   * with `message.tooLarge`, or with `frame.tooLarge` where it is not even sent.
   */
  bytesLeft(content: string | MessageBody, as: 'send' | 'whisper' = 'send'): number {
    const name = as === 'send' ? 'AGENT_MESSAGE' : 'WHISPER_MESSAGE';
    const cimEvent = this.#event(name, 'MESSAGE', message(bodyOf(content)));
    const inFrame = bytesLeft(frameText('publishCimEvent', { ...this.#here, cimEvent }, newId()));
    return Math.min(inFrame, MAX_EVENT_BYTES - bytesInText(cimEvent));
  }

  /** The agent has read a message of the customer. */
  async markRead(messageId: string): Promise<void> {
    const body = { type: 'DELIVERYNOTIFICATION', messageId, status: 'READ', reasonCode: 200, markdownText: '' };
    await this.#say('MESSAGE_DELIVERY_NOTIFICATION', 'NOTIFICATION', body);
  }

  /** The agent is writing. It concerns the moment, so without a connection it is dropped. */
  async typing(): Promise<void> {
    if (this.#session.state !== 'connected') return;
    await this.#say('TYPING_INDICATOR', 'NOTIFICATION', { type: 'NOTIFICATION', notificationType: 'TYPING_STARTED' });
  }

  /** Leaves: into wrap-up where the queue has one, otherwise for good. */
  async leave(): Promise<void> {
    await this.#session.ask('topicUnsubscription_', this.#here);
  }

  /** Ends the wrap-up, with what it came to or without. */
  async wrapUp(summary?: {
    wrapups: readonly { categoryName?: string; value: string }[];
    note?: string;
  }): Promise<void> {
    await this.closeWrapup(summary && this.#event('AGENT_MESSAGE', 'MESSAGE', message({ type: 'WRAPUP', ...summary })));
  }

  /**
   * More time for the wrap-up, by so many seconds or by what the queue says. Where the queue leaves
   * wrap-ups to the agent and they still talk: one will follow.
   */
  async extendWrapUp(seconds?: number): Promise<void> {
    await this.#session.ask('extendWrapup', { ...this.#here, ...(seconds === undefined ? {} : { seconds }) });
  }

  /** As `wrapUp`, with a CIM event of one's own, or none. */
  async closeWrapup(cimEvent?: AgentRequest<'closeWrapup'>['cimEvent']): Promise<void> {
    await this.#session.ask('closeWrapup', { ...this.#here, cimEvent: cimEvent ?? null });
  }

  /**
   * Hands the customer over, or puts them back on a pull list (by its id), and leaves. Resolves
   * when the request is placed; `ended` tells that it is done.
   */
  async transfer(target: Target | { readonly list: string }, note?: string): Promise<void> {
    if (!('list' in target)) return this.#assist('directTransferRequest', target, note);
    await this.#session.ask('directTransferRequest', {
      ...this.#here,
      mode: 'list',
      listId: target.list,
      ...(note === undefined ? {} : { note }),
    });
  }

  /** Asks somebody to join as `PRIMARY`. */
  conference(target: Target, note?: string): Promise<void> {
    return this.#assist('directConferenceRequest', target, note);
  }

  /** Asks somebody for advice, unseen by the customer. */
  consult(target: Target, note?: string): Promise<void> {
    return this.#assist('consultRequest', target, note);
  }

  /** Hands the customer over to the colleague who was consulted, and leaves. */
  consultTransfer(target: Target, note?: string): Promise<void> {
    return this.#assist('consultTransferRequest', target, note);
  }

  /** Makes the colleague who was consulted `PRIMARY`, too. */
  consultConference(target: Target, note?: string): Promise<void> {
    return this.#assist('consultConferenceRequest', target, note);
  }

  /** Takes a request for a colleague back that nobody has accepted. */
  async cancelRequest(): Promise<void> {
    await this.#session.ask('cancelAssistanceRequest', this.#here);
  }

  /** Puts the customer on hold for so many seconds, at most a day. */
  async pause(seconds: number): Promise<void> {
    await this.#session.ask('pauseConversation', { ...this.#here, duration: seconds });
  }

  /**
   * Puts the customer on hold as well, and frees the agent's place for others meanwhile. It also
   * ends when the customer writes; it is the agent's again then, beyond their limit if need be.
   */
  async park(seconds: number): Promise<void> {
    await this.#session.ask('pauseConversation', { ...this.#here, duration: seconds, release: true });
  }

  /** Takes the customer off hold. */
  async resume(): Promise<void> {
    await this.#session.ask('resumeConversation', this.#here);
  }

  /** A supervisor who watches begins to advise the agents. */
  async joinAsWhisper(): Promise<void> {
    await this.#session.ask('joinAsWhisper', this.#here);
  }

  /** A supervisor who watches or advises takes part as `PRIMARY`. */
  async joinAsBargeIn(): Promise<void> {
    await this.#session.ask('joinAsBargeIn', this.#here);
  }

  /** @internal */
  shown(snapshot: Snapshot): void {
    this.#snapshot = snapshot;
    this.#participants = snapshot.topicData.participants;
  }

  /** @internal */
  happened(event: ConversationEvent): void {
    if (!MOMENTARY.has(event.name)) this.#history = [...this.#history, event];
    this.#participants = withEvent(this.#participants, event);
    this.#events.push(event);
  }

  /** @internal */
  wrapUpStarted({ durationMs, noteNeeded = false }: ManagerPayload<'wrapupTimerStarted'>): void {
    this.#noteNeeded = noteNeeded;
    this.#wrapUpEndsAt = this.#session.managerNow() + durationMs;
  }

  /** @internal */
  finish(reason: string): void {
    this.#end(reason);
    this.#events.end();
  }

  get #here() {
    return { conversationId: this.id };
  }

  async #assist(event: Assistance, target: Target, note?: string): Promise<void> {
    const about = { ...this.#here, ...(note === undefined ? {} : { note }) };
    if ('queue' in target) await this.#session.ask(event, { ...about, mode: 'queue', queueName: target.queue });
    else await this.#session.ask(event, { ...about, mode: 'agent', requestedAgentId: target.agent });
  }

  async #say(name: CimMessageName, type: CimEventType, body: MessageBody, id?: string): Promise<Sent> {
    const data = message(body, id);
    const cimEvent = this.#event(name, type, data);
    const ack = await this.#session.ask('publishCimEvent', { ...this.#here, cimEvent });
    return { id: data.id, seq: Number(ack['seq']) };
  }

  #event(name: CimMessageName, type: CimEventType, data: CimMessage) {
    return { id: newId(), name, type, conversationId: this.id, data };
  }
}

function bodyOf(content: string | MessageBody): MessageBody {
  return typeof content === 'string' ? { type: 'PLAIN', markdownText: content } : content;
}

/** The id is the client's: a message that is sent twice is one message. */
function message(body: MessageBody, id: string = newId()): CimMessage {
  return { id, header: {}, body };
}

/**
 * Who is here after this. Events carry whole participants, except that of a customer who is gone.
 */
function withEvent(participants: readonly Participant[], { name, data }: ConversationEvent): readonly Participant[] {
  const others = (id: unknown) => participants.filter((participant) => participant.id !== id);
  switch (name) {
    case 'AGENT_SUBSCRIBED':
    case 'PARTICIPANT_ROLE_CHANGED': {
      const changed = (data['agentParticipant'] ?? data['conversationParticipant']) as Participant;
      return [...others(changed.id), changed];
    }
    case 'AGENT_UNSUBSCRIBED':
      return others((data['agentParticipant'] as Participant).id);
    case 'CHANNEL_SESSION_ENDED':
      return others(data['id']);
    default:
      return participants;
  }
}
