/**
 * `npm run screenshots`: plays a busy moment on a stack of its own and writes what it looks like,
 * light and dark, to `docs/`.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { start } from '../../infra/local/start.ts';
import { launchBrowser } from '../support/launch.ts';
import setup from '../support/build.ts';
import { CustomersPage, DeskPage } from '../support/desk-page.ts';

const folder = join(import.meta.dirname, '..', '..', 'docs');

async function play(browser: Browser, url: string): Promise<void> {
  const visit = async (width = 1280, height = 800) => {
    const context = await browser.newContext({ viewport: { width, height }, reducedMotion: 'reduce', locale: 'en-GB' });
    const page = await context.newPage();
    await page.goto(url);
    return page;
  };
  const shoot = async (page: Page, name: string) => {
    const notices = page.getByRole('button', { name: 'Dismiss' });
    while ((await notices.count()) > 0) await notices.first().click(); // they lie over what is shown
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`) });
    }
  };

  const customers = await CustomersPage.open(await visit());
  const amy = await DeskPage.ready(await visit(), 'Amy Adams');
  for (const [name, channel, says] of [
    ['Kim Novak', 'FACEBOOK', 'Can I still change the address of my delivery?'],
    ['Alex Moreau', 'EMAIL', 'My invoice has the wrong name on it.'],
    ['Robin Berg', 'WHATSAPP', 'Hello, my parcel came today, but look at it.'],
  ] as const) {
    await customers.send(name, 'Queue support', { channel, says });
    await amy.accept(name);
  }
  await customers.attaches('Robin Berg', 'Picture');
  await amy.says('I am sorry! I ask how we can make good for it.');
  const bob = await DeskPage.ready(await visit(390, 844), 'Bob Brown');
  await amy.asks('Consult', 'Colleague', 'Bob Brown', 'Broken on arrival: send again?');
  await bob.accept('Robin Berg');
  await bob.whispers('Yes, and offer the express delivery.');
  await amy.hears('express delivery');
  await amy.says('We send you a new one, by express. It is with you tomorrow.');
  await amy.messages.getByTitle('Read').first().waitFor();
  const waiting = await CustomersPage.open(await visit());
  await waiting.send('Noa Lindqvist', 'Queue support', { says: 'Hello?' });
  await amy.offer('Noa Lindqvist').waitFor();
  await shoot(amy.page, 'agent');
  await shoot(bob.page, 'phone');

  await waiting.send('Mika Tanaka', 'List backlog');
  const sam = await DeskPage.signIn(await visit(), 'Sam Stone');
  for (const each of [1, 2, 3]) {
    await sam.page.getByRole('button', { name: `Watch ${each} Amy Adams` }).click();
    await sam.facts.getByText('You are watching').waitFor();
    if (await sam.talk('Robin Berg').isVisible()) break;
    await sam.does('Leave');
    await sam.page.getByText('No conversation is watched.').waitFor();
  }
  await sam.hears('express delivery');
  await shoot(sam.page, 'supervisor');
  await shoot(customers.page, 'customers');

  await amy.page.getByRole('button', { name: /^Lists/ }).click();
  await amy.page.getByRole('checkbox', { name: 'backlog' }).click();
  await amy.page.getByRole('button', { name: 'Join Mika Tanaka' }).waitFor();
  await amy.does('Leave');
  await amy.page.getByRole('button', { name: 'Delivery', exact: true }).click();
  await amy.page.getByRole('textbox', { name: 'Note' }).fill('Broken on arrival, sent again by express.');
  await shoot(amy.page, 'wrap-up');
}

await setup();
mkdirSync(folder, { recursive: true });
const browser = await launchBrowser();
const stack = await start({ demo: true });
try {
  await play(browser, stack.httpUrl);
} finally {
  await browser.close();
  await stack.stop();
}
