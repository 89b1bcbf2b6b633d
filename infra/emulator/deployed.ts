/**
 * A stack that was deployed into an emulator, as its own APIs describe it. Our gateway is in front
 * of its WebSocket routes, and invokes the deployed functions; all else is the emulator's. To
 * whoever uses it, it looks like one that runs here.
 */
import { createServer } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import {
  ApiGatewayV2Client,
  GetApisCommand,
  GetAuthorizersCommand,
  GetIntegrationsCommand,
  GetRoutesCommand,
  GetStagesCommand,
} from '@aws-sdk/client-apigatewayv2';
import { CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import {
  InvokeCommand,
  LambdaClient,
  paginateListFunctions,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { clientOptions } from '../local/aws.ts';
import { loadDemo } from '../local/people/demo.ts';
import { functionIn, type NamedFunction } from '../local/lambdas/functions.ts';
import { openGateway } from '../local/gateway/gateway.ts';
import { listen, urlOf } from '../local/http/http.ts';
import { issuerDocuments, makeToken } from '../local/people/issuer.ts';
import type { Lambdas, Outcome } from '../local/lambdas/lambdas.ts';
import { resourcesOf } from '../local/template/resources.ts';
import type { SocketApi } from '../local/template/routes.ts';
import type { LocalStack } from '../local/start.ts';
import { databaseOf } from '../strict/dynamodb/database.ts';
import { openSchemas } from '../strict/dynamodb/schemas.ts';
import { openFront } from '../strict/front.ts';
import { ACCOUNT } from '../strict/services/gateway-rules.ts';

/** Where a deployed stack is: what a process must know to use it. */
export interface Place {
  /** Where the emulator is. */
  readonly endpoint: string;
  /** The name of the stack. */
  readonly stack: string;
  /** The port that functions post to and fetch keys from. */
  readonly gatewayPort: number;
}

interface DeployedFunction extends NamedFunction {
  readonly environment: Record<string, string>;
}

export interface DeployedStack extends LocalStack {
  /**
   * Other values for variables that functions declare, until the next call: what is not named is as
   * it was deployed.
   */
  configure(environment: Record<string, string>): Promise<void>;
}

const minuteMs = 60_000;

export async function openDeployed({ endpoint, stack, gatewayPort }: Place): Promise<DeployedStack> {
  const options = clientOptions(endpoint);
  const client = new LambdaClient(options);
  const functions = await functionsOf(client, stack);
  const named = (name: string): DeployedFunction => {
    const found = functions.find((fn) => fn.name === name);
    if (!found) throw new Error(`There is no function ${name} in ${stack}.`);
    return found;
  };
  const lambdas = deployedLambdas(endpoint);
  const { sockets, httpApiId } = await apisOf(new ApiGatewayV2Client(options), stack, functions);
  const refs = await refsOf(new CloudFormationClient(options), stack);

  // Only of what this process asks: functions ask the emulator. It refuses nothing, for what the
  // emulator thinks of it is the question.
  const front = openFront({
    engines: { dynamodb: endpoint, sqs: endpoint, sns: endpoint, states: endpoint },
    checks: [],
  });
  const asked = await listen(
    createServer((request, response) => front.handle(request, response)),
    0,
    '127.0.0.1',
  );
  const frontUrl = `http://127.0.0.1:${asked.port}`;

  const gateway = openGateway(sockets, lambdas, { idleMs: 10 * minuteMs, lifeMs: 120 * minuteMs });
  const server = createServer();
  const authority = `127.0.0.1:${gatewayPort}`;
  const documents = await issuerDocuments(`http://${authority}`);
  server.on('upgrade', (request, wire, head) => gateway.upgrade(request, wire, head));
  server.on('request', (request, response) => {
    const document = documents[urlOf(request).pathname];
    if (document) response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(document));
    else if (!gateway.handles(request, response)) response.writeHead(404).end();
  });
  const { close } = await listen(server, gatewayPort, '127.0.0.1');

  const httpUrl = `${endpoint}/_aws/execute-api/${httpApiId}/$default`;
  await loadDemo(httpUrl);
  const environments = new Map(functions.map(({ name, environment }) => [name, environment]));
  return {
    async configure(environment) {
      for (const { arn, name, environment: deployed } of functions) {
        const declared = Object.entries(deployed).map(([key, value]) => [key, environment[key] ?? value]);
        const Variables: Record<string, string> = Object.fromEntries(declared);
        if (isDeepStrictEqual(Variables, environments.get(name))) continue;
        await client.send(new UpdateFunctionConfigurationCommand({ FunctionName: arn, Environment: { Variables } }));
        environments.set(name, Variables);
      }
    },
    wsUrl: `ws://${authority}/${sockets.stage}`,
    httpUrl,
    token: makeToken,
    logs: () => lambdas.logs(),
    endpoints: {
      dynamodb: frontUrl,
      sqs: frontUrl,
      sns: frontUrl,
      sfn: frontUrl,
      management: `http://${authority}/${sockets.stage}`,
    },
    resources: resourcesOf(refs),
    environment: (name) => {
      const entries = Object.entries(environments.get(named(name).name) ?? {});
      // A queue's URL says where to send to, whatever the endpoint.
      return Object.fromEntries(entries.map(([key, value]) => [key, value.replace(endpoint, frontUrl)]));
    },
    invoke: (name, event) => lambdas.invoke(named(name), event),
    gateway: gateway.faults,
    front,
    database: { url: endpoint, ...databaseOf(front, openSchemas()) },
    async stop() {
      gateway.stop();
      await close();
      await asked.close();
      front.stop();
      client.destroy();
      await lambdas.stop();
    },
  };
}

/** Which source a function is of, its description says. */
async function functionsOf(client: LambdaClient, stack: string): Promise<DeployedFunction[]> {
  const found: DeployedFunction[] = [];
  for await (const { Functions = [] } of paginateListFunctions({ client }, {})) {
    for (const { FunctionName = '', FunctionArn = '', Description = '', Environment } of Functions) {
      const [, name] = /^functions\/(.+)\.ts$/.exec(Description) ?? [];
      if (name === undefined || !FunctionName.startsWith(`${stack}-`)) continue;
      found.push({ arn: FunctionArn, name, environment: Environment?.Variables ?? {} });
    }
  }
  return found;
}

/** `Ref` of every resource of a type, by logical id. */
async function refsOf(client: CloudFormationClient, stack: string) {
  const found: { type: string; id: string; ref: string }[] = [];
  for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName: stack }))
    for (const { ResourceType = '', LogicalResourceId = '', PhysicalResourceId = '' } of StackResourceSummaries)
      found.push({ type: ResourceType, id: LogicalResourceId, ref: PhysicalResourceId });
  return (type: string): Record<string, string> =>
    Object.fromEntries(found.filter((it) => it.type === type).map(({ id, ref }) => [id, ref]));
}

