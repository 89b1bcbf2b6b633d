/** The routes of the two APIs, taken from the protocol as the stack takes them. */
import { agentEvents, routeKeys } from '../../shared/protocol/agent-events.ts';
import { loginRoutes } from '../../shared/protocol/login.ts';
import { platformRoutes } from '../../shared/protocol/platform.ts';
import type { PlatformApi, SocketApi } from '../local/template/routes.ts';
import { ACCOUNT } from '../strict/services/gateway-rules.ts';

const named = (name: string) => ({ name, arn: name });
const route = (name: string) => ({ fn: named(name), responds: false });

export const socketApi: SocketApi = {
  apiId: 'small',
  stage: 'local',
  throttle: ACCOUNT,
  selection: ['action'],
  routes: new Map([
    ['$connect', route('socket/connect')],
    ['$disconnect', route('socket/disconnect')],
    ['$default', route('socket/default')],
    ...Object.keys(agentEvents).flatMap((event) =>
      routeKeys(event).map((key) => [key, route(`agent/${event}`)] as const),
    ),
  ]),
  authorizer: { fn: named('socket/authorize'), identitySource: [] },
};

export const platformApi: PlatformApi = {
  apiId: 'small',
  throttle: ACCOUNT,
  routes: [
    ...platformRoutes.map(({ name, method, path }) => ({ key: `${method} ${path}`, fn: named(`platform/${name}`) })),
    ...loginRoutes.map(({ name, method, path }) => ({ key: `${method} ${path}`, fn: named(`login/${name}`) })),
  ],
  // As infra/aws: pages of any origin may read.
  cors: {
    AllowOrigins: ['*'],
    AllowMethods: ['GET'],
    AllowHeaders: ['authorization', 'content-type'],
    AllowCredentials: false,
    ExposeHeaders: [],
    MaxAge: 3_600,
  },
};
