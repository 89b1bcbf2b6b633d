/**
 * The example page beside a desk, in a browser, at an OIDC server that is not ours: what is in its
 * storage in the end is what desks of that family keep.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import * as z from 'zod';
import { listen } from '../../infra/local/http/http.ts';
import { launchBrowser } from '../support/launch.ts';
import { signingIn } from '../support/signing-in.ts';

const password = 'pässword';
const claims = { preferred_username: 'amy', family_name: 'Müller €', realm_access: { roles: ['agent'] } };
const example = readFileSync(new URL('../../examples/signed-in.html', import.meta.url), 'utf8');

let here: Awaited<ReturnType<typeof signingIn>>;
let browser: Browser;
/** The files of the desk, and behind them the API, so that no other origin is asked. */
const files = createServer((request, response) => {
  const { url = '' } = request;
  const file = { '/beside/signed-in.html': example, '/beside/': '<h1>The desk</h1>' }[url];
  if (file === undefined) return void here.stack.server.emit('request', request, response);
  response.writeHead(200, { 'content-type': 'text/html' }).end(file.replace('http://127.0.0.1:3000', ''));
});
let beside = '';

beforeAll(async () => {
  const { port } = await listen(files, 0, '127.0.0.1');
  beside = `http://127.0.0.1:${port}/beside/`;
  here = await signingIn({ people: { amy: { password, claims } }, redirects: [`${beside}signed-in.html`] });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  files.close();
  await here.stop();
});

async function opened() {
  const page = await (await browser.newContext()).newPage();
  const addresses: string[] = [];
  page.on('request', (request) => addresses.push(request.url()));
  return { page, addresses };
}

const Kept = z.looseObject({ id: z.string(), lastName: z.string(), token: z.string(), refresh_token: z.string() });

it('An agent signs in on the page of the issuer, and the desk finds the login where it looks for it', async () => {
  const { page, addresses } = await opened();
  await page.goto(`${beside}signed-in.html`);
  await page.locator('[name=name]').fill('amy');
  await page.locator('[name=password]').fill('wrong');
  const first = page.url();
  await page.getByRole('button').click();
  await page.waitForURL((url) => url.href !== first && url.pathname.startsWith('/people/'));
  await page.locator('[name=name]').fill('amy');
  await page.locator('[name=password]').fill(password);
  await page.getByRole('button').click();
  await page.getByRole('heading', { name: 'The desk' }).waitFor();
  expect(page.url()).toBe(beside);
  const kept = Kept.parse(JSON.parse(await page.evaluate(() => atob(localStorage.getItem('ccUser') ?? ''))));
  expect([kept.id, kept.lastName]).toEqual(['amy', 'Müller €']);
  const opens = await fetch(`${here.stack.httpUrl}/handshake`, { headers: { authorization: `Bearer ${kept.token}` } });
  expect(opens.status).toBe(200);
  // No address that it went to had what opens a door.
  expect(addresses.filter((address) => address.includes(kept.token) || address.includes(kept.refresh_token))).toEqual([]); // prettier-ignore
  expect(await page.context().cookies(here.stack.httpUrl)).not.toContainEqual(expect.objectContaining({ name: expect.stringMatching(/^agent-login-/) as string })); // prettier-ignore
  await page.context().close();
});

it('A link with the code of somebody else signs nobody in', async () => {
  const { page } = await opened();
  await page.goto(`${beside}signed-in.html#code=abc`);
  await page.getByText('This tab has not begun to sign in.').waitFor();
  expect(await page.evaluate(() => localStorage.getItem('ccUser'))).toBeNull();
  await page.context().close();
});
