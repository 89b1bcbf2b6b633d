/**
 * The routes of the template's two APIs, each followed through its integration to a Lambda. A route
 * that leads nowhere is an error.
 */
import * as z from 'zod';
import { ACCOUNT, type Throttle } from '../../strict/services/gateway-rules.ts';
import { TemplateError } from '../aws.ts';
import { functionIn, type LocalFunction, type NamedFunction } from '../lambdas/functions.ts';
import { propertiesOf, type Resolve } from './resolve.ts';
import { ofType, type LocalResource, type Template } from './template.ts';

export interface SocketRoute {
  fn: NamedFunction;
  /** True where what the Lambda returns goes back to the client: the route has a route response. */
  responds: boolean;
}
export interface SocketApi {
  apiId: string;
  stage: string;
  throttle: Throttle;
  /** Where in a frame the route key is: `['action']` for `$request.body.action`. */
  selection: string[];
  routes: Map<string, SocketRoute>;
  authorizer?: { fn: NamedFunction; identitySource: string[] };
}
export interface HttpRoute {
  key: string;
  fn: NamedFunction;
}
export interface PlatformApi {
  apiId: string;
  throttle: Throttle;
  routes: HttpRoute[];
  cors?: z.output<typeof Cors>;
}

const Cors = z.object({
  AllowCredentials: z.coerce.boolean().default(false),
  AllowHeaders: z.array(z.string()).default([]),
  AllowMethods: z.array(z.string()).default([]),
  AllowOrigins: z.array(z.string()).default([]),
  ExposeHeaders: z.array(z.string()).default([]),
  MaxAge: z.coerce.number().optional(),
});
const Api = z.object({
  ProtocolType: z.enum(['WEBSOCKET', 'HTTP']),
  RouteSelectionExpression: z.string().optional(),
  CorsConfiguration: Cors.optional(),
});
const Stage = z.object({
  ApiId: z.string(),
  StageName: z.string(),
  DefaultRouteSettings: z
    .object({ ThrottlingRateLimit: z.coerce.number().optional(), ThrottlingBurstLimit: z.coerce.number().optional() })
    .default({}),
});
const Route = z.object({
  ApiId: z.string(),
  RouteKey: z.string(),
  Target: z.string(),
  AuthorizationType: z.string().default('NONE'),
  AuthorizerId: z.string().optional(),
  RouteResponseSelectionExpression: z.string().optional(),
});
const Integration = z.object({ IntegrationType: z.string(), IntegrationUri: z.string() });
const RouteResponse = z.object({ RouteId: z.string(), RouteResponseKey: z.string() });
const Authorizer = z.object({
  AuthorizerType: z.literal('REQUEST'),
  AuthorizerUri: z.string(),
  IdentitySource: z.array(z.string()).default([]),
});

export interface Wiring {
  template: Template;
  resolve: Resolve;
  refOf: (id: string) => string | undefined;
  functions: LocalFunction[];
}

export function socketApi(wiring: Wiring): SocketApi {
  const api = apiOf(wiring, 'WEBSOCKET');
  if (!api) throw new TemplateError('The template has no WebSocket API.');
  const selection = /^\$request\.body\.([\w.]+)$/.exec(api.RouteSelectionExpression ?? '')?.[1]?.split('.');
  if (!selection)
    throw new TemplateError(`${api.id} selects routes by ${api.RouteSelectionExpression}, which does not run here.`);
  const responding = ofType(wiring.template, 'AWS::ApiGatewayV2::RouteResponse').map((response) => {
    const { RouteId, RouteResponseKey } = propertiesOf(wiring.resolve, response, RouteResponse);
    return RouteResponseKey === '$default' ? RouteId : undefined;
  });
  const found: SocketApi = { apiId: api.ref, ...stageOf(wiring, api), selection, routes: new Map() };
  for (const route of routesOf(wiring, api)) {
    if (found.routes.has(route.RouteKey))
      throw new TemplateError(`${route.id}: there is another route ${route.RouteKey}.`);
    const responds = route.RouteResponseSelectionExpression === '$default' && responding.includes(route.id);
    found.routes.set(route.RouteKey, { fn: route.fn, responds });
    if (route.AuthorizationType === 'NONE') continue;
    if (route.RouteKey !== '$connect') throw new TemplateError(`${route.id}: only $connect can have an authorizer.`);
    found.authorizer = authorizerOf(wiring, route.id, route.AuthorizationType, route.AuthorizerId);
  }
  return found;
}

