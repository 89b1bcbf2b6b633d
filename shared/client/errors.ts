/**
 * What may go wrong, with a code that a program can branch on: those of the manager
 * (`shared/protocol/codes.ts`) and a few of the client's own.
 */
import type { Code } from '../protocol/codes.ts';
import type { Handshake } from '../protocol/platform.ts';
import { mayPass } from '../protocol/retry.ts';

/**
 * What only a client can say:
 * - `client.timeout`: no acknowledgement came in time. Whether it was done is not known; what is
 *   sent again is a new request.
 * - `client.closed`: the client was closed, or the agent logged out, before it was acknowledged.
 * - `client.unreachable`: no connection came about in time, and nobody said why.
 * - `client.connectionLost`: three times the connection was lost right after this was sent. Whether
 *   it was done is not known; it is not sent again.
 *
 * `frame.tooLarge` is mostly said by the client: what no frame can hold is not sent.
 */
export type ClientCode = 'client.timeout' | 'client.closed' | 'client.unreachable' | 'client.connectionLost';

/** Why a request was refused, or why there is no connection. */
export class AgentManagerError extends Error {
  override readonly name = 'AgentManagerError';
  /** What to branch on. */
  readonly code: Code | ClientCode;
  /** The event that failed; `connect` for the connection itself. */
  readonly task: string;
  /** Where it concerns one. */
  readonly conversationId?: string | undefined;
  /** Of a refused handshake: what `GET /handshake` said. */
  readonly handshake?: Handshake | undefined;

  constructor(
    code: Code | ClientCode,
    message: string,
    about: { task: string; conversationId?: string | undefined; handshake?: Handshake | undefined },
  ) {
    super(message);
    Object.setPrototypeOf(this, AgentManagerError.prototype); // which a class of ES5 loses where it extends Error
    this.code = code;
    this.task = about.task;
    this.conversationId = about.conversationId;
    this.handshake = about.handshake;
  }

  /** true: the same request may succeed when it is made again. */
  get retry(): boolean {
    return mayPass(this.code);
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
