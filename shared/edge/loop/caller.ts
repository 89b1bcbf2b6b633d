/**
 * Who asks, and whether they may: a command counts only if it comes through the connection that is
 * the agent's session now.
 */
import type { Agent } from '../../domain/agent/agent.ts';
import { Rejection } from '../../domain/rejection.ts';
import type { Ack } from '../app.ts';

/**
 * Who asks, through which connection, and the frame's id if it has one. Facts (timers, disconnects)
 * come from nobody.
 */
export interface Caller {
  readonly agentId: string;
  readonly connectionId: string;
  readonly request?: FrameRequest | undefined;
}

/** A frame with an id that is answered once. `prior` is the answer that it already got, if any. */
export interface FrameRequest {
  readonly id: string;
  readonly prior: Promise<Ack | null>;
  /** It asks for several things: this is the answer to one of them. */
  readonly part?: true;
}

export function fence(agent: Agent | null | undefined, by: Caller): asserts agent is Agent {
  if (agent?.session?.connectionId !== by.connectionId) {
    throw new Rejection(
      'session.replaced',
      'You have connected again elsewhere; this connection no longer speaks for you.',
    );
  }
  if (agent.session.lost)
    throw new Rejection('session.notConnected', 'This connection was given up as lost; connect again.');
}
