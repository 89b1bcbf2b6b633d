/**
 * What people do in a contact centre, in words: schedules are made of these. What cannot be at the
 * moment is refused, or nothing.
 */
import { isRecord } from '../../shared/protocol/values.ts';
import type { Centre } from './centre.ts';
import type { Desk } from './desk.ts';
import type { Open } from './view.ts';
import { agentConfig, listIds, mrdConfig, people, queueConfig, queueIds, supervisors } from './people.ts';

export type Deed = (centre: Centre, who: string) => void;

const plain = { type: 'PLAIN', markdownText: 'Hello' };
const wrapUp = { type: 'WRAPUP', wrapups: [{ categoryName: 'Orders', value: 'Late' }], note: '' };

/**
 * Mostly somebody does it who may, in a conversation in which they are; now and then anybody,
 * anywhere.
 */
function inRole(
  centre: Centre,
  who: string,
  roles: readonly string[],
): { who: string; conversationId: string | undefined } {
  const all = [...centre.view.conversations.values()].map(({ conversation }) => conversation);
  const may = all.flatMap(({ id, participants }) =>
    Object.entries(participants).flatMap(([agentId, { role }]) =>
      roles.includes(role) ? [{ who: agentId, conversationId: id }] : [],
    ),
  );
  const one = centre.chance.below(12) > 0 ? centre.chance.one(may) : undefined;
  return one ?? { who, conversationId: centre.chance.one(all)?.id };
}

function says(action: string, make: (centre: Centre, who: string, desk: Desk) => unknown): Deed {
  return (centre, who) => {
    const desk = centre.newest.get(who);
    if (!desk?.open || desk.silent) return;
    const data = make(centre, who, desk);
    if (data === undefined) return;
    const id = `f${centre.chance.below(1_000_000)}`;
    centre.frame(desk, action, data, id);
    // What a desk does that has heard no answer: the same again, at once.
    if (centre.chance.below(12) === 0) centre.frame(desk, action, data, id);
  };
}

const ANY = ['PRIMARY', 'ASSISTANT', 'SILENT_MONITOR', 'WRAP_UP'];

function about(
  action: string,
  roles: readonly string[] = ANY,
  more: (centre: Centre, who: string) => object = () => ({}),
): Deed {
  return (centre, anybody) => {
    const { who, conversationId } = inRole(centre, anybody, roles);
    if (conversationId !== undefined) says(action, () => ({ conversationId, ...more(centre, who) }))(centre, who);
  };
}

/** About an offer that rings, or now and then one that somebody has heard of. */
function onOffer(action: string): Deed {
  return (centre, anybody) => {
    const ringing = [...centre.view.conversations.values()].flatMap(({ conversation: { id, tasks } }) =>
      Object.values(tasks).flatMap((task) =>
        task.phase === 'RESERVED' ? [{ who: task.assignedTo.id, offer: { conversationId: id, taskId: task.id } }] : [],
      ),
    );
    const one = centre.chance.below(12) > 0 ? centre.chance.one(ringing) : undefined;
    const { who } = one ?? { who: anybody };
    says(action, (_, __, { offers }) => one?.offer ?? centre.chance.one(offers))(centre, who);
  };
}

function publishes(roles: readonly string[], event: (centre: Centre, who: string) => object): Deed {
  return about('publishCimEvent', roles, (centre, who) => ({
    cimEvent: { id: centre.chance.id(), timestamp: 1, ...event(centre, who) },
  }));
}

const messages =
  (name: string, body: unknown = plain) =>
  (centre: Centre) => ({
    name,
    type: 'MESSAGE',
    data: { id: centre.chance.id(), header: {}, body },
  });

function state(name: string, reasons: readonly unknown[] = [null]): Deed {
  return says('changeAgentState', ({ chance }) => ({
    action: 'agentState',
    state: { name, reasonCode: chance.one(reasons) },
  }));
}

/** Somebody is asked for: a queue, one who is in it already, or anybody. */
function target(centre: Centre): object {
  const { chance } = centre;
  if (chance.below(5) < 2) return { mode: 'queue', queueName: chance.one(['support', 'sales', 'sales', 'phone']) };
  return {
    mode: 'agent',
    requestedAgentId: chance.one([...people, ...people, 'nobody']),
    offerToAgent: chance.below(2) > 0,
  };
}

const asks = (action: string) => about(action, ['PRIMARY'], (centre) => ({ note: 'please', ...target(centre) }));

