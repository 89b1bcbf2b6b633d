/**
 * What people do at a desk in the browser, and what customers do in the simulator: by what is
 * written on the screen, as a person finds it.
 */
import type { Locator, Page } from 'playwright-core';

/** Somebody signed in at a desk. */
export class DeskPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  static async signIn(page: Page, name: string): Promise<DeskPage> {
    await page.getByRole('button', { name }).click();
    const desk = new DeskPage(page);
    await desk.connected();
    return desk;
  }

  /** Signed in, and ready for customers. */
  static async ready(page: Page, name: string): Promise<DeskPage> {
    const desk = await DeskPage.signIn(page, name);
    await desk.become('Ready');
    return desk;
  }

  async connected(): Promise<void> {
    await this.page.getByText('Connected', { exact: true }).waitFor();
  }

  /** Chooses a state, or a reason, and waits until it is so. */
  async become(state: string): Promise<void> {
    await this.page.getByRole('button', { name: /^Your state/ }).click();
    await this.page.getByRole('menuitem', { name: state, exact: true }).click();
    await this.state(state).waitFor();
  }

  state(words: string): Locator {
    return this.page.getByRole('button', { name: new RegExp(`^Your state: ${words} [0-9:]+$`) });
  }

  mrd(name: string): Locator {
    return this.page.getByRole('group', { name: 'Kinds of work' }).getByRole('button', { name });
  }

  offer(customer: string): Locator {
    return this.page.getByRole('region', { name: 'Offers' }).getByRole('article').filter({ hasText: customer });
  }

  /** Takes the offer of this customer, and waits until the conversation is there. */
  async accept(customer: string): Promise<void> {
    await this.offer(customer).getByRole('button', { name: 'Accept' }).click();
    await this.talk(customer).waitFor();
  }

  tab(customer: string): Locator {
    return this.page.getByRole('tab', { name: customer });
  }

  talk(customer: string): Locator {
    return this.page.getByRole('region', { name: `Conversation with ${customer}` });
  }

  /** The messages of the conversation that is open. */
  get messages(): Locator {
    return this.page.getByRole('log', { name: 'Messages' });
  }

  /** The line of facts about the conversation that is open. */
  get facts(): Locator {
    return this.page.getByRole('group', { name: 'Facts' });
  }

  async hears(text: string): Promise<void> {
    await this.messages.getByText(text).first().waitFor();
  }

  /** Says it to the customer, and waits until the manager has it. */
  async says(text: string): Promise<void> {
    const box = this.page.getByRole('textbox', { name: /^Message to/ });
    await box.fill(text);
    await this.page.getByRole('button', { name: 'Send', exact: true, disabled: false }).waitFor();
    await box.press('Enter');
    await this.messages.locator('.line.own:not(.pending)', { hasText: text }).first().waitFor();
  }

  async whispers(text: string): Promise<void> {
    const whisper = this.page.getByRole('button', { name: 'Whisper', exact: true });
    if ((await whisper.getAttribute('aria-pressed')) !== 'true') await whisper.click();
    await this.page.getByRole('textbox', { name: 'Whisper to colleagues' }).fill(text);
    await this.page.keyboard.press('Enter');
  }

  /** Where the agent writes to this customer, if that is what is in view. */
  box(customer: string): Locator {
    return this.page.getByRole('textbox', { name: `Message to ${customer}` });
  }

  /** From here on, what is written is for the customer. */
  async turnsToCustomer(): Promise<void> {
    await this.page.getByRole('button', { name: 'Customer', exact: true, disabled: false }).click();
  }

  /** The id of a conversation that the agent is in. */
  async conversationOf(customer: string): Promise<string> {
    return (await this.tab(customer).getAttribute('id'))?.slice('tab-'.length) ?? '';
  }

  /** Does something with the conversation that is open, by its button. */
  async does(action: string): Promise<void> {
    await this.page.locator('.talk-head').getByRole('button', { name: action }).click();
  }

  /** As `does`, by an entry of the menu of colleagues. */
  async withColleague(action: RegExp): Promise<void> {
    await this.does('Colleague');
    await this.page.getByRole('menuitem', { name: action }).click();
  }

  /** As a supervisor, on the floor: sets the state of an agent. */
  async sets(agent: string, state: string): Promise<void> {
    await this.page.getByRole('button', { name: `State of ${agent}` }).click();
    await this.page.getByRole('menuitem', { name: state, exact: true }).click();
  }

  /** As a supervisor: opens the dialog of what is to be done with the conversation in view. */
  async supervises(what: string): Promise<Locator> {
    await this.does('Supervise');
    await this.page.getByRole('menuitem', { name: what }).click();
    return this.page.getByRole('dialog');
  }

  /** The same, and confirms it. */
  async orders(what: string, action: string): Promise<void> {
    const dialog = await this.supervises(what);
    await dialog.getByRole('button', { name: action, exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
  }

  /** Asks for somebody: a queue, a colleague or a list, by what it is called. */
  async asks(
    action: 'Consult' | 'Conference' | 'Transfer',
    kind: 'Queue' | 'Colleague' | 'List',
    target: string,
    note?: string,
  ): Promise<void> {
    await this.withColleague(new RegExp(`^${action}`));
    const dialog = this.page.getByRole('dialog');
    await dialog.getByRole('button', { name: kind, exact: true }).click();
    if (kind === 'Colleague') await dialog.getByRole('searchbox').fill(target);
    await dialog.getByRole('radio', { name: target }).click();
    if (note !== undefined) await dialog.getByLabel('Note for who comes').fill(note);
    await dialog.getByRole('button', { name: action === 'Conference' ? 'Ask to join' : action, exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
  }

  /** Chooses answers, writes a note and finishes the wrap-up. */
  async wrapsUp(answers: readonly string[], note: string): Promise<void> {
    await this.page.getByRole('heading', { name: 'Wrap-up' }).waitFor();
    for (const answer of answers) await this.page.getByRole('button', { name: answer, exact: true }).click();
    await this.page.getByRole('textbox', { name: 'Note' }).fill(note);
    await this.page.getByRole('button', { name: 'Finish' }).click();
    await this.page.getByRole('heading', { name: 'Wrap-up' }).waitFor({ state: 'detached' });
  }

  /** What the desk tells the agent in words. */
  async isTold(words: string | RegExp): Promise<void> {
    await this.page.locator('.notice').filter({ hasText: words }).first().waitFor();
  }

  /** Waits until there are so many of it. */
  async has(locator: Locator, count = 1): Promise<void> {
    if (count > 0) await locator.nth(count - 1).waitFor({ state: 'attached' });
    await locator.nth(count).waitFor({ state: 'detached' });
  }
}

/** The customers, on a page of their own. */
export class CustomersPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  static async open(page: Page): Promise<CustomersPage> {
    await page.getByRole('link', { name: 'Play the customers' }).click();
    await page.getByRole('button', { name: 'Send customer' }).waitFor();
    return new CustomersPage(page);
  }

  /** A customer comes, by a channel, to a queue or a list. */
  async send(name: string, to: string, { channel = 'WEB', says = 'Hello?' } = {}): Promise<void> {
    await this.page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
    await this.page.getByRole('combobox', { name: /^Channel/ }).selectOption(channel);
    await this.page.getByRole('combobox', { name: /^To/ }).selectOption({ label: to });
    await this.page.getByLabel('Says first').fill(says);
    await this.page.getByRole('button', { name: 'Send customer' }).click();
    await this.chat(name).waitFor();
  }

  chat(name: string): Locator {
    return this.page.getByRole('region', { name: `As ${name}` });
  }

  async says(name: string, text: string): Promise<void> {
    await this.chat(name).getByRole('textbox').fill(text);
    await this.page.keyboard.press('Enter');
  }

  async attaches(name: string, what: string): Promise<void> {
    await this.chat(name).getByRole('button', { name: 'Attach' }).click();
    await this.page.getByRole('menuitem', { name: what, exact: true }).click();
  }

  async hears(name: string, text: string): Promise<void> {
    await this.chat(name).getByText(text).first().waitFor();
  }

  async leaves(name: string): Promise<void> {
    await this.chat(name).getByRole('button', { name: 'Leave' }).click();
  }
}
