/**
 * What a conversation looks like: its events, folded one by one into the lines that are shown and
 * the few facts above them. Pure, but for itself.
 */
import type { ConversationEvent } from '../../shared/client/client.ts';
import type { MessageBody } from '../../shared/protocol/message.ts';
import { textAt } from '../loose.ts';
import { noteOf } from './notes.ts';

export interface Line {
  readonly id: string;
  readonly at: number;
  /** `note`: something happened, and nobody said anything. */
  readonly kind: 'customer' | 'agent' | 'bot' | 'whisper' | 'note';
  readonly own: boolean;
  readonly who: string;
  /** The id of the agent who said it; undefined: somebody of the customer's side did. */
  readonly by?: string | undefined;
  readonly body: MessageBody;
  /** What became of it on its way to the customer. */
  readonly mark?: 'DELIVERED' | 'READ' | 'FAILED';
  readonly deleted?: boolean;
  readonly edited?: boolean;
}

/** A colleague is asked for, and nobody has accepted yet. */
export interface OpenRequest {
  readonly taskId: string;
  readonly direction: string;
  /** The queue or the colleague. */
  /** A username, or a queue's name. */
  readonly of: string;
  readonly ofColleague: boolean;
  readonly requestedBy: string;
  readonly rings: boolean;
}

export interface Typing {
  readonly who: string;
  readonly until: number;
}

/** A response time: `action` is how urgent it is, `endsAt` in epoch milliseconds. */
/** `parked`: the agent is free for others meanwhile. */
export interface Hold {
  readonly endsAt: number;
  readonly parked: boolean;
}

export interface Sla {
  readonly action: string;
  readonly endsAt: number;
}

const TYPING_MS = 5_000;
const RANK: Record<string, number> = { DELIVERED: 1, READ: 2, FAILED: 3 };

/* oxlint-disable typescript/no-explicit-any -- an event's data depends on its name (desk-event.ts) */

export class Transcript {
  readonly lines: Line[] = [];
  readonly #index = new Map<string, number>();
  readonly #early = new Map<string, Line['mark']>();
  /** Agents by their id, as they came. */
  readonly #names = new Map<string, string>();
  readonly #me: string;
  /** The agent came as a supervisor, which takes none of their slots. */
  supervises = false;
  request: OpenRequest | null = null;
  hold: Hold | null = null;
  sla: Sla | null = null;
  typing: readonly Typing[] = [];
  hands: readonly string[] = [];
  data: Readonly<Record<string, string>> | null = null;

  /** `me` is the id of the agent who looks at it. */
  constructor(me: string) {
    this.#me = me;
  }

  /**
   * Returns the line that is new, if there is one. `now` is for what lasts a moment. One that
   * cannot be read is a line that says so.
   */
  add(event: ConversationEvent, now: number): Line | undefined {
    try {
      return this.#fold(event, now);
    } catch {
      return this.#note(event, 'Something was said or done that this desk cannot show.');
    }
  }

  #fold(event: ConversationEvent, now: number): Line | undefined {
    const data = event.data as any;
    switch (event.name) {
      case 'CUSTOMER_MESSAGE':
      case 'AGENT_MESSAGE':
      case 'BOT_MESSAGE':
      case 'WHISPER_MESSAGE':
        return this.#said(event, data);
      case 'MESSAGE_DELIVERY_NOTIFICATION':
        return this.#mark(data.body.messageId, data.body.status, data.header?.sender?.id);
      case 'TYPING_INDICATOR':
        return this.#types(data, now);
      case 'AGENT_SUBSCRIBED': {
        const { id, keycloakUser } = data.agentParticipant.participant;
        if (id === this.#me) this.supervises = data.reason === 'SILENT_MONITOR';
        this.#names.set(id, [keycloakUser.firstName, keycloakUser.lastName].filter(Boolean).join(' '));
        break;
      }
      case 'TASK_ENQUEUED':
      case 'TASK_STATE_CHANGED':
        this.#asks(data.task);
        break;
      case 'CONVERSATION_PAUSED': {
        const { startTime, totalDuration, release } = data.holdTimerDetails ?? {};
        this.hold = { endsAt: Number(startTime) + Number(totalDuration) * 1000, parked: release === true };
        break;
      }
      case 'CONVERSATION_RESUMED':
        this.hold = null;
        break;
      case 'AGENT_SLA_STARTED':
        this.setSla(data);
        break;
      case 'AGENT_SLA_STOPPED':
      case 'AGENT_SLA_EXPIRED':
        this.sla = null;
        break;
      case 'HAND_RAISED':
        this.hands = [...this.hands.filter((id) => id !== data.agentId), data.agentId];
        break;
      case 'HAND_DOWN':
        this.hands = this.hands.filter((id) => id !== data.agentId);
        break;
      case 'CONVERSATION_DATA_CHANGED':
        this.data = { ...this.data, ...data };
        break;
      default:
    }
    const text = noteOf(event);
    return text === undefined ? undefined : this.#note(event, text);
  }

