/**
 * Asks a REQUEST authorizer whether a socket may open, and judges its answer as API Gateway does:
 * with a status for the handshake.
 */
import * as z from 'zod';
import { authorizerAnswer } from '../../strict/services/gateway-rules.ts';
import type { Lambdas } from '../lambdas/lambdas.ts';
import type { SocketApi } from '../template/routes.ts';
import { authorizerEvent, type AuthorizerContext, type Handshake } from './socket-events.ts';

export type Verdict = { allowed: true; context: AuthorizerContext } | { allowed: false; status: 401 | 403 | 500 };

const oneOrMore = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const Answer = z.object({
  principalId: z.string(),
  policyDocument: z.object({
    Statement: z.array(z.object({ Effect: z.enum(['Allow', 'Deny']), Action: oneOrMore, Resource: oneOrMore })),
  }),
  /** Flat: an object or a list in it is a configuration error, not a value. */
  context: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullish(),
});

export async function authorize(lambdas: Lambdas, api: SocketApi, handshake: Handshake): Promise<Verdict | undefined> {
  if (!api.authorizer) return undefined;
  if (!api.authorizer.identitySource.every((source) => present(source, handshake)))
    return { allowed: false, status: 401 };
  const event = authorizerEvent(api, handshake);
  const startedAt = Date.now();
  const outcome = await lambdas.invoke(api.authorizer.fn, event);
  if (!outcome.ok) return { allowed: false, status: outcome.errorMessage === 'Unauthorized' ? 401 : 500 };
  const answer = Answer.safeParse(outcome.result);
  if (!answer.success || authorizerAnswer.refuse(JSON.stringify(outcome.result), 'Connect')) {
    lambdas.log(`${api.authorizer.fn.name} gave no answer that API Gateway takes: ${JSON.stringify(outcome.result)}`);
    return { allowed: false, status: 500 };
  }
  const { principalId, policyDocument, context } = answer.data;
  if (!allows(policyDocument.Statement, event.methodArn)) return { allowed: false, status: 403 };
  const strings = Object.entries(context ?? {}).map(([key, value]) => [key, String(value)]);
  const integrationLatency = Date.now() - startedAt;
  return { allowed: true, context: { ...Object.fromEntries(strings), principalId, integrationLatency } };
}

/**
 * `route.request.header.Authorization` and the like. Without any, the authorizer is always asked.
 */
function present(source: string, handshake: Handshake): boolean {
  const [, , place, ...rest] = source.split('.');
  const name = rest.join('.');
  if (place === 'querystring') return Boolean(handshake.queryStringParameters?.[name]);
  const header = Object.entries(handshake.headers).find(([key]) => key.toLowerCase() === name.toLowerCase());
  return place === 'header' && Boolean(header?.[1]);
}

/** A statement that denies wins over any that allows; what no statement speaks of is denied. */
function allows(statements: z.output<typeof Answer>['policyDocument']['Statement'], methodArn: string): boolean {
  const concerned = statements.filter(
    ({ Action, Resource }) =>
      Action.some((pattern) => matches(pattern, 'execute-api:Invoke')) &&
      Resource.some((pattern) => matches(pattern, methodArn)),
  );
  return concerned.some(({ Effect }) => Effect === 'Allow') && !concerned.some(({ Effect }) => Effect === 'Deny');
}

function matches(pattern: string, text: string): boolean {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${escaped}$`, 'i').test(text);
}
