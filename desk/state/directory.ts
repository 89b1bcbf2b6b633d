/** What an agent can choose from: reasons, queues, lists, colleagues, channels. Read at the start and whenever a choice is opened. */
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

export class Directory {
  readonly reasons = signal<readonly Reason[]>([]);
  readonly queues = signal<readonly Place[]>([]);
  readonly lists = signal<readonly Place[]>([]);
  readonly colleagues = signal<readonly (Named & { readonly username: string })[]>([]);
  readonly channels = signal<readonly ChannelType[]>([]);
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  async read(): Promise<void> {
    const [reasons, queues, lists, agents, channels] = await Promise.all([
      this.#api.list<Reason>('reason-codes'),
      this.#api.list<Place>('queues'),
      this.#api.list<Place>('lists'),
      this.#api.list<Profile>('agents'),
      this.#api.list<ChannelType>('channel-types'),
    ]);
    this.reasons.value = sorted(reasons);
    this.queues.value = sorted(queues);
    this.lists.value = sorted(lists);
    this.colleagues.value = sorted(
      agents.map((agent) => ({ id: agent.id, username: agent.username ?? agent.id, name: nameOf(agent) })),
    );
    this.channels.value = sorted(channels);
  }

  /** What a colleague is called of whom the manager says the username. */
  called(username: string): string {
    return this.colleagues.value.find((colleague) => colleague.username === username)?.name ?? username;
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
