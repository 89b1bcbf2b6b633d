/**
 * The gateway says that a connection is gone. Best effort: it may come late, or never, and counts
 * only for the agent's present session.
 */
import * as z from 'zod';
import { fromContext } from '../../shared/edge/identity.ts';
import { disconnect } from '../../shared/edge/socket/session.ts';
import { trigger } from '../../shared/edge/trigger.ts';

const Event = z.looseObject({
  requestContext: z.looseObject({ connectionId: z.string(), authorizer: z.looseObject({}) }),
});

export const on = trigger(['app'], async ({ app }, input) => {
  const { connectionId, authorizer } = Event.parse(input).requestContext;
  await disconnect(app, fromContext(authorizer).id, connectionId);
  return { statusCode: 200 };
});
