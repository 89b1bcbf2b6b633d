/**
 * Nobody can check a token while the issuer is down. That is a failure of ours, and no reason to
 * sign in again.
 */
import { describe, expect, it } from 'vitest';
import { platformRoutes } from '../../shared/protocol/platform.ts';
import { contactCentre } from '../support/contact-centre.ts';
import { Desk } from '../support/desk.ts';
import { http, refusedWith } from '../support/http.ts';

const nobody = 'http://127.0.0.1:1/keys';
const centre = contactCentre({ alone: true, demo: false, environment: { OIDC_JWKS_URI: nobody } });

describe('While the issuer is down', () => {
  it.each(platformRoutes.filter(({ name }) => name !== 'handshake'))(
    '$method $path fails, and may be tried again',
    async ({ method, path }) => {
      const called = path.replace('{kind}', 'queues').replace('{id}', 'x');
      await refusedWith('internal', http(centre, method, called, method === 'GET' ? {} : { body: '{}' }));
    },
  );

  it('a socket is refused with 500, as a desk is that comes in vain and comes again', async () => {
    await expect(Desk.open(centre.stack.wsUrl, await centre.stack.token('amy'))).rejects.toThrow('HTTP 500');
  });

  it('the handshake does not say that the token is wrong', async () => {
    expect(await http(centre, 'GET', '/handshake')).toMatchObject({ status: 500 });
  });
});
