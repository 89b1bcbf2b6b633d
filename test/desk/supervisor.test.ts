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
});
