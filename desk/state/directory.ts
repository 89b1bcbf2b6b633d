/**
 * What an agent can choose from: reasons, queues, lists and channels, read at the start and
 * whenever a choice is opened; and colleagues, of whom there may be thousands, so that they are
 * looked for: a page of them where one is chosen, and one where their name is shown.
 */
import { signal } from '@preact/signals';
import type { Api } from '../api.ts';

export interface Named {
  readonly id: string;
  readonly name: string;
}

export interface Reason extends Named {
  readonly type: 'NOT_READY' | 'LOGOUT';
}

/** A queue or a list, of one MRD. */
export interface Place extends Named {
  readonly mrdId: string;
  readonly description?: string;
}

export interface ChannelType extends Named {
  readonly mediaRoutingDomain: string | null;
}

interface Profile {
  readonly id: string;
  readonly username?: string;
  readonly name?: string;
  readonly firstName?: string;
  readonly lastName?: string;
}

export interface Colleague extends Named {
  readonly username: string;
}

/** What is found: a page of it, by name. */
export interface Found {
  readonly colleagues: readonly Colleague[];
  /** There are more: whoever searches has to say more. */
  readonly more: boolean;
}

const AT_ONCE = 50;

export class Directory {
  readonly reasons = signal<readonly Reason[]>([]);
  readonly queues = signal<readonly Place[]>([]);
  readonly lists = signal<readonly Place[]>([]);
  readonly channels = signal<readonly ChannelType[]>([]);
  readonly #api: Api;
  /** By username: their name, or null for as long as it is not known. */
  readonly #called = signal<ReadonlyMap<string, string | null>>(new Map());

  constructor(api: Api) {
    this.#api = api;
  }

  async read(): Promise<void> {
    const [reasons, queues, lists, channels] = await Promise.all([
      this.#api.list<Reason>('reason-codes'),
      this.#api.list<Place>('queues'),
      this.#api.list<Place>('lists'),
      this.#api.list<ChannelType>('channel-types'),
    ]);
    this.reasons.value = sorted(reasons);
    this.queues.value = sorted(queues);
    this.lists.value = sorted(lists);
    this.channels.value = sorted(channels);
  }

  /** Colleagues with names that begin like this; without a search, the first of all. */
  async find(search: string): Promise<Found> {
    const { items, nextAfter } = await this.#api.page<Profile>('agents', { search: search.trim(), limit: AT_ONCE });
    const colleagues = items.map((profile) => ({
      id: profile.id,
      username: profile.username ?? profile.id,
      name: nameOf(profile),
    }));
    return { colleagues: sorted(colleagues), more: nextAfter !== null };
  }

  /**
   * What a colleague is called of whom the manager says the username: looked for when it is shown
   * for the first time.
   */
  called(username: string): string {
    const { value: known } = this.#called;
    if (!known.has(username)) void this.#lookFor(username);
    return known.get(username) ?? username;
  }

  async #lookFor(username: string): Promise<void> {
    const learn = (name: string | null) => (this.#called.value = new Map([...this.#called.peek(), [username, name]]));
    await Promise.resolve(); // not while something is drawn
    if (this.#called.peek().has(username)) return;
    learn(null);
    const found = await this.find(username).catch(() => null); // the username will do
    learn(found?.colleagues.find((colleague) => colleague.username === username)?.name ?? null);
  }

  /** The MRD of a channel, by the channel's name. */
  mrdOf(channel: string): string | null {
    return this.channels.value.find(({ name }) => name === channel)?.mediaRoutingDomain ?? null;
  }
}

function nameOf({ id, name, firstName, lastName }: Profile): string {
  return name ?? ([firstName, lastName].filter(Boolean).join(' ') || id);
}

function sorted<T extends Named>(items: readonly T[]): readonly T[] {
  return items.toSorted((a, b) => a.name.localeCompare(b.name));
}
