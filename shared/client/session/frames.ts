/**
 * What comes over the socket, as it is typed. The envelope is read here; what is in it is the
 * manager's promise, which its own tests hold it to.
 */
import type { AgentEventName, AgentRequests } from '../../protocol/agent-events.ts';
import type { ManagerFrame } from '../../protocol/frame.ts';
import type { ManagerEventName, ManagerPayload } from '../../protocol/manager-events.ts';

export type Frame<E extends ManagerEventName = ManagerEventName> = ManagerFrame<E>;
export type { AgentEventName, ManagerEventName, ManagerPayload };

/** The payload of an event as a desk may give it. */
export type AgentRequest<E extends AgentEventName> = AgentRequests[E];

/**
 * An acknowledgement that something was done, with what the event answers, such as the `seq` of a
 * message.
 */
export type Ack = Extract<ManagerPayload<'ack'>, { status: 'ok' }>;

/**
 * The frame in a text; undefined for what is none, such as the error frames of the gateway itself.
 */
export function readFrame(text: unknown): Frame | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    const frame: unknown = JSON.parse(text);
    return isFrame(frame) ? frame : undefined;
  } catch {
    return undefined;
  }
}

function isFrame(frame: unknown): frame is Frame {
  return typeof frame === 'object' && frame !== null && 'event' in frame && 'data' in frame;
}
