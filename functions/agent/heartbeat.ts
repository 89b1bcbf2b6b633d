/** The desk is there. From the first heartbeat on, silence means that the connection is lost. */
import { app } from '../../shared/aws/app.ts';
import { onMessage } from '../../shared/aws/lambda.ts';
import { route } from '../../shared/edge/socket/route.ts';
import { heartbeat as beat } from '../../shared/edge/follow/session.ts';

export const heartbeat = route(
  'heartbeat',
  async ({ app, by, data }) => ({ leaseSeconds: await beat(app, by, data.leaseSeconds) }),
  { kept: false }, // twice is as once
);

export const handler = onMessage(app, heartbeat);