/** The routes as they were deployed, each followed through its integration to a function. */
async function apisOf(
  client: ApiGatewayV2Client,
  stack: string,
  functions: DeployedFunction[],
): Promise<{ sockets: SocketApi; httpApiId: string }> {
  const { Items: apis = [] } = await client.send(new GetApisCommand({}));
  const ours = apis.filter(({ Tags }) => Tags?.['aws:cloudformation:stack-name'] === stack);
  const idOf = (protocol: string): string => {
    const ApiId = ours.find(({ ProtocolType }) => ProtocolType === protocol)?.ApiId;
    if (ApiId === undefined) throw new Error(`${stack} has no ${protocol} API.`);
    return ApiId;
  };
  const ApiId = idOf('WEBSOCKET');
  const selection = ours.find((api) => api.ApiId === ApiId)?.RouteSelectionExpression ?? '';
  const [stages, routes, integrations, authorizers] = await Promise.all([
    client.send(new GetStagesCommand({ ApiId })),
    client.send(new GetRoutesCommand({ ApiId })),
    client.send(new GetIntegrationsCommand({ ApiId })),
    client.send(new GetAuthorizersCommand({ ApiId })),
  ]);
  const sockets: SocketApi = {
    apiId: ApiId,
    stage: stages.Items?.[0]?.StageName ?? '',
    throttle: ACCOUNT,
    selection: selection.replace('$request.body.', '').split('.'),
    routes: new Map(),
  };
  for (const { RouteKey = '', Target, AuthorizerId, RouteResponseSelectionExpression } of routes.Items ?? []) {
    const integration = integrations.Items?.find(({ IntegrationId }) => Target === `integrations/${IntegrationId}`);
    const fn = functionIn(functions, integration?.IntegrationUri ?? '', RouteKey);
    sockets.routes.set(RouteKey, { fn, responds: RouteResponseSelectionExpression === '$default' });
    const authorizer = authorizers.Items?.find((it) => it.AuthorizerId === AuthorizerId);
    if (!authorizer) continue;
    const { AuthorizerUri = '', IdentitySource = [] } = authorizer;
    sockets.authorizer = { fn: functionIn(functions, AuthorizerUri, RouteKey), identitySource: IdentitySource };
  }
  return { sockets, httpApiId: idOf('HTTP') };
}

const LambdaError = z.object({ errorType: z.string().default('Unknown'), errorMessage: z.string().default('') });

/** The deployed functions, through Lambda's own API. What they log stays there. */
function deployedLambdas(endpoint: string): Lambdas {
  const client = new LambdaClient({ ...clientOptions(endpoint), maxAttempts: 1 });
  const lines: string[] = [];
  const log = (line: string): void => void lines.push(line);
  return {
    log,
    logs: () => [...lines],
    async invoke({ arn, name }, event): Promise<Outcome> {
      try {
        const { FunctionError, Payload } = await client.send(
          new InvokeCommand({ FunctionName: arn, Payload: JSON.stringify(event) }),
        );
        const result: unknown = Payload?.length ? JSON.parse(Payload.transformToString()) : null;
        if (FunctionError === undefined) return { ok: true, result };
        const error = LambdaError.parse(result);
        log(`${name} failed: ${error.errorType}: ${error.errorMessage}`);
        return { ok: false, ...error };
      } catch (error) {
        log(`${name} could not be invoked: ${String(error)}`);
        return { ok: false, errorType: 'InvokeError', errorMessage: String(error) };
      }
    },
    async stop() {
      client.destroy();
    },
  };
}