/** Mostly for whoever is consulted already. */
function asksAfterConsulting(action: string): Deed {
  return (centre, who) => {
    const consulted = [...centre.view.conversations.values()].flatMap(({ conversation: { id, participants } }) => {
      const all = Object.entries(participants);
      const by = all.find(([, { role }]) => role === 'PRIMARY')?.[0] ?? who;
      const colleagues = all.filter(([, { role, supervisor }]) => role === 'ASSISTANT' && !supervisor);
      return colleagues.map(([requestedAgentId]) => ({ by, asked: { conversationId: id, requestedAgentId } }));
    });
    const one = centre.chance.below(6) > 0 ? centre.chance.one(consulted) : undefined;
    if (!one) return asks(action)(centre, who);
    says(action, () => ({ ...one.asked, mode: 'agent', offerToAgent: true, note: 'please' }))(centre, one.by);
  };
}

export const deeds: Record<string, Deed> = {
  connects: (centre, who) =>
    void centre.connect(who, {
      key: centre.chance.below(2) > 0 ? centre.newest.get(who)?.key : undefined,
      receipts: centre.chance.below(3) === 0,
    }),
  /** Their token ends soon. */
  'connects for a while': (centre, who) =>
    void centre.connect(who, { key: centre.newest.get(who)?.key, lasting: centre.chance.one([1, 20, 100]) ?? 1 }),
  'renews the token': says('refreshToken', (centre, who) => ({
    token: centre.token(centre.chance.below(12) > 0 ? who : 'amy', centre.chance.one([1, 20, 100]) ?? 1),
  })),
  /** Each offer that it is sent. */
  'connects and will confirm': (centre, who) => void centre.connect(who, { receipts: true }),
  'loses the network': (centre, who) => {
    const desk = centre.newest.get(who);
    if (desk) centre.vanish(desk);
  },
  /** It says nothing more, and nobody knows. */
  'falls silent': (centre, who) => {
    const desk = centre.newest.get(who);
    if (desk) centre.silence(desk);
  },
  'becomes ready': state('READY'),
  stops: state('NOT_READY', [null, 'lunch', 'callback']),
  'logs out': state('LOGOUT'),
  /** What is taken from them is taken for two reasons at once. */
  'stops and logs out': (centre, anybody) => {
    const { who } = inRole(centre, anybody, ['PRIMARY', 'ASSISTANT']);
    state('NOT_READY', ['callback'])(centre, who);
    state('LOGOUT')(centre, who);
  },
  'toggles an MRD': says('changeAgentState', ({ chance }) => ({
    action: 'agentMRDState',
    mrdId: chance.one(['CHAT', 'VOICE']),
    state: chance.one(['READY', 'NOT_READY', 'BUSY']),
  })),
  beats: says('heartbeat', () => ({})),
  'accepts an offer': onOffer('topicSubscription'),
  'has the offer': onOffer('offerReceived'),
  'declines an offer': onOffer('declineTask'),
  'asks for the snapshot': about('topicSubscription'),
  leaves: about('topicUnsubscription_'),
  'takes more time': about('extendWrapup', ['WRAP_UP', 'PRIMARY'], ({ chance }) => ({
    seconds: chance.one([1, 20, 600]),
  })),
  'closes wrap-up': about('closeWrapup', ['WRAP_UP'], ({ chance }) => ({
    cimEvent:
      chance.below(2) > 0
        ? {
            id: chance.id(),
            name: 'AGENT_MESSAGE',
            type: 'MESSAGE',
            timestamp: 1,
            data: { id: chance.id(), header: {}, body: wrapUp },
          }
        : null,
  })),
  'answers the customer': publishes(['PRIMARY'], messages('AGENT_MESSAGE')),
  types: publishes(
    ['PRIMARY'],
    messages('TYPING_INDICATOR', { type: 'NOTIFICATION', notificationType: 'TYPING_STARTED' }),
  ),
  'says something to colleagues': publishes(['PRIMARY', 'ASSISTANT', 'SILENT_MONITOR'], messages('WHISPER_MESSAGE')),
  'raises a hand': publishes(['PRIMARY'], ({ chance }, who) => ({
    name: chance.below(3) > 0 ? 'HAND_RAISED' : 'HAND_DOWN',
    type: 'NOTIFICATION',
    data: { agentId: who, userName: who },
  })),
  'asks for time': publishes(['PRIMARY'], () => ({ name: 'RESET_AGENT_SLA', type: 'NOTIFICATION', data: {} })),
  transfers: asks('directTransferRequest'),
  'asks for a conference': asks('directConferenceRequest'),
  consults: asks('consultRequest'),
  'transfers after consulting': asksAfterConsulting('consultTransferRequest'),
  'confers after consulting': asksAfterConsulting('consultConferenceRequest'),
  'takes the request back': about('cancelAssistanceRequest', ['PRIMARY']),
  'puts a customer on a list': about('directTransferRequest', ['PRIMARY'], ({ chance }) => ({
    mode: 'list',
    listId: chance.one(listIds),
  })),
  watches: (centre) => {
    const who = centre.chance.one(['sam', ...supervisors]) ?? '';
    const [crowded] = [...centre.view.conversations.values()].toSorted((a, b) => agentsIn(b) - agentsIn(a));
    const inSight = inRole(centre, who, ['PRIMARY']).conversationId;
    const conversationId = centre.chance.below(3) > 0 ? crowded?.conversation.id : inSight;
    if (conversationId !== undefined) says('JoinAsSilentMonitor', () => ({ conversationId }))(centre, who);
  },
  orders: (centre) => {
    const who = centre.chance.one(supervisors) ?? '';
    says('superviseConversations', () => order(centre))(centre, who);
  },
  'sets a state': (centre) => {
    const { chance } = centre;
    says('setStateOfAgent', () => ({
      ofAgentId: chance.one(people),
      state: { name: chance.one(['READY', 'READY', 'NOT_READY', 'LOGOUT']), reasonCode: null },
    }))(centre, chance.one(supervisors) ?? '');
  },
  /** Figures come with the greeting, too. */
  'watches the floor': (centre) => {
    const subscribe = centre.chance.below(3) > 0;
    says('subscribeTeam', () => (subscribe ? {} : { subscribe }))(centre, centre.chance.one(supervisors) ?? '');
  },
  'ends a wrap-up': (centre) => {
    const { who: ofAgentId, conversationId } = inRole(centre, 'amy', ['WRAP_UP']);
    const by = centre.chance.one(supervisors) ?? '';
    if (conversationId !== undefined) says('endWrapup', () => ({ conversationId, ofAgentId }))(centre, by);
  },
  whispers: about('joinAsWhisper', ['SILENT_MONITOR']),
  'barges in': about('joinAsBargeIn', ['SILENT_MONITOR', 'ASSISTANT']),
  holds: about('pauseConversation', ['PRIMARY'], ({ chance }) => ({
    duration: chance.one([2, 30, 300]),
    release: chance.one([true, false]),
  })),
  resumes: about('resumeConversation', ['PRIMARY']),
  'watches a list': says('subscribePullModeList', ({ chance }) => ({ listId: chance.one(listIds) })),
  'watches a list no longer': says('unsubscribePullModeList', ({ chance }) => ({ listId: chance.one(listIds) })),
  picks: says('joinPullModeRequest', (centre) => ({
    requestId: onLists(centre) ?? 'none',
  })),
  /** Whoever is on a list with them is joined by others, until there are too many. */
  'joins the others': (centre, who) => {
    const open = [...centre.view.conversations.values()].map(({ conversation }) => conversation);
    const listed = open.filter(
      ({ home, sessions }) => home?.list && !home.list.exclusive && Object.keys(sessions).length > 0,
    );
    const most = listed.toSorted((a, b) => Object.keys(b.participants).length - Object.keys(a.participants).length)[0];
    if (most) says('joinPullModeRequest', () => ({ requestId: most.id }))(centre, who);
  },
  'closes a request': says('deletePullModeRequest', (centre) => ({ id: onLists(centre) ?? 'none' })),
  'asks for what was missed': about('replayTopic', ANY, () => ({ afterSeq: 0 })),

  'and the platform logs them out': (centre, who) => void centre.http('logoutAgent', undefined, { id: who }),
  /** Until they have a newer token. */
  'and the platform puts them out': (centre, who) => void centre.http('logoutAgent', { revoke: true }, { id: who }),
  'and they learn something': (centre, who) => {
    const { id, ...config } = agentConfig(who, centre.chance.below(9));
    centre.http('putConfig', config, { kind: 'agents', id });
  },
  'and they take more or less': (centre, who) => {
    const { id, ...config } = agentConfig(who, 3, centre.chance.one([undefined, 0, 1, 2, 5]));
    centre.http('putConfig', config, { kind: 'agents', id });
  },
  'and a queue changes': (centre) => {
    const { chance } = centre;
    const { id, ...config } = queueConfig(chance.one(queueIds) ?? 'phone', chance.one(changes) ?? {});
    centre.http('putConfig', config, { kind: 'queues', id });
  },
  'and a queue is gone': (centre) => centre.http('deleteConfig', undefined, { kind: 'queues', id: 'phone' }),
  'and an MRD changes': (centre) => {
    const { id, ...config } = mrdConfig(
      centre.chance.one(['CHAT', 'VOICE'] as const) ?? 'CHAT',
      centre.chance.one(media) ?? {},
    );
    centre.http('putConfig', config, { kind: 'mrds', id });
  },
  'and a customer comes': (centre) =>
    comes(centre, {
      queue: centre.chance.one(['support', 'support', 'sales', 'phone']),
      priority: 1 + centre.chance.below(10),
      ...(centre.chance.below(4) === 0
        ? { preferredAgents: { agentIds: centre.chance.one([['amy'], ['bob', 'carol']]) } }
        : {}),
      ...(centre.chance.below(4) === 0 ? { requiredAttributes: [{ allOf: [english(centre)] }] } : {}),
    }),
  /** Their channel says where they go, and whom it wants rather. */
  'and a customer comes by their channel': (centre) => {
    const { chance } = centre;
    const routingPolicy = {
      routingMode: 'PUSH',
      routingObjectId: chance.one(['support', 'sales']),
      routeToLastAgent: chance.below(2) > 0,
      agentSelectionPolicy: chance.one(['MOST_SKILLED', 'LEAST_SKILLED', 'LONGEST_AVAILABLE']),
      agentRequestTtl: chance.one([0, 5, 60]),
    };
    const customer = { _id: chance.one(['robin', 'kim']), firstName: 'Robin', isAnonymous: false, phoneNumber: [] };
    comes(centre, { customer }, 4, { channelConfig: { routingPolicy } });
  },
  /** Who takes chats as well is interrupted. */
  'and a customer calls': (centre) => comes(centre, { queue: 'phone', priority: 1 }, 6),
  /** To a bot: the platform asks for nobody. */
  'and a customer comes to the platform': (centre) => comes(centre, { platformSeconds: 90 }, 6),
  /** Of which many may join: crowds begin so. */
  'and a customer comes to an open list': (centre) => comes(centre, { list: 'backlog' }, 6),
  'and a customer comes to a list': (centre) => comes(centre, { list: centre.chance.one(listIds) }, 6),
  'and a customer comes to the exclusive list': (centre) => comes(centre, { list: 'vip' }, 6),
  'picks from the exclusive list': says('joinPullModeRequest', (centre) => ({ requestId: onExclusive(centre) })),
  'and who is on the exclusive list goes': (centre) =>
    void centre.http('endConversation', undefined, { id: onExclusive(centre) }),
  'and a customer goes': onAny((centre, id) => centre.http('endConversation', undefined, { id })),
  'and a customer writes': onAny((centre, id) => {
    const header = { sender: { id: 'web', type: 'CONNECTOR' } };
    const data = { id: centre.chance.id(), header, body: plain };
    const event = { id: centre.chance.id(), name: 'CUSTOMER_MESSAGE', type: 'MESSAGE', timestamp: 1, data };
    centre.http('addConversationEvent', event, { id });
    if (centre.chance.below(8) === 0) centre.http('addConversationEvent', event, { id });
  }),
  'and a customer opens a session': onAny((centre, id) => {
    const session = sessionOf(centre, 'SMS');
    const event = {
      id: centre.chance.id(),
      name: 'CHANNEL_SESSION_STARTED',
      type: 'NOTIFICATION',
      timestamp: 1,
      data: session,
    };
    centre.http('addConversationEvent', event, { id });
  }),
  'and a customer closes a session': onAny((centre, id) => {
    const sessions = Object.keys(centre.view.conversations.get(id)?.conversation.sessions ?? {});
    const data = { id: centre.chance.one(sessions) ?? 'none' };
    const event = { id: centre.chance.id(), name: 'CHANNEL_SESSION_ENDED', type: 'NOTIFICATION', timestamp: 1, data };
    centre.http('addConversationEvent', event, { id });
  }),
  'and a request is sent to a queue': onAny((centre, id) => centre.http('queueConversation', moving(centre), { id })),
  'and who waits is moved': (centre) => {
    const waiting = centre.view.waiting().map(({ conversationId }) => conversationId);
    const id = centre.chance.one(waiting);
    if (id !== undefined) centre.http('queueConversation', moving(centre), { id });
  },
};

