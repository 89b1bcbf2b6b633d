/**
 * The HTTP API as OpenAPI 3.1: each route with who may call it, what it takes, answers and refuses.
 */
import * as z from 'zod';
import { codesOfEvery, configAnswers, httpApi } from '../../shared/protocol/documents/answers.ts';
import { codes, type Code } from '../../shared/protocol/codes.ts';
import { managerEvents } from '../../shared/protocol/manager-events.ts';
import {
  LogoutAgent,
  PlatformEvent,
  platformRoutes,
  Problem,
  QueueConversation,
  StartConversation,
  type PlatformRoute,
} from '../../shared/protocol/platform.ts';
import { configKinds, configSchemas, type ConfigKind } from '../../shared/protocol/shapes/config.ts';
import { nouns, version } from './asyncapi.ts';
import { loginPaths, loginSaid, loginTaken } from './login.ts';
import { chapter, proseOfKind, proseOfRoute } from './prose.ts';
import {
  given,
  type Json,
  type JsonSchema,
  neededBy,
  queryParameters,
  refTo,
  type Schemas,
  taken,
  together,
} from './schemas.ts';

const bodies = { StartConversation, PlatformEvent, QueueConversation, LogoutAgent };

const refused = managerEvents.connect_error;

export function httpSchemas(): Schemas {
  const answers = platformRoutes.flatMap(({ name }) =>
    Object.entries(httpApi[name].answers).flatMap(([status, schema]): [string, z.ZodType][] =>
      schema && !hasKinds(name) ? [[answerName(name, status), schema]] : [],
    ),
  );
  const kinds = configKinds.flatMap((kind): [string, z.ZodType][] => {
    const { one, page } = configAnswers(kind);
    return [
      [`config.${kind}`, one],
      [`configs.${kind}`, page],
    ];
  });
  const bodiesOfKinds = Object.fromEntries(configKinds.map((kind) => [`given.${kind}`, configSchemas[kind]]));
  const said = {
    ...nouns,
    ...Object.fromEntries([...answers, ...kinds]),
    ...loginSaid,
    HandshakeRefused: refused,
    Problem,
  };
  return {
    ...together(taken({ ...bodies, ...bodiesOfKinds, ...loginTaken }), given(said)),
    Message: { type: 'object', properties: { message: { type: 'string' } }, required: ['message'] },
  };
}

export function openApi(schemas: Schemas): JsonSchema {
  const paths: Record<string, JsonSchema> = {};
  for (const route of platformRoutes) {
    for (const kind of hasKinds(route.name) ? configKinds : [undefined]) {
      const path = kind ? route.path.replace('{kind}', kind) : route.path;
      paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route, kind) };
    }
  }
  Object.assign(paths, loginPaths());
  const needed = neededBy(paths, schemas);
  return {
    openapi: '3.1.1',
    info: {
      title: 'Agent manager: the HTTP API',
      version,
      description: (chapter('HTTP API').split('\n\n- ')[0] ?? '').replaceAll('\n', ' '),
      license: { name: 'Apache 2.0', identifier: 'Apache-2.0' },
    },
    servers: [
      { url: 'http://localhost:3000', description: '`npm start`' },
      {
        url: 'https://{api}.execute-api.{region}.amazonaws.com',
        variables: { api: { default: 'api' }, region: { default: 'us-east-1' } },
      },
    ],
    security: [{ bearer: [] }],
    tags: ['conversations', 'config', 'agents', 'customers', 'handshake', 'login'].map((name) => ({ name })),
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(schemas).filter(([name]) => needed.has(name))),
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  };
}

function hasKinds(name: PlatformRoute['name']): boolean {
  return name.endsWith('Config');
}

function answerName(name: string, status: string): string {
  return `${name}.${status}`;
}

function operation(route: PlatformRoute, kind: ConfigKind | undefined): JsonSchema {
  const { name, path } = route;
  const { callers, query, body, mayBeEmpty } = httpApi[name];
  const parameters = [...path.matchAll(/\{(\w+)\}/g)].filter(([, key]) => key !== 'kind');
  const description = [proseOfRoute(route), ...(kind && body ? [proseOfKind(kind)] : [])].join('\n\n');
  return {
    operationId: kind ? `${name}-${kind}` : name,
    tags: [path.split('/')[1] ?? ''],
    summary: `${route.method} ${kind ? path.replace('{kind}', kind) : path}`,
    description,
    'x-callers': callers === 'anybody' ? ['anybody with a token'] : [...callers],
    parameters: [
      ...parameters.map(([, key = '']) => ({
        name: key,
        in: 'path',
        required: true,
        schema: { type: 'string', minLength: 1, maxLength: 256 },
      })),
      ...(query ? queryParameters(query) : []),
    ],
    ...(body ? { requestBody: { required: !mayBeEmpty, content: json(takenBody(body, kind)) } } : {}),
    responses: responses(route.name, kind),
  };
}

function takenBody(body: z.ZodType, kind: ConfigKind | undefined): JsonSchema {
  if (kind) return refTo(`given.${kind}`);
  const [name = ''] = Object.entries(bodies).find(([, schema]) => schema === body) ?? [];
  return refTo(name);
}

const json = (schema: JsonSchema) => ({ 'application/json': { schema } });

function responses(name: PlatformRoute['name'], kind: ConfigKind | undefined): JsonSchema {
  const { answers, codes: own } = httpApi[name];
  const done = Object.entries(answers).map(([status, schema]): [string, Json] => {
    if (schema === null) return [status, { description: 'Done.' }];
    const shape = kind ? `${name === 'listConfig' ? 'configs' : 'config'}.${kind}` : answerName(name, status);
    return [status, { description: 'Done.', content: json(refTo(shape)) }];
  });
  const byStatus = new Map<number, Code[]>();
  for (const code of new Set([...codesOfEvery, ...own])) {
    const { status } = codes[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const not = [...byStatus].map(([status, some]): [string, Json] => [
    String(status),
    {
      description: some.map((code) => `\`${code}\`: ${codes[code].meaning}`).join('\n\n'),
      content:
        name === 'handshake' && status !== 500
          ? json(refTo('HandshakeRefused'))
          : {
              'application/problem+json': {
                schema: { allOf: [refTo('Problem'), { properties: { code: { enum: some } } }] },
              },
              // The gateway's own, of a body over ten megabytes.
              ...(status === 413 ? json(refTo('Message')) : {}),
            },
    },
  ]);
  return {
    ...Object.fromEntries([...done, ...not]),
    default: { description: 'What the gateway itself answers.', content: json(refTo('Message')) },
  };
}
