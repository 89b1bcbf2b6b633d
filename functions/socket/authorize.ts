/** Who may open a socket: a valid access token with the role of an agent or a supervisor. No token or a bad one is 401, no role 403. */
import * as z from 'zod';
import { lambda } from '../../shared/aws/lambda.ts';
import { tokens } from '../../shared/aws/tokens.ts';
import { Rejection } from '../../shared/domain/rejection.ts';
import { offeredToken } from '../../shared/edge/handshake.ts';
import { hasRole, ROLES, toContext } from '../../shared/edge/identity.ts';

const Event = z.looseObject({ methodArn: z.string(), headers: z.record(z.string(), z.string()).default({}) });

export const handler = lambda(async (input) => {
  const { methodArn, headers } = Event.parse(input);
  try {
    const identity = await tokens.verify(offeredToken(headers));
    const Effect = hasRole(identity, ROLES.desk) ? 'Allow' : 'Deny';
    const Statement = [{ Action: 'execute-api:Invoke', Effect, Resource: methodArn }];
    return {
      principalId: identity.id,
      policyDocument: { Version: '2012-10-17', Statement },
      context: toContext(identity),
    };
  } catch (error) {
    if (error instanceof Rejection) throw new Error('Unauthorized', { cause: error }); // API Gateway answers 401 to exactly this word
    throw error;
  }
});
