/**
 * `GET /handshake`: would a socket with this token open, and if not, why? A browser cannot read the
 * answer to a failed handshake.
 */
import { explainHandshake, HttpEvent } from '../../shared/edge/http/platform.ts';
import { trigger } from '../../shared/edge/trigger.ts';

export const on = trigger(['tokens'], ({ tokens }, event) => explainHandshake(tokens, HttpEvent.parse(event)));
