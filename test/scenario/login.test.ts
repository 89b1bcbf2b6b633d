/**
 * A desk with a form of its own signs an agent in over the HTTP API, and gets a newer token by the
 * refresh token; in the shapes in which such desks ask and read.
 */
import { expect, it } from 'vitest';
import { freshToken } from '../../shared/client/session/fresh-token.ts';
import { contactCentre } from '../support/contact-centre.ts';

const centre = contactCentre();

const signIn = (body: unknown) => centre.call('POST', '/agent/login', body);
const over = (path: string, body: unknown) => centre.call('POST', path, body);

it('Who signs in gets what desks keep, and a token that opens doors', async () => {
  const { status, body } = await signIn({ username: 'sam', password: 'sam', finesseUrl: '' });
  expect(status).toBe(200);
  const { token, refresh_token: refreshToken, keycloak_User: user } = body.data;
  expect(user).toMatchObject({
    id: 'sam',
    username: 'sam',
    roles: expect.arrayContaining(['supervisor']) as string[],
    attributes: {},
    supervisedTeams: expect.any(Array) as unknown[],
    token,
    refresh_token: refreshToken,
  });
  expect(user.permittedResources.Resources).toEqual(expect.any(Array));
  expect((await centre.call('GET', '/handshake', undefined, token)).body).toMatchObject({ message: 'ok' });

  const refreshed = await over('/agent/refresh', { refresh_token: refreshToken });
  expect(refreshed.status).toBe(200);
  const newer = refreshed.body.data.token;
  expect(newer).not.toBe(token);
  expect((await centre.call('GET', '/handshake', undefined, newer)).body).toMatchObject({ message: 'ok' });
});

it.each<[number, string, string, unknown]>([
  [
    401,
    'with a wrong password',
    'Provided User Credentials are not valid',
    { username: 'sam', password: 'secret-word' },
  ],
  [401, 'as nobody', 'Provided User Credentials are not valid', { username: 'nobody', password: 'secret-word' }],
  [400, 'without a password', 'Expected username and password', { username: 'sam' }],
  [400, 'with an empty one', 'Expected username and password', { username: 'sam', password: '' }],
  [400, 'with no form at all', 'Expected username and password', ['secret-word']],
  [403, 'without a role that has a desk', 'neither the role agent nor supervisor', { username: 'platform', password: 'platform' }], // prettier-ignore
])('%d: who signs in %s reads why', async (status, _, reason, body) => {
  const answer = await signIn(body);
  expect(answer.status).toBe(status);
  expect(answer.body).toMatchObject({
    statusCode: status,
    error: {
      error_message: expect.any(String) as string,
      error_detail: { status, reason: expect.stringContaining(reason) as string },
    },
  });
  expect(centre.stack.logs().join('\n')).not.toContain('secret-word');
});

it('A refresh token is good once, and what is none is good for nothing', async () => {
  const { body } = await signIn({ username: 'amy', password: 'amy' });
  const { refresh_token: once } = body.data;
  const ask = async (url: string, { body: asked }: { readonly body: string }) => {
    const answer = await over(new URL(url).pathname, JSON.parse(asked));
    return Response.json(answer.body, { status: answer.status });
  };
  const fresh = await freshToken('http://manager', once, ask);
  expect(fresh.refreshToken).not.toBe(once);
  expect((await centre.call('GET', '/handshake', undefined, fresh.token)).status).toBe(200);
  await expect(freshToken('http://manager', once, ask)).rejects.toMatchObject({ code: 'auth.expired' });
  await expect(freshToken('http://manager/', 'x', async () => { throw new Error('no network'); })).rejects.toMatchObject({ code: 'client.unreachable' }); // prettier-ignore
});
