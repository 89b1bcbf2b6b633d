/** A conversation that the agent is in, as signals: what is shown of it follows by itself. */
import { computed, signal } from '@preact/signals';
import type { Conversation, Participant, Role, Snapshot } from '../../shared/client/client.ts';
import { endInWords, inWords } from '../words.ts';
import { rightNow } from './clock.ts';
import type { Draft, Drafts, Outgoing } from './drafts.ts';
import { Transcript, type Hold, type Line, type OpenRequest, type Sla, type Typing } from './transcript.ts';

/** The facts and the lines at one moment. */
export interface View {
  readonly lines: readonly Line[];
  readonly role: Role;
  readonly supervises: boolean;
  readonly participants: readonly Participant[];
  readonly request: OpenRequest | null;
  readonly hold: Hold | null;
  readonly sla: Sla | null;
  readonly typing: readonly Typing[];
  readonly hands: readonly string[];
  readonly data: Readonly<Record<string, string>>;
}

/** Another agent who is there. */
export interface Colleague {
  readonly id: string;
  readonly firstName: string;
  readonly name: string;
  readonly role: Role;
}

export class Talk {
  readonly id: string;
  readonly conversation: Conversation;
  readonly view;
  readonly snapshot;
  readonly unread = signal(0);
  /** What the agent has typed here, which is here whatever becomes of the conversation. */
  readonly draft: Draft;
  /** Why the agent is out of it, in words or without; null while they are in it. */
  readonly over = signal<string | null>(null);
  readonly wrapUpEndsAt;
  /** Will a wrap-up follow? undefined: that is not the agent's choice. */
  readonly wrapUpChosen;
  readonly customer;
  readonly channel;
  /** The others, in front of the customer or beside them. */
  readonly colleagues;
  readonly #transcript: Transcript;
  #publishing = false;
  #markedRead: string | undefined;
  #typedAt = 0;
  /** The agent's own wish to be out of it: whether it was granted. */
  #goes: Promise<boolean> = Promise.resolve(false);

