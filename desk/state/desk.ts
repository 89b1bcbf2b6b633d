/**
 * An agent's desk as signals over the client: presence, offers, conversations, lists, and which of
 * them the agent looks at.
 */
import { computed, effect, signal } from '@preact/signals';
import type {
  Agent,
  Conversation,
  Offer,
  Presence,
  PullList,
  PullRequest,
  SessionState,
  SupervisorOrder,
} from '../../shared/client/client.ts';
import type { Api } from '../api.ts';
import { ApiError, codeInWords, orderInWords, outcomeInWords, revocationInWords } from '../words.ts';
import { goBy } from './clock.ts';
import { Directory } from './directory.ts';
import type { Drafts } from './drafts.ts';
import { attempt, tell } from './notices.ts';
import { Sight } from './sight.ts';
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
  readonly sight = new Sight();
  readonly side = signal<Side>('talks');
  readonly main;
  readonly watched;
  readonly requests = signal<readonly PullRequest[]>([]);
  readonly seen = signal<ReadonlySet<string>>(new Set());
  readonly talk;
  readonly isSupervisor: boolean;
  /** May this agent end what waits on a list? */
  readonly mayDelete: boolean;
  /** The agent has signed out themselves. */
  signsOut = false;
  readonly #drafts: Drafts;
  readonly #stop: () => void;

  constructor(agent: Agent, api: Api, drafts: Drafts) {
    this.#drafts = drafts;
    this.agent = agent;
    this.api = api;
    this.directory = new Directory(api);
    this.team = new Team(agent);
    this.presence = signal<Presence>(agent.presence);
    this.connection = signal<SessionState>(agent.state);
    this.watched = signal<readonly PullList[]>(agent.lists.subscribed);
    this.talk = computed(() => this.talks.value.find(({ id }) => id === this.sight.id.value) ?? null);
    const { roles, permittedResources } = agent.presence.agent.keycloakUser;
    this.isSupervisor = roles.includes('supervisor');
    this.main = signal<Main>(this.isSupervisor && !roles.includes('agent') ? 'team' : 'desk');
    this.mayDelete = permittedResources.Resources.some(
      ({ rsname, scopes }) => rsname === 'subscribed-list' && scopes.includes('manage'),
    );
    goBy(() => agent.now());
    void attempt(this.directory.read());
    void follow(agent.presences(), (presence) => (this.presence.value = presence));
    void follow(agent.connectionStates(), (state) => (this.connection.value = state));
    void follow(agent.offers(), (offer) => this.#rings(offer));
    void follow(agent.conversations(), (conversation) => void this.#joined(conversation));
    void follow(agent.pullRequests(), (requests) => (this.requests.value = requests));
    void follow(agent.errors(), ({ code, msg }) => tell(codeInWords(code, msg), 'bad'));
    agent.on('onPullModeSubscribedList', (lists) => (this.watched.value = lists));
    agent.on('onTopicData', (snapshot) => this.#talk(snapshot.conversationId)?.shown(snapshot));
    agent.on('wrapupTimerStarted', ({ conversationId }) => {
      const talk = this.#talk(conversationId);
      if (talk) talk.wrapUpEndsAt.value = talk.conversation.wrapUpEndsAt;
    });
    agent.on('onAssistanceOutcome', ({ outcome, agent: colleague, queue }) =>
      tell(outcomeInWords(outcome, colleague?.name, queue?.name)),
    );
    agent.on('onSupervisorAction', ({ by, after }) => tell(orderInWords(by.name, after)));
    agent.on('agentPresence_', ({ action }) => {
      if (action === 'AGENT_STATE_UNCHANGED') tell('Nothing has changed: that is not possible right now.');
    });
    const stopReading = effect(() => {
      const { value: talk } = this.talk;
      if (!talk || talk.view.value.lines.length === 0 || !this.#looksAt(talk.id)) return;
      talk.read();
    });
    // What is over goes once it is out of sight, unless it holds what was not sent.
    const stopSweeping = effect(() => {
      const { value: inView } = this.sight.id;
      for (const talk of this.talks.value) {
        if (talk.over.value !== null && talk.id !== inView && talk.draft.isEmpty.value) this.dismiss(talk);
      }
    });
    const returned = () => this.talk.peek()?.read();
    addEventListener('focus', returned);
    this.#stop = () => {
      stopReading();
      stopSweeping();
      this.sight.close();
      removeEventListener('focus', returned);
      document.title = 'Agent desk';
    };
  }

  /** How many of each MRD's slots are taken. */
  readonly used = computed(() => {
    const used = new Map<string, number>();
    for (const talk of this.talks.value) {
      const mrdId =
        talk.view.value.supervises || talk.over.value !== null ? null : this.directory.mrdOf(talk.channel.value);
      if (mrdId) used.set(mrdId, (used.get(mrdId) ?? 0) + 1);
    }
    return used;
  });

  readonly unread = computed(() => this.talks.value.reduce((sum, talk) => sum + talk.unread.value, 0));

  /** What waits on the lists and was not looked at. */
  readonly unseen = computed(
    () => this.requests.value.filter(({ id, status }) => status !== 'ACTIVE' && !this.seen.value.has(id)).length,
  );

  /**
   * The agent goes to a conversation, or back to the list. Without the `keyboard` they only look at
   * it.
   */
  select(id: string | null, how: { keyboard?: boolean } = {}): void {
    this.sight.open(id, how);
    this.side.value = 'talks';
  }

  /**
   * The agent has done with a conversation that is over, and with what they have not sent there.
   */
  dismiss(talk: Talk): void {
    this.#drafts.forget(talk.id);
    this.talks.value = this.talks.value.filter((other) => other !== talk);
    if (this.sight.id.peek() === talk.id) this.sight.open(null);
  }

  /**
   * Where it fails the offer stays, for as long as it rings: what has become of it the manager
   * says.
   */
  async accept(offer: Offer): Promise<void> {
    await this.#opens(offer.conversationId, offer.accept());
  }

  /** It goes to somebody else: that takes its card away. */
  async decline(offer: Offer): Promise<void> {
    await attempt(offer.decline());
  }

  async pick(requestId: string): Promise<void> {
    await this.#opens(requestId, this.agent.lists.join(requestId));
  }

  async watch(conversationId: string): Promise<void> {
    if (this.isIn(conversationId)) this.select(conversationId);
    else await this.#opens(conversationId, this.agent.monitor(conversationId));
  }

  /** Orders it, as a supervisor. Rejects where the manager refuses it. */
  async order({ id }: Talk, order: SupervisorOrder): Promise<void> {
    const { results } = await this.agent.supervise([id], order);
    for (const result of results ?? []) {
      if (result.status === 'error') throw new ApiError(result.code, result.msg);
    }
  }

  /** Is the agent in this conversation, and is it not over? */
  isIn(conversationId: string): boolean {
    return this.#talk(conversationId)?.over.value === null;
  }

  async signOut(reason?: { id: string; name: string }): Promise<void> {
    this.signsOut = true;
    this.signsOut = await attempt(this.agent.setState('LOGOUT', reason));
  }

  close(): void {
    this.#stop();
    this.agent.close();
  }

  #talk(id: string): Talk | undefined {
    return this.talks.value.find((talk) => talk.id === id);
  }

  /** The agent asks for a conversation, which opens when it is there. */
  async #opens(id: string, asked: Promise<unknown>): Promise<void> {
    this.sight.await(id);
    if (!(await attempt(asked))) this.sight.stopWaiting(id);
    else if (this.isIn(id)) this.sight.came(id, false);
  }

  #looksAt(id: string): boolean {
    return this.sight.id.value === id && document.hasFocus();
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
    const talk = new Talk(conversation, this.agent.id, this.#drafts);
    this.offers.value = this.offers.value.filter(({ conversationId }) => conversationId !== conversation.id);
    const before = this.#talk(talk.id); // it was over, and has come back: it takes its place
    this.talks.value = before
      ? this.talks.value.map((other) => (other === before ? talk : other))
      : [...this.talks.value, talk];
    this.sight.came(talk.id, this.main.value === 'desk' && !narrow());
    const byAgent = await talk.follow(() => this.#looksAt(talk.id));
    if (talk.over.value) tell(talk.over.value);
    if (byAgent && talk.draft.isEmpty.value) this.dismiss(talk);
  }
}

/** On a small screen there is room for the list or for one conversation. */
function narrow(): boolean {
  return matchMedia('(max-width: 760px)').matches;
}

async function follow<T>(values: AsyncGenerator<T, void, undefined>, each: (value: T) => void): Promise<void> {
  for await (const value of values) each(value);
}
