/**
 * `/docs` of the local runtime: the protocol for people and for programs, and nothing from
 * elsewhere.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { papersFolder } from '../../infra/papers/folder.ts';
import { agentEvents } from '../../shared/protocol/agent-events.ts';
import { loginRoutes } from '../../shared/protocol/login.ts';
import { platformRoutes } from '../../shared/protocol/platform.ts';
import { contactCentre } from '../support/contact-centre.ts';

const centre = contactCentre();
const get = (path: string) => fetch(`${centre.stack.httpUrl}${path}`);

it('shows every event and every route, without a script and from nowhere else', async () => {
  const page = await get('/docs');
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'; style-src 'self'");
  const html = await page.text();
  for (const event of Object.keys(agentEvents)) expect(html).toContain(`<section id="${event}">`);
  for (const { method, path } of [...platformRoutes, ...loginRoutes])
    expect(html).toContain(`<h3>${method} ${path.replace('{kind}', 'queues')}</h3>`);
  expect(html).not.toMatch(/<script|<style|\sstyle=|\son\w+=|(src|href)="(?!\/docs\/|#)/);
  expect((await get('/docs/style.css')).headers.get('content-type')).toBe('text/css; charset=utf-8');
});

it('hands out the documents as they are kept, and no other file', async () => {
  for (const name of ['asyncapi.json', 'openapi.json', 'schemas/onTopicData.json']) {
    expect(await (await get(`/docs/${name}`)).text()).toBe(readFileSync(join(papersFolder, name), 'utf8'));
  }
  for (const path of ['/docs/schemas/..%2f..%2fpackage.json', '/docs/nothing.json', '/docs/schemas'])
    expect((await get(path)).status).toBe(404);
});
