/**
 * What becomes of a conversation at the desk in the browser when the page, the tab or the network
 * goes.
 */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { layCable, type Cable } from '../support/cable.ts';
import { CustomersPage, DeskPage } from '../support/desk-page.ts';
import { deskCentre, visitorsOf } from '../support/browser.ts';

const centre = deskCentre();
const { visit } = visitorsOf(centre);
let cable: Cable;
beforeAll(async () => {
  cable = await layCable(centre.stack.httpUrl);
});
afterAll(() => cable.stop());

/** Amy at a desk, in the middle of a conversation. */
async function talk(customer: string, url?: string) {
  const amy = await DeskPage.ready(await visit(url === undefined ? {} : { url }), 'Amy Adams');
  const customers = await CustomersPage.open(await visit());
  await customers.send(customer, 'Queue support', { says: 'Where is my parcel?' });
  await amy.accept(customer);
  await amy.says('Let me look.');
  return { amy, customers };
}

describe('In the middle of a conversation', () => {
  it('the page is loaded again: everything is there as before', async () => {
    const { amy, customers } = await talk('Robin Berg');
    await amy.page.reload();
    await amy.connected();
    await amy.state('Ready').waitFor();
    await amy.hears('Let me look.');
    await customers.says('Robin Berg', 'Are you still there?');
    await amy.hears('Are you still there?');
    await amy.has(amy.messages.getByText('Let me look.'));
    await amy.says('I am.');
    await customers.hears('Robin Berg', 'I am.');
  });

  it('a second tab takes over: the first says so, and can take over again', async () => {
    const { amy } = await talk('Kim Novak');
    const second = await DeskPage.signIn(await visit({ beside: amy.page }), 'Amy Adams');
    await second.hears('Let me look.');
    await amy.page.getByText('You have signed in at another desk').waitFor();
    await second.says('From the second tab.');
    await amy.page.getByRole('button', { name: 'Use this desk instead' }).click();
    await amy.hears('From the second tab.');
    await second.page.getByText('You have signed in at another desk').waitFor();
    await amy.says('From the first again.');
  });

  it('the network goes and comes: nothing is lost in either direction', async () => {
    const { amy, customers } = await talk('Noa Lindqvist', cable.url);
    cable.pull();
    await amy.page.getByText('Reconnecting …').waitFor();
    await customers.says('Noa Lindqvist', 'Said while you were away.');
    await amy.page.getByRole('textbox', { name: 'Message to Noa Lindqvist' }).fill('Written without a network.');
    await amy.page.keyboard.press('Enter');
    await amy.messages.locator('.pending').getByText('Written without a network.').waitFor();
    cable.plug();
    await amy.connected();
    await amy.hears('Said while you were away.');
    await customers.hears('Noa Lindqvist', 'Written without a network.');
    await amy.has(amy.messages.locator('.pending'), 0);
    await amy.has(amy.messages.getByText('Written without a network.'));
  });

  it('the customer goes: the agent is told, and wraps up', async () => {
    const { amy, customers } = await talk('Toni Russo');
    await customers.leaves('Toni Russo');
    await amy.facts.getByText('The customer has left').waitFor();
    await amy.wrapsUp(['No answer'], 'Left');
    await amy.has(amy.tab('Toni Russo'), 0);
  });
});
