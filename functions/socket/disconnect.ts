/** The gateway says that a connection is gone. Best effort: it may come late, or never, and counts only for the agent's present session. */
import * as z from 'zod';
import { app } from '../../shared/aws/app.ts';
import { lambda } from '../../shared/aws/lambda.ts';
import { fromContext } from '../../shared/edge/identity.ts';
import { lose } from '../../shared/edge/follow/session.ts';

const Event = z.looseObject({
  requestContext: z.looseObject({ connectionId: z.string(), authorizer: z.looseObject({}) }),
});

export const handler = lambda(async (input) => {
  const { connectionId, authorizer } = Event.parse(input).requestContext;
  await lose(app, fromContext(authorizer).id, connectionId);
  return { statusCode: 200 };
});
