/**
 * Who may open a socket: agents and supervisors with a valid access token. Others are denied (403):
 * `GET /handshake` says why.
 */
import * as z from 'zod';
import { Rejection } from '../../shared/domain/rejection.ts';
import { offeredToken } from '../../shared/edge/http/handshake.ts';
import { toContext } from '../../shared/edge/identity.ts';
import { trigger } from '../../shared/edge/trigger.ts';

const Event = z.looseObject({ methodArn: z.string(), headers: z.record(z.string(), z.string()).default({}) });

export const on = trigger(['tokens', 'log'], async ({ tokens, log }, input) => {
  const { methodArn, headers } = Event.parse(input);
  const answer = (principalId: string, Effect: 'Allow' | 'Deny') => ({
    principalId,
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Action: 'execute-api:Invoke', Effect, Resource: methodArn }],
    },
  });
  try {
    const identity = await tokens.verify(offeredToken(headers));
    return { ...answer(identity.id, 'Allow'), context: toContext(identity) };
  } catch (error) {
    if (!(error instanceof Rejection)) throw error; // the issuer's fault, or ours: an alarm
    log.info('a handshake was refused', { code: error.code });
    return answer('nobody', 'Deny');
  }
});
