/**
 * A supervisor at the desk in the browser: the floor, live, and from there into a conversation,
 * step by step.
 */
import { describe, expect, it } from 'vitest';
import { CustomersPage, DeskPage } from '../support/desk-page.ts';
import { deskCentre, visitorsOf } from '../support/browser.ts';

const centre = deskCentre();
const { visit } = visitorsOf(centre);

/** Every agent who has signed in, with the slots that they use, as the supervisor sees it. */
const floorOf = (sam: DeskPage) =>
  sam.page.locator('.agent-row').evaluateAll((rows) =>
    rows
      .map((row) => {
        const slots = [...row.querySelectorAll('.slots-of')].map((each) => `${each.querySelector('small')?.firstChild?.textContent} ${each.querySelector('.time')?.textContent}`);
        return `${row.querySelector('b')?.textContent}: ${slots.join(', ')}`;
      })
      .toSorted(),
  ); // prettier-ignore

/** The same from what the platform API says. */
async function figuresOf(): Promise<string[]> {
  const { body } = await centre.call('GET', '/agents', undefined, await centre.stack.token('sam'));
  /* oxlint-disable typescript/no-explicit-any -- tests read deep into answers */
  return body.agents
    .map(({ agent, state, agentMrdStates, tasks }: any) => {
      const slots = agentMrdStates.map(({ mrd, maxAgentTasks }: any) => {
        return `${mrd.name} ${tasks.filter(({ mrdId }: any) => mrdId === mrd.id).length}/${maxAgentTasks}`;
      });
      const { firstName, lastName } = agent.keycloakUser;
      return `${firstName} ${lastName}: ${state.name === 'LOGOUT' ? '' : slots.toSorted().join(', ')}`;
    })
    .toSorted();
}

const rowOf = (sam: DeskPage, name: string) => sam.page.locator('.agent-row').filter({ hasText: name });

/** Sam watches what Amy has with a customer. */
async function watched(customer: string) {
  const amy = await DeskPage.ready(await visit(), 'Amy Adams');
  const customers = await CustomersPage.open(await visit());
  await customers.send(customer, 'Queue support');
  await amy.accept(customer);
  const sam = await DeskPage.signIn(await visit(), 'Sam Stone');
  await rowOf(sam, 'Amy Adams').getByRole('button', { name: 'Watch Amy Adams' }).click();
  await sam.facts.getByText('You are watching').waitFor();
  return { amy, customers, sam };
}