  #note(event: ConversationEvent, markdownText: string): Line {
    const body = { type: 'PLAIN', markdownText };
    return this.#put({ id: event.id, at: timeOf(event), kind: 'note', own: false, who: '', body });
  }

  /** As an event or a snapshot says it; its start is in UTC. */
  setSla({ action, totalDuration, startTime }: { action: any; totalDuration: any; startTime: any }): void {
    const startedAt = Date.parse(`${String(startTime).replace(' ', 'T')}Z`);
    this.sla = action && totalDuration ? { action, endsAt: startedAt + totalDuration * 1000 } : null;
  }

  #said(event: ConversationEvent, data: any): Line | undefined {
    const { id, header, body } = data;
    const type = String(body.type).toUpperCase();
    const by = event.name === 'AGENT_MESSAGE' || event.name === 'WHISPER_MESSAGE' ? header?.sender?.id : undefined;
    const kind = KINDS[event.name] ?? 'bot';
    if (type === 'DELETEDNOTIFICATION') return this.#amend(body.messageId, { kind, by }, { deleted: true });
    if (type === 'DELIVERYNOTIFICATION') return this.#mark(body.messageId, body.status, header?.sender?.id);
    if (header?.intent === 'UPDATE' && this.#index.has(header.originalMessageId)) {
      return this.#amend(header.originalMessageId, { kind, by }, { body, edited: true });
    }
    const sender = header?.sender ?? {};
    this.typing = this.typing.filter(({ who }) => who !== this.#nameOf(sender, header));
    const mark = this.#early.get(id);
    return this.#put({
      id,
      at: timeOf(event),
      kind,
      by,
      own: sender.id === this.#me,
      who: this.#nameOf(sender, header),
      body,
      ...(mark ? { mark } : {}),
    });
  }

  /** The same message again, or again after an edit, is where it was. */
  #put(line: Line): Line {
    const at = this.#index.get(line.id);
    if (at !== undefined) {
      this.lines[at] = { ...this.lines[at], ...line };
    } else {
      this.#index.set(line.id, this.lines.length);
      this.lines.push(line);
    }
    return line;
  }

  /** Only by whom the message was said: anything else is not shown, whatever the log says. */
  #amend(id: string, { kind, by }: Pick<Line, 'kind' | 'by'>, change: Partial<Line>): undefined {
    const at = this.#index.get(id);
    const line = at === undefined ? undefined : this.lines[at];
    if (at !== undefined && line?.kind === kind && line.by === by) this.lines[at] = { ...line, ...change };
  }

  /**
   * A mark never goes back. Who has read a message has read those before it. What agents have read
   * is for the customer's side to show.
   */
  #mark(messageId: string, status: string, by: string | undefined): undefined {
    const rank = RANK[status];
    if (!rank || by === this.#me) return undefined;
    const at = this.#index.get(messageId);
    if (at === undefined) this.#early.set(messageId, status as Line['mark']);
    if (at === undefined || this.lines[at]?.kind !== 'agent') return undefined;
    for (let here = at; here >= (status === 'READ' ? 0 : at); here -= 1) {
      const line = this.lines[here];
      if (line?.kind !== 'agent' || (RANK[line.mark ?? ''] ?? 0) >= rank) continue;
      this.lines[here] = { ...line, mark: status as Line['mark'] };
    }
  }

  #nameOf(sender: any, header: any): string {
    const customer = sender.type === 'CONNECTOR' || sender.type === 'CUSTOMER';
    if (customer) return textAt(header, 'customer', 'firstName') ?? 'Customer';
    return this.#names.get(sender.id) || (textAt(sender, 'senderName') ?? textAt(sender, 'id') ?? 'Somebody');
  }

  #types(data: any, now: number): undefined {
    const { header, body } = data;
    const sender = header?.sender ?? {};
    if (sender.id === this.#me) return undefined;
    const who = this.#nameOf(sender, header);
    const others = this.typing.filter((typing) => typing.who !== who && typing.until > now);
    const stops = body.notificationType === 'TYPING_STOPPED';
    this.typing = stops ? others : [...others, { who, until: now + TYPING_MS }];
  }

  #asks(task: any): void {
    const [medium] = task.activeMedia;
    const { direction, metadata } = medium.type;
    if (direction === 'INBOUND' || direction === 'OUTBOUND') return;
    const open = task.state.name !== 'CLOSED' && medium.state !== 'ACTIVE' && medium.state !== 'CLOSED';
    if (!open) {
      if (this.request?.taskId === task.id) this.request = null;
      return;
    }
    this.request = {
      taskId: task.id,
      direction,
      ofColleague: medium.type.mode === 'AGENT',
      of: medium.type.mode === 'AGENT' ? (task.assignedTo?.name ?? 'a colleague') : (medium.queue?.name ?? 'a queue'),
      requestedBy: metadata?.requestedBy ?? '',
      rings: medium.state !== 'QUEUED',
    };
  }
}

const KINDS: Record<string, Line['kind']> = {
  CUSTOMER_MESSAGE: 'customer',
  AGENT_MESSAGE: 'agent',
  BOT_MESSAGE: 'bot',
  WHISPER_MESSAGE: 'whisper',
};

function timeOf({ timestamp }: ConversationEvent): number {
  return typeof timestamp === 'number' ? timestamp : Date.parse(String(timestamp));
}
