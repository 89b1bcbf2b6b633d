/**
 * What somebody is typing when the conversation ends under their fingers, or the view would change:
 * it reaches nobody else, and it is still there.
 */
import { describe, expect, it } from 'vitest';
import { CustomersPage, DeskPage } from '../support/desk-page.ts';
import { deskCentre, visitorsOf } from '../support/browser.ts';
import { logOf } from '../support/platform.ts';

const centre = deskCentre();
const { visit } = visitorsOf(centre);

const SAID = 'Your new password is swordfish';

/**
 * Amy is with Robin, whom she looks at, and with Kim. Robin's queue has no wrap-up, unless the
 * settings say so.
 */
async function amyWithTwo(settings: Record<string, unknown> = {}) {
  const name = `typing-${Date.now()}`;
  await centre.queue({ name, steps: [], acceptSeconds: 300, wrapUp: { enabled: false }, ...settings });
  const amy = await DeskPage.ready(await visit(), 'Amy Adams');
  const customers = await CustomersPage.open(await visit());
  await customers.send('Kim Novak', 'Queue support');
  await amy.accept('Kim Novak');
  await customers.send('Robin Berg', `Queue ${name}`);
  await amy.accept('Robin Berg');
  const [robin, kim] = [await amy.conversationOf('Robin Berg'), await amy.conversationOf('Kim Novak')];
  return { amy, customers, robin, kim, name };
}

/** What agents have said there. */
async function saidIn(id: string): Promise<unknown[]> {
  const log = await logOf(centre, id);
  return log.filter(({ name }) => /^(AGENT|WHISPER)_MESSAGE$/.test(name)).map(({ data }) => data.body.markdownText);
}

/** Types half of it, lets it happen, types the other half and sends it. */
async function typesWhile({ page }: DeskPage, happens: () => Promise<unknown>): Promise<void> {
  const half = SAID.length / 2;
  await page.keyboard.type(SAID.slice(0, half));
  await Promise.all([happens(), page.keyboard.type(SAID.slice(half), { delay: 40 })]);
}

type Two = Awaited<ReturnType<typeof amyWithTwo>>;
const ENDS: Record<string, { settings?: Record<string, unknown>; end: (two: Two) => Promise<unknown> }> = {
  'the customer leaves': { end: ({ customers }) => customers.leaves('Robin Berg') },
  'the platform closes the conversation': {
    end: ({ robin }) => centre.call('DELETE', `/conversations/${robin}?reason=FORCE_CLOSED`),
  },
  'the time for an answer runs out': { settings: { agentSlaSeconds: 3 }, end: () => Promise.resolve() },
};

