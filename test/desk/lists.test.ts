/**
 * Pull lists at the desk in the browser: watching, what is new, picking, putting back, and ending
 * what waits.
 */
import { describe, expect, it } from 'vitest';
import { CustomersPage, DeskPage } from '../support/desk-page.ts';
import { deskCentre, visitorsOf } from '../support/browser.ts';

const centre = deskCentre();
const { visit } = visitorsOf(centre);

const listsOf = (desk: DeskPage) => desk.page.getByRole('button', { name: /^Lists/ });
const watching = (desk: DeskPage, list: string) => desk.page.getByRole('checkbox', { name: list });

async function watches(desk: DeskPage, list: string): Promise<void> {
  await listsOf(desk).click();
  if (!(await watching(desk, list).isChecked())) await watching(desk, list).click();
  await expect.poll(() => watching(desk, list).isChecked()).toBe(true);
}

describe('On a pull list', () => {
  it('a customer waits until an agent who watches it picks them', async () => {
    const amy = await DeskPage.signIn(await visit(), 'Amy Adams');
    await watches(amy, 'backlog');
    await amy.page.getByRole('button', { name: 'Conversations' }).click();
    const customers = await CustomersPage.open(await visit());
    await customers.send('Robin Berg', 'List backlog', { says: 'No hurry.' });
    await listsOf(amy).getByText('1').waitFor();
    await listsOf(amy).click();
    await amy.page.locator('.request.fresh', { hasText: 'Robin Berg' }).waitFor();
    await amy.page.getByRole('button', { name: 'Join Robin Berg' }).click();
    await amy.talk('Robin Berg').waitFor();
    await amy.hears('No hurry.');
    await amy.says('Here I am.');
    await customers.hears('Robin Berg', 'Here I am.');
    await listsOf(amy).click();
    await amy.page.getByRole('button', { name: 'Open Robin Berg' }).waitFor();
    await amy.has(amy.page.locator('.request.fresh'), 0);
    await watching(amy, 'backlog').click();
    await expect.poll(() => watching(amy, 'backlog').isChecked()).toBe(false);
  });

  it('a customer of a queue is put back, and a colleague picks them', async () => {
    const bob = await DeskPage.signIn(await visit(), 'Bob Brown');
    await watches(bob, 'backlog');
    const amy = await DeskPage.ready(await visit(), 'Amy Adams');
    const customers = await CustomersPage.open(await visit());
    await customers.send('Kim Novak', 'Queue support');
    await amy.accept('Kim Novak');
    await amy.asks('Transfer', 'List', 'backlog');
    await bob.page.getByRole('button', { name: 'Join Kim Novak' }).click();
    await bob.says('Bob here.');
    await customers.hears('Kim Novak', 'Bob here.');
  });

  it('somebody who may ends what waits there, and is asked before', async () => {
    const sam = await DeskPage.signIn(await visit(), 'Sam Stone');
    await sam.page.getByRole('button', { name: 'Team' }).click();
    await watches(sam, 'backlog');
    const amy = await DeskPage.signIn(await visit(), 'Amy Adams');
    await watches(amy, 'backlog');
    const customers = await CustomersPage.open(await visit());
    await customers.send('Noa Lindqvist', 'List backlog');
    await amy.page.getByRole('button', { name: 'Join Noa Lindqvist' }).waitFor();
    await amy.has(amy.page.getByRole('button', { name: 'Delete Noa Lindqvist' }), 1);
    await sam.page.getByRole('button', { name: 'Delete Noa Lindqvist' }).click();
    await sam.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await amy.has(amy.page.getByRole('button', { name: 'Join Noa Lindqvist' }), 0);
    await customers.chat('Noa Lindqvist').getByText('Has left').waitFor();
  });
});
