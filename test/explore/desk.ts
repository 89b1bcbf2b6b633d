/** A desk as the manager sees it: what it was sent over one connection, and so what it holds. */
import { managerEvents, type ManagerEventName } from '../../shared/protocol/manager-events.ts';
import { explain, isRecord } from '../../shared/protocol/values.ts';

interface Held {
  readonly from: number;
  readonly seen: Set<number>;
}

interface Offer {
  readonly conversationId: string;
  readonly taskId: string;
}

export class Desk {
  readonly connectionId: string;
  readonly agentId: string;
  /** The gateway has the connection. */
  open = false;
  /** It has died, and the gateway has not noticed. */
  silent = false;
  key: string | undefined;
  /**
   * When it was last shown each conversation. A goodbye that was slow may have taken it away again
   * (it was left and joined in the same moment).
   */
  readonly shown = new Map<string, number>();
  /** Conversations that it shows, by id. */
  readonly held = new Map<string, Held>();
  readonly offers: Offer[] = [];
  /** What it was told of its agent, each state once. */
  readonly presences = new Set<string>();
  /** What it was refused since the schedule began, and why. */
  readonly refusals: string[] = [];
  readonly #faults: string[] | null;

  /** With `faults` each frame is held against the protocol. */
  constructor(connectionId: string, agentId: string, faults: string[] | null) {
    this.connectionId = connectionId;
    this.agentId = agentId;
    this.#faults = faults;
  }

  /** A desk of its own that was sent the same. */
  copy(faults: string[] | null): Desk {
    const copy = new Desk(this.connectionId, this.agentId, faults);
    Object.assign(copy, { open: this.open, key: this.key });
    for (const [id, at] of this.shown) copy.shown.set(id, at);
    for (const [id, { from, seen }] of this.held) copy.held.set(id, { from, seen: new Set(seen) });
    copy.offers.push(...this.offers);
    for (const presence of this.presences) copy.presences.add(presence);
    return copy;
  }

  receive(text: string, at: number): void {
    const frame = JSON.parse(text) as { event: ManagerEventName; seq?: number; data: Record<string, unknown> };
    const { event, data } = frame;
    if (this.#faults) {
      const { error } = managerEvents[event].safeParse(data);
      if (error) this.#faults.push(`${event} to ${this.agentId}: ${explain(error)}`);
    }
    const id = typeof data['conversationId'] === 'string' ? data['conversationId'] : '';
    if (event === 'onTopicData') this.shown.set(id, at);
    if (event === 'onTopicData') this.held.set(id, { from: Number(data['lastSeq']), seen: new Set() });
    if (event === 'onCimEvent' && frame.seq !== undefined) this.held.get(id)?.seen.add(frame.seq);
    if (event === 'topicUnsubscription' || event === 'topicClosed') this.held.delete(id);
    if (event === 'taskRequest') this.offers.push({ conversationId: id, taskId: String(data['taskId']) });
    if (event === 'onSessionReady') this.key = String(data['sessionKey']);
    if (event === 'errors') this.refusals.push(`${String(data['task'])} ${String(data['code'])}`);
    if (event === 'agentPresence_') this.presences.add(shownOf(data));
  }
}

/** What of a presence has to be shown: the state, and that of each MRD. */
export function shownOf(presence: unknown): string {
  if (!isRecord(presence)) return '';
  const { agent, state, agentMrdStates } = isRecord(presence['agentPresence']) ? presence['agentPresence'] : presence;
  return JSON.stringify([isRecord(agent) ? agent['id'] : '', state, mrdStates(agentMrdStates)]);
}

function mrdStates(states: unknown): unknown[] {
  return Array.isArray(states)
    ? states.map((state: unknown) => (isRecord(state) ? [isRecord(state['mrd']) ? state['mrd']['id'] : '', state['state']] : [])) // prettier-ignore
    : [];
}