describe('What an agent types', () => {
  it.each(Object.entries(ENDS))('while %s reaches nobody, and stays', async (_, { settings, end }) => {
    const two = await amyWithTwo(settings);
    const { amy, customers, robin, kim } = two;
    await amy.box('Robin Berg').focus();
    if (settings) await amy.says('Hello Robin.'); // Robin's question is answered; the next one is not
    await customers.says('Robin Berg', 'And my password?');
    await amy.hears('And my password?');
    await amy.box('Robin Berg').focus();
    const before = await saidIn(robin);
    await typesWhile(amy, () => end(two));
    await amy.page.locator('.over').waitFor();
    await amy.page.keyboard.press('Enter');
    await amy.page.keyboard.type('!');
    expect(await amy.box('Robin Berg').inputValue()).toBe(`${SAID}!`);

    await amy.tab('Kim Novak').click();
    await amy.tab('Robin Berg').getByText('not sent').waitFor();
    expect(await amy.box('Kim Novak').inputValue()).toBe('');
    await amy.says('Hello Kim.');
    expect(await saidIn(kim)).toEqual(['Hello Kim.']);
    expect(await saidIn(robin)).toEqual(before);

    await amy.tab('Robin Berg').click();
    expect(await amy.box('Robin Berg').inputValue()).toBe(`${SAID}!`);
    await amy.page.getByRole('button', { name: 'Discard what was not sent' }).click();
    await amy.has(amy.tab('Robin Berg'), 0);
    await amy.page.getByText('No conversation is open.').waitFor();
  });

  it('into the wrap-up of one customer is not in that of the next, and stays when the time is over', async () => {
    const { amy, customers } = await amyWithTwo({ wrapUp: { enabled: true, seconds: 6 } });
    await amy.box('Robin Berg').focus();
    await typesWhile(amy, () => customers.leaves('Robin Berg'));
    await amy.page.getByRole('heading', { name: 'Wrap-up' }).waitFor();
    expect(await amy.box('Robin Berg').inputValue()).toBe(SAID);
    await amy.page.getByRole('textbox', { name: 'Note' }).pressSequentially('Wanted a password');
    await amy.page.getByText('Not saved: the time is over').waitFor();
    expect(await amy.page.getByRole('textbox', { name: 'Note' }).inputValue()).toBe('Wanted a password');
    await amy.tab('Kim Novak').click();
    await amy.does('Leave');
    await amy.page.getByRole('heading', { name: 'Wrap-up' }).waitFor();
    expect(await amy.page.getByRole('textbox', { name: 'Note' }).inputValue()).toBe('');
  });

  it('for a colleague stays in its dialog when the conversation ends under it', async () => {
    const { amy, robin, kim } = await amyWithTwo();
    await amy.withColleague(/^Transfer/);
    const dialog = amy.page.getByRole('dialog');
    await dialog.getByRole('radio', { name: 'support' }).click();
    await dialog.getByLabel('Note for who comes').focus();
    await typesWhile(amy, () => centre.call('DELETE', `/conversations/${robin}?reason=FORCE_CLOSED`));
    await dialog.getByText('You are no longer with the customer').waitFor();
    expect(await dialog.getByLabel('Note for who comes').inputValue()).toBe(SAID);
    expect(await dialog.getByRole('button', { name: 'Transfer', exact: true }).isDisabled()).toBe(true);
    await amy.page.keyboard.press('Escape');
    expect(await saidIn(kim)).toEqual([]);
    await amy.talk('Robin Berg').waitFor();
  });

  it('while an offer that they have accepted is still on its way stays where they type', async () => {
    const { amy, customers, name } = await amyWithTwo();
    await customers.send('Noa Lindqvist', `Queue ${name}`);
    await amy.offer('Noa Lindqvist').waitFor();
    // In one moment: no answer can come between the click, which takes the focus, and the hand on
    // the keyboard.
    await amy.page.evaluate(() => {
      const accept = document.querySelector<HTMLElement>('.offer button');
      accept?.focus();
      accept?.click();
      document.querySelector<HTMLElement>('.composer textarea')?.focus();
    });
    await typesWhile(amy, () => amy.tab('Noa Lindqvist').waitFor());
    expect(await amy.box('Robin Berg').inputValue()).toBe(SAID);
    await amy.tab('Noa Lindqvist').click();
    expect(await amy.box('Noa Lindqvist').inputValue()).toBe('');
  });

  it('to colleagues never reaches the customer, whatever becomes of them', async () => {
    const { amy, customers, robin } = await amyWithTwo();
    const bob = await DeskPage.ready(await visit(), 'Bob Brown');
    await amy.asks('Consult', 'Colleague', 'Bob Brown');
    await bob.accept('Robin Berg');
    await bob.facts.getByText('You are advising').waitFor();
    const whisper = bob.page.getByRole('textbox', { name: 'Whisper to colleagues' });
    await whisper.focus();
    await typesWhile(bob, () => amy.withColleague(/^Hand over to Bob/));
    await bob.facts.getByText('You are advising').waitFor({ state: 'detached' });
    await bob.page.getByText('No colleague is here to read it.').waitFor();
    await bob.page.keyboard.press('Enter');
    expect(await whisper.inputValue()).toBe(SAID);
    await bob.turnsToCustomer();
    expect(await bob.box('Robin Berg').inputValue()).toBe('');
    await bob.says('Bob here.');
    await customers.hears('Robin Berg', 'Bob here.');
    expect(await saidIn(robin)).toEqual(['Bob here.']);
  });

  it('as a supervisor who advises stays with that conversation', async () => {
    const { robin, kim } = await amyWithTwo();
    const sam = await DeskPage.signIn(await visit(), 'Sam Stone');
    await sam.page.getByRole('button', { name: 'Watch 2 Amy Adams' }).click();
    await sam.does('Advise');
    await sam.facts.getByText('You are advising').waitFor();
    const watched = (await sam.page.locator('.talk').getAttribute('id'))?.slice('talk-'.length) ?? '';
    const whisper = sam.page.getByRole('textbox', { name: 'Whisper to colleagues' });
    await whisper.focus();
    await typesWhile(sam, () => centre.call('DELETE', `/conversations/${watched}?reason=FORCE_CLOSED`));
    await sam.page.locator('.over').waitFor();
    await sam.page.keyboard.press('Enter');
    expect(await whisper.inputValue()).toBe(SAID);
    await sam.page.getByRole('button', { name: 'Watch Amy Adams' }).click(); // one is left
    await sam.facts.getByText('You are watching').waitFor();
    expect(await whisper.inputValue()).toBe('');
    expect([...(await saidIn(kim)), ...(await saidIn(robin))]).toEqual([]);
  });

  it('stays when another desk takes over, and is there again at the next', async () => {
    const { amy } = await amyWithTwo();
    await amy.box('Robin Berg').focus();
    await typesWhile(amy, async () => DeskPage.signIn(await visit(), 'Amy Adams'));
    await amy.page.getByText('You had not sent').waitFor();
    const kept = await amy.page.locator('.unsent').textContent();
    await amy.page.getByRole('button', { name: 'Use this desk instead' }).click();
    await amy.tab('Robin Berg').getByText('not sent').or(amy.talk('Robin Berg')).first().waitFor();
    await amy.tab('Robin Berg').click();
    const typed = await amy.box('Robin Berg').inputValue();
    expect(SAID.startsWith(typed) && typed.length >= SAID.length / 2).toBe(true);
    expect(kept).toContain(`Message, Robin Berg: ${typed}`);
    await amy.tab('Kim Novak').click();
    expect(await amy.box('Kim Novak').inputValue()).toBe('');
  });
});

describe('A list', () => {
  it('stands still under the pointer when a conversation goes from it', async () => {
    const { amy, customers, name, robin } = await amyWithTwo();
    for (const next of ['Noa Lindqvist', 'Mika Tanaka']) {
      await customers.send(next, `Queue ${name}`);
      await amy.accept(next);
    }
    await amy.tab('Noa Lindqvist').hover();
    const before = await amy.tab('Noa Lindqvist').boundingBox();
    await centre.call('DELETE', `/conversations/${robin}?reason=FORCE_CLOSED`);
    await amy.has(amy.tab('Robin Berg'), 0);
    expect(await amy.tab('Noa Lindqvist').boundingBox()).toEqual(before);
    await amy.page.mouse.down();
    await amy.page.mouse.up();
    await amy.talk('Noa Lindqvist').waitFor();
    await amy.page.mouse.move(900, 300);
    await centre.eventually(async () => {
      const { y = 0 } = (await amy.tab('Noa Lindqvist').boundingBox()) ?? {};
      return y < (before?.y ?? 0) ? true : undefined;
    });
  });
});