/** What a queue is for a while, beside what it is in the morning. */
const changes: readonly object[] = [
  {},
  { steps: [] },
  { steps: [{ expressions: [{ attribute: 'english', operator: '>=', value: 7 }], timeoutSeconds: 10 }] },
  { overflow: { to: 'WAIT' } },
  { maxPerAgent: 1 },
  { priority: 9, ageingSeconds: 1 },
  { autoAccept: true, acceptSeconds: 5 },
  { declinePolicy: 'AGENT_NOT_READY', declineSeconds: 10, slaPolicy: 'MRD_NOT_READY' },
  { hours: { timeZone: 'UTC', week: [], outside: { to: 'REFUSE', text: 'closed' } } },
  { hours: { timeZone: 'UTC', week: [], outside: { to: 'LIST', listId: 'backlog' } } },
  { hours: { timeZone: 'UTC', week: [], outside: { to: 'OVERFLOW' } } },
  { maxWaiting: 1, whenFull: { to: 'OVERFLOW' } },
  { selection: 'BEST_SKILLED', score: [{ attribute: 'english' }] },
  { selection: 'FEWEST_CONVERSATIONS', requirable: ['english'] },
  { afterAgents: 'PLATFORM' },
  ...['NONE', 'OPTIONAL', 'MANDATORY_TIMED', 'MANDATORY', 'AGENT_CHOICE'].map((mode) => ({
    wrapUp: { mode, seconds: 20, extendSeconds: 5, mostSeconds: 40 },
  })),
];

