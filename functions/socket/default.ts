/** Whatever no route takes: text that is no frame, an unknown action, and the one alias that cannot be a route key. */
import { app } from '../../shared/aws/app.ts';
import { onMessage } from '../../shared/aws/lambda.ts';
import { assistance } from '../../shared/edge/socket/assistance.ts';
import { defaultRoute } from '../../shared/edge/socket/route.ts';

export const handler = onMessage(
  app,
  defaultRoute({ directConferenceRequest: assistance('directConferenceRequest', 'DIRECT_CONFERENCE') }),
);
