/**
 * A desk as agents have had it for years: written against socket.io's client, with the habits of
 * both generations. It knows of this project only what `io` is given. What would break such a desk
 * throws here too.
 */

/* oxlint-disable typescript/no-explicit-any -- as such desks are written */

export interface SocketLike {
  on(event: string, listener: (...args: any[]) => void): unknown;
  emit(event: string, ...args: any[]): unknown;
  disconnect(): unknown;
  connected: boolean;
  active: boolean;
  id: string | undefined;
  io: { on(event: string, listener: (...args: any[]) => void): unknown };
}

export interface SocketDesk {
  readonly socket: SocketLike;
  /** What happened, in order. */
  readonly log: string[];
  /** What went wrong in a listener. */
  readonly faults: string[];
  /** The tabs that are open: the conversations and what is said in them. */
  readonly tabs: Map<string, { texts: string[]; wrapUp?: number }>;
  /** The cards that ring. */
  readonly cards: any[];
  presence: any;
  say(conversationId: string, text: string, acknowledged?: (answer: any) => void): void;
}

export function socketDesk(
  io: (url: string, options: any) => SocketLike,
  { origin, path, token }: { origin: string; path: string; token: string },
  { generation = 4.4, agentId = '' }: { generation?: 4.4 | 4.5; agentId?: string } = {},
): SocketDesk {
  // The login object travels as a JSON text, and everything about it in the query.
  const socket = io(origin, {
    path: `${path.replace(/\/$/, '')}/socket.io`,
    auth: { token, agent: JSON.stringify({ id: agentId }), fcm: { desktopFcmKey: null, mobileFcmKey: null } },
    query: { username: agentId },
    reconnectionDelay: 100,
    reconnectionDelayMax: 500,
  });
  const desk: SocketDesk = {
    socket,
    log: [],
    faults: [],
    tabs: new Map(),
    cards: [],
    presence: undefined,
    say(conversationId, text, acknowledged) {
      const data: any = { id: crypto.randomUUID(), header: {}, body: { type: 'PLAIN', markdownText: text } };
      const cimEvent = { id: crypto.randomUUID(), name: 'AGENT_MESSAGE', type: 'MESSAGE', timestamp: Date.now(), data };
      const callback = acknowledged ? [acknowledged] : [];
      socket.emit('publishCimEvent', { cimEvent, agentId: desk.presence?.agent.id, conversationId }, ...callback);
      data.header.status = 'sending'; // the object is the one that the tab shows
      data.body.isWhisper = false;
    },
  };
  const { log, tabs, cards, faults } = desk;

  const listen = (event: string, listener: (...args: any[]) => void) =>
    socket.on(event, (...args: any[]) => {
      log.push(event);
      try {
        listener(...args);
      } catch (error) {
        faults.push(`${event}: ${String(error)}`);
      }
    });
  const tabOf = (conversationId: string) => {
    const tab = tabs.get(conversationId);
    if (!tab) throw new TypeError(`no tab ${conversationId}`);
    return tab;
  };
  const show = (conversationId: string, event: any) => {
    if (!event.data) throw new TypeError(`${event.name} without data`);
    if (event.name === 'TASK_STATE_CHANGED')
      (generation === 4.4 ? event.data.type.direction : event.data.task.activeMedia[0].type.direction).toLowerCase();
    if (event.data.body?.type === 'PLAIN') tabOf(conversationId).texts.push(event.data.body.markdownText);
  };

  listen('connect', () => cards.splice(0));
  listen('disconnect', (reason) => log.push(reason));
  listen('connect_error', (error) => {
    cards.splice(0);
    log.push(`${error.message}${error.data?.content ? `: ${error.data.content.key}` : ''}`);
  });
  for (const event of ['reconnect_attempt', 'reconnect']) socket.io.on(event, () => log.push(event));
  listen('agentPresence', ({ agentPresence }) => {
    desk.presence = agentPresence;
    agentPresence.state.name.toLowerCase();
  });
  listen('onChannelTypes', (types) => types.forEach(({ channelLogo }: any) => channelLogo.toLowerCase()));
  listen('onPullModeSubscribedList', (lists) => lists.forEach(({ id }: any) => id.length));
  listen('pullModeSubscribedListRequests', (requests) => requests.forEach(({ id }: any) => id.length));
  listen('taskRequest', (request) => cards.push(request)); // a second one of the same conversation is a second card
  listen('revokeTask', ({ conversationId }) => {
    const index = cards.findIndex((card) => card.conversationId === conversationId);
    if (index >= 0) cards.splice(index, 1);
  });
  listen('onTopicData', ({ topicData, conversationId }, acknowledge) => {
    tabs.set(conversationId, { texts: [] });
    for (const event of topicData.topicEvents) show(conversationId, event);
    topicData.topicEvents.forEach((event: any) => (event.data.header = { status: 'seen' }));
    acknowledge({ status: 'ok' });
  });
  listen('onCimEvent', ({ cimEvent, conversationId }) => {
    const event = JSON.parse(cimEvent);
    if (!tabs.has(conversationId)) socket.emit('topicUnsubscription', { conversationId, agentId });
    show(conversationId, event);
  });
  listen(generation === 4.4 ? 'WRAP_UP_TIMER_STARTED' : 'wrapupTimerStarted', ({ conversationId, duration }) => {
    const tab = tabOf(conversationId);
    if (tab.wrapUp !== undefined) throw new Error('a second countdown');
    tab.wrapUp = duration;
  });
  listen('topicUnsubscription', ({ conversationId, reason }) => {
    tabOf(conversationId);
    reason.toUpperCase();
    tabs.delete(conversationId);
  });
  listen('socketSessionRemoved', () => {});
  listen('agentAssignedForAgentTransfer', ({ task }) => task.assignedTo.id.length);
  listen('errors', ({ task, msg }) => log.push(`on ${task.toString()} ${msg.toString()}`));
  return desk;
}