/** The same of an MRD. */
const media: readonly object[] = [
  {},
  { interruptible: true, interruptedBy: [{ mrdId: 'VOICE', on: 'ACCEPT' }] },
  { interruptible: true, interruptedBy: [{ mrdId: 'VOICE', on: 'ACCEPT' }], interruptAction: 'KEEP' },
  { interruptible: true, interruptedBy: [] },
  { interruptible: false },
  { weight: 0 },
  { weight: 2 },
];

function moving({ chance }: Centre): object {
  return {
    queue: chance.one(['support', 'support', 'sales', 'sales', 'phone', 'nowhere']),
    ...(chance.below(2) > 0 ? { priority: 1 + chance.below(10) } : {}),
    ...(chance.below(2) > 0 ? { agentRequestTtl: chance.one([1, 30, 500]) } : {}),
  };
}

/** Mostly about one conversation that is not over. */
function order(centre: Centre): object {
  const { chance, view } = centre;
  const all = [...view.conversations.values()].map(({ conversation }) => conversation);
  const open = all.filter(({ state }) => state !== 'CLOSED');
  const conversationIds = Array.from({ length: chance.below(4) > 0 ? 1 : 2 }, () => chance.one(chance.below(8) > 0 ? open : all)?.id ?? 'none'); // prettier-ignore
  const { queue, ...more }: { queue?: string } = moving(centre);
  const commands = [
    { command: 'TAKE_OVER' },
    { command: 'ASSIGN', toAgentId: chance.one(people) },
    { command: 'QUEUE', ...(chance.below(2) > 0 ? { queue, ...more } : {}) },
    { command: 'CLOSE' },
  ];
  return { conversationIds, ...chance.one([...commands, ...commands.slice(0, 3)]) };
}

