/**
 * The routes by which desks sign in with a form of their own, where the stack knows a client of the
 * issuer. They are throttled by themselves.
 */
import { SecretValue } from 'aws-cdk-lib';
import { CfnStage, HttpMethod, type HttpApi, type HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Construct } from 'constructs';
import { loginRoutes, type LoginRouteName } from '../../../shared/protocol/login.ts';
import { AgentFunction, identity } from '../functions/agent-function.ts';
import { Duty } from '../functions/duty.ts';
import type { Settings } from '../settings.ts';

interface Login {
  readonly settings: Settings;
  readonly clientId: string;
  readonly api: HttpApi;
  readonly stage: HttpStage;
}

/**
 * All desks together, a second and at once. Who guesses passwords finds a narrow door; nobody
 * guesses a refresh token, and 10,000 desks whose tokens last five minutes ask 50 times a second.
 */
const THROTTLES = {
  signIn: { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 100 },
  refresh: { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 },
  leave: { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 100 },
  return: { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 100 },
} as const satisfies Record<LoginRouteName, object>;

export class LoginRoutes extends Construct {
  constructor(scope: Construct, id: string, { settings, clientId, api, stage }: Login) {
    super(scope, id);
    const { loginClientSecretName: secret, loginRedirects: redirects, loginScope, oidcDiscoveryUrl } = settings;
    const duty = new Duty(this, 'Duty', settings);
    const environment = {
      ...identity(settings),
      LOGIN_CLIENT_ID: clientId,
      ...(secret && { LOGIN_CLIENT_SECRET: SecretValue.secretsManager(secret).unsafeUnwrap() }),
      ...(oidcDiscoveryUrl && { OIDC_DISCOVERY_URL: oidcDiscoveryUrl }),
      ...(loginScope && { LOGIN_SCOPE: loginScope }),
      ...(redirects && {
        LOGIN_REDIRECTS: redirects.join(' '),
        LOGIN_CALLBACK_URL: settings.loginCallbackUrl ?? `${api.apiEndpoint}/agent/login/callback`,
      }),
    };
    const deployed = stage.node.defaultChild;
    for (const { name, method, path } of loginRoutes) {
      if (method === 'GET' && !redirects) continue;
      const { lambda } = new AgentFunction(this, name, { settings, duty, entry: `login/${name}`, environment });
      const integration = new HttpLambdaIntegration('Integration', lambda);
      const routes = api.addRoutes({ path, methods: [HttpMethod[method]], integration });
      if (!(deployed instanceof CfnStage)) continue;
      deployed.addPropertyOverride(`RouteSettings.${method} ${path}`, THROTTLES[name]);
      deployed.node.addDependency(...routes); // settings of a route that is not there are refused
    }
  }
}
