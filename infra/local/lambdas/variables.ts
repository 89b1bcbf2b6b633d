/**
 * What the environment says here: the addresses of the cloud become those of this machine, and a
 * test may change what is declared.
 */
import { apiHost, credentials, region } from '../aws.ts';
import { audience, issuer } from '../people/issuer.ts';

export interface Address {
  /** `host:port` under which this stack can be called. */
  authority: string;
  /** The ids of the APIs whose host names mean this stack. */
  apiIds: string[];
}

/**
 * Makes a function's variables out of those in the template. A variable that the template does not
 * declare is not added, not even by `overrides`; the exceptions are the development issuer's key
 * set and, to who signs in there, how it describes itself.
 */
export function localVariables({ authority, apiIds }: Address, overrides: Record<string, string>) {
  const toLocal = (value: string): string =>
    apiIds.reduce(
      (text, api) =>
        text
          .replace(`https://${apiHost(api)}`, `http://${authority}`)
          .replace(`wss://${apiHost(api)}`, `ws://${authority}`),
      value,
    );
  const oidc = { OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience, OIDC_JWKS_URI: `http://${authority}/oidc/jwks.json` };
  const login = { OIDC_DISCOVERY_URL: `http://${authority}/oidc/.well-known/openid-configuration` };
  return (declared: Record<string, string>): Record<string, string> => {
    const here = {
      ...declared,
      ...('OIDC_ISSUER' in declared && oidc),
      ...('LOGIN_CLIENT_ID' in declared && login),
    };
    return Object.fromEntries(Object.entries(here).map(([name, value]) => [name, overrides[name] ?? toLocal(value)]));
  };
}

export interface EngineUrls {
  dynamodb: string;
  sqs: string;
  sns: string;
  sfn: string;
}

/**
 * What every function sees besides its own variables: as Lambda sets it, and where the SDK finds
 * the engines.
 */
export const sdkVariables = (urls: EngineUrls): Record<string, string> => ({
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  AWS_ENDPOINT_URL_DYNAMODB: urls.dynamodb,
  AWS_ENDPOINT_URL_SQS: urls.sqs,
  AWS_ENDPOINT_URL_SNS: urls.sns,
  AWS_ENDPOINT_URL_SFN: urls.sfn,
});
