/**
 * What a desk shows, as values that change only where something has changed, so that React draws
 * that alone again. Connected as long as somebody uses it.
 */
import {
  connect,
  type Agent,
  type AgentManagerError,
  type ConnectOptions,
  type Conversation,
  type ConversationEvent,
  type ManagerEventName,
  type Offer,
  type Participant,
  type Presence,
  type PullList,
  type PullRequest,
  type Role,
  type SessionState,
} from '../client.ts';

/** How the desk is connected, and as whom. */
export interface AgentView {
  /** What the desk asks; undefined until it is connected for the first time. */
  readonly agent: Agent | undefined;
  readonly state: SessionState;
  /** Why there is no connection any more, or never was: show it, and offer `reconnect`. */
  readonly error: AgentManagerError | undefined;
  /** Connects again after `closed`. */
  readonly reconnect: () => void;
}

/** A conversation as it is now; another value after each change. */
export interface ConversationView {
  /** What the agent does in it. */
  readonly conversation: Conversation;
  /** What has happened, oldest first, without what concerns a moment only, such as typing. */
  readonly events: readonly ConversationEvent[];
  readonly participants: readonly Participant[];
  readonly role: Role;
  readonly snapshot: Conversation['snapshot'];
  readonly wrapUpEndsAt: number | undefined;
  readonly wrapUpNeedsNote: boolean;
  /** Why the agent is out of it; undefined while they are in it. */
  readonly ended: string | undefined;
}

/** The agent's pull lists, and what is on them. What is done with them: `agent.lists`. */
export interface ListsView {
  readonly subscribed: readonly PullList[];
  readonly requests: readonly PullRequest[];
}

export interface DeskView {
  readonly desk: AgentView;
  readonly presence: Presence | undefined;
  readonly offers: readonly Offer[];
  /** Those that are open, in the order in which they were opened. */
  readonly conversations: readonly ConversationView[];
  /** Those that ended last, for who still looks at one. */
  readonly ended: readonly ConversationView[];
  readonly lists: ListsView;
}

/** After these something may look different. */
const SHOWN: readonly ManagerEventName[] = [
  'agentPresence_',
  'taskRequest',
  'revokeTask',
  'onSessionReady',
  'onTopicData',
  'onCimEvent',
  'wrapupTimerStarted',
  'onPullModeSubscribedList',
  'pullModeSubscribedListRequests',
  'addPullModeSubscribedListRequests',
  'removePullModeSubscribedListRequests',
  'onPullModeSubscribedListRequest',
];

/** How many conversations that are over are kept. */
const ENDED_KEPT = 20;

export interface Store {
  /** What is shown now. */
  readonly view: () => DeskView;
  readonly subscribe: (changed: () => void) => () => void;
  /**
   * Connects, where nobody has; returns how to leave. Who leaves and comes at once stays connected.
   */
  readonly use: () => () => void;
}

export function storeOf(options: ConnectOptions): Store {
  const listeners = new Set<() => void>();
  let users = 0;
  let agent: Agent | undefined;
  let connecting: AbortController | undefined;
  const reconnect = () => open();
  const closed = (error: AgentManagerError | undefined): AgentView => ({ agent, state: 'closed', error, reconnect });
  let view: DeskView = {
    desk: { agent, state: 'connecting', error: undefined, reconnect },
    presence: undefined,
    offers: [],
    conversations: [],
    ended: [],
    lists: { subscribed: [], requests: [] },
  };

  function show(changes: Partial<DeskView>): void {
    const next = { ...view, ...changes };
    if (same(next, view)) return;
    view = next;
    listeners.forEach((changed) => changed());
  }

  /** Looks at the agent anew: what is as it was stays the same value. */
  function look(of: Agent): void {
    if (of !== agent) return;
    const { ringing, lists, state } = of;
    const known = (one: Conversation) => view.conversations.find(({ conversation }) => conversation === one);
    show({
      desk: kept(view.desk, { ...view.desk, agent: of, state }),
      presence: of.presence,
      offers: kept(view.offers, ringing),
      conversations: kept(
        view.conversations,
        of.openConversations.map((one) => kept(known(one), viewOf(one, undefined))),
      ),
      lists: kept(view.lists, { subscribed: lists.subscribed, requests: lists.requests }),
    });
  }

  function ends(of: Agent, conversationId: string, reason: string): void {
    const over = view.conversations.find(({ conversation }) => conversation.id === conversationId);
    if (over) show({ ended: [...view.ended, viewOf(over.conversation, reason)].slice(-ENDED_KEPT) });
    look(of);
  }

  function open(): void {
    if (connecting || (agent && agent.state !== 'closed')) return;
    const attempt = new AbortController();
    connecting = attempt;
    show({ desk: { agent, state: 'connecting', error: undefined, reconnect } });
    connect({ ...options, signal: attempt.signal })
      .then(
        (connected) => (attempt.signal.aborted ? connected.close() : follow(connected)),
        (error: AgentManagerError) => attempt === connecting && show({ desk: closed(error) }),
      )
      .finally(() => (connecting = attempt === connecting ? undefined : connecting));
  }

  function leave(): void {
    connecting?.abort();
    connecting = undefined;
    agent?.close();
  }

  function follow(connected: Agent): void {
    agent = connected;
    for (const event of SHOWN) connected.on(event, () => look(connected));
    connected.on('topicUnsubscription', ({ conversationId, reason }) => ends(connected, conversationId, reason));
    const states = connected.connectionStates();
    const watch = (): void =>
      void states.next().then(({ done }) => {
        look(connected);
        if (!done) watch();
      });
    watch();
    void connected.closed.then((error) => agent === connected && show({ desk: closed(error) }));
    look(connected);
  }

  return {
    view: () => view,
    subscribe(changed) {
      listeners.add(changed);
      return () => void listeners.delete(changed);
    },
    use() {
      users += 1;
      open();
      return () => {
        users -= 1;
        // A tree that is only mounted again, as by StrictMode, keeps its connection.
        void Promise.resolve().then(() => users === 0 && leave());
      };
    },
  };
}

function viewOf(conversation: Conversation, ended: string | undefined): ConversationView {
  const { history, participants, role, snapshot, wrapUpEndsAt, wrapUpNeedsNote } = conversation;
  return { conversation, events: history, participants, role, snapshot, wrapUpEndsAt, wrapUpNeedsNote, ended };
}

/** What was there, if nothing in it has changed. */
function kept<T extends object>(before: T | undefined, after: T): T {
  return before && same(before, after) ? before : after;
}

function same(a: object, b: object): boolean {
  const [before, after] = [Object.entries(a), new Map(Object.entries(b))];
  return before.length === after.size && before.every(([key, value]) => after.get(key) === value);
}
