/** The desk is there. From the first heartbeat on, silence means that the connection is lost. */
import { route } from '../../shared/edge/socket/route.ts';
import { heartbeat as beat } from '../../shared/edge/socket/session.ts';
import { message } from '../../shared/edge/trigger.ts';

export const on = message(
  route(
    'heartbeat',
    async ({ app, by, data }) => ({ leaseSeconds: await beat(app, by, data.leaseSeconds), now: app.now() }),
    { kept: false }, // twice is as once
  ),
);
