/**
 * The routes of the login in the document of the HTTP API: a stack has them where it is told to,
 * and whoever calls them has no token yet.
 */
import type * as z from 'zod';
import { loginApi, LoginRefused } from '../../shared/protocol/documents/login-answers.ts';
import { loginRoutes, type LoginRoute } from '../../shared/protocol/login.ts';
import { proseOfRoute } from './prose.ts';
import { type Json, type JsonSchema, queryParameters, refTo } from './schemas.ts';

const bodies = loginRoutes.flatMap(({ name }): [string, z.ZodType][] => {
  const { body } = loginApi[name];
  return body ? [[`given.${name}`, body]] : [];
});
const answers = loginRoutes.flatMap(({ name }): [string, z.ZodType][] => {
  const { answer } = loginApi[name];
  return answer ? [[`${name}.200`, answer]] : [];
});

export const loginTaken = Object.fromEntries(bodies);
export const loginSaid = { ...Object.fromEntries(answers), LoginRefused };

export function loginPaths(): Record<string, JsonSchema> {
  const paths: Record<string, JsonSchema> = {};
  for (const route of loginRoutes)
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(route) };
  return paths;
}

const json = (schema: JsonSchema) => ({ 'application/json': { schema } });

function operation(route: LoginRoute): JsonSchema {
  const { name, method, path } = route;
  const { body, query, answer, refused } = loginApi[name];
  const not = Object.entries(refused).map(([status, description]): [string, Json] => [
    status,
    { description, content: json(refTo('LoginRefused')) },
  ]);
  return {
    operationId: name,
    tags: ['login'],
    summary: `${method} ${path}`,
    description: proseOfRoute(route),
    security: [],
    'x-callers': ['anybody'],
    parameters: query ? queryParameters(query) : [],
    ...(body ? { requestBody: { required: true, content: json(refTo(`given.${name}`)) } } : {}),
    responses: {
      ...(answer
        ? { 200: { description: 'Done.', content: json(refTo(`${name}.200`)) } }
        : { 302: { description: 'Where the browser goes.' } }),
      ...Object.fromEntries(not),
      default: { description: 'What the gateway itself answers.', content: json(refTo('Message')) },
    },
  };
}
