/**
 * The desk at `/` of the local runtime: its files and nothing else, what it is told, and signing in
 * without a password.
 */
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { deskFolder } from '../../infra/build-desk.ts';
import { platformRoutes } from '../../shared/protocol/platform.ts';
import { contactCentre } from '../support/contact-centre.ts';

const centre = contactCentre();
const get = (path: string) => fetch(`${centre.stack.httpUrl}${path}`);
const json = async (path: string) => (await get(path)).json();

describe('The desk', () => {
  it('is what a browser finds at the address of the runtime', async () => {
    const page = await get('/');
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await page.text()).toContain('<script type="module" src="desk.js">');
    for (const name of ['desk.js', 'desk.css', 'icon.svg']) expect((await get(`/${name}`)).status).toBe(200);
  });

  it('allows no script and no style in its page', async () => {
    const html = await (await get('/')).text();
    expect(html).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(html).not.toMatch(/<script(?![^>]*src=)|<style|\son\w+=|\sstyle=/);
  });

  it('takes no path of the HTTP API', async () => {
    const files = new Set(readdirSync(deskFolder).map((name) => `/${name}`));
    expect(platformRoutes.filter(({ path }) => files.has(`/${path.split('/')[1]}`))).toEqual([]);
    expect(await json('/handshake')).toMatchObject({ data: { content: { code: 'auth.missing' } } });
    expect(await json('/nowhere.js')).toEqual({ message: 'Not Found' });
    expect((await fetch(`${centre.stack.httpUrl}/desk.js`, { method: 'POST' })).status).toBe(404);
    expect((await get('/..%2fpackage.json')).status).toBe(404);
  });

  it('is told where the manager is, here, whatever another build was told', async () => {
    expect(await json('/config.json')).toEqual({ wsUrl: '/local', httpUrl: '/', development: true });
  });

  it('signs in whoever is in the demo directory, and nobody else', async () => {
    expect(await json('/oidc/people')).toContainEqual(expect.objectContaining({ id: 'amy', roles: ['agent'] }));
    const { access_token: token } = await json('/oidc/token?person=amy');
    const handshake = await fetch(`${centre.stack.httpUrl}/handshake`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(handshake.status).toBe(200);
    for (const path of ['/oidc/token', '/oidc/token?person=eve']) {
      expect((await get(path)).status).toBe(400);
    }
  });
});
