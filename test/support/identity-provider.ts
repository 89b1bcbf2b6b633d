/**
 * An OIDC issuer with the code flow and PKCE, as strict as the desk must expect one to be, and a
 * host for the desk's files beside it.
 */
import { createHash, randomUUID } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';

export interface Host {
  readonly url: string;
  stop(): Promise<void>;
}

const json = (response: ServerResponse, body: unknown, status = 200) =>
  response
    .writeHead(status, { 'content-type': 'application/json', 'access-control-allow-origin': '*' })
    .end(JSON.stringify(body));

/**
 * Signs everybody in at once, as whom `tokenFor` makes tokens; a code is good once, and only with
 * the verifier of its challenge.
 */
export async function identityProvider(
  clientId: string,
  tokenFor: () => Promise<string>,
): Promise<Host & { grants: number }> {
  const codes = new Map<string, { challenge: string; redirectUri: string; nonce: string | null }>();
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', host.url);
    if (pathname === '/.well-known/openid-configuration') {
      return json(response, {
        issuer: host.url,
        authorization_endpoint: `${host.url}/authorize`,
        token_endpoint: `${host.url}/token`,
        jwks_uri: `${host.url}/keys`,
      });
    }
    if (pathname === '/authorize') {
      const redirectUri = searchParams.get('redirect_uri') ?? '';
      const fits = searchParams.get('client_id') === clientId && searchParams.get('response_type') === 'code';
      if (!fits || searchParams.get('code_challenge_method') !== 'S256') return json(response, {}, 400);
      const code = randomUUID();
      codes.set(code, {
        challenge: searchParams.get('code_challenge') ?? '',
        redirectUri,
        nonce: searchParams.get('nonce'),
      });
      const back = new URL(redirectUri);
      back.search = new URLSearchParams({ code, state: searchParams.get('state') ?? '' }).toString();
      return response.writeHead(302, { location: back.href }).end();
    }
    if (pathname !== '/token') return json(response, {}, 404);
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const form = new URLSearchParams(body);
    const granted = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (granted?.challenge !== challenge || granted.redirectUri !== form.get('redirect_uri')) {
      return json(response, { error: 'invalid_grant' }, 400);
    }
    host.grants += 1;
    const claims = {
      iss: host.url,
      sub: 'amy',
      aud: clientId,
      nonce: granted.nonce,
      iat: Date.now() / 1000,
      exp: Date.now() / 1000 + 3600,
    };
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const idToken = `${part({ alg: 'RS256' })}.${part(claims)}.c2ln`;
    return json(response, {
      access_token: await tokenFor(),
      id_token: idToken,
      token_type: 'Bearer',
      expires_in: 3600,
    });
  });
  const host = { ...(await listening(server)), grants: 0 };
  return host;
}

/** Serves files by their name, `index.html` at `/`. */
export async function fileHost(files: ReadonlyMap<string, Uint8Array | string>): Promise<Host> {
  const types: Record<string, string> = { html: 'text/html', css: 'text/css', js: 'text/javascript', json: 'application/json', svg: 'image/svg+xml' }; // prettier-ignore
  const server = createServer((request, response) => {
    const name = new URL(request.url ?? '/', 'http://host').pathname.slice(1) || 'index.html';
    const file = files.get(name);
    if (file === undefined) return response.writeHead(404).end();
    return response.writeHead(200, { 'content-type': types[name.split('.').at(-1) ?? ''] ?? '' }).end(file);
  });
  return listening(server);
}

async function listening(server: Server): Promise<Host> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
