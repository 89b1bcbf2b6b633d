/**
 * The socket as AsyncAPI 3: what a desk sends, what the manager sends, and how a connection opens
 * and ends.
 */
import { agentEvents, aliases, type AgentEventName } from '../../shared/protocol/agent-events.ts';
import { closeCodes } from '../../shared/protocol/documents/close-codes.ts';
import { codes } from '../../shared/protocol/codes.ts';
import {
  MAX_FRAME_BYTES,
  MAX_FRAME_ID,
  RECEIPTS,
  SESSION_PREFIX,
  SUBPROTOCOL,
  TOKEN_PREFIX,
} from '../../shared/protocol/frame.ts';
import { managerEvents, NUMBERED_EVENTS } from '../../shared/protocol/manager-events.ts';
import { ChannelSession, ConversationData, Customer } from '../../shared/protocol/shapes/cim.ts';
import { AgentParticipant, AgentPresence, PullModeRequest, Task } from '../../shared/protocol/shapes/desk-shapes.ts';
import { mayPass } from '../../shared/protocol/retry.ts';
import { chapter, codesOfAll, proseOf } from './prose.ts';
import {
  eachObject,
  given,
  isNode,
  type Json,
  type JsonSchema,
  refTo,
  type Schemas,
  taken,
  together,
} from './schemas.ts';

/** The version of the protocol, as documents have it. */
export const version = SUBPROTOCOL.replace(/^.*\.v/, '');

/** What goes out, with the nouns in it under their names. */
export const nouns = {
  AgentParticipant,
  AgentPresence,
  ChannelSession,
  ConversationData,
  Customer,
  PullModeRequest,
  Task,
};

/** Of `connect_error` there is no frame: it is what `GET /handshake` answers. */
const { connect_error: _, ...sent } = managerEvents;
const managerNames = Object.keys(sent);
const agentNames = Object.keys(agentEvents) as AgentEventName[];

/** Under these names documents have the frames of an event. */
export const frameOf = (event: string) => `frame.${event}`;

export function socketSchemas(): Schemas {
  const schemas = together(taken(agentEvents), given({ ...nouns, ...sent }));
  for (const event of agentNames) {
    schemas[event] = described(schemas[event] ?? {}, event);
    schemas[frameOf(event)] = agentFrame(event);
  }
  for (const event of managerNames) {
    schemas[event] = described(schemas[event] ?? {}, event);
    schemas[frameOf(event)] = managerFrame(event);
  }
  return schemas;
}

function agentFrame(event: AgentEventName): JsonSchema {
  const action = [event, ...Object.keys(aliases).filter((alias) => aliases[alias] === event)];
  const mayBeLeftOut = agentEvents[event].safeParse({}).success;
  return {
    type: 'object',
    properties: {
      action: { enum: action },
      data: mayBeLeftOut ? { anyOf: [refTo(event), { type: 'null' }] } : refTo(event),
      id: { type: ['string', 'null'], minLength: 1, maxLength: MAX_FRAME_ID },
    },
    required: ['action', ...(mayBeLeftOut ? [] : ['data'])],
  };
}

function managerFrame(event: string): JsonSchema {
  const isNumbered = (NUMBERED_EVENTS as readonly string[]).includes(event);
  return {
    type: 'object',
    properties: {
      event: { const: event },
      data: refTo(event),
      conversationId: { type: 'string' },
      ...(event === 'onCimEvent' ? { seq: { type: 'integer', minimum: 1 }, ackOf: { type: 'string' } } : {}),
      ...(isNumbered ? { agentSeq: { type: 'integer', minimum: 1 } } : {}),
    },
    required: ['event', 'data'],
  };
}

/** What PROTOCOL.md says of an event, and in its table of each field. */
function described(schema: JsonSchema, event: string): JsonSchema {
  const { fields, summary } = proseOf(event);
  const told = eachObject(schema, (object) => {
    const properties = isNode(object['properties']) ? object['properties'] : {};
    const members = Object.entries(properties).map(([name, member]): [string, Json] => {
      const description = fields.get(name);
      return [name, description === undefined || !isNode(member) ? member : { description, ...member }];
    });
    return { ...object, properties: Object.fromEntries(members) };
  });
  return { description: summary, ...told };
}

/** Where a frame has the id that the desk chose: its own, and what answers it. */
const idAt: Readonly<Record<string, string>> = {
  ...Object.fromEntries(agentNames.map((event) => [event, '/id'])),
  ack: '/data/id',
  errors: '/data/id',
};

