/**
 * A browser for stories. Everybody in a story has a context of their own, so nobody shares anything
 * with anybody but the manager. No page may have complained when a story is over.
 */
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest';
import { config } from '../../infra/local/people/people.ts';
import { contactCentre, type Centre } from './contact-centre.ts';
import { launchBrowser } from './launch.ts';

const DEMO = ['amy', 'bob', 'carol', 'sam'];

export interface Visit {
  readonly width?: number;
  readonly height?: number;
  readonly dark?: boolean;
  /** Another address of the manager. */
  readonly url?: string;
  /** In the same browser profile as this page: a second tab. */
  readonly beside?: Page;
}

/**
 * How long somebody waits for what the screen must show: the machine may be busy with much else.
 */
const PATIENCE_MS = 60_000;

/** One for all files of this worker; it ends with it. */
const browser = await launchBrowser();

/**
 * The demo people work here, and nobody else: a stack for the stories of the desk, which other
 * stories do not use.
 */
export function deskCentre(): Centre {
  const centre = contactCentre({ environment: { GRACE_SECONDS: '300' } });
  // What rings for half a minute may be over before a busy machine has shown it.
  beforeAll(async () => {
    for (const [id, queue] of Object.entries(config['queues'] ?? {})) {
      const patient = { acceptSeconds: 300, wrapUp: { enabled: true, seconds: 300 } };
      await centre.call('PUT', `/config/queues/${id}`, { ...(queue as object), ...patient });
    }
  });
  return centre;
}

/**
 * Opens the desk for somebody. After each story all pages are closed, all demo agents are logged
 * out and all conversations are over; what was on the screens of one that failed is printed.
 */
export function visitorsOf(centre: Centre) {
  const pages: Page[] = [];
  const complaints: string[] = [];
  const conversations = new Set<string>();

  vi.setConfig({ testTimeout: 3 * PATIENCE_MS });
  afterAll(() => vi.resetConfig());
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') {
      const screens = await Promise.all(pages.map((page) => page.locator('body').ariaSnapshot({ timeout: 5_000 })));
      console.error(screens.map((screen, index) => `screen ${index + 1}:\n${screen}`).join('\n\n'));
    }
    for (const page of pages.splice(0)) await page.context().close();
    const ended = [...conversations].map((id) => centre.call('DELETE', `/conversations/${id}?reason=FORCE_CLOSED`));
    conversations.clear();
    await Promise.all(ended);
    await Promise.all(DEMO.map((id) => centre.call('POST', `/agents/${id}/logout`)));
    expect(complaints.splice(0)).toEqual([]);
  });

  async function visit({ width = 1280, height = 800, dark = false, url, beside }: Visit = {}): Promise<Page> {
    const options: BrowserContextOptions = {
      viewport: { width, height },
      colorScheme: dark ? 'dark' : 'light',
      locale: 'en-GB',
    };
    const page = await (beside?.context() ?? (await browser.newContext(options))).newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    pages.push(page);
    page.on('pageerror', (error) => complaints.push(error.stack ?? error.message));
    page.on('console', (message) => {
      // That the network is gone, or that somebody may not come in, is what the network says, not
      // the desk.
      if (message.type() === 'error' && !/net::ERR_|WebSocket connection|status of 403/.test(message.text()))
        complaints.push(message.text());
    });
    page.on('response', async (response) => {
      if (response.request().method() !== 'POST' || !response.url().endsWith('/conversations')) return;
      const { conversationId } = await response.json().catch(() => ({}));
      if (conversationId) conversations.add(conversationId);
    });
    await page.goto(url ?? centre.stack.httpUrl);
    return page;
  }
  return { visit };
}
