/**
 * How the desk looks and can be used: no barriers in any view, light or dark; nothing overflows at
 * either size; nothing jumps while much happens.
 */
import { describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import type { Customer } from '../support/contact-centre.ts';
import { CustomersPage, DeskPage } from '../support/desk-page.ts';
import { deskCentre, visitorsOf } from '../support/browser.ts';
import { barriers, overflows, watchShifts } from '../support/looks.ts';

const centre = deskCentre();
const { visit } = visitorsOf(centre);

const LONG = 'Wolfeschlegelsteinhausenbergerdorff-Bartholomew the Elder of Llanfairpwllgwyngyll';

/** Every main view of the desk, one after the other, with a customer whose name is long. */
async function throughAll(page: Page, look: (view: string) => Promise<void>): Promise<void> {
  await page.getByText('Who are you?').waitFor();
  await look('sign-in');
  const queue = await centre.queue({
    name: 'a-queue-with-quite-a-long-name-for-a-queue',
    steps: [],
    acceptSeconds: 300,
  });
  const amy = await DeskPage.ready(page, 'Amy Adams');
  await look('nobody there');
  await page.getByRole('button', { name: /^Your state/ }).click();
  await look('state menu');
  await page.keyboard.press('Escape');
  const customers = await CustomersPage.open(await visit());
  await customers.send(LONG, 'Queue a-queue-with-quite-a-long-name-for-a-queue', {
    says: `Look at https://shop.example/${'x'.repeat(150)}`,
  });
  await amy.offer(LONG).waitFor();
  await look('offer');
  await amy.accept(LONG);
  await amy.says('Good morning! '.repeat(20));
  for (const kind of [
    'Picture',
    'File',
    'Location',
    'Contact',
    'Buttons',
    'Carousel',
    'E-mail',
    'Comment',
    'Template',
  ]) {
    await customers.attaches(LONG, kind);
  }
  await amy.messages.getByText('order_shipped').waitFor();
  await look('conversation');
  await amy.withColleague(/^Transfer/);
  await look('asking for a colleague');
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  const bob = await DeskPage.ready(await visit(), 'Bob Brown');
  await amy.asks('Consult', 'Colleague', 'Bob Brown', 'How?');
  await bob.accept(LONG);
  await bob.whispers('Like this. '.repeat(20));
  await amy.messages.locator('.line.whisper').getByText('Like this.').waitFor();
  await look('consult');
  await amy.does('Leave');
  await page.getByRole('heading', { name: 'Wrap-up' }).waitFor();
  await look('wrap-up');
  await page.getByRole('button', { name: 'Skip' }).click();
  await page.getByRole('heading', { name: 'Wrap-up' }).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: /^Lists/ }).click();
  await page.getByRole('checkbox', { name: 'backlog' }).click();
  await customers.send(LONG, 'List backlog');
  await page.getByRole('button', { name: `Join ${LONG}` }).waitFor();
  await look('lists');
  await page.getByRole('checkbox', { name: 'backlog' }).click();
  await page.getByRole('button', { name: 'Customers' }).click();
  await page.getByRole('button', { name: 'Send customer' }).waitFor();
  await look('customers beside the desk');
  await page.getByRole('button', { name: 'Traffic' }).click();
  await look('traffic');
  await centre.call('DELETE', `/config/queues/${queue}`);
}

/** As a supervisor: the floor, and a conversation beside it. */
async function throughTeam(page: Page, look: (view: string) => Promise<void>): Promise<void> {
  const amy = await DeskPage.ready(await visit(), 'Amy Adams');
  const customers = await CustomersPage.open(await visit());
  await customers.send(LONG, 'Queue support');
  await amy.accept(LONG);
  const sam = await DeskPage.signIn(page, 'Sam Stone');
  await page.getByRole('button', { name: 'Watch Amy Adams' }).waitFor();
  await look('team');
  await page.getByRole('button', { name: 'Watch Amy Adams' }).click();
  await sam.facts.getByText('You are watching').waitFor();
  await look('watching');
  await page.getByRole('button', { name: 'State of Amy Adams' }).click();
  await look("an agent's state");
  await page.keyboard.press('Escape');
  await sam.does('Supervise');
  await look('what to do with it');
  await page.keyboard.press('Escape');
  await sam.supervises('Hand to a colleague');
  await look('handing it to a colleague');
}

/** As a customer, on the page of the customers. */
async function throughCustomers(page: Page, look: (view: string) => Promise<void>): Promise<void> {
  const customers = await CustomersPage.open(page);
  await look('nobody');
  await customers.send(LONG, 'List backlog', { says: 'Good morning! '.repeat(20) });
  for (const kind of ['Picture', 'Carousel', 'E-mail']) await customers.attaches(LONG, kind);
  await customers.hears(LONG, 'please find the form attached.');
  await look('chat');
  await customers.leaves(LONG);
  await customers.chat(LONG).getByText('Has left').waitFor();
  await look('after it');
  await page.getByRole('button', { name: 'Traffic' }).click();
  await look('traffic');
}

const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 390, height: 844 };

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('The desk', () => {
  it.each([
    ['an agent', throughAll],
    ['a supervisor', throughTeam],
    ['a customer', throughCustomers],
  ])(
    'of %s has no barriers that axe-core knows of, light or dark, and room for long words, wide or narrow',
    async (_, tour) => {
      const found: Record<string, string[]> = {};
      const page = await visit(WIDE);
      await tour(page, async (view) => {
        for (const colorScheme of ['dark', 'light'] as const) {
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
          const wrong = await barriers(page);
          if (wrong.length > 0) found[`${view}, ${colorScheme}`] = wrong;
        }
        for (const size of [NARROW, WIDE]) {
          await page.setViewportSize(size);
          const wrong = await overflows(page);
          if (wrong.length > 0) found[`${view}, ${size.width} wide`] = wrong;
        }
      });
      expect(found).toEqual({});
    },
  );

  it('stands still while twenty things a second happen', async () => {
    const page = await visit();
    const amy = await DeskPage.ready(page, 'Amy Adams');
    const queue = await centre.queue({ steps: [], acceptSeconds: 300, wrapUp: { enabled: false } });
    const customers = await Promise.all(Array.from({ length: 4 }, () => centre.customer(queue)));
    for (const _ of customers) await amy.offer('Jo').getByRole('button', { disabled: false }).first().click();
    await amy.has(amy.tab('Jo'), customers.length);
    await amy.tab('Jo').first().click();
    await amy.has(amy.offer('Jo'), 0);
    const shifts = await watchShifts(page);
    const places = () =>
      Promise.all(
        ['.top', '.tabs', '.talk-head', '.facts', '.lines', '.composer'].map((each) =>
          page.locator(each).boundingBox(),
        ),
      );
    const before = await places();

    // Each of them writes five times a second for six seconds, one message after the other; in
    // between, somebody rings.
    const writes = async ({ says }: Customer) => {
      for (let n = 1; n <= 30; n += 1) await Promise.all([says(`Message ${n}`), later(200)]);
    };
    const rings = later(2_000).then(() => centre.customer(queue));
    await Promise.all([...customers.map(writes), rings]);
    await amy.has(page.locator('.line.customer'), 30);
    await amy.hears('Message 30');
    await amy.has(amy.offer('Jo'), 1);
    expect(await shifts()).toEqual([]);
    expect(await places()).toEqual(before);
  });
});