describe('A supervisor', () => {
  it('watches a conversation, advises the agent and steps in front of the customer', async () => {
    const amy = await DeskPage.ready(await visit(), 'Amy Adams');
    const customers = await CustomersPage.open(await visit());
    await customers.send('Robin Berg', 'Queue support', { says: 'This is outrageous.' });
    await amy.accept('Robin Berg');

    const sam = await DeskPage.signIn(await visit(), 'Sam Stone');
    await rowOf(sam, 'Amy Adams').getByRole('button', { name: 'Watch Amy Adams' }).click();
    await sam.facts.getByText('You are watching').waitFor();
    await sam.hears('This is outrageous.');
    await amy.has(amy.messages.getByText('Sam'), 0);

    await sam.does('Advise');
    await sam.facts.getByText('You are advising').waitFor();
    await sam.whispers('Offer a discount.');
    await amy.messages.locator('.line.whisper').getByText('Offer a discount.').waitFor();
    await sam.does('Step in');
    await sam.says('I am the head of this team.');
    await customers.hears('Robin Berg', 'I am the head of this team.');
    await amy.has(customers.chat('Robin Berg').getByText('Offer a discount.'), 0);
    await sam.does('Leave');
    await sam.has(sam.talk('Robin Berg'), 0);
    await amy.says('We go on.');
  });

  it('sees the floor change, as GET /agents says it', async () => {
    const sam = await DeskPage.signIn(await visit(), 'Sam Stone');
    const amy = await DeskPage.ready(await visit(), 'Amy Adams');
    await rowOf(sam, 'Amy Adams')
      .getByText(/^Ready [0-9:]+$/)
      .waitFor();
    const customers = await CustomersPage.open(await visit());
    await customers.send('Kim Novak', 'Queue support');
    await rowOf(sam, 'Amy Adams').getByText('rings').waitFor();
    await amy.accept('Kim Novak');
    await rowOf(sam, 'Amy Adams').getByRole('meter', { name: 'CHAT' }).and(sam.page.locator('[value="1"]')).waitFor();
    await amy.become('Lunch');
    await rowOf(sam, 'Amy Adams').getByText('Lunch').waitFor();
    await customers.send('Noa Lindqvist', 'Queue support');
    await sam.page.getByRole('row', { name: /^support 1 / }).waitFor();
    await customers.send('Mika Tanaka', 'List backlog');
    await sam.page.getByRole('row', { name: /^backlog 1 / }).waitFor();

    expect(await floorOf(sam)).toEqual(await figuresOf());
    expect(await floorOf(sam)).toContain('Amy Adams: CHAT 1/5, CX VOICE 0/1');
  });

  it('signs an agent out, whose desk says so', async () => {
    const amy = await DeskPage.ready(await visit(), 'Amy Adams');
    const sam = await DeskPage.signIn(await visit(), 'Sam Stone');
    await rowOf(sam, 'Amy Adams').getByRole('button', { name: 'Sign out Amy Adams' }).click();
    await sam.page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
    await amy.page.getByText('You have signed out.').waitFor();
    await centre.eventually(async () =>
      (await rowOf(sam, 'Amy Adams').getByText('Signed out').count()) > 0 ? true : undefined,
    );
  });

  it('makes an agent ready or not, and ends their wrap-up', async () => {
    const amy = await DeskPage.signIn(await visit(), 'Amy Adams');
    const sam = await DeskPage.signIn(await visit(), 'Sam Stone');
    await sam.sets('Amy Adams', 'Ready');
    await amy.state('Ready').waitFor();
    const customers = await CustomersPage.open(await visit());
    await customers.send('Robin Berg', 'Queue support');
    await amy.accept('Robin Berg');
    await sam.sets('Amy Adams', 'Lunch');
    await amy.state('Lunch').waitFor();
    await rowOf(sam, 'Amy Adams').getByText('Lunch').waitFor();

    await amy.does('Leave');
    await amy.page.getByRole('heading', { name: 'Wrap-up' }).waitFor();
    await rowOf(sam, 'Amy Adams').getByRole('button', { name: 'End wrap-up of Amy Adams' }).click();
    const dialog = sam.page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'End wrap-up' }).click();
    await dialog.waitFor({ state: 'detached' });
    await amy.has(amy.page.getByRole('heading', { name: 'Wrap-up' }), 0);
    await sam.has(rowOf(sam, 'Amy Adams').getByRole('button', { name: 'End wrap-up of Amy Adams' }), 0);
  });

  it('takes over a conversation that they watch, and the customer is theirs', async () => {
    const { sam, amy, customers } = await watched('Robin Berg');
    await sam.orders('Take over', 'Take over');
    await sam.has(sam.facts.getByText('You are watching'), 0);
    await sam.says('From now on you talk with me.');
    await customers.hears('Robin Berg', 'From now on you talk with me.');
    await amy.page.getByRole('heading', { name: 'Wrap-up' }).waitFor();
    await sam.has(sam.page.getByRole('button', { name: 'Supervise' }), 0);
  });

  it('hands a customer to a colleague, and hears in the dialog why one cannot take them', async () => {
    const { sam, amy } = await watched('Kim Novak');
    const bob = await DeskPage.signIn(await visit(), 'Bob Brown');
    const dialog = await sam.supervises('Hand to a colleague');
    await dialog.getByRole('searchbox').fill('Bob');
    await dialog.getByRole('radio', { name: 'Bob Brown' }).click();
    await dialog.getByRole('button', { name: 'Hand over' }).click();
    await dialog.getByRole('alert').getByText('This colleague cannot take anybody right now.').waitFor();
    await sam.has(sam.page.locator('.notice'), 0);

    await bob.become('Ready');
    await dialog.getByRole('button', { name: 'Hand over' }).click();
    await dialog.waitFor({ state: 'detached' });
    await bob.accept('Kim Novak');
    await amy.page.getByRole('heading', { name: 'Wrap-up' }).waitFor();
    await sam.facts.getByText('Bob with the customer').waitFor();
  });

  it('sends a customer to a queue, from where the next agent has them', async () => {
    const { sam, amy } = await watched('Noa Lindqvist');
    const bob = await DeskPage.ready(await visit(), 'Bob Brown');
    await amy.become('Lunch');
    const dialog = await sam.supervises('Send to a queue');
    await dialog.getByRole('radio', { name: 'support' }).click();
    await dialog.getByRole('button', { name: 'Send', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    await amy.isTold('Noa Lindqvist went to somebody else.');
    await bob.accept('Noa Lindqvist');
  });

  it('closes a conversation, for the customer too', async () => {
    const { sam, customers } = await watched('Mika Tanaka');
    await sam.orders('Close', 'Close conversation');
    await customers.chat('Mika Tanaka').getByText('Has left').waitFor();
    await sam.page.locator('.over').getByText('Mika Tanaka has left.').waitFor();
  });

  it('hears in the dialog why something cannot be done, and may try again', async () => {
    const amy = await DeskPage.ready(await visit(), 'Amy Adams');
    const sam = await DeskPage.signIn(await visit(), 'Sam Stone');
    await rowOf(sam, 'Amy Adams').getByRole('button', { name: 'Sign out Amy Adams' }).click();
    await sam.page.route('**/agents/*/logout', (route) => route.abort());
    const dialog = sam.page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Sign out' }).click();
    await dialog.getByRole('alert').getByText('The manager cannot be reached.').waitFor();
    await sam.has(sam.page.locator('.notice'), 0);
    await sam.page.unroute('**/agents/*/logout');
    await dialog.getByRole('button', { name: 'Sign out' }).click();
    await dialog.waitFor({ state: 'detached' });
    await amy.page.getByText('You have signed out.').waitFor();
  });
});