  constructor(conversation: Conversation, me: string, drafts: Drafts) {
    this.id = conversation.id;
    this.conversation = conversation;
    this.#transcript = new Transcript(me);
    const { agentSla } = conversation.snapshot.topicData;
    if (agentSla) this.#transcript.setSla(agentSla);
    this.snapshot = signal(conversation.snapshot);
    this.wrapUpEndsAt = signal(conversation.wrapUpEndsAt);
    this.wrapUpChosen = signal(conversation.snapshot.topicData.wrapUpChosen);
    this.view = signal<View>(this.#seen());
    this.customer = computed(() => this.snapshot.value.topicData.customer.firstName || 'Customer');
    this.draft = drafts.of(this.id, this.customer.peek(), conversation.role === 'PRIMARY' ? 'customer' : 'colleagues');
    this.channel = computed(() => this.snapshot.value.topicData.channelSession.channel.channelType.name);
    this.colleagues = computed(() =>
      this.view.value.participants.flatMap((one) =>
        one.type === 'AGENT' && one.participant.id !== me && one.role !== 'SILENT_MONITOR' ? colleagueOf(one) : [],
      ),
    );
  }

  /**
   * Follows it to its end. `isRead` says whether the agent looks at it. Resolves with whether the
   * agent has ended it themselves.
   */
  async follow(isRead: () => boolean): Promise<boolean> {
    for await (const event of this.conversation.events()) {
      if (event.name === 'PARTICIPANT_ROLE_CHANGED') this.#goes = Promise.resolve(false); // a wrap-up may follow
      const line = this.#transcript.add(event, rightNow());
      if (line?.own) this.forget(line.id);
      const isNews = line && !line.own && line.kind !== 'note' && event.seq !== undefined;
      if (isNews && !isRead()) this.unread.value += 1;
      this.#publish();
    }
    const reason = await this.conversation.ended;
    this.over.value = endInWords(reason, this.customer.value) ?? '';
    return this.#goes;
  }

  /** The agent wants a wrap-up afterwards, where that is their choice. */
  async chooseWrapUp(): Promise<void> {
    await this.conversation.extendWrapUp();
    this.wrapUpChosen.value = true;
  }

  /** The agent goes, for good or into the wrap-up. */
  leave(): Promise<void> {
    return this.#going(this.conversation.leave());
  }

  /** The agent ends the wrap-up; what was written for it has then been said or given up. */
  async wrapUp(summary: Parameters<Conversation['wrapUp']>[0]): Promise<void> {
    const { chosen, note } = this.draft.wrapUp;
    const closed = this.conversation.wrapUp(summary).then(() => {
      chosen.value = [];
      note.value = '';
    });
    await this.#going(closed);
  }

  async #going(asked: Promise<void>): Promise<void> {
    this.#goes = asked.then(
      () => true,
      () => false,
    );
    await asked;
  }

  /** A snapshot has come: at the beginning, and after the connection was lost. */
  shown(snapshot: Snapshot): void {
    this.snapshot.value = snapshot;
    this.wrapUpChosen.value = snapshot.topicData.wrapUpChosen;
    const { agentSla } = snapshot.topicData;
    if (agentSla) this.#transcript.setSla(agentSla);
    this.#publish();
  }

  /** Says it, and keeps it in sight until it is confirmed. */
  say(text: string, whisper: boolean): void {
    this.#send({ id: crypto.randomUUID(), text, whisper });
  }

  /** What could not be sent, or was not answered in time: it may have arrived, and is the same. */
  sayAgain({ id, text, whisper }: Outgoing): void {
    this.#send({ id, text, whisper });
  }

  #send(outgoing: Outgoing): void {
    const { id, text, whisper } = outgoing;
    const { outgoing: all } = this.draft;
    all.value = [...all.value.filter((one) => one.id !== id), outgoing];
    const sending = whisper ? this.conversation.whisper(text, { id }) : this.conversation.send(text, { id });
    sending.catch((error: unknown) => {
      const failed = inWords(error);
      all.value = all.value.map((one) => (one.id === id ? { ...one, failed } : one));
    });
  }

  forget(id: string): void {
    const { outgoing } = this.draft;
    outgoing.value = outgoing.value.filter((one) => one.id !== id);
  }

  /** The agent looks at it: what the customer wrote is read. */
  read(): void {
    this.unread.value = 0;
    const { role, lines } = this.view.peek();
    const last = lines.findLast(({ kind }) => kind === 'customer');
    if (role !== 'PRIMARY' || !last || last.id === this.#markedRead) return;
    this.#markedRead = last.id;
    this.conversation.markRead(last.id).catch(() => {}); // not worth a word: the next one says it, too
  }

  types(): void {
    if (Date.now() - this.#typedAt < 3_000 || this.view.peek().role !== 'PRIMARY') return;
    this.#typedAt = Date.now();
    this.conversation.typing().catch(() => {});
  }

  /** Many events in a row are shown once. */
  #publish(): void {
    if (this.#publishing) return;
    this.#publishing = true;
    setTimeout(() => {
      this.#publishing = false;
      this.view.value = this.#seen();
    });
  }

  #seen(): View {
    const { lines, supervises, request, hold, sla, typing, hands, data } = this.#transcript;
    const { role, participants, snapshot } = this.conversation;
    const known = snapshot.topicData.conversationData;
    return {
      lines: [...lines],
      role,
      supervises,
      participants,
      request,
      hold,
      sla,
      typing,
      hands,
      data: data ?? known,
    };
  }
}

function colleagueOf({ role, participant }: Extract<Participant, { type: 'AGENT' }>): Colleague {
  const { username, firstName, lastName } = participant.keycloakUser;
  const names = [firstName, lastName].filter((name) => typeof name === 'string').filter(Boolean);
  return { id: participant.id, firstName: names[0] ?? username, name: names.join(' ') || username, role };
}
