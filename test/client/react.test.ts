/**
 * The hooks, in a browser: a desk in React 19 and in React 18, in StrictMode, on top of the fake
 * manager and of the small stack; and drawn by a server.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Page } from 'playwright-core';
import { createElement as h } from 'react';
import { renderToString } from 'react-dom/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AgentProvider, useAgent, useOffers } from '../../shared/client/react.ts';
import { createFakeManager, type FakeManager } from '../../shared/client/testing.ts';
import { contactCentre } from '../support/contact-centre.ts';
import { launchBrowser } from '../support/launch.ts';
import { root } from '../support/packed.ts';

declare const version: string;
declare const manager: FakeManager;
declare const drawn: Record<string, number>;
declare const open: (options?: { url: string; token: string }) => void;
declare const close: () => void;

const centre = contactCentre();
const browser = await launchBrowser();
afterAll(() => browser.close());

/** The page, with a React of this version. */
async function bundled(react: '18' | '19'): Promise<string> {
  const modules = (name: string) => join(root, 'node_modules', react === '18' ? `${name}-18` : name);
  const { outputFiles } = await build({
    entryPoints: [join(root, 'test', 'support', 'react-page.ts')],
    alias: { react: modules('react'), 'react-dom': modules('react-dom') },
    define: { 'process.env.NODE_ENV': '"development"' },
    bundle: true,
    write: false,
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}

describe.each(['19', '18'] as const)('A desk in React %s', (react) => {
  const complaints: string[] = [];
  let code: string;
  beforeAll(async () => void (code = await bundled(react)));

  async function page(): Promise<Page> {
    const opened = await browser.newPage();
    opened.on('pageerror', (error) => complaints.push(error.message));
    opened.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    await opened.addScriptTag({ content: code });
    expect(await opened.evaluate(() => version.split('.')[0])).toBe(react);
    return opened;
  }
  const shows = (desk: Page, text: string | RegExp) => desk.getByText(text).first().waitFor({ timeout: 20_000 });
  const press = (desk: Page, name: string) => desk.getByRole('button', { name, exact: true }).first().click();

  it('connects once, though StrictMode mounts it twice, and closes when it goes', async () => {
    const desk = await page();
    await desk.evaluate(() => open());
    await shows(desk, 'Amy is connected, NOT_READY');
    await press(desk, 'Be ready');
    await shows(desk, 'Amy is connected, READY');
    expect(await desk.evaluate(() => manager.connections)).toBe(1);
    await desk.evaluate(() => close());
    await desk.waitForFunction(() => !manager.connected);
    await desk.evaluate(() => open());
    await shows(desk, 'Amy is connected, READY');
    expect(await desk.evaluate(() => [manager.connections, manager.connected])).toEqual([2, true]);
    await desk.close();
    expect(complaints).toEqual([]);
  });

  it('does not go on connecting when it has gone, and connects when it comes again', async () => {
    const desk = await page();
    await desk.evaluate(() => {
      manager.drop();
      open();
    });
    await desk.waitForTimeout(300);
    await desk.evaluate(() => {
      close();
      manager.restore();
    });
    await desk.waitForTimeout(500);
    expect(await desk.evaluate(() => manager.connections)).toBe(0);
    await desk.evaluate(() => open());
    await shows(desk, 'Amy is connected, NOT_READY');
    expect(await desk.evaluate(() => manager.connections)).toBe(1);
    await desk.close();
  });

  it('takes an offer, talks, wraps up, and draws only what has changed', async () => {
    const desk = await page();
    await desk.evaluate(() => open());
    await shows(desk, 'Amy is connected');
    await desk.evaluate(() => {
      manager.offer({ conversationId: 'missed', note: 'First' });
      manager.offer({ conversationId: 'jo', note: 'Second', wrapUpSeconds: 60 });
    });
    await shows(desk, '2 offers');
    await desk.evaluate(() => manager.revoke('missed'));
    await shows(desk, '1 offers');
    await press(desk, 'Accept');
    await shows(desk, 'PRIMARY of 2');
    await shows(desk, '0 offers');
    const before = await desk.evaluate(() => ({ ...drawn }));
    await desk.evaluate(() => manager.customerSays('jo', 'Where is my parcel?'));
    await shows(desk, 'Where is my parcel?');
    await press(desk, 'Say');
    await shows(desk, 'Where is my parcel? / It comes today.');
    const after = await desk.evaluate(() => ({ ...drawn }));
    expect(after['talk']).toBeGreaterThan(before['talk'] ?? 0);
    expect({ ...after, talk: 0 }).toEqual({ ...before, talk: 0 });
    await press(desk, 'Leave');
    await shows(desk, 'WRAP_UP of 2: Where is my parcel? / It comes today. wraps up');
    await press(desk, 'Wrap up');
    await shows(desk, 'ended: UNSUBSCRIBED');
    await desk.close();
    expect(complaints).toEqual([]);
  });

  it('shows lists, a network that is lost, and a token that is refused', async () => {
    const desk = await page();
    await desk.evaluate(() => {
      manager.addList({ id: 'backlog' });
      manager.waits('backlog');
      open();
    });
    await shows(desk, '1 lists, 1 wait');
    await desk.evaluate(() => manager.drop());
    await shows(desk, 'Amy is connecting, NOT_READY');
    await desk.evaluate(() => {
      manager.waits('backlog');
      manager.restore();
    });
    await shows(desk, 'Amy is connected, NOT_READY');
    await shows(desk, '1 lists, 2 wait');
    await desk.evaluate(() => {
      manager.refuseConnections('auth.expired');
      manager.drop();
      manager.restore();
    });
    await shows(desk, 'Amy is closed for auth.expired, NOT_READY');
    await desk.evaluate(() => manager.refuseConnections(undefined));
    await press(desk, 'Again');
    await shows(desk, 'Amy is connected, NOT_READY');
    await desk.close();
    expect(complaints).toEqual([]);
  });

  it('works with the real manager', async () => {
    const queue = await centre.queue({ wrapUp: { enabled: false } });
    const person = await centre.person(['agent'], { attributes: { [queue]: 1 } });
    const desk = await page();
    await desk.evaluate((options) => open(options), { url: centre.stack.wsUrl, token: await person.token() });
    await shows(desk, /is connected, NOT_READY/);
    await press(desk, 'Be ready');
    await shows(desk, /is connected, READY/);
    const customer = await centre.customer(queue);
    await press(desk, 'Accept');
    await shows(desk, 'PRIMARY of 2');
    await customer.says('Where is my parcel?');
    await press(desk, 'Say');
    await shows(desk, 'It comes today.');
    await press(desk, 'Leave');
    await shows(desk, 'ended: UNSUBSCRIBED');
    await desk.close();
    expect(complaints).toEqual([]);
  });
});

it('The README has a desk in React, and a script that it is tried with', async () => {
  const [, code = ''] = /^```jsx\n(.*?)^```$/ms.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? [];
  const entry = (name: string) => join(root, 'shared', 'client', `${name}.ts`);
  const { outputFiles } = await build({
    stdin: { contents: `${code}; globalThis.manager = manager;`, loader: 'jsx', resolveDir: root },
    alias: {
      '@serverless-agent-manager/client/react': entry('react'),
      '@serverless-agent-manager/client/testing': entry('testing'),
    },
    jsx: 'automatic',
    jsxImportSource: 'react',
    bundle: true,
    format: 'esm',
    write: false,
    logLevel: 'error',
  });
  const desk = await browser.newPage();
  await desk.addScriptTag({ content: outputFiles[0]?.text ?? '', type: 'module' });
  await desk.getByRole('button', { name: 'Wants an invoice' }).click();
  await desk.waitForFunction(() => 'manager' in globalThis && document.querySelector('button') === null);
  expect(await desk.evaluate(() => manager.received.map(({ event }) => event))).toEqual(['topicSubscription']);
  await desk.close();
});

describe('A server', () => {
  const Own = () => h('p', null, `${useAgent().state}, ${useOffers().length} offers`);

  it('draws a desk that connects, and connects nothing', async () => {
    const manager = createFakeManager();
    const drawing = renderToString(h(AgentProvider, { options: manager.options, children: h(Own) }));
    expect(drawing).toBe('<p>connecting, 0 offers</p>');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(manager.connections).toBe(0);
  });

  it('is told where there is no provider', () => {
    expect(() => renderToString(h(Own))).toThrow('no AgentProvider');
  });
});
