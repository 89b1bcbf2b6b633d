/**
 * The customers who are played in the browser: traffic that comes by itself, the same for a seed.
 */
import { expect, it } from 'vitest';
import { lifeFrom } from '../../desk/customer/life.ts';
import { randomFrom } from '../../desk/customer/random.ts';
import { deskCentre, visitorsOf } from '../support/browser.ts';
import { CustomersPage, DeskPage } from '../support/desk-page.ts';

const centre = deskCentre();
const { visit } = visitorsOf(centre);

/** What the first of a seed are called. */
function whoComes(seed: number, count: number): string[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, () => {
    const { arrival } = lifeFrom(random, { queues: ['any'], channels: ['any'] });
    random.next(); // until the next one comes
    return arrival.name;
  });
}

it('Traffic brings the customers of its seed to the agents, until it is stopped', async () => {
  const amy = await DeskPage.ready(await visit(), 'Amy Adams');
  const { page } = await CustomersPage.open(await visit());
  await page.getByRole('button', { name: 'Traffic' }).click();
  await page.getByLabel('Customers a minute').fill('40');
  await page.getByLabel('Seed').fill('7');
  await page.getByRole('button', { name: 'Start' }).click();
  const present = page.getByRole('list', { name: 'Customers' }).getByRole('button');
  await present.nth(2).waitFor();
  await page.getByRole('button', { name: 'Stop' }).click();

  const come = Number.parseInt((await page.getByRole('status').first().textContent()) ?? '');
  await amy.has(present, come);
  const names = (await present.allTextContents()).map((text) => text.split(',')[0]);
  expect(new Set(names)).toEqual(new Set(whoComes(7, come)));
  const offer = amy.page.getByRole('region', { name: 'Offers' }).getByRole('article').first();
  const name = (await offer.getByRole('heading').textContent()) ?? '';
  await offer.getByRole('button', { name: 'Accept' }).click();
  await amy.talk(name).waitFor();
  await amy.messages.locator('.line.customer').first().waitFor();
});
