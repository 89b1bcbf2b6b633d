/**
 * `GET /handshake`: would a socket with this token open, and if not, why? A browser cannot read the
 * answer to a failed handshake.
 */
import { explainHandshake } from '../../shared/edge/http/platform.ts';
import { look } from '../../shared/edge/trigger.ts';

export const on = look(explainHandshake);
