/**
 * What a handshake carries in its headers: the subprotocols that the client offers, the token, and
 * the session that it continues. Header names come in any case.
 */
import { Rejection } from '../../domain/rejection.ts';
import { ACK_IN_ECHO, RECEIPTS, SESSION_PREFIX, SUBPROTOCOL, TOKEN_PREFIX } from '../../protocol/frame.ts';
import { bearer } from './platform.ts';

type Headers = Record<string, string | undefined>;

function offered(headers: Headers): string[] {
  const header = Object.entries(headers).find(([name]) => name.toLowerCase() === 'sec-websocket-protocol')?.[1] ?? '';
  return header
    .split(',')
    .map((value) => value.trim())
    .filter(Boolean);
}

/**
 * `Authorization: Bearer …` (servers, wscat), or the subprotocol `bearer.…` (browsers, which can
 * set no header).
 */
export function offeredToken(headers: Headers): string {
  const subprotocol = offered(headers).find((value) => value.startsWith(TOKEN_PREFIX));
  return subprotocol ? subprotocol.slice(TOKEN_PREFIX.length) : bearer({ headers });
}

/**
 * The key of the session that the desk says it continues (`session.…`); undefined where it says
 * nothing.
 */
export function offeredKey(headers: Headers): string | undefined {
  return offered(headers)
    .find((value) => value.startsWith(SESSION_PREFIX))
    ?.slice(SESSION_PREFIX.length);
}

/** Does the desk promise to confirm what it is offered? */
export function promisesReceipts(headers: Headers): boolean {
  return offered(headers).includes(RECEIPTS);
}

/** Does the desk take the echo of its message for the acknowledgement? */
export function takesEchoAsAck(headers: Headers): boolean {
  return offered(headers).includes(ACK_IN_ECHO);
}

/**
 * The subprotocol to answer with: ours if any was offered. A browser aborts a connection that
 * answers with none of its own.
 */
export function chosenSubprotocol(headers: Headers): string | undefined {
  const subprotocols = offered(headers);
  if (subprotocols.length === 0) return undefined;
  if (subprotocols.includes(SUBPROTOCOL)) return SUBPROTOCOL;
  throw new Rejection('auth.unknownSubprotocol', `Offer the subprotocol ${SUBPROTOCOL}, or none.`);
}
