/**
 * What a desk that was written against socket.io expects, where it differs from what is on the
 * wire: by the drop-in and by the bridge alike.
 */
import { AgentManagerError } from '../errors.ts';
import type { Ack, Frame, ManagerEventName, ManagerPayload } from '../session/frames.ts';
import type { Session } from '../session/session.ts';

/**
 * The acknowledgement of what was emitted: `{status: 'ok', …}` or `{status: 'error', code, msg}`.
 */
export type Acknowledge = (answer: Ack | { status: 'error'; code: string; msg: string }) => void;

/** What a desk shows when it connects: `token` beside or inside the login object `agent`. */
export type Credentials = Readonly<Record<string, unknown>>;

/** Names under which desks listen for what has another name on the wire. */
export const ALSO: Partial<Record<ManagerEventName, string>> = {
  agentPresence_: 'agentPresence',
  topicUnsubscription: 'topicUnsubscription_',
  wrapupTimerStarted: 'WRAP_UP_TIMER_STARTED',
  agentAssignedForAssistance: 'agentAssignedForAgentTransfer',
};

export interface OldDeskOptions {
  /** true: the desk knows by how a wrap-up ended. */
  readonly wrapUpReasons?: boolean | undefined;
}

export class OldDesk {
  readonly #tell: (event: string, ...args: unknown[]) => void;
  readonly #options: OldDeskOptions;
  /** The conversations that the desk holds. It breaks on being told that another one is over. */
  readonly #held = new Set<string>();
  /** The tasks that ring, by their conversations: a card of a desk is known by its conversation. */
  readonly #ringing = new Map<string, string>();

  /** `tell` calls the desk's listeners; of a snapshot they get a function to answer it, too. */
  constructor(tell: (event: string, ...args: unknown[]) => void, options: OldDeskOptions) {
    this.#tell = tell;
    this.#options = options;
  }

  /** What the manager said, as the desk is to hear it. */
  said(frame: Frame): void {
    const { event, conversationId = '' } = frame;
    if (event === 'topicUnsubscription' && !this.#held.delete(conversationId)) return;
    if (event === 'wrapupTimerStarted' && !this.#held.has(conversationId)) return;
    if (event === 'taskRequest') return this.#rings(frame.data);
    if (event === 'revokeTask') return this.#revoked(frame.data);
    if (event === 'topicUnsubscription' && this.#options.wrapUpReasons)
      return this.#named(event, { ...frame.data, reason: frame.data.detail ?? frame.data.reason });
    if (event !== 'onTopicData') return this.#named(event, frame.data);
    this.#held.add(frame.data.conversationId);
    this.#ringing.delete(frame.data.conversationId);
    // Desks change what they are given, and answer it.
    this.#named(event, JSON.parse(JSON.stringify(frame.data)), () => {});
  }

  /**
   * Asks for what the desk has emitted. Resolves when that is answered: `acknowledge` is told, and
   * of what the client itself refuses the desk hears `errors`, as of what the manager does.
   */
  async ask(session: Session, { event, data, acknowledge }: Emitted): Promise<void> {
    try {
      acknowledge(await session.emit(event, data, Infinity));
    } catch (error) {
      acknowledge(refusalOf(error));
      if (error instanceof AgentManagerError && isOwn(error.code)) this.#tell('errors', errorsOf(error));
    }
  }

  /** Another attempt may be heard of before the end of the one before. */
  #rings(request: ManagerPayload<'taskRequest'>): void {
    const { conversationId, taskId, taskState } = request;
    const ringing = this.#ringing.get(conversationId);
    if (ringing !== undefined && ringing !== taskId) this.#revoked({ conversationId, taskId: ringing });
    if (taskState.name === 'RESERVED') this.#ringing.set(conversationId, taskId);
    this.#named('taskRequest', request);
  }

  #revoked(revocation: ManagerPayload<'revokeTask'>): void {
    const { conversationId, taskId } = revocation;
    if (taskId !== undefined && taskId !== (this.#ringing.get(conversationId) ?? taskId)) return;
    this.#ringing.delete(conversationId);
    this.#named('revokeTask', revocation);
  }

  #named(event: ManagerEventName, ...args: unknown[]): void {
    this.#tell(event, ...args);
    const also = ALSO[event];
    if (also) this.#tell(also, ...args);
  }
}

/** What a desk emits: something without data is asked for with `{}`. */
export interface Emitted {
  readonly event: string;
  readonly data: unknown;
  readonly acknowledge: Acknowledge;
}

/** Of what `emit` is given the first is the data, and a function as the last one is answered. */
export function emitted(event: string, args: readonly unknown[]): Emitted {
  const last = args.at(-1);
  const acknowledge = typeof last === 'function' ? (last as Acknowledge) : () => {};
  const data = typeof last === 'function' && args.length === 1 ? {} : (args[0] ?? {});
  return { event, data, acknowledge };
}

/**
 * What `connect_error` tells: where the handshake was refused, what the manager said to it; else in
 * the same shape that nobody answers.
 */
export function connectErrorOf(error: AgentManagerError): Error & { data: unknown } {
  const { message, data } = error.handshake ?? { message: error.message, data: { content: UNREACHABLE } };
  return Object.assign(new Error(message), { data });
}

/** What a desk shows where nobody answers. */
const UNREACHABLE = { key: 'CONNECTION', msg: 'The agent manager cannot be reached.' };

/** Where desks have put the token. None at all is for the manager to refuse. */
export async function tokenOf({ token, agent }: Credentials): Promise<string> {
  const given: unknown = token ?? tokenIn(typeof agent === 'string' ? read(agent) : agent);
  const got: unknown = typeof given === 'function' ? await given() : given;
  return typeof got === 'string' ? got : '';
}

/** What is shown as `token` in a login object, or in what renews it. */
export function tokenIn(login: unknown): unknown {
  return typeof login === 'object' && login !== null && 'token' in login ? login.token : undefined;
}

function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Does the client itself refuse this, so that no `errors` comes from the manager? Desks that ask
 * for no acknowledgement listen for that only.
 */
function isOwn(code: string): boolean {
  return code === 'frame.tooLarge' || code === 'client.connectionLost';
}

function errorsOf({ task, code, message: msg, conversationId }: AgentManagerError) {
  return { task, code, msg, ...(conversationId === undefined ? {} : { conversationId }) };
}

function refusalOf(error: unknown): { status: 'error'; code: string; msg: string } {
  const msg = error instanceof Error ? error.message : String(error);
  return { status: 'error', code: error instanceof AgentManagerError ? error.code : 'internal', msg };
}
