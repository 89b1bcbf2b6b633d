/**
 * An agent's day at the desk in the browser: a customer from the offer to the wrap-up, one who is
 * missed, and the agent's own state.
 */
import { describe, expect, it } from 'vitest';
import { CustomersPage, DeskPage } from '../support/desk-page.ts';
import { deskCentre, visitorsOf } from '../support/browser.ts';
import { agentOf, logOf } from '../support/platform.ts';

const centre = deskCentre();
const { visit } = visitorsOf(centre);

describe('An agent', () => {
  it('takes a customer from the offer to the wrap-up', async () => {
    const amy = await DeskPage.ready(await visit(), 'Amy Adams');
    const customers = await CustomersPage.open(await visit());
    await customers.send('Robin Berg', 'Queue support', { channel: 'WHATSAPP', says: 'Where is my parcel?' });

    const offer = amy.offer('Robin Berg');
    await offer.getByText('WHATSAPP').waitFor();
    await offer.getByText('support').waitFor();
    expect(Number(await offer.getByRole('timer').textContent())).toBeGreaterThan(0);
    await amy.accept('Robin Berg');
    await amy.has(offer, 0);
    await amy.hears('Where is my parcel?');

    await amy.says('Good morning! It comes today.');
    await customers.hears('Robin Berg', 'It comes today.');
    await amy.messages.getByTitle('Read').waitFor();
    await customers.chat('Robin Berg').getByText('Read').waitFor();

    await customers.chat('Robin Berg').getByRole('textbox').pressSequentially('Thank');
    await amy.page.getByText('Robin Berg is typing …').waitFor();
    await customers.says('Robin Berg', 'Thank you!');
    await amy.hears('Thank you!');

    await amy.does('Leave');
    await amy.page.getByRole('timer').getByText('left').waitFor();
    await amy.wrapsUp(['Delivery', 'Solved'], 'Came a day late');
    await amy.has(amy.tab('Robin Berg'), 0);
    await amy.page.getByText('No conversation is open.').waitFor();
    await amy.mrd('CHAT').getByText('0/5').waitFor();
  });

  it('can press again where the conversation that they accepted does not come', async () => {
    const amy = await DeskPage.ready(await visit(), 'Amy Adams');
    const customers = await CustomersPage.open(await visit());
    await customers.send('Ida Lind', 'Queue support', { says: 'Hello?' });
    await amy.offer('Ida Lind').waitFor();
    await amy.page.clock.install();
    let lost = 0;
    const found = centre.stack.gateway.interceptPosts(({ body }) => {
      if (!body.startsWith('{"event":"onTopicData"')) return undefined;
      lost += 1;
      return 200; // taken, and never delivered
    });
    const accept = amy.offer('Ida Lind').getByRole('button', { name: 'Accept' });
    await accept.click();
    await expect.poll(() => lost).toBeGreaterThan(0);
    await amy.page.clock.fastForward(31_000);
    await amy.page.getByText('There was no answer in time.').waitFor();
    found();
    await amy.accept('Ida Lind');
    await amy.hears('Hello?');
    await amy.has(amy.offer('Ida Lind'), 0);
  });

  it('sees messages of every kind that a channel carries', async () => {
    const amy = await DeskPage.ready(await visit(), 'Amy Adams');
    const customers = await CustomersPage.open(await visit());
    await customers.send('Kim Novak', 'Queue support');
    await amy.accept('Kim Novak');
    const seen: Record<string, () => Promise<unknown>> = {
      Picture: () => amy.messages.getByRole('img', { name: 'This is how it arrived.' }).waitFor(),
      File: () => amy.messages.getByRole('link', { name: 'invoice-4711.pdf' }).waitFor(),
      Video: () => amy.messages.locator('video').waitFor(),
      Sound: () => amy.messages.locator('audio').waitFor(),
      Sticker: () => amy.messages.getByRole('img', { name: 'Sticker' }).waitFor(),
      Link: () => amy.messages.getByRole('link', { name: 'https://shop.example/orders/4711' }).waitFor(),
      Location: () => amy.messages.getByRole('link', { name: '59.3293, 18.0686' }).waitFor(),
      Contact: () => amy.messages.getByRole('link', { name: '+46 555 0100' }).waitFor(),
      Buttons: () => amy.messages.getByRole('listitem').getByText('Not really').waitFor(),
      Carousel: () => amy.messages.getByRole('group', { name: 'Carousel' }).getByText('Medium').waitFor(),
      'E-mail': () => amy.messages.getByText('please find the form attached.').waitFor(),
      Comment: () => amy.messages.getByText('Commented on post 2001').waitFor(),
      Template: () => amy.messages.getByText('order_shipped').waitFor(),
      'Something new': () => amy.messages.getByText('Look at this from the left.').waitFor(),
    };
    for (const [kind, isSeen] of Object.entries(seen)) {
      await customers.attaches('Kim Novak', kind);
      await isSeen();
    }
    await amy.has(amy.messages.locator('.line.customer'), 1 + Object.keys(seen).length);
  });

  it('wraps up where they choose to, and takes more time for it', async () => {
    const wrapUp = { mode: 'AGENT_CHOICE', seconds: 50, extendSeconds: 3_000, mostSeconds: 9_000 };
    const queue = await centre.queue({ name: 'choice', steps: [], acceptSeconds: 300, wrapUp });
    const amy = await DeskPage.ready(await visit(), 'Amy Adams');
    const customers = await CustomersPage.open(await visit());
    await customers.send('Lou Marsh', 'Queue choice');
    await amy.accept('Lou Marsh');
    await amy.does('Wrap up afterwards');
    await amy.page.getByRole('button', { name: 'Wrap up afterwards', pressed: true }).waitFor();
    await amy.does('Leave');
    const left = amy.page.getByRole('timer').filter({ hasText: 'left' });
    await left.waitFor();
    await amy.page.getByRole('button', { name: 'More time' }).click();
    await left.getByText(/^5\d:/).waitFor();
    await amy.wrapsUp(['Solved'], 'Took a while');
    await amy.has(amy.tab('Lou Marsh'), 0);
    await centre.call('DELETE', `/config/queues/${queue}`);
  });

  it('sees from the start how long they have to answer, and no more once they have', async () => {
    const queue = await centre.queue({ name: 'prompt', steps: [], acceptSeconds: 300, agentSlaSeconds: 3_000 });
    const amy = await DeskPage.ready(await visit(), 'Amy Adams');
    const customers = await CustomersPage.open(await visit());
    await customers.send('Lou Marsh', 'Queue prompt');
    await amy.accept('Lou Marsh');
    const clock = amy.page.getByText('Answer within');
    await clock.getByText(/^(50:00|49:)/).waitFor();
    await amy.says('Good morning!');
    await amy.has(clock, 0);
    await customers.says('Lou Marsh', 'Hello?');
    await clock.getByText(/^(50:00|49:)/).waitFor();
    await amy.page.reload(); // what a desk is shown later says the same
    await clock.getByText(/^(50:00|49:|48:)/).waitFor();
    await centre.call('DELETE', `/config/queues/${queue}`);
  });

  it('who does not answer loses the customer to the next, and is not ready any more', async () => {
    const settings = { name: 'quick', steps: [], wrapUp: { enabled: false } };
    const queue = await centre.queue({ ...settings, acceptSeconds: 4 });
    const amy = await DeskPage.ready(await visit(), 'Amy Adams');
    const customers = await CustomersPage.open(await visit());
    await customers.send('Noa Lindqvist', 'Queue quick');
    await amy.offer('Noa Lindqvist').waitFor();
    await amy.isTold('Noa Lindqvist went on to a colleague');
    await amy.has(amy.offer('Noa Lindqvist'), 0);
    await amy.mrd('CHAT').getByText('not ready').waitFor({ state: 'attached' });
    expect(await amy.mrd('CHAT').getAttribute('aria-pressed')).toBe('false');
    await centre.call('PUT', `/config/queues/${queue}`, { ...settings, mrdId: 'CHAT' });
    const bob = await DeskPage.ready(await visit(), 'Bob Brown');
    await bob.accept('Noa Lindqvist');
    await bob.does('Leave');
    await bob.has(bob.tab('Noa Lindqvist'), 0);
    await centre.call('DELETE', `/config/queues/${queue}`);
  });

  it('who declines sees the customer go to a colleague, and stays ready', async () => {
    const settings = { name: 'choosy', steps: [], wrapUp: { enabled: false } };
    const queue = await centre.queue(settings);
    const amy = await DeskPage.ready(await visit(), 'Amy Adams');
    const customers = await CustomersPage.open(await visit());
    await customers.send('Sam Rivera', 'Queue choosy');
    await amy.offer('Sam Rivera').getByRole('button', { name: 'Decline' }).click();
    await amy.isTold('Sam Rivera goes to a colleague');
    await amy.has(amy.offer('Sam Rivera'), 0);
    expect(await amy.mrd('CHAT').getAttribute('aria-pressed')).toBe('true');
    const bob = await DeskPage.ready(await visit(), 'Bob Brown');
    await bob.accept('Sam Rivera');
    await bob.does('Leave');
    await bob.has(bob.tab('Sam Rivera'), 0);
    await centre.call('DELETE', `/config/queues/${queue}`);
  });

  it('chooses a state with its reason and switches kinds of work off and on', async () => {
    const amy = await DeskPage.ready(await visit(), 'Amy Adams');
    const chat = amy.mrd('CHAT');
    await centre.eventually(async () => ((await chat.getAttribute('aria-pressed')) === 'true' ? true : undefined));
    await chat.click();
    await centre.eventually(async () => ((await chat.getAttribute('aria-pressed')) === 'false' ? true : undefined));
    await chat.click();
    await centre.eventually(async () => ((await chat.getAttribute('aria-pressed')) === 'true' ? true : undefined));
    await amy.become('Lunch');
    expect((await agentOf(centre, 'amy')).state).toMatchObject({ name: 'NOT_READY', reasonCode: { id: 'lunch' } });
    await centre.eventually(async () => ((await chat.isDisabled()) ? true : undefined));
    await amy.page.getByRole('button', { name: /^Your state/ }).click();
    await amy.page.getByRole('menuitem', { name: 'Sign out: End of shift' }).click();
    await amy.page.getByText('You have signed out.').waitFor();
    expect((await agentOf(centre, 'amy')).state).toMatchObject({ name: 'LOGOUT', reasonCode: { id: 'end-of-shift' } });
  });

  it('finishes what they do while nobody new is offered to them', async () => {
    const amy = await DeskPage.ready(await visit(), 'Amy Adams');
    const customers = await CustomersPage.open(await visit());
    await customers.send('Jules Martin', 'Queue support');
    await amy.accept('Jules Martin');
    await amy.mrd('CHAT').click();
    await amy.mrd('CHAT').getByText('not ready after this').waitFor({ state: 'attached' });
    await amy.says('I am still here.');
  });

  it('puts the customer on hold and takes them off', async () => {
    const amy = await DeskPage.ready(await visit(), 'Amy Adams');
    const customers = await CustomersPage.open(await visit());
    await customers.send('Eden Clarke', 'Queue support');
    await amy.accept('Eden Clarke');
    await amy.does('Put on hold');
    await amy.page.getByRole('menuitem', { name: 'Hold for 5 minutes' }).click();
    await amy.facts.getByText('On hold').waitFor();
    await amy.does('Resume');
    await amy.has(amy.facts.getByText('On hold'), 0);
  });

  it('parks the customer, who comes back by writing', async () => {
    const amy = await DeskPage.ready(await visit(), 'Amy Adams');
    const customers = await CustomersPage.open(await visit());
    await customers.send('Eden Clarke', 'Queue support');
    await amy.accept('Eden Clarke');
    await amy.does('Put on hold');
    await amy.page.getByRole('menuitem', { name: 'Park for an hour' }).click();
    await amy.facts.getByText('Parked').waitFor();
    await customers.says('Eden Clarke', 'Hello again');
    await amy.has(amy.facts.getByText('Parked'), 0);
  });

  it('works with the keyboard alone', async () => {
    const amy = await DeskPage.signIn(await visit(), 'Amy Adams');
    const { keyboard } = amy.page;
    await amy.page.getByRole('button', { name: /^Your state/ }).focus();
    await keyboard.press('Enter');
    await keyboard.press('Enter'); // Ready is the first
    await amy.state('Ready').waitFor();
    const customers = await CustomersPage.open(await visit());
    await customers.send('Remy Dubois', 'Queue support');
    await amy.offer('Remy Dubois').getByRole('button', { name: 'Accept' }).focus();
    await keyboard.press('Enter');
    await amy.talk('Remy Dubois').waitFor();
    await amy.page.getByRole('textbox', { name: 'Message to Remy Dubois' }).focus();
    await keyboard.type('Hello');
    await keyboard.press('Shift+Enter');
    await keyboard.type('there');
    await keyboard.press('Enter');
    await amy.messages.locator('.line.own:not(.pending)', { hasText: 'there' }).waitFor();
    await customers.hears('Remy Dubois', 'Hello there');
    await amy.page.getByRole('button', { name: 'Colleague' }).focus();
    await keyboard.press('Enter');
    await keyboard.press('ArrowDown');
    expect(await amy.page.evaluate(() => document.activeElement?.textContent)).toContain('Conference');
    await keyboard.press('Escape');
    expect(await amy.page.evaluate(() => document.activeElement?.textContent)).toContain('Colleague');
    const log = await logOf(centre, (await amy.tab('Remy Dubois').getAttribute('id'))?.slice(4) ?? '');
    expect(log.findLast(({ name }) => name === 'AGENT_MESSAGE')?.data.body.markdownText).toBe('Hello\nthere');
  });
});
