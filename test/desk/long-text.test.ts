/**
 * A text that is too long for one message: the agent is told by how much, keeps all of it, and goes
 * on with everything else.
 */
import { describe, expect, it } from 'vitest';
import { deskCentre, visitorsOf } from '../support/browser.ts';
import { CustomersPage, DeskPage } from '../support/desk-page.ts';

const centre = deskCentre();
const { visit } = visitorsOf(centre);
const connectionsOf = (id: string) =>
  centre.stack.gateway.connections().filter(({ principalId }) => principalId === id).map(({ connectionId }) => connectionId); // prettier-ignore

describe('A text that is too long', () => {
  it.each([
    ['40 KB of letters', 'Robin Berg', 'x'.repeat(40_000)],
    ['emoji, which are four bytes each', 'Kim Novak', '😀'.repeat(9_000)],
    ['what JSON writes longer than it is', 'Toni Russo', `"\\\u0007`.repeat(4_000)],
  ])('is kept when it is pasted, and sent as soon as it fits: %s', async (_, customer, text) => {
    const amy = await DeskPage.ready(await visit(), 'Amy Adams');
    const customers = await CustomersPage.open(await visit());
    await customers.send(customer, 'Queue support');
    await amy.accept(customer);
    const connections = connectionsOf('amy');
    const box = amy.page.getByRole('textbox', { name: /^Message to/ });
    const send = amy.page.getByRole('button', { name: 'Send', exact: true });
    const told = amy.page.getByText('Too long for one message by');
    await box.fill(text);
    await box.press('Control+A');
    await box.press('Control+X');
    await box.press('Control+V');

    expect(await box.inputValue()).toBe(text);
    const tooMany = Number(/by ([\d,]+) characters/.exec((await told.textContent()) ?? '')?.[1]?.replace(',', ''));
    expect(await send.isDisabled()).toBe(true);
    await box.press('Enter');
    expect(await box.inputValue()).toBe(text);

    const characters = Array.from(text);
    await box.fill(characters.slice(0, 1 - tooMany || undefined).join(''));
    expect(await told.textContent()).toContain('by 1 character.');
    await box.fill(characters.slice(0, -tooMany).join(''));
    await amy.has(told, 0);
    await box.press('Enter');
    await amy.has(amy.messages.locator('.line.own:not(.pending)'));
    expect(await box.inputValue()).toBe('');
    await amy.says('That was long.');
    await customers.hears(customer, 'That was long.');
    expect(connectionsOf('amy')).toEqual(connections);
  });
});
