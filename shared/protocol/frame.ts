/**
 * The envelope in each direction and its limits. Reading a frame never throws: whatever arrives is
 * a frame or a refusal.
 */
import type { AgentEventName } from './agent-events.ts';
import { byteLength } from './bytes.ts';
import type { Code } from './codes.ts';
import type { ManagerEventName, ManagerPayload } from './manager-events.ts';
import { isRecord, parseJson } from './values.ts';

/** The largest message that the gateway carries, in either direction, in bytes of UTF-8. */
export const MAX_MESSAGE_BYTES = 128 * 1024;

/**
 * The largest frame that the gateway takes, in bytes of UTF-8: a larger one closes the connection
 * with 1009. A browser sends a message in one frame, so this is the most that a desk can say at
 * once. The manager posts nothing larger either: AWS counts and bills by 32 KB, and says that the
 * limit for frames holds for `@connections` too. What could be larger is cut into pages, or bounded
 * where it enters, as below.
 */
export const MAX_FRAME_BYTES = 32 * 1024;

/**
 * The most that an event may be without what the conversation adds to it, in bytes of a JSON text
 * within a JSON text, as `cimEvent` is.
 */
export const MAX_EVENT_BYTES = 16 * 1024;

/** The most that one channel session may be, counted alike: an event carries it twice. */
export const MAX_SESSION_BYTES = 6 * 1024;

/** The most that a customer may be, counted alike. */
export const MAX_CUSTOMER_BYTES = 2 * 1024;

/**
 * How much may describe a conversation in a snapshot (its channel sessions, customer, conversation
 * data), in bytes of JSON.
 */
export const MAX_META_BYTES = 16 * 1024;

/** The longest lease that a heartbeat may ask for, unless the manager's own is longer. */
export const MAX_LEASE_SECONDS = 180;

/**
 * The subprotocol that the manager speaks and echoes. A browser offers it beside `bearer.<token>`.
 */
export const SUBPROTOCOL = 'agent-manager.v1';

/** What stands before the token when it travels as a subprotocol. */
export const TOKEN_PREFIX = 'bearer.';

/**
 * What stands before the session's key, where a connection continues a session (`onSessionReady`).
 * Offered beside the token.
 */
export const SESSION_PREFIX = 'session.';

/** Offered beside the token by a client that confirms each `taskRequest` with `offerReceived`. */
export const RECEIPTS = 'receipts';

/**
 * Offered beside the token by a client that takes the echo of its own message for the
 * acknowledgement of the frame (`ackOf`).
 */
export const ACK_IN_ECHO = 'ack-in-echo';

/**
 * The longest client id of a request, and the longest event name that is looked at, in characters.
 */
export const MAX_FRAME_ID = 64;

/**
 * Desk → manager, as it is typed: `{"action": "<event>", "data": <payload>, "id"?: "<client id>"}`.
 */
export type AgentFrame = { action: AgentEventName; data: unknown; id?: string };

/**
 * Manager → desk. Frames about a conversation name it; each event of its log carries its `seq`,
 * each event of the agent's log its `agentSeq`. `ackOf`: it acknowledges the frame with this id,
 * too (`ACK_IN_ECHO`).
 */
export type ManagerFrame<E extends ManagerEventName = ManagerEventName> = E extends ManagerEventName
  ? { event: E; data: ManagerPayload<E>; conversationId?: string; seq?: number; agentSeq?: number; ackOf?: string }
  : never;

export type ParsedFrame =
  | { ok: true; frame: { action: string; data: unknown; id?: string } }
  | { ok: false; code: Code; msg: string; task: string; id?: string };

/** How many bytes are left for more in a frame that holds this already. */
export function roomBeside(frame: unknown): number {
  return MAX_FRAME_BYTES - byteLength(JSON.stringify(frame));
}

/**
 * Reads what a desk sent. `data` that is missing or null becomes `{}`; `action` is not looked up
 * here. A refusal carries what an `errors` event and an `ack` need: `task` is the action where
 * there is one, else `frame`.
 */
export function parseFrame(text: string): ParsedFrame {
  if (byteLength(text) > MAX_MESSAGE_BYTES) return refuse('frame.tooLarge', 'The frame is larger than 128 KB');
  const value = parseJson(text);
  if (value === undefined)
    return refuse('frame.invalid', 'The frame is not JSON, nested too deeply, or has a number of 1e126 or more');
  if (!isRecord(value)) return refuse('frame.invalid', 'The frame is not a JSON object');

  const { action, data, id } = value;
  const task = typeof action === 'string' && action !== '' ? action.slice(0, MAX_FRAME_ID) : 'frame';
  if (id !== undefined && id !== null && !isFrameId(id)) {
    return refuse('frame.invalid', `id: expected a string of 1 to ${MAX_FRAME_ID} characters`, task);
  }
  const answerTo = typeof id === 'string' ? { id } : {};
  if (typeof action !== 'string' || action === '') {
    return { ...refuse('frame.noAction', 'action: expected the name of an event'), ...answerTo };
  }
  if (action.length > MAX_FRAME_ID) {
    return { ...refuse('frame.invalid', `action: longer than ${MAX_FRAME_ID} characters`, task), ...answerTo };
  }
  return { ok: true, frame: { action, data: data ?? {}, ...answerTo } };
}

function isFrameId(id: unknown): id is string {
  return typeof id === 'string' && id.length >= 1 && id.length <= MAX_FRAME_ID;
}

function refuse(code: Code, msg: string, task = 'frame'): Extract<ParsedFrame, { ok: false }> {
  return { ok: false, code, msg, task };
}
