/**
 * Who answers what a desk says: one route and one Lambda per agent event of the protocol, and the
 * life of the socket itself. The list of routes is the list of the protocol, so an event cannot be
 * in one and not in the other.
 */
import type { WebSocketApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { agentEvents, routeKeys } from '../../../shared/protocol/agent-events.ts';
import { AgentFunction, identity, patience } from '../functions/agent-function.ts';
import { Duty, type ManagerParts } from '../functions/duty.ts';
import { acknowledge } from '../findings.ts';
import type { Settings } from '../settings.ts';

interface SocketRoutesProps extends ManagerParts {
  readonly settings: Settings;
  readonly sessions: IQueue;
}

export class SocketRoutes extends Construct {
  constructor(scope: Construct, id: string, { settings, sessions, ...parts }: SocketRoutesProps) {
    super(scope, id);
    const { socket, table, timers } = parts;
    const { api } = socket;
    const socketFunction = (name: string, duty: Duty, environment: Record<string, string>): AgentFunction =>
      new AgentFunction(this, `${name}Function`, { settings, duty, entry: `socket/${name}`, environment });

    const authorize = socketFunction('authorize', new Duty(this, 'Authorizing', settings), identity(settings));
    const connecting = new Duty(this, 'Connecting', settings)
      .knows(parts)
      .mayUseItems(table, 'GetItem', 'BatchGetItem', 'Query', 'PutItem', 'DeleteItem')
      .mayStartTimers(timers, 'any time')
      .mayGreet(sessions);
    const connect = socketFunction('connect', connecting, patience(settings));
    addRoutes(api, connect, ['$connect'], {
      // No identity source: a browser cannot send an Authorization header and a server need not
      // send a subprotocol, so the function always runs and decides by itself.
      authorizer: new WebSocketLambdaAuthorizer('Authorizer', authorize.lambda, { identitySource: [] }),
    });
    // Every frame is counted in the row of its connection, and renews its lease if it has one.
    // Whichever function hears too many closes it.
    const working = new Duty(this, 'Working', settings)
      .manages(parts)
      .mayUseItems(table, 'UpdateItem')
      .mayUseSockets(socket, 'DELETE');
    addRoutes(api, socketFunction('disconnect', working, patience(settings)), ['$disconnect']);
    addRoutes(api, socketFunction('default', working, patience(settings)), ['$default']);

    const replaying = new Duty(this, 'Replaying', settings)
      .knows(parts)
      .mayUseItems(table, 'GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem')
      .mayUseSockets(socket, 'POST', 'DELETE');
    const beating = new Duty(this, 'Beating', settings)
      .knows(parts)
      .mayUseItems(table, 'UpdateItem')
      .mayStartTimers(timers, 'up to 15 minutes')
      .mayUseSockets(socket, 'POST', 'DELETE');
    const others: Partial<Record<string, Duty>> = {
      heartbeat: beating,
      replayAgentEvents: replaying,
      replayTopic: replaying,
    };
    for (const event of Object.keys(agentEvents)) {
      const duty = others[event] ?? working;
      const environment = { ...patience(settings), ...(event === 'refreshToken' && identity(settings)) };
      const handler = new AgentFunction(this, event, { settings, duty, entry: `agent/${event}`, environment });
      addRoutes(api, handler, routeKeys(event));
    }
    acknowledge(api, {
      'AwsSolutions-APIG4':
        'Only $connect can have an authorizer, and it has one: API Gateway keeps its answer for every later message of the socket.',
    });
  }
}

/**
 * One integration for all route keys of a function. Without route responses: a desk is answered
 * through @connections.
 */
function addRoutes(
  api: WebSocketApi,
  handler: AgentFunction,
  routeKeys: readonly string[],
  options: { authorizer?: WebSocketLambdaAuthorizer } = {},
): void {
  const integration = new WebSocketLambdaIntegration('Integration', handler.lambda);
  for (const routeKey of routeKeys) api.addRoute(routeKey, { integration, ...options });
}
