/**
 * Whatever no route takes: text that is no frame, an unknown action, and the one alias that cannot
 * be a route key.
 */
import { assistance } from '../../shared/edge/socket/assistance.ts';
import { defaultRoute } from '../../shared/edge/socket/route.ts';
import { message } from '../../shared/edge/trigger.ts';

export const on = message(
  defaultRoute({ directConferenceRequest: assistance('directConferenceRequest', 'DIRECT_CONFERENCE') }),
);
