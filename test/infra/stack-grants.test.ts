/**
 * Has each function all that it needs and nothing else? The table below is the whole of what the
 * manager may do.
 */
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import {
  agentEntries,
  all,
  newApp,
  entries,
  functionsOf,
  grantsOf,
  idIn,
  only,
  stackOf,
  Statements,
  synthesize,
  Text,
} from './stack-fixture.ts';

const context = { stage: 'dev', oidcJwksUri: 'https://id.example.com/jwks', oidcClaims: { username: 'email' } };
const dev = synthesize(stackOf(newApp(), context));
const functions = functionsOf(dev);

function functionNamed(entry: string) {
  const found = functions.get(entry);
  if (!found) throw new Error(`no function ${entry}`);
  return found;
}

const Mapping = z.object({ FunctionName: Text, EventSourceArn: Text });
const sources = new Map(
  all(dev, 'AWS::Lambda::EventSourceMapping', Mapping).map(({ properties }) => [
    [...functions].find(([, { id }]) => id === idIn(properties.FunctionName))?.[0],
    idIn(properties.EventSourceArn),
  ]),
);

/** The resources by the name that the table uses. Queues are known by who consumes them. */
const table = only(dev, 'AWS::DynamoDB::Table', z.unknown()).id;
const timersQueue = sources.get('timers/due') ?? 'no timers queue';
const sessionsQueue = sources.get('session/greet') ?? 'no sessions queue';
const listsQueue = sources.get('lists/tell') ?? 'no lists queue';
const longTimers = only(dev, 'AWS::StepFunctions::StateMachine', z.unknown()).id;
const Topic = z.object({ FifoTopic: z.boolean().optional() });
const topic = all(dev, 'AWS::SNS::Topic', Topic).find(({ properties }) => properties.FifoTopic)?.id ?? 'no topic';
const Api = z.object({ ProtocolType: z.string() });
const socketApi = all(dev, 'AWS::ApiGatewayV2::Api', Api).find(
  ({ properties }) => properties.ProtocolType === 'WEBSOCKET',
)?.id;
const connections = (method: string): string =>
  `arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<${socketApi}>/dev/${method}/@connections/*`;

const items = (...actions: string[]): string[] => actions.map((action) => `dynamodb:${action} on <${table}.Arn>`);
const startsTimers = `sqs:SendMessage on <${timersQueue}.Arn>`;
const startsLongTimers = `states:StartExecution on <${longTimers}>`;
const sockets = (...methods: string[]): string[] =>
  methods.map((method) => `execute-api:ManageConnections on ${connections(method)}`);
const tellsLists = `sqs:SendMessage on <${listsQueue}.Arn>`;
const manages = [
  ...items('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'DeleteItem'),
  startsTimers,
  startsLongTimers,
  tellsLists,
  ...sockets('POST'),
];
const replays = [...items('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'), ...sockets('POST', 'DELETE')];
const beats = [...items('UpdateItem'), startsTimers, ...sockets('POST', 'DELETE')];
const consumes = (queue: string): string[] =>
  ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].map((action) => `sqs:${action} on <${queue}.Arn>`);
const readsStream = ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map(
  (action) => `dynamodb:${action} on <${table}.StreamArn>`,
);
const givesUpTo = (deadLetters: string): string => `sqs:SendMessage on ${deadLetters}`;

const patience = {
  GRACE_SECONDS: '60',
  LEASE_SECONDS: '75',
  TOKEN_GRACE_SECONDS: '60',
  FRAMES_PER_SECOND: '50',
  FRAMES_OVER_SECONDS: '5',
  RETENTION_DAYS: '400',
};
const identity = {
  OIDC_ISSUER: 'https://id.example.com/realms/desks',
  OIDC_AUDIENCE: 'agent-manager',
  OIDC_JWKS_URI: 'https://id.example.com/jwks',
  OIDC_CLAIMS: '{"username":"email"}',
};
const tableName = { TABLE_NAME: `<${table}>` };
const timers = { TIMERS_QUEUE_URL: `<${timersQueue}>`, LONG_TIMERS_ARN: `<${longTimers}>` };
const callback = {
  AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI: `https://<${socketApi}>.execute-api.<AWS::Region>.<AWS::URLSuffix>/dev`,
};
const lists = { LISTS_QUEUE_URL: `<${listsQueue}>` };
const manager = { ...tableName, ...timers, ...lists, ...callback, ...patience };

const Destination = z.object({
  FunctionName: Text,
  DestinationConfig: z.object({ OnFailure: z.object({ Destination: Text }) }).optional(),
});
const destinations = all(dev, 'AWS::Lambda::EventSourceMapping', Destination);
const deadLettersOf = (entry: string): string =>
  destinations.find(({ properties }) => idIn(properties.FunctionName) === functionNamed(entry).id)?.properties
    .DestinationConfig?.OnFailure.Destination ?? '';

interface Needs {
  readonly grants: readonly string[];
  readonly environment: Record<string, string>;
}

const works: Needs = { grants: [...manages, ...items('UpdateItem'), ...sockets('DELETE')], environment: manager };
const platformReads: Needs = {
  grants: items('GetItem', 'BatchGetItem', 'Query'),
  environment: { ...identity, ...tableName },
};
const platformManages: Needs = { grants: manages, environment: { ...identity, ...manager } };