export function platformApi(wiring: Wiring): PlatformApi | undefined {
  const api = apiOf(wiring, 'HTTP');
  if (!api) return undefined;
  const { stage, throttle } = stageOf(wiring, api);
  if (stage !== '$default') throw new TemplateError(`${api.id} is served at stage ${stage}; only $default runs here.`);
  const routes = routesOf(wiring, api).map(({ id, RouteKey, AuthorizationType, fn }) => {
    if (AuthorizationType !== 'NONE') throw new TemplateError(`${id}: an authorizer of an HTTP API does not run here.`);
    return { key: RouteKey, fn };
  });
  return { apiId: api.ref, throttle, routes, cors: api.CorsConfiguration };
}

function apiOf({ template, resolve, refOf }: Wiring, protocol: 'WEBSOCKET' | 'HTTP') {
  const apis = ofType(template, 'AWS::ApiGatewayV2::Api')
    .map((resource) => ({ id: resource.id, ref: refOf(resource.id) ?? '', ...propertiesOf(resolve, resource, Api) }))
    .filter((api) => api.ProtocolType === protocol);
  if (apis.length > 1) throw new TemplateError(`${apis[1]?.id} is a second ${protocol} API; one runs here.`);
  return apis[0];
}

function stageOf({ template, resolve }: Wiring, api: { id: string; ref: string }) {
  const stages = ofType(template, 'AWS::ApiGatewayV2::Stage')
    .map((resource) => propertiesOf(resolve, resource, Stage))
    .filter((stage) => stage.ApiId === api.ref);
  const [stage] = stages;
  if (!stage || stages.length > 1) throw new TemplateError(`${api.id} has ${stages.length} stages; one runs here.`);
  const { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst } = stage.DefaultRouteSettings;
  const throttle = { rate: rate ?? ACCOUNT.rate, burst: burst ?? ACCOUNT.burst };
  return { stage: stage.StageName, throttle };
}

function routesOf(wiring: Wiring, api: { ref: string }) {
  return ofType(wiring.template, 'AWS::ApiGatewayV2::Route')
    .map((resource) => ({ id: resource.id, ...propertiesOf(wiring.resolve, resource, Route) }))
    .filter((route) => route.ApiId === api.ref)
    .map((route) => ({ ...route, fn: targetOf(wiring, route.id, route.Target) }));
}

function targetOf({ template, resolve, functions }: Wiring, routeId: string, target: string): LocalFunction {
  const integrations = ofType(template, 'AWS::ApiGatewayV2::Integration');
  const integration = integrations.find((candidate) => target === `integrations/${candidate.id}`);
  if (!integration) throw new TemplateError(`${routeId} has the target ${target}, which is no integration here.`);
  const { IntegrationType, IntegrationUri } = propertiesOf(resolve, integration, Integration);
  if (IntegrationType !== 'AWS_PROXY')
    throw new TemplateError(`${integration.id} is of type ${IntegrationType}; AWS_PROXY runs here.`);
  return functionIn(functions, IntegrationUri, integration.id);
}

function authorizerOf({ template, resolve, functions }: Wiring, routeId: string, type: string, id: string | undefined) {
  const find = (resource: LocalResource) => resource.id === id;
  const resource = ofType(template, 'AWS::ApiGatewayV2::Authorizer').find(find);
  if (type !== 'CUSTOM' || !resource)
    throw new TemplateError(`${routeId} is authorized by ${type} ${id}, which does not run here.`);
  const { AuthorizerUri, IdentitySource } = propertiesOf(resolve, resource, Authorizer);
  return { fn: functionIn(functions, AuthorizerUri, resource.id), identitySource: IdentitySource };
}
