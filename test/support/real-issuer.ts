/**
 * An OIDC server that others wrote and the OpenID Foundation certified (`oidc-provider`), with a
 * table of people and a page for their passwords; and a browser for it, as far as cookies go.
 */
import { createServer, type IncomingMessage } from 'node:http';
import { exportJWK, generateKeyPair } from 'jose';
import { Provider } from 'oidc-provider';
import { freePort } from '../../infra/local/engines/dynamodb.ts';
import { readBody } from '../../infra/local/http/http.ts';

const RESOURCE = 'urn:agent-manager';

export interface RealIssuerOptions {
  readonly clientId: string;
  readonly clientSecret?: string;
  readonly callbackUrl: string;
  /** By their names: their passwords, and what their tokens say. */
  readonly people: Readonly<Record<string, { readonly password: string; readonly claims: object }>>;
  readonly audience: string;
  readonly tokenSeconds?: number;
  /** May a refresh token be used once only? */
  readonly rotates?: boolean;
}

export async function realIssuer(options: RealIssuerOptions) {
  const { clientId, clientSecret, callbackUrl, people, audience, tokenSeconds = 300, rotates = true } = options;
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  /** Who has signed in on the page, by the login that is under way. */
  const asked: string[] = [];
  const faults: string[] = [];
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        redirect_uris: [callbackUrl],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        ...(clientSecret === undefined
          ? { token_endpoint_auth_method: 'none' }
          : { client_secret: clientSecret, token_endpoint_auth_method: 'client_secret_basic' }),
      },
    ],
    jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig', kid: 'one' }] },
    cookies: { keys: ['a key for tests'] },
    pkce: { required: () => true },
    rotateRefreshToken: rotates,
    issueRefreshToken: () => true,
    ttl: {
      AccessToken: tokenSeconds,
      AuthorizationCode: 60,
      Grant: 3600,
      Interaction: 600,
      Session: 3600,
      RefreshToken: 3600,
      IdToken: 300,
    },
    findAccount: (_: unknown, id: string) => (people[id] ? { accountId: id, claims: () => ({ sub: id }) } : undefined),
    extraTokenClaims: (_: unknown, { accountId }: { accountId: string }) => people[accountId]?.claims,
    interactions: { url: (_: unknown, { uid }: { uid: string }) => `/people/${uid}` },
    features: {
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => RESOURCE,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: '',
          audience,
          accessTokenTTL: tokenSeconds,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
    async loadExistingGrant({ oidc }: { oidc: { session: { accountId: string } } }) {
      const grant = new provider.Grant({ accountId: oidc.session.accountId, clientId });
      grant.addOIDCScope('openid');
      grant.addResourceScope(RESOURCE, '');
      await grant.save();
      return grant;
    },
  });
  provider.on('server_error', (_, error) => faults.push(String(error.stack)));
  const oidc = provider.callback();
  const page = async (request: IncomingMessage): Promise<object> => {
    const form = new URLSearchParams((await readBody(request)).toString());
    const name = form.get('name') ?? '';
    if (form.has('cancel')) return { error: 'access_denied', error_description: 'The person would rather not.' };
    return people[name]?.password === form.get('password') ? { login: { accountId: name } } : {};
  };
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url?.split('?')[0]}`);
    if (!request.url?.startsWith('/people/')) return oidc(request, response);
    if (request.method === 'GET')
      return void response
        .setHeader('content-type', 'text/html; charset=utf-8')
        .end(
          '<form method="post"><input name="name"><input name="password" type="password"><button>Sign in</button></form>',
        );
    void page(request).then((result) => provider.interactionFinished(request, response, result));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    issuer,
    /** What was asked of it, without parameters. */
    asked,
    faults,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Goes where it is sent, with the cookies of each host, until a page is shown. */
export class Browser {
  readonly #jars = new Map<string, Map<string, string>>();
  /** Addresses that it does not ask for, but stops at. */
  readonly #home: string;

  constructor(home: string) {
    this.#home = home;
  }

  /** Where it stands in the end, and what is shown there; of its home it only has the address. */
  async go(url: string, form?: Record<string, string>): Promise<{ url: string; response?: Response }> {
    let [at, body] = [new URL(url), form && new URLSearchParams(form)];
    for (let hops = 0; hops < 20; hops += 1) {
      if (at.href.startsWith(this.#home)) return { url: at.href };
      const response = await this.step(at.href, body);
      const location = response.headers.get('location');
      if (location === null) return { url: at.href, response };
      [at, body] = [new URL(location, at), undefined];
    }
    throw new Error(`too many redirects at ${at.origin}${at.pathname}`);
  }

  /** One request. */
  async step(url: string, body?: URLSearchParams): Promise<Response> {
    const { host, pathname } = new URL(url);
    const jar = this.#jars.get(host) ?? new Map<string, string>();
    this.#jars.set(host, jar);
    const sent = [...jar].map(([key, value]) => ({ ...placed(key), value }));
    const cookie = sent
      .flatMap(({ path, name, value }) => (pathname.startsWith(path) ? [`${name}=${value}`] : []))
      .join('; ');
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie },
      ...(body ? { method: 'POST', body } : {}),
    });
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      const key = `${/;\s*path=([^;]*)/i.exec(set)?.[1] ?? '/'} ${name}`;
      if (value === '' || /max-age=0|expires=Thu, 01 Jan 1970/i.test(set)) jar.delete(key);
      else jar.set(key, value);
    }
    return response;
  }

  cookies(url: string): string[] {
    return [...(this.#jars.get(new URL(url).host)?.keys() ?? [])].map((key) => placed(key).name);
  }
}

/** A cookie is known by its path and its name. */
function placed(key: string) {
  const [path = '/', name = ''] = key.split(' ');
  return { path, name };
}