const needs: Record<string, Needs> = {
  ...Object.fromEntries(agentEntries.map((entry) => [entry, works])),
  'agent/heartbeat': { grants: beats, environment: manager },
  'agent/refreshToken': { ...works, environment: { ...manager, ...identity } },
  'agent/replayTopic': { grants: replays, environment: manager },
  'agent/replayAgentEvents': { grants: replays, environment: manager },
  'socket/authorize': { grants: [], environment: identity },
  'socket/connect': {
    grants: [
      ...items('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'DeleteItem'),
      startsTimers,
      startsLongTimers,
      `sqs:SendMessage on <${sessionsQueue}.Arn>`,
    ],
    environment: { ...manager, SESSIONS_QUEUE_URL: `<${sessionsQueue}>` },
  },
  'socket/disconnect': works,
  'socket/default': works,
  'session/greet': {
    grants: [...manages, ...sockets('DELETE'), ...consumes(sessionsQueue)],
    environment: manager,
  },
  'timers/due': {
    grants: [...manages, ...items('UpdateItem'), ...sockets('GET', 'DELETE'), ...consumes(timersQueue)],
    environment: manager,
  },
  'lists/tell': { grants: [...manages, ...consumes(listsQueue)], environment: manager },
  'stream/publish': {
    grants: [`sns:Publish on <${topic}>`, ...readsStream, givesUpTo(deadLettersOf('stream/publish'))],
    environment: { EVENTS_TOPIC_ARN: `<${topic}>` },
  },
  'stream/team': {
    grants: [...manages, ...items('UpdateItem'), ...readsStream, givesUpTo(deadLettersOf('stream/team'))],
    environment: manager,
  },
  'platform/startConversation': platformManages,
  'platform/addConversationEvent': platformManages,
  'platform/listConversationEvents': platformReads,
  'platform/getConversation': platformReads,
  'platform/endConversation': platformManages,
  'platform/queueConversation': platformManages,
  'platform/explainRouting': platformReads,
  'platform/listConfig': platformReads,
  'platform/getConfig': platformReads,
  'platform/putConfig': platformManages,
  'platform/deleteConfig': platformManages,
  'platform/listAgents': platformReads,
  'platform/getAgent': platformReads,
  'platform/listAgentEvents': platformReads,
  'platform/logoutAgent': platformManages,
  'platform/eraseCustomer': platformManages,
  'platform/handshake': platformReads,
};

test('The table says what every function needs.', () => {
  expect(Object.keys(needs).toSorted()).toEqual(entries.toSorted());
});

describe('A function may do what it needs and nothing else:', () => {
  test.each(Object.entries(needs))('%s', (entry, { grants }) => {
    const { LoggingConfig } = functionNamed(entry);
    const logs = ['CreateLogStream', 'PutLogEvents'].map(
      (action) => `logs:${action} on <${idIn(LoggingConfig.LogGroup)}.Arn>`,
    );
    expect(grantsOf(dev, functionNamed(entry))).toEqual([...logs, ...grants].toSorted());
  });
});

describe('A function knows what it needs and nothing else:', () => {
  test.each(Object.entries(needs))('%s', (entry, { environment }) => {
    expect(functionNamed(entry).Environment.Variables).toEqual({
      LOG_LEVEL: 'INFO',
      POWERTOOLS_METRICS_NAMESPACE: 'AgentManager',
      POWERTOOLS_SERVICE_NAME: 'agent-manager-dev',
      ...environment,
    });
  });
});

test('Functions that do the same share a role, that nothing but Lambda can take.', () => {
  const Role = z.object({ AssumeRolePolicyDocument: z.unknown(), ManagedPolicyArns: z.unknown().optional() });
  const roles = new Map(all(dev, 'AWS::IAM::Role', Role).map(({ id, properties }) => [id, properties]));
  const holders = Map.groupBy(functions, ([, { Role: role }]) => idIn(role));
  const shared = [...holders.values()].map((held) => held.map(([entry]) => entry)).filter((held) => held.length > 1);
  expect(shared.map((held) => held.toSorted())).toEqual([
    [...agentEntries, 'socket/default', 'socket/disconnect']
      .filter((entry) => !/heartbeat|replay/.test(entry))
      .toSorted(),
    ['agent/replayAgentEvents', 'agent/replayTopic'],
    entries.filter((entry) => needs[entry] === platformManages).toSorted(),
    entries.filter((entry) => needs[entry] === platformReads).toSorted(),
  ]);
  for (const role of holders.keys()) {
    expect(roles.get(role)?.ManagedPolicyArns).toBeUndefined();
    expect(roles.get(role)?.AssumeRolePolicyDocument).toMatchObject({
      Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' } }],
    });
  }
});

test('Nothing is allowed on everything: only the id of a connection is left open.', () => {
  const policies = all(dev, 'AWS::IAM::Policy', z.object({ PolicyDocument: Statements }));
  const statements = policies.flatMap(({ properties }) => properties.PolicyDocument);
  const open = statements
    .flatMap(({ Action, Resource }) => [...Action, ...Resource])
    .filter((text) => text.includes('*'));
  expect(new Set(open)).toEqual(new Set(['POST', 'GET', 'DELETE'].map(connections)));
});

test('The long timers may send to the timers queue and nothing else.', () => {
  const { properties } = only(dev, 'AWS::StepFunctions::StateMachine', z.object({ RoleArn: Text }));
  const policies = all(dev, 'AWS::IAM::Policy', z.object({ PolicyDocument: Statements, Roles: z.array(Text) }));
  const own = policies.filter((policy) => policy.properties.Roles.map(idIn).includes(idIn(properties.RoleArn)));
  expect(own.flatMap((policy) => policy.properties.PolicyDocument)).toMatchObject([
    { Effect: 'Allow', Action: ['sqs:SendMessage'], Resource: [`<${timersQueue}.Arn>`] },
  ]);
});