/** Which few have, and for a while only. */
function english({ chance }: Centre) {
  return { attribute: 'english', operator: '>=', value: chance.below(9), expiresAfterSeconds: 30 };
}

function agentsIn({ conversation: { participants } }: Open): number {
  return Object.values(participants).filter(({ role }) => role === 'PRIMARY' || role === 'ASSISTANT').length;
}

function onLists({ view, chance }: Centre): string | undefined {
  const open = [...view.conversations.values()].filter(({ conversation }) => isRecord(conversation.home?.list));
  return chance.one(open)?.conversation.id;
}

function onExclusive({ view }: Centre): string {
  const all = [...view.conversations.values()].map(({ conversation }) => conversation);
  return all.find(({ home }) => home?.list?.exclusive)?.id ?? 'none';
}

function onAny(does: (centre: Centre, id: string) => unknown): Deed {
  return (centre) => {
    const id = centre.chance.one([...centre.view.conversations.keys()]);
    if (id !== undefined) does(centre, id);
  };
}

function sessionOf({ chance }: Centre, channelType: string, channel: object = {}) {
  return {
    participantType: 'ChannelSession',
    id: chance.id(),
    channel: { channelType: { name: channelType, channelLogo: `_${channelType}.svg` }, ...channel },
    customerSuggestions: [],
    channelData: {
      channelCustomerIdentifier: '5550100',
      serviceIdentifier: 'shop',
      requestPriority: 0,
      additionalAttributes: [],
    },
    state: { name: 'STARTED', reasonCode: 'CUSTOMER' },
  };
}

/** No more than a few at once, or nobody meets anybody. */
function comes(centre: Centre, home: object, most = 4, channel: object = {}): void {
  const open = [...centre.view.conversations.values()].filter(({ conversation }) => conversation.state !== 'CLOSED');
  if (open.length < most)
    centre.http('startConversation', { channelSession: sessionOf(centre, 'WEB', channel), ...home });
}
