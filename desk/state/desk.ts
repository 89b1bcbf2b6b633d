/** An agent's desk as signals over the client: presence, offers, conversations, lists, and which of them the agent looks at. */
import { computed, effect, signal } from '@preact/signals';
import type {
  Agent,
  Conversation,
  Offer,
  Presence,
  PullList,
  PullRequest,
  SessionState,
} from '../../shared/client/client.ts';
import type { Api } from '../api.ts';
import { codeInWords, endInWords, revocationInWords } from '../words.ts';
import { Directory } from './directory.ts';
import { attempt, tell } from './notices.ts';
import { Talk } from './talk.ts';
import { Team } from './team.ts';

/** What the narrow column shows, and what the wide one. */
export type Side = 'talks' | 'lists';
export type Main = 'desk' | 'team';

export class Desk {
  readonly agent: Agent;
  readonly api: Api;
  readonly directory: Directory;
  readonly team: Team;
  readonly presence;
  readonly connection;
  readonly offers = signal<readonly Offer[]>([]);
  readonly talks = signal<readonly Talk[]>([]);
  readonly selected = signal<string | null>(null);
  readonly side = signal<Side>('talks');
  readonly main;
  readonly watched;
  readonly requests = signal<readonly PullRequest[]>([]);
  readonly seen = signal<ReadonlySet<string>>(new Set());
  readonly talk;
  readonly isSupervisor: boolean;
  /** May this agent end what waits on a list? */
  readonly mayDelete: boolean;
  readonly #stop: () => void;

  constructor(agent: Agent, api: Api) {
    this.agent = agent;
    this.api = api;
    this.directory = new Directory(api);
    this.team = new Team(agent);
    this.presence = signal<Presence>(agent.presence);
    this.connection = signal<SessionState>(agent.state);
    this.watched = signal<readonly PullList[]>(agent.lists.subscribed);
    this.talk = computed(() => this.talks.value.find(({ id }) => id === this.selected.value) ?? null);
    const { roles, permittedResources } = agent.presence.agent.keycloakUser;
    this.isSupervisor = roles.includes('supervisor');
    this.main = signal<Main>(this.isSupervisor && !roles.includes('agent') ? 'team' : 'desk');
    this.mayDelete = permittedResources.Resources.some(
      ({ rsname, scopes }) => rsname === 'subscribed-list' && scopes.includes('manage'),
    );
    void attempt(this.directory.read());
    void follow(agent.presences(), (presence) => (this.presence.value = presence));
    void follow(agent.connectionStates(), (state) => (this.connection.value = state));
    void follow(agent.offers(), (offer) => this.#rings(offer));
    void follow(agent.conversations(), (conversation) => void this.#joined(conversation));
    void follow(agent.pullRequests(), (requests) => (this.requests.value = requests));
    void follow(agent.errors(), ({ code, msg }) => tell(codeInWords(code, msg), 'bad'));
    agent.on('onPullModeSubscribedList', (lists) => (this.watched.value = lists));
    agent.on('onTopicData', (snapshot) => this.#talk(snapshot.conversationId)?.shown(snapshot));
    agent.on('wrapupTimerStarted', ({ conversationId, durationMs }) => {
      const talk = this.#talk(conversationId);
      if (talk) talk.wrapUpEndsAt.value = Date.now() + durationMs;
    });
    agent.on('agentPresence_', ({ action }) => {
      if (action === 'AGENT_STATE_UNCHANGED') tell('Nothing has changed: that is not possible right now.');
    });
    const stopReading = effect(() => {
      const { value: talk } = this.talk;
      if (!talk || talk.view.value.lines.length === 0 || !this.#looksAt(talk.id)) return;
      talk.read();
    });
    const returned = () => this.talk.peek()?.read();
    addEventListener('focus', returned);
    this.#stop = () => {
      stopReading();
      removeEventListener('focus', returned);
      document.title = 'Agent desk';
    };
  }

  /** How many of each MRD's slots are taken. */
  readonly used = computed(() => {
    const used = new Map<string, number>();
    for (const talk of this.talks.value) {
      const mrdId = talk.view.value.supervises ? null : this.directory.mrdOf(talk.channel.value);
      if (mrdId) used.set(mrdId, (used.get(mrdId) ?? 0) + 1);
    }
    return used;
  });

  readonly unread = computed(() => this.talks.value.reduce((sum, talk) => sum + talk.unread.value, 0));

  /** What waits on the lists and was not looked at. */
  readonly unseen = computed(
    () => this.requests.value.filter(({ id, status }) => status !== 'ACTIVE' && !this.seen.value.has(id)).length,
  );

  select(id: string | null): void {
    this.selected.value = id;
    this.side.value = 'talks';
  }

  /** Where it fails the offer stays, for as long as it rings: what has become of it the manager says. */
  async accept(offer: Offer): Promise<void> {
    if (await attempt(offer.accept())) this.select(offer.conversationId);
  }

  async pick(requestId: string): Promise<void> {
    if (await attempt(this.agent.lists.join(requestId))) this.select(requestId);
  }

  async watch(conversationId: string): Promise<void> {
    if (this.#talk(conversationId) || (await attempt(this.agent.monitor(conversationId)))) this.select(conversationId);
  }

  close(): void {
    this.#stop();
    this.agent.close();
  }

  #talk(id: string): Talk | undefined {
    return this.talks.value.find((talk) => talk.id === id);
  }

  #looksAt(id: string): boolean {
    return this.selected.value === id && document.hasFocus();
  }

  #rings(offer: Offer): void {
    this.offers.value = [...this.offers.value, offer];
    void offer.revoked.then((reason) => {
      const wasShown = this.offers.value.includes(offer);
      this.#forget(offer);
      const { firstName } = offer.channelSession.customer;
      if (wasShown) tell(revocationInWords(reason, firstName || 'The customer'));
    });
  }

  #forget(offer: Offer): void {
    this.offers.value = this.offers.value.filter((other) => other !== offer);
  }

  async #joined(conversation: Conversation): Promise<void> {
    const talk = new Talk(conversation, this.agent.id);
    this.offers.value = this.offers.value.filter(({ conversationId }) => conversationId !== conversation.id);
    this.talks.value = [...this.talks.value.filter(({ id }) => id !== talk.id), talk];
    if (!this.talk.value && this.main.value === 'desk' && !narrow()) this.selected.value = talk.id;
    await talk.follow(() => this.#looksAt(talk.id));
    const words = endInWords(await conversation.ended, talk.customer.value);
    if (words) tell(words);
    this.talks.value = this.talks.value.filter((other) => other !== talk);
    if (this.selected.value !== talk.id) return;
    this.selected.value = narrow() ? null : (this.talks.value.at(-1)?.id ?? null);
  }
}

/** On a small screen there is room for the list or for one conversation. */
function narrow(): boolean {
  return matchMedia('(max-width: 760px)').matches;
}

async function follow<T>(values: AsyncGenerator<T, void, undefined>, each: (value: T) => void): Promise<void> {
  for await (const value of values) each(value);
}