function message(event: string): JsonSchema {
  const { summary, description, examples } = proseOf(event);
  const at = idAt[event];
  return {
    name: event,
    title: event,
    summary,
    description,
    contentType: 'application/json',
    payload: refTo(frameOf(event)),
    ...(at ? { correlationId: { location: `$message.payload#${at}` } } : {}),
    examples: examples.map((payload) => ({ payload })),
  };
}

const inChannel = (event: string) => ({ $ref: `#/channels/desk/messages/${event}` });

export function asyncApi(schemas: Schemas): JsonSchema {
  const events = [...agentNames, ...managerNames];
  const ofAll = codesOfAll();
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Agent manager: the desk’s socket',
      version,
      description: [chapter('Frames'), chapter('Versions')].join('\n\n'),
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/json',
    servers: {
      local: {
        host: 'localhost:3000',
        pathname: '/local',
        protocol: 'ws',
        description: '`npm start`',
        security: [
          { $ref: '#/components/securitySchemes/bearer' },
          { $ref: '#/components/securitySchemes/subprotocol' },
        ],
      },
      aws: {
        host: '{api}.execute-api.{region}.amazonaws.com',
        pathname: '/{stage}',
        protocol: 'wss',
        variables: { api: { default: 'api' }, region: { default: 'us-east-1' }, stage: { default: 'live' } },
        security: [
          { $ref: '#/components/securitySchemes/bearer' },
          { $ref: '#/components/securitySchemes/subprotocol' },
        ],
      },
    },
    channels: {
      desk: {
        address: '/',
        title: 'An agent’s desk',
        description: chapter('After connecting'),
        messages: Object.fromEntries(events.map((event) => [event, { $ref: `#/components/messages/${event}` }])),
        bindings: {
          ws: {
            method: 'GET',
            headers: {
              type: 'object',
              properties: {
                Authorization: { type: 'string', pattern: '^Bearer \\S+$' },
                'Sec-WebSocket-Protocol': {
                  type: 'string',
                  description: `${SUBPROTOCOL}, and behind it ${TOKEN_PREFIX}<token>, ${SESSION_PREFIX}<key>, ${RECEIPTS}`,
                },
              },
            },
            bindingVersion: '0.1.0',
          },
        },
      },
    },
    operations: Object.fromEntries([
      ...agentNames.map((event): [string, Json] => {
        const { summary, codes: own } = proseOf(event);
        return [
          event,
          {
            action: 'receive',
            channel: { $ref: '#/channels/desk' },
            summary,
            messages: [inChannel(event)],
            reply: { channel: { $ref: '#/channels/desk' }, messages: [inChannel('ack'), inChannel('errors')] },
            'x-codes': [...new Set([...own, ...ofAll])],
          },
        ];
      }),
      ...managerNames.map((event): [string, Json] => [
        event,
        {
          action: 'send',
          channel: { $ref: '#/channels/desk' },
          summary: proseOf(event).summary,
          messages: [inChannel(event)],
        },
      ]),
    ]),
    components: {
      messages: Object.fromEntries(events.map((event) => [event, message(event)])),
      schemas,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: chapter('Identity') },
        subprotocol: {
          type: 'httpApiKey',
          name: 'Sec-WebSocket-Protocol',
          in: 'header',
          description: `For browsers: ${SUBPROTOCOL}, ${TOKEN_PREFIX}<token>. The manager answers with ${SUBPROTOCOL}.`,
        },
      },
    },
    'x-subprotocols': {
      [SUBPROTOCOL]: 'What the manager speaks, and answers with.',
      [`${TOKEN_PREFIX}<token>`]: 'The access token, where no `Authorization` header can be sent.',
      [`${SESSION_PREFIX}<key>`]: 'The `sessionKey` of `onSessionReady`: continues that session.',
      [RECEIPTS]: 'The desk confirms each `taskRequest` by `offerReceived`.',
    },
    'x-max-frame-bytes': MAX_FRAME_BYTES,
    'x-codes': everyCode(),
    'x-close-codes': closeCodes,
  };
}

/** Each event by the name of its file: one schema for its frame, which can be used alone. */
export const eventNames = [...agentNames, ...managerNames];

/** Every code with all that is said of it. */
function everyCode() {
  const told = Object.entries(codes).map(([code, { meaning, fault, status }]) => {
    return [code, { meaning, fault, retry: mayPass(code), status }] as const;
  });
  return Object.fromEntries(told);
}
