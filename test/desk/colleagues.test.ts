/**
 * Several agents and a customer, each in a browser of their own: transfer, consult, conference, and
 * what is refused in words.
 */
import { describe, expect, it } from 'vitest';
import { CustomersPage, DeskPage } from '../support/desk-page.ts';
import { deskCentre, visitorsOf } from '../support/browser.ts';

const centre = deskCentre();
const { visit } = visitorsOf(centre);

/** Amy talks with a customer, and Bob has just become ready. */
async function talk(customer: string, queue = 'support') {
  const amy = await DeskPage.ready(await visit(), 'Amy Adams');
  const customers = await CustomersPage.open(await visit());
  await customers.send(customer, `Queue ${queue}`, { says: 'I want an invoice.' });
  await amy.accept(customer);
  const bob = await DeskPage.ready(await visit(), 'Bob Brown');
  return { amy, bob, customers };
}

describe('With a colleague', () => {
  it('a customer is handed over to a queue, with a note', async () => {
    const { amy, bob, customers } = await talk('Robin Berg', 'sales');
    await amy.asks('Transfer', 'Queue', 'support', 'Wants an invoice for 4711');
    await bob.offer('Robin Berg').getByText('Handed over, by Amy Adams').waitFor();
    await bob.offer('Robin Berg').getByText('Wants an invoice for 4711').waitFor();
    await bob.accept('Robin Berg');
    await amy.isTold('bob has taken what you asked support for.');
    await bob.messages.locator('.line.whisper').getByText('Wants an invoice for 4711').waitFor();
    await bob.hears('I want an invoice.');
    await amy.wrapsUp(['Invoice'], 'Handed over');
    await amy.isTold('Robin Berg was handed over.');
    await bob.says('Here it is.');
    await customers.hears('Robin Berg', 'Here it is.');
    await amy.has(customers.chat('Robin Berg').getByText('Wants an invoice for 4711'), 0);
  });

  it('somebody is consulted unseen by the customer, and takes over', async () => {
    const { amy, bob, customers } = await talk('Kim Novak');
    await amy.asks('Consult', 'Colleague', 'Bob Brown', 'Which form?');
    await bob.offer('Kim Novak').getByText('Asks for your advice').waitFor();
    await bob.accept('Kim Novak');
    await bob.facts.getByText('You are advising').waitFor();
    await bob.whispers('The form on page 12.');
    await amy.messages.locator('.line.whisper').getByText('The form on page 12.').waitFor();
    await amy.whispers('Would you take it?');
    await bob.hears('Would you take it?');
    await amy.withColleague(/^Hand over to Bob/);
    await bob.turnsToCustomer();
    await bob.says('Bob here, I have found it.');
    await customers.hears('Kim Novak', 'Bob here, I have found it.');
    await amy.page.getByRole('heading', { name: 'Wrap-up' }).waitFor();
    await amy.page.getByRole('button', { name: 'Skip' }).click();
    await amy.isTold('Kim Novak was handed over.');
    await amy.has(customers.chat('Kim Novak').getByText('The form on page 12.'), 0);
  });

  it('two agents talk with a customer, and one of them leaves', async () => {
    const { amy, bob, customers } = await talk('Alex Moreau');
    await amy.asks('Conference', 'Colleague', 'Bob Brown');
    await bob.offer('Alex Moreau').getByText('Asks you to join').waitFor();
    await bob.accept('Alex Moreau');
    await amy.facts.getByText('Bob with the customer').waitFor();
    await bob.says('Hello from Bob.');
    await customers.hears('Alex Moreau', 'Hello from Bob.');
    await amy.does('Leave');
    await bob.facts.getByText('Amy wrapping up').waitFor();
    await bob.says('I stay.');
  });

  it('a request is taken back, and another one may be made', async () => {
    const { amy, bob } = await talk('Jamie Okafor');
    await amy.asks('Conference', 'Colleague', 'Bob Brown');
    await amy.facts.getByText('You asked Bob Brown for somebody who joins: it rings').waitFor();
    await bob.offer('Jamie Okafor').waitFor();
    await amy.facts.getByRole('button', { name: 'Take back' }).click();
    await bob.has(bob.offer('Jamie Okafor'), 0);
    await amy.has(amy.facts.getByText('You asked'), 0);
    await amy.asks('Consult', 'Colleague', 'Bob Brown');
    await bob.accept('Jamie Okafor');
  });

  it('a colleague among hundreds is found by a part of their name, and nothing of colleagues is read before', async () => {
    await Promise.all(
      Array.from({ length: 120 }, (_, n) =>
        centre.call('PUT', `/config/agents/z-crowd-${n}`, { firstName: 'Alex', lastName: `Crowd${n}` }),
      ),
    );
    const page = await visit();
    const read: string[] = [];
    page.on('request', (request) => {
      if (request.url().includes('/config/agents')) read.push(new URL(request.url()).search);
    });
    const amy = await DeskPage.ready(page, 'Amy Adams');
    const customers = await CustomersPage.open(await visit());
    await customers.send('Noa Levi', 'Queue support', { says: 'Hello' });
    await amy.accept('Noa Levi');
    expect(read).toEqual([]);
    await amy.withColleague(/^Consult/);
    const dialog = amy.page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Colleague', exact: true }).click();
    await dialog.getByText('There are more').waitFor();
    await dialog.getByRole('searchbox').fill('carol cl');
    await dialog.getByRole('radio', { name: 'Carol Clark' }).waitFor();
    await amy.has(dialog.getByRole('radio'), 1);
    expect(read.length).toBeLessThanOrEqual(3);
    await amy.page.keyboard.press('Escape');
  });

  it('what is refused is said in words, and the choice stays open', async () => {
    const { amy } = await talk('Alex Moreau');
    await amy.withColleague(/^Transfer/);
    const dialog = amy.page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Colleague', exact: true }).click();
    await dialog.getByRole('searchbox').fill('Carol');
    await dialog.getByRole('radio', { name: 'Carol Clark' }).click();
    await dialog.getByRole('button', { name: 'Transfer', exact: true }).click();
    await dialog
      .getByRole('alert')
      .getByText(/colleague/)
      .waitFor();
    await amy.page.keyboard.press('Escape');
    await amy.says('You stay with me.');
  });

  it('a customer goes back to their queue once, and is not sent in a circle', async () => {
    const { amy, bob } = await talk('Sasha Petrov');
    await amy.asks('Transfer', 'Queue', 'support', 'Not one of mine');
    await bob.accept('Sasha Petrov');
    await bob.withColleague(/^Transfer/);
    const dialog = bob.page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Queue', exact: true }).click();
    await dialog.getByRole('radio', { name: 'support' }).click();
    await dialog.getByRole('button', { name: 'Transfer', exact: true }).click();
    await dialog.getByRole('alert').getByText('send them in a circle').waitFor();
    await bob.page.keyboard.press('Escape');
    await bob.says('You stay with me.');
  });
});
